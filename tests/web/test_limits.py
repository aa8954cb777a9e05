"""Limits count slips and tablets, never addresses: an office behind one address is not held up."""

from __future__ import annotations

import pytest
from phone import RESULT, RESULT_SCREENS, below, draft_cookies, issue, opened, post, waiting, walk
from tablet import enrol, submission

from survey.exceptions import AnswersRejected, StorageUnavailable, TooManyRequests
from survey.services.answers import responses
from survey.web.limits import BAD_SLIPS, DEVICE, MOST_KEYS, OPENINGS, SENDINGS, Limits


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(app, clock) -> Limits:
    """The limits of the application, by a clock of the test."""
    found = Limits(clock=clock, delay=clock.slept.append)
    app.extensions["sipas-limits"] = found
    return found


def test_a_slip_opens_many_times_at_once_and_twenty_times_an_hour(limits, clock):
    assert [limits.take(OPENINGS, "a") for _ in range(120)] == [0] * 120
    assert limits.take(OPENINGS, "a") == pytest.approx(180)
    assert limits.take(OPENINGS, "b") == 0
    clock.now += 180
    assert limits.take(OPENINGS, "a") == 0
    assert limits.take(OPENINGS, "a") == pytest.approx(180)
    clock.now += 3600
    assert [limits.take(OPENINGS, "a") for _ in range(21)][19:] == [0, pytest.approx(180)]


def test_who_fills_the_memory_does_not_make_it_grow(limits):
    for number in range(MOST_KEYS + 10):
        limits.take(OPENINGS, number)
    assert len(limits._buckets) == MOST_KEYS


@pytest.mark.usefixtures("limits")
def test_a_person_may_read_go_back_and_correct_at_leisure(client, database, keyring, today):
    """Eighteen screens, each of them opened and sent again, touch no limit."""
    slip = issue(database, keyring, today)[0]
    for _ in range(3):
        url = below(opened(client, slip), "stage")
        for step in RESULT_SCREENS[:-1]:
            assert client.get(url).status_code == 200
            client.post(url, data=RESULT[step])
            url = post(client, url, RESULT[step])
    assert "/thanks" in post(client, url, RESULT["comment"])
    assert len(waiting(database, keyring)) == 1


@pytest.mark.usefixtures("limits")
def test_a_whole_office_behind_one_address_is_not_held_up(app, database, keyring, today):
    """A hundred phones and a tablet, all from one address, within the same second."""
    kiosk = enrol(app.test_client(), database, keyring)
    for slip in issue(database, keyring, today, count=100):
        phone = app.test_client()
        walk(phone, opened(phone, slip))
    for _ in range(DEVICE.burst - 10):
        assert kiosk.post("/kiosk/responses", json=[submission()]).status_code == 200
    assert len(waiting(database, keyring)) == 100 + DEVICE.burst - 10


@pytest.mark.usefixtures("limits")
def test_a_slip_that_is_opened_all_the_time_is_told_kindly_when_to_come_again(
    client, database, keyring, today
):
    slip, other = issue(database, keyring, today, count=2)
    opened(client, slip)
    for _ in range(OPENINGS.burst - 1):
        assert client.get(f"/P/{slip.token}").status_code == 303
    refused = client.get(f"/P/{slip.token}")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 181
    assert "đã được ghi, không cần gửi lại" in refused.text
    assert client.get(f"/P/{other.token}").status_code == 200


@pytest.mark.usefixtures("limits")
def test_a_spent_slip_says_so_however_often_it_is_opened(client, database, keyring, today):
    slip = issue(database, keyring, today)[0]
    walk(client, opened(client, slip))
    assert {client.get(f"/P/{slip.token}").status_code for _ in range(OPENINGS.burst + 5)} == {200}


def counted(calls, work):
    def call(*arguments, **named):
        calls.append(1)
        return work(*arguments, **named)

    return call


@pytest.mark.usefixtures("limits")
def test_sending_what_cannot_be_stored_ends(client, database, keyring, today, monkeypatch):
    url = opened(client, issue(database, keyring, today)[0])
    for step in RESULT_SCREENS[:-1]:
        url = post(client, url, RESULT[step])

    def refuse(*_arguments, **_named):
        raise AnswersRejected

    monkeypatch.setattr(responses, "submit", refuse)
    statuses = [client.post(url, data={"comment": ""}).status_code for _ in range(SENDINGS.burst + 2)]
    assert statuses == [422] * SENDINGS.burst + [429] * 2


@pytest.mark.usefixtures("limits")
def test_whoever_keeps_pressing_is_thanked_and_writes_no_more(client, database, keyring, today, monkeypatch):
    url = opened(client, issue(database, keyring, today)[0])
    for step in RESULT_SCREENS[:-1]:
        url = post(client, url, RESULT[step])
    name = draft_cookies(client)[0]
    cookie = client.get_cookie(name)
    writes = []
    monkeypatch.setattr(responses, "submit", counted(writes, responses.submit))
    for _ in range(SENDINGS.burst + 10):
        client.set_cookie(name, cookie.value)
        assert "/thanks" in post(client, url, {"comment": ""})
    assert len(writes) == SENDINGS.burst
    assert len(waiting(database, keyring)) == 1


@pytest.mark.usefixtures("limits")
def test_a_full_disk_uses_up_no_sendings(client, database, keyring, today, monkeypatch):
    url = opened(client, issue(database, keyring, today)[0])
    for step in RESULT_SCREENS[:-1]:
        url = post(client, url, RESULT[step])

    def full(*_arguments, **_named):
        raise StorageUnavailable

    with monkeypatch.context() as disk:
        disk.setattr(responses, "submit", full)
        for _ in range(3 * SENDINGS.burst):
            assert client.post(url, data={"comment": ""}).status_code == 503
    assert "/thanks" in post(client, url, {"comment": ""})


@pytest.mark.usefixtures("limits")
def test_a_tablet_may_drain_a_full_queue_and_not_run_wild(client, database, keyring):
    """Five thousand answers, fifty at once, are a hundred requests; a loop is stopped and told when to go on."""
    kiosk = enrol(client, database, keyring)
    drain = 5000 // 50
    for _ in range(drain):
        assert kiosk.post("/kiosk/responses", json=[]).status_code == 200
    statuses = [kiosk.post("/kiosk/responses", json=[]).status_code for _ in range(DEVICE.burst)]
    assert 429 in statuses
    refused = kiosk.post("/kiosk/responses", json=[], headers={"Accept": "application/json"})
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) >= 1


def test_slips_that_nobody_issued_come_slowly_and_good_ones_do_not(
    client, limits, clock, database, keyring, today
):
    good = issue(database, keyring, today)[0]
    for number in range(BAD_SLIPS.burst):
        assert client.get(f"/P/{number:016}").status_code == 404
    assert clock.slept == []
    assert client.get("/P/ABCDEFGHJKMNPQRS").status_code == 404
    assert client.post("/", data={"code": "7K3Q9M2X4TB"}).status_code == 422
    assert len(clock.slept) == 2
    assert client.get(f"/P/{good.token}").status_code == 200
    assert len(clock.slept) == 2


def test_a_bad_slip_that_is_delayed_lets_others_work(app, database, monkeypatch):
    owners = []
    monkeypatch.setattr("survey.web.limits.time.sleep", lambda _: owners.append(database.turns._owner))
    with app.app_context(), database.turns.taken():
        limits = app.extensions["sipas-limits"]
        for _ in range(BAD_SLIPS.burst + 1):
            limits.bad_slip()
    assert owners == [None]


def test_a_flood_of_bad_slips_holds_few_threads(limits, clock):
    held: list[float] = []

    def nested(seconds: float) -> None:
        held.append(seconds)
        if len(held) < 50:
            limits.bad_slip()

    limits.delay = nested
    for _ in range(BAD_SLIPS.burst + 1):
        limits.bad_slip()
    assert len(held) == 4


def test_a_limit_says_when(limits):
    for _ in range(SENDINGS.burst):
        limits.check(SENDINGS, "a")
    with pytest.raises(TooManyRequests) as refused:
        limits.check(SENDINGS, "a")
    assert refused.value.data["retry_after_s"] == 721

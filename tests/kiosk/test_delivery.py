"""What a tablet delivers: stored once, answered entry by entry, and never what could not have been asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from tablet import enrol, submission

from survey import clock
from survey.db import Database
from survey.enums import Form, Stage, TrustClass
from survey.exceptions import NotFound, StorageUnavailable
from survey.models import Counter, Desk, KioskDevice, ProcedureField, ScreenCount
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Waiting
from survey.settings import Settings


@pytest.fixture
def kiosk(client: FlaskClient, database: Database, keyring: Keyring) -> FlaskClient:
    return enrol(client, database, keyring)


@pytest.fixture
def stored(database: Database, keyring: Keyring) -> Callable[[], list[Waiting]]:
    def read() -> list[Waiting]:
        with database.read() as session:
            return responses.waiting(session, keyring=keyring)[0]

    return read


def send(kiosk: FlaskClient, *entries: object) -> list[dict[str, Any]]:
    response = kiosk.post("/kiosk/responses", json=list(entries))
    assert response.status_code == 200, response.get_data(as_text=True)
    results: list[dict[str, Any]] = response.get_json()["results"]
    return results


def test_an_answer_is_stored_as_the_counter_gave_it(
    kiosk: FlaskClient,
    database: Database,
    settings: Settings,
    stored: Callable[[], list[Waiting]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime(2026, 11, 24, 0, 20, tzinfo=settings.zone)
    monkeypatch.setattr(clock, "now", lambda: now)
    entry = submission(seconds_ago=1800.0, language="en")
    assert send(kiosk, entry) == [{"key": entry["key"], "result": "accepted", "code": None}]
    (waiting,) = stored()
    with database.read() as session:
        assert waiting.desk_id == session.scalar(select(Desk.id))
        assert waiting.counter_id == session.scalar(select(Counter.id))
        assert waiting.device_id == session.scalar(select(KioskDevice.id))
        land = select(ProcedureField.id).where(ProcedureField.code == "land")
        assert waiting.field_id == session.scalar(land)
    assert (waiting.form, waiting.trust_class) == (Form.SPLIT, TrustClass.KIOSK)
    assert (waiting.stage, waiting.language, waiting.duration_s) == (Stage.RESULT, "en", 41.0)
    # Half an hour before twenty past midnight it was yesterday.
    assert waiting.day.isoformat() == "2026-11-23"
    # One byte an item in the order A1 … E3: only the drawn ones are not blank.
    assert waiting.levels == bytes([5, 0, 0, 0, 0, 0, 4, 0, 6, 0, 0, 0, 1, 3, 0, 0])


def test_delivering_again_stores_once(kiosk: FlaskClient, stored: Callable[[], list[Waiting]]) -> None:
    entry = submission()
    assert [send(kiosk, entry)[0]["result"] for _ in range(3)] == ["accepted", "duplicate", "duplicate"]
    assert [result["result"] for result in send(kiosk, entry, entry)] == ["duplicate", "duplicate"]
    assert len(stored()) == 1


def test_a_bad_entry_does_not_take_the_good_ones_with_it(
    kiosk: FlaskClient, stored: Callable[[], list[Waiting]]
) -> None:
    first, bad, last = submission(), submission(stage="lunch"), submission()
    results = send(kiosk, first, bad, "not an entry", last)
    assert [result["result"] for result in results] == ["accepted", "rejected", "rejected", "accepted"]
    assert [result["key"] for result in results] == [first["key"], bad["key"], None, last["key"]]
    assert results[1]["code"] == "answers-rejected"
    assert len(stored()) == 2


def test_an_entry_refused_late_leaves_no_trace(
    kiosk: FlaskClient, stored: Callable[[], list[Waiting]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its key would stay behind, and sending it again would be a duplicate of nothing."""

    def refuse(*_arguments: object, **_more: object) -> None:
        raise NotFound(what="something, after the key was stored")

    entry = submission()
    with monkeypatch.context() as patched:
        patched.setattr(responses, "_insert_intake", refuse)
        assert send(kiosk, entry)[0]["result"] == "rejected"
    assert send(kiosk, entry)[0]["result"] == "accepted"
    assert len(stored()) == 1


FILING = {"stage": "filing", "drawn": ["A1", "B3", "C2", "E1"]}
WITH_E2 = {"drawn": ["A1", "B4", "C2", "D3", "E2"]}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"key": "1234"}, id="a key that is no UUID"),
        pytest.param({"key": None}, id="no key"),
        pytest.param({"version": 99}, id="a version never published"),
        pytest.param({"version": True}, id="a version that is no number"),
        pytest.param({"version": 10**30}, id="a version beyond any database"),
        pytest.param({"stage": "*"}, id="the mark of a coarsened stage"),
        pytest.param({"stage": ["result"]}, id="a stage that is a list"),
        pytest.param({"drawn": ["A1", "B4", "C2", "D3"]}, id="a draw that leaves a dimension out"),
        pytest.param({"drawn": ["A1", "A2", "C2", "D3", "E1"]}, id="a draw that doubles one"),
        pytest.param({"drawn": "A1"}, id="a draw that is no list"),
        pytest.param({**FILING, "drawn": ["A1", "B4", "C2", "E1"]}, id="the time limit before a result"),
        pytest.param(FILING, id="answers of another stage"),
        pytest.param({"answers": {"A1": "5"}}, id="a form broken off"),
        pytest.param({"answers": {**submission()["answers"], "E2": "5"}}, id="an item that was not drawn"),
        pytest.param({"answers": {**submission()["answers"], "A1": "6"}}, id="a level beyond the scale"),
        pytest.param({"answers": {**submission()["answers"], "A1": ["5"]}}, id="a level that is a list"),
        pytest.param({"answers": []}, id="answers that are no table"),
        pytest.param({**WITH_E2}, id="E2 without the question before it"),
        pytest.param({"sent_feedback": True}, id="the question about feedback without E2 or E3"),
        pytest.param(
            {**WITH_E2, "sent_feedback": True, "answers": {"A1": "5", "B4": "4", "C2": "na", "D3": "1"}},
            id="feedback sent, but E2 not answered",
        ),
        pytest.param({"field": "moon"}, id="a field nobody knows"),
        pytest.param({"field": 3}, id="a field by number"),
        pytest.param({"language": "Êđê!"}, id="a language that has no code"),
        pytest.param({"seconds_ago": None}, id="no age"),
        pytest.param({"seconds_ago": 401 * 86400}, id="older than keys are kept"),
        pytest.param({"seconds_ago": 10**400}, id="an age beyond any number"),
    ],
)
def test_what_can_never_be_an_answer_is_refused(
    kiosk: FlaskClient, stored: Callable[[], list[Waiting]], changes: dict[str, object]
) -> None:
    assert [result["result"] for result in send(kiosk, submission(**changes))] == ["rejected"]
    assert stored() == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"field": None}, id="field skipped"),
        pytest.param({"seconds_ago": -5}, id="an age just below zero"),
        pytest.param({"duration_s": "long"}, id="no usable duration"),
        pytest.param({**FILING, "answers": {"A1": "1", "B3": "2", "C2": "3", "E1": "na"}}, id="filing"),
        pytest.param(
            {**WITH_E2, "sent_feedback": False, "answers": {"A1": "5", "B4": "4", "C2": "5", "D3": "1"}},
            id="no feedback sent ends the dimension",
        ),
        pytest.param(
            {**WITH_E2, "sent_feedback": True, "answers": {"A1": 5, "B4": 4, "C2": 5, "D3": 1, "E2": 2}},
            id="feedback sent and rated, levels as numbers",
        ),
    ],
)
def test_what_a_person_may_leave_out_is_accepted(kiosk: FlaskClient, changes: dict[str, object]) -> None:
    assert [result["result"] for result in send(kiosk, submission(**changes))] == ["accepted"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"[", 400, id="no JSON"),
        pytest.param(b"{}", 400, id="no list"),
        pytest.param(b"[" + b",".join([b"{}"] * 101) + b"]", 400, id="more than 100 entries"),
        pytest.param(b'["' + b"x" * 600_000 + b'"]', 413, id="too large"),
    ],
)
def test_a_message_that_is_none_is_refused_whole(kiosk: FlaskClient, body: bytes, status: int) -> None:
    response = kiosk.post("/kiosk/responses", data=body, content_type="application/json")
    assert response.status_code == status
    assert response.is_json


def test_a_disk_in_trouble_asks_the_tablet_to_come_again(
    kiosk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_database: Database, _work: Callable[[Session], object]) -> object:
        raise StorageUnavailable

    monkeypatch.setattr(Database, "write", fail)
    response = kiosk.post("/kiosk/responses", json=[submission()])
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_a_comment_waits_apart_from_the_answer(
    kiosk: FlaskClient, database: Database, keyring: Keyring
) -> None:
    entry = {"key": str(uuid4()), "text": "Ghế chờ còn thiếu.", "language": "vi", "seconds_ago": 3}
    empty = {**entry, "key": str(uuid4()), "text": "  "}
    for expected in (["accepted", "rejected"], ["duplicate", "rejected"]):
        results = kiosk.post("/kiosk/comments", json=[entry, empty]).get_json()["results"]
        assert [result["result"] for result in results] == expected
    with database.read() as session:
        answers, comments = responses.waiting(session, keyring=keyring)
    assert answers == []
    assert [(comment.text, comment.language) for comment in comments] == [("Ghế chờ còn thiếu.", "vi")]


def test_screens_are_counted_by_day_and_desk_and_nothing_else(
    kiosk: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.now()
    for at, counts in (
        (today, {"seen": {"stage": 3, "access": 2}, "left": {"stage": 1}}),
        (today, {"seen": {"stage": 1}, "left": {"access": 1}}),
        (today + timedelta(days=1), {"seen": {"stage": 1}}),
    ):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        assert kiosk.post("/kiosk/screens", json=counts).status_code == 200
    with database.read() as session:
        rows = session.scalars(select(ScreenCount).order_by(ScreenCount.day, ScreenCount.screen)).all()
    assert [(row.screen, row.seen, row.left) for row in rows] == [
        ("access", 2, 1),
        ("stage", 4, 1),
        ("stage", 1, 0),
    ]


@pytest.mark.parametrize(
    "counts",
    [
        [],
        {"seen": []},
        {"seen": {"stage": -1}},
        {"seen": {"stage": 501}},
        {"seen": {"stage": "1"}},
        {"seen": {"stage": True}},
        {"left": {"who-it-was": 1}},
    ],
)
def test_odd_counts_are_refused(kiosk: FlaskClient, database: Database, counts: object) -> None:
    assert kiosk.post("/kiosk/screens", json=counts).status_code == 422
    with database.read() as session:
        assert session.scalars(select(ScreenCount.screen)).all() == []


def test_reasons_are_counted_and_refuse_no_answer(
    kiosk: FlaskClient, stored: Callable[[], list[Waiting]]
) -> None:
    send(kiosk, submission(reasons=["outcome_late", "outcome_late", "staff_manner", "of-the-future"]))
    send(kiosk, submission(reasons="outcome_late"), submission(reasons=[3, None]), submission())
    # C2 was "na": nothing was wrong with the officials.
    assert sorted(answer.reasons for answer in stored()) == [(), (), (), ("outcome_late",)]

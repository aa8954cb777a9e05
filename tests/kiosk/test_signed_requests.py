"""A tablet with a key of its own: what it signs is taken, and nothing else in its name."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from signing import SigningTablet
from sqlalchemy import select, update
from tablet import enrol, submission

from survey import clock
from survey.commands import main
from survey.db import Database
from survey.instrument import Instrument
from survey.models import KioskDevice, KioskHeartbeat, ScreenCount
from survey.paths import seeds_dir
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.office import instruments
from survey.services.tablets import devices, kiosk_health
from survey.settings import Settings

PAYLOADS = Path(__file__).parent / "payloads"
BEAT = {
    "program": "abc",
    "waiting": 3,
    "oldest_s": 90.5,
    "refused": 1,
    "offline": True,
    "usage": 5e6,
    "quota": 1e9,
}


@pytest.fixture
def kiosk(client: FlaskClient, database: Database, keyring: Keyring) -> SigningTablet:
    tablet = SigningTablet(enrol(client, database, keyring))
    assert tablet.introduce().status_code == 200
    return tablet


def stored(database: Database, keyring: Keyring) -> int:
    with database.read() as session:
        answers, comments = responses.waiting(session, keyring=keyring)
    return len(answers) + len(comments)


def test_a_signed_answer_is_stored_without_any_cookie(
    kiosk: SigningTablet, database: Database, keyring: Keyring
) -> None:
    """A cookie dies with a clock that leaps by more than a year; the key does not."""
    kiosk.client.delete_cookie("sipas-kiosk")
    assert kiosk.post("/kiosk/responses", [submission()]).get_json()["results"][0]["result"] == "accepted"
    assert stored(database, keyring) == 1


def test_with_a_key_the_cookie_alone_opens_the_page_and_nothing_else(
    kiosk: SigningTablet, database: Database, keyring: Keyring
) -> None:
    """A tablet that lost its key learns that it must be enrolled anew, and is not taken for one that delivers."""
    database.write(lambda session: session.execute(update(KioskDevice).values(seen_at_utc=None)))
    for path in ("responses", "comments", "screens", "heartbeat"):
        assert kiosk.client.post(f"/kiosk/{path}", json=[submission()]).status_code == 401
    assert kiosk.client.get("/kiosk/").status_code == 200
    assert kiosk.client.get("/kiosk/config.json").status_code == 401
    assert stored(database, keyring) == 0
    with database.read() as session:
        assert session.scalars(select(KioskDevice.seen_at_utc)).all() == [None]
    signed = {"Authorization": kiosk.header("GET", "/kiosk/config.json", "")}
    assert kiosk.client.get("/kiosk/config.json", headers=signed).status_code == 200


@pytest.mark.parametrize("change", ["body", "path", "device", "key", "garbage", "number"])
def test_a_signature_for_something_else_opens_nothing(
    kiosk: SigningTablet, database: Database, keyring: Keyring, change: str
) -> None:
    body = json.dumps([submission()])
    header = kiosk.header("POST", "/kiosk/responses", body)
    path = "/kiosk/responses"
    if change == "body":
        body = json.dumps([submission()])
    elif change == "path":
        path = "/kiosk/comments"
    elif change == "device":
        header = header.replace(f"Sipas {kiosk.device} ", "Sipas 999 ")
    elif change == "number":
        header = header.replace(f"Sipas {kiosk.device} ", f"Sipas {2**40} ")
    elif change == "key":
        header = SigningTablet.header(SigningTablet(kiosk.client), "POST", path, body)
    else:
        header = header[:-20] + "A" * 20
    kiosk.client.delete_cookie("sipas-kiosk")
    answer = kiosk.client.post(
        path, data=body, content_type="application/json", headers={"Authorization": header}
    )
    assert answer.status_code == 401
    assert stored(database, keyring) == 0


@pytest.mark.parametrize("minutes", [-11, 11, -5_000_000])
def test_a_time_that_is_not_ours_is_told_ours(kiosk: SigningTablet, minutes: int) -> None:
    now = clock.now()
    stamp = int((now + timedelta(minutes=minutes)).timestamp() * 1000)
    answer = kiosk.post("/kiosk/responses", [submission()], stamp=stamp)
    assert answer.status_code == 409
    assert answer.get_json()["code"] == "request-stale"
    heard = float(answer.headers["Sipas-Now"])
    assert abs(heard - now.timestamp()) < 60
    assert kiosk.post("/kiosk/responses", [submission()], stamp=int(heard * 1000)).status_code == 200


def test_what_counts_once_cannot_be_replayed(kiosk: SigningTablet, database: Database) -> None:
    counts = {"seen": {"stage": 1}}
    stamp = int(clock.now().timestamp() * 1000)
    for moment in (stamp, stamp, stamp - 1000):
        assert kiosk.post("/kiosk/screens", counts, stamp=moment).status_code == 200
    kiosk.post("/kiosk/heartbeat", BEAT, stamp=stamp - 1)
    with database.read() as session:
        assert session.scalars(select(ScreenCount.seen)).all() == [1]
        assert session.scalars(select(KioskHeartbeat.waiting)).all() == []


def test_a_clock_that_was_wrong_for_a_day_silences_no_tablet(
    kiosk: SigningTablet, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server of a day that has not come took a heartbeat; then somebody set its clock."""
    right = clock.now()
    wrong = right + timedelta(days=900)
    for at in (wrong, right):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        stamp = int(at.timestamp() * 1000)
        beat = {**BEAT, "waiting": at.day}
        assert kiosk.post("/kiosk/heartbeat", beat, stamp=stamp).status_code == 200
        assert kiosk.post("/kiosk/heartbeat", {**BEAT, "waiting": 99}, stamp=stamp).status_code == 200
    with database.read() as session:
        assert session.scalars(select(KioskHeartbeat.waiting)).all() == [right.day], (
            "and a replay is still one"
        )
        assert abs(session.scalars(select(KioskDevice.seen_at_utc)).one() - right) < timedelta(seconds=1)


def test_a_tablet_has_one_key_and_says_it_as_often_as_it_likes(kiosk: SigningTablet) -> None:
    assert kiosk.introduce().status_code == 200
    thief = SigningTablet(kiosk.client)
    assert thief.introduce().status_code == 409


@pytest.mark.parametrize("key", [None, "", "AAAA", "ÀÁ", "A" * 400, 5])
def test_what_is_no_key_is_refused(
    client: FlaskClient, database: Database, keyring: Keyring, key: object
) -> None:
    enrol(client, database, keyring)
    assert client.post("/kiosk/key", json={"key": key}).status_code == 422


def test_a_revoked_tablet_signs_in_vain(kiosk: SigningTablet, database: Database) -> None:
    database.write(
        lambda session: devices.revoke(session, device_id=kiosk.device, login="ai-do", now=clock.now())
    )
    assert kiosk.post("/kiosk/responses", [submission()]).status_code == 401


# --- how it is --------------------------------------------------------------------------------------


def test_the_last_heartbeat_stands(kiosk: SigningTablet, database: Database) -> None:
    assert kiosk.post("/kiosk/heartbeat", BEAT).status_code == 200
    assert kiosk.post("/kiosk/heartbeat", {**BEAT, "waiting": 0, "refused": 10**30}).status_code == 200
    with database.read() as session:
        (health,) = kiosk_health.by_device(session).values()
    assert (health.waiting, health.refused, health.used_mb, health.offline) == (0, 0, 4, True)


@pytest.mark.parametrize("beat", [{}, {"waiting": -1, "program": 7}, {"oldest_s": True, "quota": "much"}])
def test_an_odd_heartbeat_is_still_a_sign_of_life(
    kiosk: SigningTablet, database: Database, beat: Any
) -> None:
    assert kiosk.post("/kiosk/heartbeat", beat).status_code == 200
    with database.read() as session:
        assert session.scalars(select(KioskHeartbeat.waiting)).all() == [0]
    assert kiosk.post("/kiosk/heartbeat", [1]).status_code == 422


def test_an_answer_of_an_uncertain_day_is_counted_as_such(kiosk: SigningTablet, database: Database) -> None:
    kiosk.post("/kiosk/heartbeat", BEAT)
    now = clock.now().timestamp()
    certain = submission(seconds_ago=5, not_before=now - 6, by_clock=now - 9_000_000)
    doubtful = submission(seconds_ago=5, not_before=now - 3 * 86400, by_clock=now - 86400)
    for _ in range(2):
        kiosk.post("/kiosk/responses", [certain, doubtful])
    with database.read() as session:
        (health,) = kiosk_health.by_device(session).values()
    assert health.estimated == 1


# --- releases that are not of one age ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["release-1", "release-2", "release-3"])
def test_what_other_releases_wrote_is_understood(
    kiosk: SigningTablet, database: Database, keyring: Keyring, name: str
) -> None:
    recorded = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    # Meanwhile the questionnaire has been changed twice.
    first = Instrument.read(seeds_dir() / "instrument.toml")
    for number in (1, 2):
        newer = Instrument.parse({**first.definition, "version": f"{first.version}-{number}"})
        database.write(lambda session, newer=newer: instruments.publish(session, newer))
    for kind in ("responses", "comments"):
        results = kiosk.post(f"/kiosk/{kind}", recorded[kind]).get_json()["results"]
        assert [one["result"] for one in results] == ["accepted"] * len(recorded[kind])
    assert kiosk.post("/kiosk/screens", recorded["screens"]).status_code == 200
    assert stored(database, keyring) == len(recorded["responses"]) + len(recorded["comments"])


def test_a_tablet_of_the_release_before_needs_no_key(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    recorded = json.loads((PAYLOADS / "release-1.json").read_text(encoding="utf-8"))
    enrol(client, database, keyring)
    results = client.post("/kiosk/responses", json=recorded["responses"]).get_json()["results"]
    assert [one["result"] for one in results] == ["accepted", "accepted"]


def test_what_a_tablet_of_our_release_reads_will_still_be_told(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    """A tablet runs its scripts until its first screen is up again, and longer where the newer ones cannot be had."""
    recorded = json.loads((PAYLOADS / "told-to-release-3.json").read_text(encoding="utf-8"))
    enrol(client, database, keyring)
    told = client.get("/kiosk/config.json").get_json()
    parts = {**told, "itself": told, "words": told["words"]["vi"]}
    for name, keys in recorded.items():
        assert set(keys) - set(parts[name]) == set(), name


# --- the rescue file --------------------------------------------------------------------------------


@pytest.fixture
def rescue(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SIPAS_DATA", str(settings.data))
    monkeypatch.setenv("SIPAS_DATABASE_URL", settings.database_url)

    def run(content: bytes) -> Any:
        file = tmp_path / "may-1.rescue"
        file.write_bytes(content)
        return CliRunner().invoke(main, ["rescue", str(file)])

    return run


def test_a_rescue_file_brings_each_key_once(
    kiosk: SigningTablet, database: Database, keyring: Keyring, rescue: Any
) -> None:
    sent = submission()
    kiosk.post("/kiosk/responses", [sent])
    comment = {"key": submission()["key"], "text": "Tốt.", "language": "vi", "seconds_ago": 3}
    entries = [
        {"kind": "responses", **sent},
        {"kind": "responses", **submission()},
        {"kind": "comments", **comment},
        {"kind": "responses", **submission(stage="lunch")},
    ]
    # Revoked on the way here: what it gathered before still counts.
    database.write(
        lambda session: devices.revoke(session, device_id=kiosk.device, login="ai-do", now=clock.now())
    )
    file = kiosk.rescue_file(entries)
    assert b"lunch" not in file
    first = rescue(file)
    assert first.exit_code == 1
    assert "nhận 2, đã có từ trước 1, không nhận 1" in first.output
    assert "nhận 0, đã có từ trước 3, không nhận 1" in rescue(file).output
    assert stored(database, keyring) == 3


def test_a_file_that_is_none_or_of_nobody_is_refused(kiosk: SigningTablet, rescue: Any) -> None:
    whole = kiosk.rescue_file([{"kind": "responses", **submission()}])
    parts = json.loads(whole)
    changed = json.dumps({**parts, "sealed": parts["sealed"][:-8] + "AAAAAAA="}).encode()
    for content in (b"", b"{}", b"[]", b"\xff", changed):
        result = rescue(content)
        assert result.exit_code == 1
        assert "không phải tệp cứu dữ liệu" in result.output
    stranger = SigningTablet(kiosk.client)
    stranger.device, stranger.server = kiosk.device, kiosk.server
    assert "chưa từng đăng ký" in rescue(stranger.rescue_file([])).output


def test_the_secret_half_stays_in_the_tablet(kiosk: SigningTablet, database: Database) -> None:
    with database.read() as session:
        (public_key,) = session.scalars(select(KioskDevice.public_key)).all()
    assert public_key is not None
    assert len(public_key) == 91

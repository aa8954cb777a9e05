"""The desk calls somebody to a tablet: told once, to that tablet, for two minutes, and nothing remains."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pages import elements, parse, text_of
from sqlalchemy import select
from tablet import enrol

from survey import clock
from survey.db import Database
from survey.enums import Role
from survey.models import AuditEvent, KioskCall, KioskDevice, ProcedureField
from survey.seal import Keyring
from survey.services.tablets import calls, devices

PAGE = "/can-bo/quan-tri/moi-danh-gia"


@pytest.fixture
def kiosk(app, database: Database, keyring: Keyring) -> FlaskClient:
    return enrol(app.test_client(), database, keyring)


@pytest.fixture
def clerk(officer_client) -> FlaskClient:
    return officer_client(Role.OFFICER)


def token_of(clerk: FlaskClient) -> str:
    (field, *_more) = [
        one for one in elements(parse(clerk.get(PAGE).text), "input") if one.get("name") == "csrf_token"
    ]
    return field.get("value") or ""


def call(clerk: FlaskClient, **form: str):
    return clerk.post(PAGE, data={"csrf_token": token_of(clerk), **form})


def taken(kiosk: FlaskClient) -> object:
    reply = kiosk.post("/kiosk/call", json={})
    assert reply.status_code == 200
    return reply.get_json()["call"]


def rows(database: Database, table) -> int:
    with database.read() as session:
        return len(session.scalars(select(table)).all())


def field_id(database: Database, code: str = "land") -> str:
    with database.read() as session:
        return str(session.scalars(select(ProcedureField.id).where(ProcedureField.code == code)).one())


def device_id(database: Database) -> str:
    with database.read() as session:
        return str(session.scalars(select(KioskDevice.id)).one())


def test_a_call_reaches_its_tablet_once_and_leaves_nothing(
    kiosk: FlaskClient, clerk: FlaskClient, database: Database
) -> None:
    assert taken(kiosk) is None
    events = rows(database, AuditEvent)
    reply = call(clerk, kiosk=device_id(database), stage="result", field=field_id(database))
    assert reply.status_code == 303
    assert taken(kiosk) == {"stage": "result", "field": "land"}
    assert taken(kiosk) is None
    assert rows(database, KioskCall) == 0
    assert rows(database, AuditEvent) == events, "a log of calls would be a log of who was there when"


def without_token(page: str) -> str:
    """Leave out what makes a form the session's own: it holds the second in which it was made."""
    return re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", page)


def test_the_form_stays_as_it_was_used_and_tells_nothing_of_the_answer(
    kiosk: FlaskClient, clerk: FlaskClient, database: Database
) -> None:
    place = call(clerk, kiosk=device_id(database), stage="filing", field="").location
    clerk.get(place)
    before = without_token(clerk.get(place).text)
    taken(kiosk)
    after = without_token(clerk.get(place).text)
    assert before == after, "taken or not: the page is the same"
    chosen = [one.get("value") for one in elements(parse(after), "input") if one.get("checked") is not None]
    assert chosen == [device_id(database), "filing"]


def test_a_call_expires_and_a_second_takes_the_place_of_the_first(
    kiosk: FlaskClient, clerk: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = device_id(database)
    call(clerk, kiosk=device, stage="result", field="")
    call(clerk, kiosk=device, stage="filing", field="")
    assert taken(kiosk) == {"stage": "filing", "field": None}
    call(clerk, kiosk=device, stage="result", field="")
    later = clock.now() + calls.VALID + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert taken(kiosk) is None
    assert rows(database, KioskCall) == 0


def test_another_tablet_is_not_called(
    app, kiosk: FlaskClient, clerk: FlaskClient, database: Database, keyring: Keyring
) -> None:
    first = device_id(database)
    other = enrol(app.test_client(), database, keyring)
    call(clerk, kiosk=first, stage="result", field="")
    assert taken(other) is None
    assert taken(kiosk) is not None
    database.write(
        lambda session: devices.revoke(session, device_id=int(first), login="ai-do", now=clock.now())
    )
    assert call(clerk, kiosk=first, stage="result", field="").status_code == 422
    assert call(clerk, kiosk="9999", stage="result", field="").status_code == 422


def test_the_page_needs_an_officer_and_says_what_to_do_without_a_tablet(
    client: FlaskClient, officer_client
) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post("/kiosk/call", json={}).status_code == 401
    clerk = officer_client(Role.OFFICER)
    page = parse(clerk.get(PAGE).text)
    assert "Chưa có máy tính bảng" in text_of(page)
    assert officer_client(Role.VIEWER).get(PAGE).status_code == 403


def test_all_tablets_together_ask_a_bounded_number_of_times(database: Database) -> None:
    now = clock.now()

    def grow(session) -> tuple[int, int]:
        few = calls.ask_every_s(session)
        session.add_all(
            KioskDevice(name="x", desk_id=1, key_hash=number.to_bytes(32), enrolled_at_utc=now)
            for number in range(1000)
        )
        session.flush()
        return few, calls.ask_every_s(session)

    assert database.write(grow) == (3, 20)

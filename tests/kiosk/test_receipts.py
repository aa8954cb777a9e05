"""A slip at the tablet: class B where it is good, class C where it is not, and spent once either way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from factories import desk_id
from flask.testing import FlaskClient
from phone import issue, opened, walk
from signing import sealed_parts
from sqlalchemy import select
from tablet import enrol, submission

from survey import clock
from survey.clock import office_day
from survey.db import Database
from survey.enums import InvitationState, TrustClass
from survey.models import Desk, Invitation
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Waiting
from survey.services.inviting import invitations
from survey.services.inviting.invitations import Issued
from survey.services.tablets import rescue
from survey.settings import Settings


@pytest.fixture
def kiosk(client: FlaskClient, database: Database, keyring: Keyring) -> FlaskClient:
    return enrol(client, database, keyring)


@pytest.fixture
def slip(database: Database, keyring: Keyring, settings: Settings) -> Issued:
    return issue(database, keyring, office_day(clock.now(), settings.zone))[0]


@pytest.fixture
def stored(database: Database, keyring: Keyring) -> Callable[[], list[Waiting]]:
    def read() -> list[Waiting]:
        with database.read() as session:
            return responses.waiting(session, keyring=keyring)[0]

    return read


def send(kiosk: FlaskClient, *entries: dict[str, Any]) -> list[str]:
    reply = kiosk.post("/kiosk/responses", json=list(entries))
    assert reply.status_code == 200
    return [result["result"] for result in reply.get_json()["results"]]


def state_of(database: Database, keyring: Keyring, slip: Issued) -> InvitationState:
    hashed = invitations.token_hash(keyring, slip.token)
    with database.read() as session:
        return session.scalars(select(Invitation.state).where(Invitation.token_hash == hashed)).one()


def look_up(kiosk: FlaskClient, read: str) -> str:
    reply = kiosk.post("/kiosk/receipt", json={"receipt": read})
    assert reply.status_code == 200
    return str(reply.get_json()["state"])


@pytest.mark.parametrize("way", ["typed", "scanned", "address"])
def test_a_slip_makes_an_answer_class_b_and_is_spent(
    kiosk: FlaskClient, slip: Issued, stored: Callable[[], list[Waiting]], database, keyring, way: str
) -> None:
    spelled = {
        "typed": f"{slip.code[:4].lower()}-{slip.code[4:]}",
        "scanned": slip.token,
        "address": f"HTTP://192.168.1.10:8000/P/{slip.token}",
    }
    assert look_up(kiosk, spelled[way]) == "open"
    entry = submission(receipt=spelled[way])
    assert send(kiosk, entry) == ["accepted"]
    assert send(kiosk, entry) == ["duplicate"]
    assert [answer.trust_class for answer in stored()] == [TrustClass.KIOSK_TOKEN]
    assert state_of(database, keyring, slip) is InvitationState.SPENT
    assert look_up(kiosk, slip.code) == "spent"


def test_a_slip_counts_once_whether_the_phone_or_the_tablet_comes_first(
    kiosk: FlaskClient, stored: Callable[[], list[Waiting]], database, keyring, settings
) -> None:
    first, second = issue(database, keyring, office_day(clock.now(), settings.zone), count=2)
    phone = kiosk.application.test_client()
    walk(phone, opened(phone, first))
    assert look_up(kiosk, first.code) == "spent"
    # A tablet without network could not ask: its answer is kept, as one without a slip.
    assert send(kiosk, submission(receipt=first.code)) == ["accepted"]
    assert send(kiosk, submission(receipt=second.token)) == ["accepted"]
    assert phone.get(f"/P/{second.token}").status_code == 200, "the page that says it is spent"
    classes = sorted(answer.trust_class.value for answer in stored())
    assert classes == ["A", "B", "C"]


def test_a_slip_that_is_no_good_does_not_cost_the_answer(
    kiosk: FlaskClient, slip: Issued, stored: Callable[[], list[Waiting]], database, keyring, settings
) -> None:
    today = office_day(clock.now(), settings.zone)
    (old,) = issue(database, keyring, today - timedelta(days=200))
    database.write(lambda session: invitations.void(session, keyring=keyring, token=slip.token))
    other = database.write(lambda session: _other_desk_slip(session, keyring, today))
    seen = {look_up(kiosk, read) for read in (old.code, slip.code, other.code, "0000-0000-000", "?")}
    assert seen == {"expired", "void", "elsewhere", "unknown"}
    for read in (old.code, slip.token, other.code, "0000-0000-000", "?", "", 7, None, {"sealed": "x"}):
        assert send(kiosk, submission(receipt=read)) == ["accepted"]
    assert {answer.trust_class for answer in stored()} == {TrustClass.KIOSK}
    assert len(stored()) == 9
    assert state_of(database, keyring, other) is InvitationState.OPEN, "it is good at its own desk"


def _other_desk_slip(session, keyring: Keyring, today) -> Issued:
    unit = session.scalar(select(Desk.unit_id))
    desk = Desk(unit_id=unit, code="khac", name="Bộ phận khác")
    session.add(desk)
    session.flush()
    return invitations.issue_roll(session, keyring=keyring, desk_id=desk.id, count=1, today=today)[0]


def test_what_was_valid_when_it_was_given_is_valid_days_later(
    kiosk: FlaskClient, stored: Callable[[], list[Waiting]], database, keyring, settings
) -> None:
    today = office_day(clock.now(), settings.zone)
    desk = desk_id(database)
    # Good until the end of the month before this one.
    issued_on = today.replace(day=1) - timedelta(days=20)
    (slip,) = database.write(
        lambda session: invitations.issue_roll(
            session, keyring=keyring, desk_id=desk, count=1, today=issued_on, days=1
        )
    )
    assert look_up(kiosk, slip.code) == "expired"
    ago = (today - issued_on).total_seconds()
    assert send(kiosk, submission(receipt=slip.code, seconds_ago=ago)) == ["accepted"]
    assert send(kiosk, submission(receipt=slip.code)) == ["accepted"]
    assert sorted(answer.trust_class.value for answer in stored()) == ["B", "C"]


def test_a_sealed_slip_is_good_for_its_own_entry_alone(
    kiosk: FlaskClient, slip: Issued, stored: Callable[[], list[Waiting]], keyring: Keyring
) -> None:
    first, second = submission(), submission()
    server = rescue.public_key(keyring)
    sealed = sealed_parts(server, slip.token.encode(), f"sipas/receipt/1/{first['key']}".encode())
    assert slip.token not in str(sealed)
    assert send(kiosk, {**second, "receipt": sealed}) == ["accepted"]
    assert send(kiosk, {**first, "receipt": sealed}) == ["accepted"]
    assert [answer.trust_class.value for answer in stored()].count("B") == 1


def test_no_slip_is_written_to_the_log(
    kiosk: FlaskClient, slip: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    look_up(kiosk, slip.code)
    send(kiosk, submission(receipt=slip.token), submission(receipt=slip.code, stage="lunch"))
    kiosk.post("/kiosk/receipt", json={"receipt": slip.token + "X"})
    written = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "refused" in written
    assert slip.token not in written
    assert slip.code not in written


def test_only_an_enrolled_tablet_may_ask(client: FlaskClient, slip: Issued) -> None:
    assert client.post("/kiosk/receipt", json={"receipt": slip.code}).status_code == 401

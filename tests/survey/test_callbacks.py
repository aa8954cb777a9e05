"""Call-backs: drawn once, by nobody's choice, and what was said stands without the dossier."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from factories import desk_id
from sqlalchemy import insert, select

from survey.enums import Reached, Said
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import AuditEvent, CallbackResult, Dossier
from survey.seal import Keyring
from survey.services.inviting import callbacks
from survey.services.inviting.callbacks import Result
from survey.services.office import periods
from survey.services.office.periods import PeriodKind

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
MARCH = periods.make(2026, PeriodKind.MONTH, 3)


@pytest.fixture
def returned(database) -> list[str]:
    codes = [f"HS-{number:03d}" for number in range(61)]
    desk = desk_id(database)
    rows = [
        {
            "code": code,
            "desk_id": desk,
            "received_on": date(2026, 3, 1),
            "returned_on": date(2026, 3, 1 + number % 31),
            "filing_channel": "counter",
        }
        for number, code in enumerate(codes)
    ]
    database.write(lambda session: session.execute(insert(Dossier), rows))
    return codes


def draw(database, keyring, unit_id, period=MARCH, today=date(2026, 4, 1)):
    return database.write(
        lambda session: callbacks.draw(
            session,
            keyring=keyring,
            unit_id=unit_id,
            period=period,
            today=today,
            login="lanhdao",
            now=NOW,
        )
    )


def record(database, unit_id, draw_id, number, result):
    database.write(
        lambda session: callbacks.record(
            session,
            unit_id=unit_id,
            draw_id=draw_id,
            number=number,
            result=result,
            login="congchuc",
            now=NOW,
        )
    )


def get(database, unit_id, draw_id):
    with database.read() as session:
        return callbacks.get(session, unit_id=unit_id, draw_id=draw_id)


def test_a_tenth_is_drawn_that_anybody_can_draw_again(database, keyring, unit_id, returned):
    draw_id = draw(database, keyring, unit_id)
    found, cases = get(database, unit_id, draw_id)
    codes = [case.code for case in cases]
    assert len(codes) == 7, "a tenth of 61, rounded up"
    assert codes == callbacks.chosen(list(reversed(returned)), seed=found.seed)
    assert codes != callbacks.chosen(returned, seed="another seed")
    with database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "callback-drawn")).all()
    assert [event.detail["seed"] for event in events] == [found.seed]


def test_nobody_can_draw_until_it_suits(database, keyring, unit_id, returned, tmp_path):
    draw(database, keyring, unit_id)
    for period in (MARCH, periods.make(2026, PeriodKind.QUARTER, 1)):
        with pytest.raises(Conflict):
            draw(database, keyring, unit_id, period=period)
    seed = keyring.mac("callback-draw", f"{unit_id}/{MARCH.start}/{MARCH.end}".encode()).hex()
    other = Keyring.open(tmp_path / "another").mac("callback-draw", b"x").hex()
    assert callbacks.chosen(returned, seed=seed) != callbacks.chosen(returned, seed=other)


def test_only_a_period_that_is_over_and_has_dossiers_is_drawn(database, keyring, unit_id, returned):
    with pytest.raises(InvalidInput) as running:
        draw(database, keyring, unit_id, today=date(2026, 3, 31))
    assert running.value.data["reason"] == "running"
    with pytest.raises(InvalidInput) as empty:
        draw(database, keyring, unit_id, period=periods.make(2026, PeriodKind.MONTH, 1))
    assert empty.value.data["reason"] == "no-dossiers"


def test_what_was_said_is_told_when_the_list_is_done(database, keyring, unit_id, returned):
    draw_id = draw(database, keyring, unit_id)
    said = Result(Reached.SPOKE, Said.YES, Said.YES, Said.YES, Said.NO)
    for number in range(1, 7):
        record(database, unit_id, draw_id, number, said)
    with database.read() as session:
        before = callbacks.summary(session, unit_id=unit_id)
    assert (before.done, before.spoke, before.answers) == (6, None, ())
    record(database, unit_id, draw_id, 7, Result(Reached.NOT_REACHED, Said.YES))
    with database.read() as session:
        after = callbacks.summary(session, unit_id=unit_id, period=periods.make(2026))
        elsewhere = callbacks.summary(session, unit_id=unit_id, period=periods.make(2025))
    assert (after.done, after.spoke) == (7, 6)
    assert {one.question: (one.yes, one.said) for one in after.answers} == {
        "served": (6, 6),
        "rated": (6, 6),
        "same": (6, 6),
        "irregular": (0, 6),
    }
    assert elsewhere.draws == 0


def test_a_result_names_no_dossier_no_officer_and_no_time(database, keyring, unit_id, returned):
    draw_id = draw(database, keyring, unit_id)
    record(database, unit_id, draw_id, 3, Result(Reached.SPOKE, irregular=Said.YES))
    assert set(CallbackResult.__table__.columns.keys()) == {
        "id", "draw_id", "reached", "served", "rated", "same", "irregular",
    }  # fmt: skip
    with database.read() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last is not None
    assert last.action == "callback-recorded"
    assert last.detail == {"list": draw_id, "number": 3}
    with pytest.raises(Conflict):
        record(database, unit_id, draw_id, 3, Result(Reached.DECLINED))
    with pytest.raises(NotFound):
        record(database, unit_id, draw_id, 99, Result(Reached.DECLINED))
    with pytest.raises(NotFound):
        get(database, unit_id + 1, draw_id)

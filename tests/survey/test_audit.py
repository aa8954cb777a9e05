"""The audit chain: five ways of changing it by hand, each of which shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, update

from survey.models import AuditEvent
from survey.services.office import audit

AT = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)


def record(database, login="truong-phong", action="goals-confirmed", at=AT, **detail):
    database.write(lambda session: audit.record(session, login=login, action=action, now=at, detail=detail))


def broken(database):
    with database.read() as session:
        return audit.first_broken(session)


def ids(database):
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.id).order_by(AuditEvent.id)))


@pytest.fixture
def chained(database):
    for number in range(5):
        record(database, at=AT + timedelta(minutes=number), year=2026, place=number)
    return database


def test_an_untouched_chain_is_whole(chained):
    assert broken(chained) is None


def test_an_empty_log_is_whole(database):
    assert broken(database) is None


def test_an_instant_of_another_zone_and_nested_details_keep_the_chain_whole(database):
    record(
        database,
        at=AT.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")),
        rows=[1, 2],
        names={"b": "Quầy 1", "a": None},
    )
    assert broken(database) is None


@pytest.mark.parametrize(
    "values",
    [
        {"detail": {"year": 2025, "place": 2}},
        {"officer_login": "nguoi-khac"},
        {"action": "plan-opened"},
        {"at_utc": AT + timedelta(days=1)},
    ],
    ids=["detail", "login", "action", "time"],
)
def test_an_edit_shows(chained, values):
    third = ids(chained)[2]
    chained.write(lambda s: s.execute(update(AuditEvent).where(AuditEvent.id == third).values(**values)))
    assert broken(chained) == third


def test_a_gap_shows(chained):
    _, second, third, *_ = ids(chained)
    chained.write(lambda s: s.execute(delete(AuditEvent).where(AuditEvent.id == second)))
    assert broken(chained) == third


def test_an_exchange_of_two_events_shows(chained):
    second, third = ids(chained)[1:3]

    def exchange(session):
        one, other = session.get(AuditEvent, second), session.get(AuditEvent, third)
        names = ("at_utc", "officer_login", "action", "detail", "chain")
        first = {name: getattr(one, name) for name in names}
        for name in names:
            setattr(one, name, getattr(other, name))
            setattr(other, name, first[name])

    chained.write(exchange)
    assert broken(chained) == second


def test_an_event_put_in_by_hand_shows(chained):
    made_up = AuditEvent(at_utc=AT, officer_login="ai-do", action="x", detail={}, chain=bytes(32))
    chained.write(lambda session: session.add(made_up))
    assert broken(chained) == ids(chained)[-1]


@pytest.mark.parametrize("kept", [0, 3, 4])
def test_a_cut_at_the_end_shows(chained, kept):
    everything = ids(chained)
    gone = everything[kept:]
    chained.write(lambda s: s.execute(delete(AuditEvent).where(AuditEvent.id.in_(gone))))
    assert broken(chained) == everything[-1], "the event that is missing at the end"


def test_events_recorded_at_once_follow_each_other(database):
    """Two writers that both read the same last event would fork the chain."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: record(database, number=number), range(40)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 40
    assert broken(database) is None


def test_an_event_of_a_clock_that_was_set_back_takes_no_newer_ones_along(chained):
    """Otherwise whoever can set the clock of the PC could have the log forget what was done."""
    record(chained, at=AT - timedelta(days=4000))
    before = ids(chained)
    assert chained.write(lambda session: audit.cut(session, before=AT + timedelta(minutes=2))) == 2
    assert ids(chained) == before[2:]
    assert broken(chained) is None
    assert chained.write(lambda session: audit.cut(session, before=AT + timedelta(days=1))) == 4
    assert broken(chained) is None

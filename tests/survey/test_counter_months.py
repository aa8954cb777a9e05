"""Counters by month: sealed until ten can be added, never fewer between two states of the database."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from functools import partial

import pytest
from factories import counter_id, desk_id, make_submission
from hypothesis import given
from hypothesis import strategies as st
from many_answers import giver
from sqlalchemy import select

from survey.enums import Dimension, Stage, TrustClass
from survey.models import Counter, CounterMonth, CounterWaiting, DayTally, Desk, Response
from survey.services.intake import mixing
from survey.services.intake.counter_months import STEP, ready
from survey.services.office import periods
from survey.services.office.scopes import Filters, Place
from survey.services.pages import comparison
from survey.services.pages.comparison import By

YEAR = 2026


@pytest.fixture
def give(database, settings, store, keyring):
    return giver(database, settings, store, keyring, year=YEAR)


@pytest.fixture
def counters(database) -> list[int]:
    first, desk = counter_id(database), desk_id(database)

    def add(session) -> int:
        second = Counter(desk_id=desk, code="Q2", name="Quầy số 2")
        session.add(second)
        session.flush()
        return second.id

    return [first, database.write(add)]


def at_kiosk(database, store, *, level=4, **changes):
    items = make_submission(database, store).answers
    return make_submission(
        database, store, trust_class=TrustClass.KIOSK, answers=dict.fromkeys(items, level), **changes
    )


@pytest.fixture
def few_a_day(give, counters):
    """Three answers at each counter a day: no cell of a day keeps its counter."""

    def fill(month: int, days: range) -> None:
        for day in days:
            for counter, level in zip(counters, (5, 2), strict=True):
                give(at_kiosk, month=month, day=day, count=3, level=level, counter_id=counter)

    return fill


def state(database):
    with database.read() as session:
        rows = session.scalars(select(CounterMonth)).all()
        persons = {(r.counter_id, r.month): r.persons for r in rows if r.dimension is Dimension.STAFF}
        return persons, session.scalars(select(CounterWaiting)).all()


def mix(database, keyring, store, today: date) -> None:
    database.write(partial(mixing.mix, keyring=keyring, store=store, today=today))


def test_a_month_waits_sealed_and_comes_at_once(database, keyring, store, few_a_day, counters):
    few_a_day(3, range(2, 8))
    shown, waiting = state(database)
    assert shown == {}
    assert [row.month for row in waiting] == [date(YEAR, 3, 1)]
    mix(database, keyring, store, date(YEAR, 4, 5))
    assert state(database)[0] == {}  # tablets that were offline may still deliver
    mix(database, keyring, store, date(YEAR, 4, 6))
    shown, waiting = state(database)
    with database.read() as session:
        lost = len(session.scalars(select(Response.id).where(Response.counter_id.is_(None))).all())
    assert shown == {(one, date(YEAR, 3, 1)): 18 for one in counters}
    assert sum(shown.values()) == lost
    assert waiting == []


def test_what_waits_has_one_length_and_never_reads_the_same(database, few_a_day):
    seen = set()
    for day in range(2, 6):
        few_a_day(3, range(day, day + 1))
        (row,) = state(database)[1]
        seen.add((len(row.sealed), row.sealed))
    assert len({length for length, _ in seen}) == 1
    assert len(seen) == 4


def test_few_join_the_next_month_and_the_years_end_drops_them(database, keyring, store, few_a_day, counters):
    few_a_day(3, range(2, 4))  # six at each
    mix(database, keyring, store, date(YEAR, 4, 20))
    shown, waiting = state(database)
    assert shown == {}
    assert [row.month for row in waiting] == [date(YEAR, 4, 1)]
    few_a_day(4, range(2, 4))
    mix(database, keyring, store, date(YEAR, 5, 20))
    assert state(database)[0] == {(one, date(YEAR, 4, 1)): 12 for one in counters}
    few_a_day(12, range(2, 4))
    mix(database, keyring, store, date(YEAR + 1, 1, 20))
    assert state(database) == ({(one, date(YEAR, 4, 1)): 12 for one in counters}, [])


def test_whole_cells_and_other_pools_are_not_counted_twice(database, keyring, store, give, counters):
    give(at_kiosk, month=3, day=2, count=12, counter_id=counters[0])
    filing = {"trust_class": TrustClass.KIOSK, "stage": Stage.FILING, "answers": {"A1": 4}}
    give(make_submission, month=3, day=3, count=3, counter_id=counters[0], **filing)
    give(make_submission, month=3, day=3, count=3, counter_id=counters[1], **filing)
    mix(database, keyring, store, date(YEAR, 5, 1))
    assert state(database) == ({}, [])


def test_another_key_loses_counters_and_nothing_else(database, keyring, store, few_a_day):
    few_a_day(3, range(2, 8))

    def spoil(session) -> None:
        session.scalars(select(CounterWaiting)).one().sealed = secrets.token_bytes(500)

    database.write(spoil)
    mix(database, keyring, store, date(YEAR, 4, 20))
    assert state(database) == ({}, [])


def test_every_step_between_two_states_is_ten_or_more(database, keyring, store, give, counters):
    """Two snapshots around every batch of an uneven year: no figure by counter moves by fewer than ten."""
    before: dict = {}
    day, turn = date(YEAR, 1, 5), 0
    while day < date(YEAR, 12, 20):
        turn += 1
        for counter, count in zip(counters, (2 + turn % 3, turn % 2 * 3), strict=True):
            if count:
                give(at_kiosk, month=day.month, day=day.day, count=count, counter_id=counter)
        mix(database, keyring, store, day + timedelta(days=6))
        after, _waiting = state(database)
        for key in after.keys() | before.keys():
            step = after.get(key, 0) - before.get(key, 0)
            assert step == 0 or step >= STEP, (day, key, step)
        before = after
        day += timedelta(days=9)
    assert before


@given(
    st.dictionaries(
        st.integers(1, 6),
        st.tuples(st.integers(1, 40), st.integers(0, 40)).map(lambda pair: [max(pair), min(pair)]),
        max_size=6,
    )
)
def test_what_leaves_and_what_stays_is_never_a_few(waiting):
    leaving = ready(waiting)
    staying = sum(sums[0] for one, sums in waiting.items() if one not in leaving)
    assert staying == 0 or staying >= STEP or not leaving
    for persons, without_field in leaving.values():
        assert persons >= STEP
        assert without_field == 0 or without_field >= 5


def test_the_page_adds_both_and_finds_the_weak_counter(database, keyring, store, give, few_a_day, counters):
    few_a_day(3, range(2, 14))
    give(at_kiosk, month=3, day=16, count=12, counter_id=counters[1], level=2)
    mix(database, keyring, store, date(YEAR, 4, 20))
    with database.read() as session:
        kept = sum(row.n for row in session.scalars(select(DayTally)).all() if row.counter_id == counters[1])
        found = comparison.build(
            session,
            store=store,
            unit_id=session.scalars(select(Desk.unit_id)).one(),
            by=By.COUNTER,
            period=periods.make(YEAR),
            filters=Filters(),
            today=date(YEAR, 5, 1),
        )
    assert kept == 12
    figures = {
        group.value.id if isinstance(group.value, Place) else 0: group.figures[Dimension.STAFF]
        for group in found.groups
    }
    assert figures[counters[1]].persons == 36 + 12
    assert figures[counters[1]].estimate.index == 0
    assert figures[counters[1]].difference.certain
    assert figures[counters[0]].estimate.index == 1

"""Rights and sums follow the tree: what is below, and a past that is the sum of what was replaced wholly."""

from __future__ import annotations

from datetime import date

import province
import pytest
from factories import make_submission
from many_answers import giver
from sqlalchemy import select

from survey.enums import Dimension
from survey.exceptions import NotFound
from survey.models import Desk
from survey.services.office import periods, scopes, unit_tree
from survey.services.office.scopes import Filters
from survey.services.pages import officer_page
from survey.services.records import closing


@pytest.fixture
def made(database):
    return province.build(database)


def desks_of(database, unit: int, **options) -> set[int]:
    with database.read() as session:
        return {desk.id for desk in scopes.desks_of(session, unit, **options)}


def test_a_commune_has_its_own_desk_and_those_it_replaced(database, made):
    assert desks_of(database, made.hill.unit) == {made.hill.desk, made.hill_east.desk, made.hill_west.desk}
    assert desks_of(database, made.hill.unit, past=False) == {made.hill.desk}
    assert desks_of(database, made.coast.unit) == {made.coast.desk}
    assert desks_of(database, made.hill_east.unit) == {made.hill_east.desk}


def test_a_divided_unit_is_whole_again_in_what_holds_all_its_successors(database, made):
    everything = {one.desk for one in (made.hill, made.hill_east, made.hill_west, made.marsh, made.coast)}
    assert desks_of(database, made.unit) == everything
    assert desks_of(database, made.unit, past=False) == {made.hill.desk, made.coast.desk}


def test_the_past_is_named(database, made):
    with database.read() as session:
        past = unit_tree.past_of(session, made.hill.unit)
        none = unit_tree.past_of(session, made.elsewhere.unit)
    assert [one.name for one in past.whole] == ["Xã Đồi Đông", "Xã Đồi Tây"]
    assert [one.name for one in past.divided] == ["Xã Đầm"]
    assert past.since == province.MERGED_ON
    assert none == unit_tree.NO_PAST


def test_nobody_sees_beside_or_above(database, made):
    with database.read() as session:
        for officer, unit in (
            (made.hill.unit, made.coast.unit),
            (made.hill.unit, made.unit),
            (made.hill.unit, made.marsh.unit),
            (made.hill_east.unit, made.hill.unit),
            (made.unit, made.elsewhere.unit),
            (made.hill.unit, 10_000),
        ):
            with pytest.raises(NotFound):
                unit_tree.check_unit(session, officer, unit)
        for officer, unit in ((made.unit, made.hill.unit), (made.hill.unit, made.hill_west.unit)):
            unit_tree.check_unit(session, officer, unit)


def test_a_way_down_and_one_step_further(database, made):
    with database.read() as session:
        top = unit_tree.offered(session, made.unit, made.unit, on=date(2025, 8, 1))
        down = unit_tree.offered(session, made.unit, made.hill.unit, on=date(2025, 8, 1))
    assert [one.name for one in top] == ["Tỉnh Mới", "Xã Biển", "Xã Đồi"]
    assert [one.name for one in down] == ["Tỉnh Mới", "Xã Đồi"]


def test_last_year_is_the_sum_or_not_comparable_by_choice(database, settings, store, keyring, made):
    for place, level, count in ((made.hill_east, 5, 12), (made.hill_west, 2, 8)):
        giver(database, settings, store, keyring, year=2025)(
            answered_by(place.desk, level), month=3, day=3, count=count
        )
    giver(database, settings, store, keyring, year=2026)(
        answered_by(made.hill.desk, 4), month=3, day=3, count=10
    )

    def page(**chosen):
        with database.read() as session:
            return officer_page.build(
                session,
                store=store,
                unit_id=made.hill.unit,
                period=periods.make(2026),
                filters=Filters(**chosen),
                today=date(2026, 6, 1),
            ).overview

    summed, alone = page(), page(past=False)
    assert summed.persons == alone.persons == 10
    before = {row.dimension: row.last_year for row in summed.rows}[Dimension.STAFF]
    assert before is not None
    assert (before.baseline.value, before.baseline.n) == (pytest.approx(0.6), 20)
    assert all(row.last_year is None for row in alone.rows)


def answered_by(desk: int, level: int):
    def make(database, store, **changes):
        items = make_submission(database, store).answers
        return make_submission(database, store, desk_id=desk, answers=dict.fromkeys(items, level), **changes)

    return make


def test_communes_with_a_plan_close_their_periods_too(database, made):
    with database.read() as session:
        assert closing.units_of(session) == [made.unit, *sorted([made.hill.unit, made.coast.unit])]
        assert session.get(Desk, made.elsewhere.desk).unit_id not in closing.units_of(session)
        assert len(session.scalars(select(Desk)).all()) > 5

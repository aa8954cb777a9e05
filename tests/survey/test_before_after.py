"""Before and after a measure: against figures worked out here."""

from __future__ import annotations

from datetime import date

import pytest
from factories import answered, unit_id
from many_answers import giver

from survey.enums import Dimension
from survey.services.office import periods
from survey.services.office.scopes import Filters
from survey.services.pages import before_after
from survey.services.pages.before_after import AFTER, BEFORE

YEAR = 2026
JULY = periods.make(YEAR, periods.PeriodKind.MONTH, 7)


@pytest.fixture
def give(database, settings, store, keyring):
    return giver(database, settings, store, keyring, year=YEAR)


def test_a_change_is_found_and_its_mix_is_told(database, store, give):
    """Kiosk and phone stay as satisfied as they were; only more of them use the phone."""
    for month, phone, kiosk in ((5, 10, 30), (6, 10, 30), (7, 30, 10), (8, 30, 10)):
        give(answered(2), month=month, day=5, count=phone)
        give(answered(5, at_kiosk=True), month=month, day=5, count=kiosk)
    with database.read() as session:
        found = before_after.build(
            session,
            store=store,
            unit_id=unit_id(database),
            since=JULY,
            months=2,
            filters=Filters(),
            today=date(YEAR, 12, 1),
        )
    sides = {group.key: group.figures[Dimension.STAFF] for group in found.comparison.groups}
    assert sides[BEFORE].estimate.index == pytest.approx(60 / 80)
    assert sides[AFTER].estimate.index == pytest.approx(20 / 80)
    assert sides[BEFORE].difference is None
    assert sides[AFTER].difference.certain
    shift = found.shifts[Dimension.STAFF]
    assert shift.flags[0] == "mode-mix-shifted"
    assert shift.shift == pytest.approx(0.5)
    chart = found.charts[Dimension.STAFF]
    assert (chart.months, chart.enough, chart.signals) == (4, False, ())


def test_a_span_of_few_is_hidden(database, store, give):
    give(answered(4), month=7, day=5, count=8)
    with database.read() as session:
        found = before_after.build(
            session,
            store=store,
            unit_id=unit_id(database),
            since=JULY,
            months=3,
            filters=Filters(),
            today=date(YEAR, 12, 1),
        )
    sides = {group.key: group.figures[Dimension.STAFF] for group in found.comparison.groups}
    assert (sides[BEFORE].estimate, sides[BEFORE].persons) == (None, 0)
    assert sides[AFTER].persons == 8
    assert sides[AFTER].difference is None


def test_months_are_counted_across_years():
    assert before_after.month_after(JULY, -8).code == f"{YEAR - 1}-11"
    assert before_after.month_after(JULY, 6).code == f"{YEAR + 1}-01"

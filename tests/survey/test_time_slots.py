"""Stretches of time nest, and no sum of shown ones gives a few persons away."""

from datetime import date
from itertools import pairwise

import pytest

from analysis.differencing import Release, find_exposures
from analysis.disclosure import Visibility
from survey.services.figures.time_slots import Grain, Slot, containing, gates, slots, span
from survey.services.office import periods

YEAR = (date(2024, 1, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("grain", "count", "first", "last"),
    [
        (Grain.DAY, 366, "2024-01-01", "2024-12-31"),
        (Grain.WEEK, 48, "2024-01-W1", "2024-12-W4"),
        (Grain.MONTH, 12, "2024-01", "2024-12"),
        (Grain.QUARTER, 4, "2024-Q1", "2024-Q4"),
        (Grain.YEAR, 1, "2024", "2024"),
    ],
)
def test_a_year_is_whole_in_every_grain(grain, count, first, last):
    found = slots(grain, *YEAR)
    assert len(found) == count
    assert (found[0].code, found[-1].code) == (first, last)
    assert found[0].start == YEAR[0]
    assert found[-1].end == YEAR[1]
    assert all(before.end == after.start for before, after in pairwise(found))
    assert sorted(one.code for one in found) == [one.code for one in found], "codes sort by time"


def test_every_week_lies_within_one_month():
    for week in slots(Grain.WEEK, *YEAR):
        assert week.start.month == date.fromordinal(week.end.toordinal() - 1).month
    assert containing(date(2024, 2, 29), Grain.WEEK) == Slot(date(2024, 2, 22), date(2024, 3, 1), Grain.WEEK)


def test_a_chart_reaches_as_far_as_its_grain_needs():
    year, today = periods.parse("2024"), date(2024, 8, 20)
    assert span(Grain.DAY, year, today=today) == (date(2024, 7, 1), date(2024, 10, 1))
    assert span(Grain.DAY, periods.parse("2024-02"), today=today) == (date(2024, 2, 1), date(2024, 3, 1))
    assert span(Grain.DAY, year, today=date(2026, 1, 1)) == (date(2024, 10, 1), date(2025, 1, 1))
    assert span(Grain.WEEK, periods.parse("2024-02"), today=today) == YEAR
    assert span(Grain.MONTH, year, today=today) == (date(2023, 1, 1), date(2025, 1, 1))
    assert span(Grain.YEAR, year, today=today)[0] == date(2015, 1, 1)


def of_days(counts: dict[int, int]) -> dict[Slot, int]:
    return {containing(date(2024, 3, day), Grain.DAY): n for day, n in counts.items()}


def test_a_small_day_takes_another_of_its_week_with_it():
    found = gates(of_days({4: 20, 5: 3, 6: 9, 11: 20, 12: 30}), least=5)
    seen = {slot.start.day: visibility for slot, visibility in found.items()}
    assert seen[5] is Visibility.BELOW_MINIMUM
    assert [seen[4], seen[6]].count(Visibility.HIDDEN) == 1
    assert seen[11] is seen[12] is Visibility.SHOWN


def test_a_small_week_takes_the_days_of_another_with_it():
    found = gates(of_days({4: 2, 11: 20, 12: 30, 18: 40, 19: 41}), least=5)
    seen = {slot.start.day: visibility for slot, visibility in found.items()}
    assert Visibility.SHOWN not in {seen[4], seen[11], seen[12]}, "their week is hidden beside the small one"
    assert seen[18] is seen[19] is Visibility.SHOWN


def test_days_weeks_and_months_together_give_no_small_group_away():
    """Attack every grain at once, as a reader of all views would."""
    counts = of_days({4: 2, 5: 9, 6: 4, 11: 20, 12: 3, 13: 30, 18: 40, 19: 41, 26: 1, 27: 60, 28: 8})
    releases = []
    for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH):
        summed: dict[Slot, int] = {}
        members: dict[Slot, set[str]] = {}
        for day, n in counts.items():
            slot = containing(day.start, grain)
            summed[slot] = summed.get(slot, 0) + n
            members.setdefault(slot, set()).add(day.code)
        shown = gates(summed, least=5)
        releases += [
            Release(frozenset(members[slot]), n)
            for slot, n in summed.items()
            if shown[slot] is Visibility.SHOWN
        ]
    unique = {one.members: one for one in releases}
    assert find_exposures(list(unique.values())) == ()
    naive = [Release(frozenset({day.code}), n) for day, n in counts.items() if n >= 5]
    whole = Release(frozenset(day.code for day in counts), sum(counts.values()))
    week = Release(frozenset({"2024-03-11", "2024-03-12", "2024-03-13"}), 53)
    assert find_exposures([*naive, whole, week]), "the attack finds what hiding small days alone leaves open"


def test_what_nobody_answered_is_no_small_group():
    found = gates(of_days({4: 20, 5: 0, 6: 9}), least=5)
    assert len(found) == 2
    assert set(found.values()) == {Visibility.SHOWN}

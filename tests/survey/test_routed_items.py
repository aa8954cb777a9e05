"""Questions that only some are asked are shown by groups of months, so that nobody falls out of a difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import sums
from analysis.differencing import Release, find_exposures
from survey.enums import Form, Part, Stage, TrustClass
from survey.queries import ratings
from survey.queries.ratings import Answer, Mark, Ratings
from survey.services.figures import routed_items
from survey.services.office import periods

ROUTED = ("E2", "E3")
OVER = date(2025, 2, 1)
PERIODS = ["2024", "2024-H1", "2024-H2", *(f"2024-Q{n}" for n in range(1, 5))] + [
    f"2024-{month:02}" for month in range(1, 13)
]


@pytest.fixture
def published(database, store):
    with database.read() as session:
        return store.current(session)


@pytest.fixture
def layout(published):
    return published.layout


@pytest.fixture
def petitions(published):
    return next(one for one in published.instrument.dimensions if routed_items.has_routed(one))


def year_of(layout, sent: dict[tuple[int, int], int]) -> Ratings:
    """Make a year of answers: ten persons by desk and month, so many of whom had sent feedback."""
    given_answers = []
    for (desk_id, month), asked in sent.items():
        for person in range(10):
            levels = bytearray([4] * len(layout.items))
            if person >= asked:
                for item in ROUTED:
                    levels[layout.items.index(item)] = 0
            mark = Mark(
                1,
                desk_id,
                date(2024, month, 1 + person),
                0,
                0,
                Part.HEADLINE,
                Stage.RESULT,
                Form.FULL,
                TrustClass.PHONE_TOKEN,
            )
            given_answers.append(Answer(mark, bytes(levels)))
    return ratings.summed(layout, given_answers)


def persons(found: Ratings, item: str = "E2") -> int:
    if not found.days.marks:
        return 0
    levels = sums.read_linear(found.layout, found.days.sums).levels
    return int(levels[:, found.layout.items.index(item), :].sum())


def shown(year: Ratings, petitions, code: str, today: date = OVER) -> Ratings:
    return routed_items.released(year, petitions, periods.parse(code), today=today)


def test_months_are_gathered_until_five_were_asked(layout, petitions):
    year = year_of(layout, {(1, month): n for month, n in enumerate([3, 4, 6, 0, 2, 2], start=1)})
    assert [persons(shown(year, petitions, f"2024-{month:02}")) for month in range(1, 7)] == [
        0,
        0,
        6,
        0,
        0,
        0,
    ]
    assert persons(shown(year, petitions, "2024-Q1")) == 13
    assert persons(shown(year, petitions, "2024")) == 13, "May and June are too few"
    # The question that all are asked stays beside them: its own months alone would give the others back.
    assert persons(shown(year, petitions, "2024-Q1"), "E1") == 30
    assert persons(shown(year, petitions, "2024-02"), "E1") == 0
    assert persons(shown(year, petitions, "2024-04"), "E1") == 10, "nobody was asked more"


def test_a_month_waits_until_it_is_over(layout, petitions):
    year = year_of(layout, {(1, 1): 8, (1, 2): 8})
    assert persons(shown(year, petitions, "2024", date(2024, 2, 4))) == 0
    assert persons(shown(year, petitions, "2024", date(2024, 2, 6))) == 8
    assert persons(shown(year, petitions, "2024", date(2024, 3, 6))) == 16


def test_each_desk_gathers_for_itself(layout, petitions):
    year = year_of(layout, {(1, 1): 4, (2, 1): 4, (1, 2): 1, (2, 2): 0})
    assert persons(shown(year, petitions, "2024")) == 5


Grouping = Callable[[dict[date, tuple[int, ...]], date], list[list[date]]]


def figures(months: dict[int, list[int]], grouping: Grouping) -> list[Release]:
    """Everything that can be read over periods, of desks alone and together, as the year goes by."""
    releases: dict[frozenset[str], int] = {}
    for today, desks in product([date(2024, 3, 20), date(2024, 8, 20), OVER], [(1,), (2,), (1, 2)]):
        groups = {
            desk: grouping({date(2024, m, 1): (n, n) for m, n in enumerate(months[desk], start=1)}, today)
            for desk in desks
        }
        for period in map(periods.parse, PERIODS):
            atoms = [
                (desk, month.month)
                for desk in desks
                for group in groups[desk]
                if period.start <= group[0] and group[-1] < period.end
                for month in group
            ]
            if atoms:
                members = frozenset(f"{desk}/{month}" for desk, month in atoms)
                releases[members] = sum(months[desk][month - 1] for desk, month in atoms)
    return [Release(members, count) for members, count in releases.items() if count == 0 or count >= 5]


def gathered(months: dict[date, tuple[int, ...]], today: date) -> list[list[date]]:
    return routed_items._groups(months, today=today)


def each_for_itself(months: dict[date, tuple[int, ...]], today: date) -> list[list[date]]:
    """What must not be: small months are hidden alone and counted in the year."""
    return [[month] for month in months]


COUNTS = st.lists(st.integers(0, 7), min_size=12, max_size=12)


@given(first=COUNTS, second=COUNTS)
def test_no_difference_over_periods_desks_and_days_is_of_a_few(first, second):
    assert find_exposures(figures({1: first, 2: second}, gathered), rounds=1) == ()


def test_months_for_themselves_would_give_a_person_away():
    year = [6, 1, 9, 8, 7, 6, 6, 6, 6, 6, 6, 6]
    assert find_exposures(figures({1: year, 2: year}, each_for_itself), rounds=2)
    assert not find_exposures(figures({1: year, 2: year}, gathered), rounds=2)

"""Questions that only some are asked (after a filter question): which of their answers may be shown.

Staff may know who sent a petition, and on a page that moves with every batch of answers one more of "asked"
is one person. So such questions, and with them the others of their dimension, whose index would give them
back by subtraction, are shown by groups of months: in each desk, months that are over are gathered from
January on until every such question has five persons or nobody. Whatever two figures of any period, desk or
day differ by is a sum of such groups. Months at the year's end that fill no group stay out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from analysis import sums
from survey.instrument import Dimension
from survey.queries.ratings import CELL, Cells, Mark, Ratings, is_settled
from survey.services.office.periods import Period

# One desk in one month.
DeskMonth = tuple[int, date]


def has_routed(dimension: Dimension) -> bool:
    """Say whether some questions of a dimension are asked only of those who sent feedback."""
    return any(item.only_with_feedback for item in dimension.items)


def released(ratings: Ratings, dimension: Dimension, period: Period, *, today: date) -> Ratings:
    """Keep what may be shown of a dimension's questions in a period.

    Parameters
    ----------
    ratings
        The answers that the figures are about, of the whole year of the period.
    today
        Months that are not over, with some days of grace, wait.
    """
    places = [ratings.layout.items.index(item.code) for item in dimension.items if item.only_with_feedback]
    months = _persons_by_month(ratings, places)
    allowed: set[DeskMonth] = set()
    for desk_id in {desk_id for desk_id, _month in months}:
        of_desk = {month: n for (desk, month), n in months.items() if desk == desk_id}
        for group in _groups(of_desk, today=today):
            if period.start <= group[0] and group[-1] < period.end:
                allowed |= {(desk_id, month) for month in group}
    return ratings.where(lambda mark: _desk_month(mark) in allowed)


def _persons_by_month(ratings: Ratings, places: Sequence[int]) -> Mapping[DeskMonth, tuple[int, ...]]:
    """Count who answered each of the questions, by desk and month."""
    days: Cells = ratings.days
    answered = sums.read_linear(ratings.layout, days.sums).levels[:, places, :].sum(axis=2)
    found: dict[DeskMonth, np.ndarray] = {}
    for mark, n in zip(days.marks, answered, strict=True):
        key = _desk_month(mark)
        found[key] = found.get(key, np.zeros(len(places), np.int64)) + n
    return {key: tuple(n.tolist()) for key, n in found.items()}


def _groups(months: Mapping[date, tuple[int, ...]], *, today: date) -> list[list[date]]:
    """Gather months until each question has five persons or nobody; what is gathered never changes later."""
    groups: list[list[date]] = []
    waiting: list[date] = []
    persons: np.ndarray | int = 0
    for month in sorted(months):
        if not is_settled(month, today):
            break
        waiting.append(month)
        persons = persons + np.array(months[month])
        if np.all((persons == 0) | (persons >= CELL)):
            groups.append(waiting)
            waiting, persons = [], 0
    return groups


def _desk_month(mark: Mark) -> DeskMonth:
    return mark.desk_id, mark.time.replace(day=1)

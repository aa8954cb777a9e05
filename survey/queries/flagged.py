"""Sums of the answers that carry a signal, and the sums that are left without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.layout import Layout
from survey.enums import Channel, Signal
from survey.models import FlaggedDayTally, FlaggedMonthTally, SignalCount
from survey.queries.ratings import Cells, Mark, Ratings, cells_of


@dataclass(frozen=True, slots=True)
class FlaggedSums:
    """What carries one signal alone, and what carries several."""

    one: Ratings
    several: Ratings


def load(
    session: Session,
    *,
    layout: Layout,
    versions: Iterable[int],
    desk_ids: Sequence[int],
    start: date,
    end: date,
) -> FlaggedSums:
    """Read the sums of whole months `[start, end)`."""
    wanted = list(versions)

    def read(*, several: bool) -> Ratings:
        days, months = (
            cells_of(session, table, layout, wanted, desk_ids, start, end, several=several)
            for table in (FlaggedDayTally, FlaggedMonthTally)
        )
        return Ratings(layout, days, months)

    return FlaggedSums(one=read(several=False), several=read(several=True))


def most_in_a_day(session: Session, *, desk_ids: Sequence[int], start: date, end: date) -> int:
    """Give the most answers of several signals that some desk took on a day of `[start, end)`."""
    in_a_day = (
        select(func.sum(FlaggedDayTally.n).label("n"))
        .where(
            FlaggedDayTally.several,
            FlaggedDayTally.desk_id.in_(desk_ids),
            FlaggedDayTally.day >= start,
            FlaggedDayTally.day < end,
        )
        .group_by(FlaggedDayTally.desk_id, FlaggedDayTally.day)
        .subquery()
    )
    return int(session.scalar(select(func.max(in_a_day.c.n))) or 0)


def without(whole: Ratings, *taken: Ratings) -> Ratings:
    """Give the sums that are left, fields put together; cells that hold nobody any more are gone."""
    days, months = whole.days, whole.months
    for one in taken:
        days, months = _less(days, one.days), _less(months, one.months)
    return Ratings(whole.layout, days, months)


def _less(whole: Cells, taken: Cells) -> Cells:
    if not taken.marks:
        return whole
    # Reading takes the field from what few share, from a running month altogether: marks meet without it.
    whole, taken = _fields_together(whole), _fields_together(taken)
    place = {mark: row for row, mark in enumerate(whole.marks)}
    rows = [place[mark] for mark in taken.marks]
    n, values = whole.n.copy(), whole.sums.copy()
    n[rows] -= taken.n
    values[rows] -= taken.sums
    kept = np.flatnonzero(n)
    return Cells(tuple(whole.marks[row] for row in kept), n[kept], values[kept])


def _fields_together(cells: Cells) -> Cells:
    place: dict[Mark, int] = {}
    rows = [place.setdefault(replace(mark, field_id=0), len(place)) for mark in cells.marks]
    n = np.zeros(len(place), dtype=np.int64)
    values = np.zeros((len(place), cells.sums.shape[1]), dtype=np.int64)
    np.add.at(n, rows, cells.n)
    np.add.at(values, rows, cells.sums)
    return Cells(tuple(place), n, values)


def signal_counts(
    session: Session, *, desk_ids: Sequence[int], start: date, end: date
) -> Mapping[tuple[date, Channel, Signal], int]:
    """Count by month, channel and signal."""
    rows = session.execute(
        select(SignalCount.month, SignalCount.channel, SignalCount.signal, func.sum(SignalCount.n))
        .where(SignalCount.desk_id.in_(desk_ids), SignalCount.month >= start, SignalCount.month < end)
        .group_by(SignalCount.month, SignalCount.channel, SignalCount.signal)
    )
    return {(month, channel, signal): int(n) for month, channel, signal, n in rows}

"""Sums of the answers that carry a signal, and the sums that are left without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import sums
from analysis.layout import Layout
from survey.enums import Channel, Signal
from survey.models import FlaggedDayTally, FlaggedMonthTally, SignalCount
from survey.queries.ratings import Cells, Mark, Ratings

_MARKS = ("version_id", "desk_id", "counter_id", "field_id", "part", "stage", "form", "trust_class")


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

    def read(several: bool) -> Ratings:
        return Ratings(
            layout,
            _tally(session, FlaggedDayTally, "day", layout, wanted, desk_ids, start, end, several),
            _tally(session, FlaggedMonthTally, "month", layout, wanted, desk_ids, start, end, several),
        )

    return FlaggedSums(read(False), read(True))


def _tally(
    session: Session,
    table: type[Any],
    time: str,
    layout: Layout,
    versions: Sequence[int],
    desk_ids: Sequence[int],
    start: date,
    end: date,
    several: bool,
) -> Cells:
    at = getattr(table, time)
    rows = session.execute(
        select(*(getattr(table, name) for name in _MARKS), at.label("at"), table.n, table.sums)
        .where(
            table.version_id.in_(versions),
            table.desk_id.in_(desk_ids),
            table.several.is_(several),
            at >= start,
            at < end,
        )
        .order_by(table.desk_id, at)
    ).all()
    marks = tuple(
        Mark(r.version_id, r.desk_id, r.at, r.counter_id, r.field_id, r.part, r.stage, r.form, r.trust_class)
        for r in rows
    )
    counts = np.fromiter((row.n for row in rows), dtype=np.int64, count=len(rows))
    kind = "linear" if time == "day" else "products"
    return Cells(marks, counts, sums.decode(layout, kind, [row.sums for row in rows]))


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

"""Sums of ratings: from the tallies for pages, from the answers themselves for the commands.

Both give the same `Cells`; no page ever reads an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import sums
from analysis.disclosure import MINIMUM_CELL
from analysis.layout import Layout
from survey import clock
from survey.enums import Form, Part, Stage, TrustClass
from survey.models import DayTally, MonthTally, Response

# As in mixing: a mark that fewer answers share could single somebody out.
CELL = MINIMUM_CELL
# So long after a month tablets that were offline have delivered.
SETTLES = timedelta(days=5)

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of the answers of one cell beside their levels; 0 and `*` where coarsened."""

    version_id: int
    desk_id: int
    time: date  # the day of linear sums, the first of the month of products
    counter_id: int
    field_id: int
    part: Part
    stage: Stage
    form: Form
    trust_class: TrustClass


@dataclass(frozen=True, slots=True)
class Cells:
    """Marks and the sums that belong to them, row by row."""

    marks: tuple[Mark, ...]
    n: IntArray  # (rows,) persons
    sums: IntArray  # (rows, width)

    def where(self, keep: Callable[[Mark], bool]) -> Cells:
        chosen = [place for place, mark in enumerate(self.marks) if keep(mark)]
        return Cells(tuple(self.marks[place] for place in chosen), self.n[chosen], self.sums[chosen])


@dataclass(frozen=True, slots=True)
class Ratings:
    """Linear sums by day and products by month of one questionnaire layout."""

    layout: Layout
    days: Cells
    months: Cells

    def where(self, keep: Callable[[Mark], bool]) -> Ratings:
        return Ratings(self.layout, self.days.where(keep), self.months.where(keep))


_MARKS = ("version_id", "desk_id", "counter_id", "field_id", "part", "stage", "form", "trust_class")


def from_tallies(
    session: Session,
    *,
    layout: Layout,
    versions: Iterable[int],
    desk_ids: Sequence[int],
    start: date,
    end: date,
) -> Ratings:
    """Read the sums of whole months `[start, end)`."""
    if start.day != 1 or end.day != 1:
        raise ValueError(f"tallies hold whole months, not {start}–{end}")
    wanted = list(versions)
    days = cells_of(session, DayTally, layout, wanted, desk_ids, start, end)
    months = cells_of(session, MonthTally, layout, wanted, desk_ids, start, end)
    unsure = _few_of_a_field(months)
    return Ratings(layout, _without_fields(days, unsure), _without_fields(months, unsure))


_Group = tuple[int, date, int, Part, Stage, Form, TrustClass]


def _group_of(mark: Mark) -> _Group:
    month = mark.time.replace(day=1)
    return mark.desk_id, month, mark.counter_id, mark.part, mark.stage, mark.form, mark.trust_class


def is_settled(month: date, today: date) -> bool:
    """Say whether a month is over, with some days of grace: its fields are told apart from then on."""
    return today >= (month.replace(day=1) + timedelta(days=31)).replace(day=1) + SETTLES


def _few_of_a_field(months: Cells) -> set[tuple[_Group, int]]:
    """Find the fields of a month that few answers share: whatever filters ask for, these count as unknown.

    Mixing sees to the other marks. So any two figures differ by nobody or by five persons at least, over all
    filters and periods; and a field is told from others only once its month stays as it is.
    """
    # The day of UTC, which is behind the office's: fields are told apart some hours later, never sooner.
    today = clock.now().date()
    groups: dict[_Group, dict[int, int]] = {}
    for mark, n in zip(months.marks, months.n.tolist(), strict=True):
        fields = groups.setdefault(_group_of(mark), {})
        fields[mark.field_id] = fields.get(mark.field_id, 0) + n
    found: set[tuple[_Group, int]] = set()
    for group, fields in groups.items():
        unknown = fields.pop(0, 0)
        settled = is_settled(group[1], today)
        for field_id in sorted(fields, key=lambda one: (fields[one], one)):
            if settled and fields[field_id] >= CELL and not 0 < unknown < CELL:
                break
            unknown += fields[field_id]
            found.add((group, field_id))
    return found


def _without_fields(cells: Cells, unsure: set[tuple[_Group, int]]) -> Cells:
    if not unsure:
        return cells
    marks = tuple(
        replace(mark, field_id=0) if mark.field_id and (_group_of(mark), mark.field_id) in unsure else mark
        for mark in cells.marks
    )
    return replace(cells, marks=marks)


def cells_of(
    session: Session,
    table: type[Any],
    layout: Layout,
    versions: Sequence[int],
    desk_ids: Sequence[int],
    start: date,
    end: date,
    **marks: Any,
) -> Cells:
    """Read the rows of a table of sums by day or by month; `marks` are further columns of its key."""
    time, kind = ("day", "linear") if hasattr(table, "day") else ("month", "products")
    at = getattr(table, time)
    rows = session.execute(
        select(*(getattr(table, name) for name in _MARKS), at.label("at"), table.n, table.sums)
        .where(table.version_id.in_(versions), table.desk_id.in_(desk_ids), at >= start, at < end)
        .where(*(getattr(table, name) == value for name, value in marks.items()))
        .order_by(table.desk_id, at)
    ).all()
    cells = tuple(
        Mark(r.version_id, r.desk_id, r.at, r.counter_id, r.field_id, r.part, r.stage, r.form, r.trust_class)
        for r in rows
    )
    counts = np.fromiter((row.n for row in rows), dtype=np.int64, count=len(rows))
    return Cells(cells, counts, sums.decode(layout, kind, [row.sums for row in rows]))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as far as sums are concerned: its marks, with the day as their time, and its levels."""

    mark: Mark
    levels: bytes


def answers(
    session: Session, *, versions: Iterable[int], desk_ids: Sequence[int], start: date, end: date
) -> list[Answer]:
    """Read mixed answers `[start, end)`: for the commands on the machine, never for a page."""
    rows = session.execute(
        select(
            Response.version_id,
            Response.desk_id,
            Response.day,
            Response.counter_id,
            Response.field_id,
            Response.part,
            Response.stage,
            Response.form,
            Response.trust_class,
            Response.levels,
        ).where(
            Response.version_id.in_(list(versions)),
            Response.desk_id.in_(desk_ids),
            Response.day >= start,
            Response.day < end,
        )
    )
    return [
        Answer(
            Mark(
                r.version_id,
                r.desk_id,
                r.day,
                r.counter_id or 0,
                r.field_id or 0,
                r.part,
                r.stage,
                r.form,
                r.trust_class,
            ),
            r.levels,
        )
        for r in rows
    ]


def summed(layout: Layout, given: Sequence[Answer]) -> Ratings:
    """Sum answers into the same cells that the tallies hold."""
    width = len(layout.items)
    levels = np.frombuffer(b"".join(one.levels for one in given), dtype=np.uint8).reshape(-1, width)
    days = [one.mark for one in given]
    months = [replace(mark, time=mark.time.replace(day=1)) for mark in days]
    return Ratings(
        layout,
        _grouped(layout, levels, days, sums.tabulate_linear),
        _grouped(layout, levels, months, sums.tabulate_products),
    )


def _grouped(
    layout: Layout,
    levels: npt.NDArray[np.uint8],
    marks: Sequence[Mark],
    tabulate: Callable[[Layout, npt.NDArray[np.uint8], IntArray, int], IntArray],
) -> Cells:
    index: dict[Mark, int] = {}
    groups = np.fromiter(
        (index.setdefault(mark, len(index)) for mark in marks), dtype=np.int64, count=len(marks)
    )
    counts = np.bincount(groups, minlength=len(index)).astype(np.int64)
    return Cells(tuple(index), counts, tabulate(layout, levels, groups, len(index)))


def persons_by_field(days: Cells) -> Mapping[int, int]:
    """Count persons by field; 0 where the field was coarsened."""
    counts: dict[int, int] = {}
    for mark, n in zip(days.marks, days.n.tolist(), strict=True):
        counts[mark.field_id] = counts.get(mark.field_id, 0) + n
    return counts

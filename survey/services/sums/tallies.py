"""Keep the additive sums: add a mixed batch, rebuild all of them from the responses bit for bit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.orm import Session

from analysis import sums
from analysis.layout import Layout
from survey.enums import Form, Part, Stage, TrustClass
from survey.models import DayTally, MonthRollup, MonthTally, Response
from survey.services.answers import kept
from survey.services.office.instruments import InstrumentStore
from survey.services.sums import rollups


@dataclass(frozen=True, slots=True)
class Cell:
    """The marks under which answers are summed; 0 and `*` stand for coarsened or unknown."""

    version_id: int
    desk_id: int
    counter_id: int
    field_id: int
    part: Part
    stage: Stage
    form: Form
    trust_class: TrustClass


@dataclass(frozen=True, slots=True)
class Mixed:
    """A mixed answer as far as the sums are concerned."""

    cell: Cell
    day: date
    levels: bytes


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def add(session: Session, mixed: Sequence[Mixed], *, store: InstrumentStore) -> None:
    """Add answers to the day and month sums, in the transaction that stores the answers."""
    add_cells(session, DayTally, MonthTally, mixed, store=store)
    rollups.renew(session, {(one.cell.desk_id, first_of_month(one.day)) for one in mixed}, store=store)


def add_cells(
    session: Session,
    day_table: type[Any],
    month_table: type[Any],
    mixed: Sequence[Mixed],
    *,
    store: InstrumentStore,
    **marks: Any,
) -> None:
    """Add answers to a pair of tables of sums; `marks` are further columns of their keys."""
    for version_id in sorted({one.cell.version_id for one in mixed}):
        layout = store.get(session, version_id).layout
        of_version = [one for one in mixed if one.cell.version_id == version_id]
        days = [(one.cell, one.day) for one in of_version]
        _add_to(session, day_table, "day", days, of_version, layout, marks)
        months = [(one.cell, first_of_month(one.day)) for one in of_version]
        _add_to(session, month_table, "month", months, of_version, layout, marks)


def _add_to(
    session: Session,
    table: type[Any],
    time: str,
    keys: Sequence[tuple[Cell, date]],
    mixed: Sequence[Mixed],
    layout: Layout,
    marks: Mapping[str, Any],
) -> None:
    kind = "linear" if time == "day" else "products"
    tabulate = sums.tabulate_linear if time == "day" else sums.tabulate_products
    index: dict[tuple[Cell, date], int] = {}
    groups = np.fromiter((index.setdefault(key, len(index)) for key in keys), dtype=np.int64)
    levels = np.frombuffer(b"".join(one.levels for one in mixed), dtype=np.uint8)
    added = tabulate(layout, levels.reshape(len(mixed), -1), groups, len(index))
    counts = np.bincount(groups, minlength=len(index))
    for (cell, at), place in index.items():
        values = {**_key_values(cell, time, at), **marks}
        where = and_(*(getattr(table, name) == value for name, value in values.items()))
        row = session.execute(select(table.n, table.sums).where(where)).one_or_none()
        n = int(counts[place])
        if row is None:
            blob = sums.encode(added[place])
            session.execute(insert(table).values(**values, n=n, sums=blob))
        else:
            total = sums.decode(layout, kind, [row.sums])[0] + added[place]
            session.execute(
                update(table)
                .where(where)
                .values(n=row.n + n, sums=sums.encode(total))
                .execution_options(synchronize_session=False)
            )


def _key_values(cell: Cell, time: str, at: date) -> dict[str, Any]:
    return {
        "version_id": cell.version_id,
        "desk_id": cell.desk_id,
        "counter_id": cell.counter_id,
        "field_id": cell.field_id,
        "part": cell.part,
        "stage": cell.stage,
        "form": cell.form,
        "trust_class": cell.trust_class,
        time: at,
    }


def rebuild(session: Session, *, store: InstrumentStore) -> int:
    """Drop the day and month sums of every answer that is kept and add these again; give how many were added.

    Sums of a time whose answers were purged stay: nothing is left to make them of.
    """
    first = kept.answers_from(session) or date.min
    session.execute(delete(DayTally).where(DayTally.day >= first))
    session.execute(delete(MonthTally).where(MonthTally.month >= first))
    session.execute(delete(MonthRollup).where(MonthRollup.month >= first))
    total = 0
    for version_id in store.all(session):
        batch = list(_mixed_responses(session, version_id))
        if batch:
            add(session, batch, store=store)
        total += len(batch)
    return total


SUMMED_COLUMNS = (
    Response.desk_id,
    Response.day,
    Response.counter_id,
    Response.field_id,
    Response.part,
    Response.stage,
    Response.form,
    Response.trust_class,
    Response.levels,
)


def _mixed_responses(session: Session, version_id: int) -> Iterable[Mixed]:
    rows = session.execute(select(*SUMMED_COLUMNS).where(Response.version_id == version_id))
    return (mixed_of(row, version_id) for row in rows)


def mixed_of(row: Any, version_id: int) -> Mixed:
    """Read a stored answer as far as the sums are concerned."""
    cell = Cell(
        version_id,
        row.desk_id,
        row.counter_id or 0,
        row.field_id or 0,
        row.part,
        row.stage,
        row.form,
        row.trust_class,
    )
    return Mixed(cell, row.day, row.levels)

"""A year of answers written straight into the tables, for measurements and for the long tests.

What mixing would have stored, without the hours that mixing takes: responses, and the sums made of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from analysis import sums
from survey.db import Database
from survey.enums import Form, Part, Stage, TrustClass
from survey.models import DayTally, Desk, MonthTally, ProcedureField, Response, Setting
from survey.services.office import installation
from survey.services.office.instruments import InstrumentStore
from survey.services.sums import rollups

WORKING_DAYS = 250
_CHUNK = 20_000


def fill(
    database: Database,
    store: InstrumentStore,
    *,
    year: int,
    answers: int,
    desks: int = 1,
    responses: bool = True,
    seed: int = 1,
) -> None:
    """Store a year of `answers` at `desks` desks of the installation's unit."""
    chance = np.random.default_rng(seed)
    with database.read() as session:
        published = store.current(session)
        unit_id = installation.read(session).unit_id
        fields = list(session.scalars(select(ProcedureField.id).order_by(ProcedureField.id)))[:4]
    desk_ids = database.write(lambda session: _desks(session, unit_id, desks))
    days = _days(year)
    items = len(published.layout.items)
    marks = {
        "desk": chance.integers(0, desks, answers),
        "day": chance.integers(0, len(days), answers),
        "phone": chance.random(answers) < 0.35,
        "headline": chance.random(answers) < 0.88,
        "field": chance.integers(-3, len(fields), answers).clip(-1),
    }
    levels = _levels(chance, published, marks["phone"], marks["headline"], items)
    keys = np.stack(
        [marks["desk"], marks["day"], marks["phone"], marks["headline"], marks["field"]], axis=1
    ).astype(np.int64)
    context = (published.id, desk_ids, days, fields)
    _tallies(database, DayTally, "day", keys, levels, published.layout, context)
    months = np.array([day.month - 1 for day in days])
    keys_of_month = keys.copy()
    keys_of_month[:, 1] = months[keys[:, 1]]
    firsts = [date(year, month, 1) for month in range(1, 13)]
    month_context = (published.id, desk_ids, firsts, fields)
    _tallies(database, MonthTally, "month", keys_of_month, levels, published.layout, month_context)
    if responses:
        _responses(database, keys, levels, context)
    database.write(lambda session: session.execute(delete(Setting).where(Setting.key == "rollups")))
    rollups.ensure(database, store=store)


def _desks(session: Session, unit_id: int | None, wanted: int) -> list[int]:
    found = list(session.scalars(select(Desk.id).where(Desk.unit_id == unit_id).order_by(Desk.id)))
    for number in range(len(found), wanted):
        desk = Desk(unit_id=unit_id, code=f"B{number}", name=f"Bộ phận {number}", confirmed=True)
        session.add(desk)
        session.flush()
        found.append(desk.id)
    return found[:wanted]


def _days(year: int) -> list[date]:
    first = date(year, 1, 2)
    every = [first + timedelta(days=number) for number in range(363)]
    return [day for day in every if day.weekday() < 5 and day.year == year][:WORKING_DAYS]


def _levels(chance: Any, published: Any, phone: Any, headline: Any, items: int) -> Any:
    """Full forms answer everything, split ones one item a dimension; a result only in the headline."""
    levels = chance.choice(
        np.array([1, 2, 3, 4, 5, 6], np.uint8), (len(phone), items), p=[0.02, 0.04, 0.1, 0.44, 0.36, 0.04]
    )
    asked = np.zeros_like(levels, dtype=bool)
    for dimension in published.instrument.dimensions:
        places = np.array([item.position for item in dimension.items])
        drawn = places[chance.integers(0, len(places), len(phone))]
        asked[np.arange(len(phone)), drawn] = True
    asked |= phone[:, None]
    after_result = np.array([item.only_after_result for item in published.instrument.items])
    asked &= headline[:, None] | ~after_result[None, :]
    return np.where(asked, levels, 0).astype(np.uint8)


def _cell(key: Sequence[int], context: Any) -> dict[str, Any]:
    version_id, desk_ids, _times, fields = context
    desk, _time, phone, headline, field = key
    return {
        "version_id": version_id,
        "desk_id": desk_ids[desk],
        "part": Part.HEADLINE if headline else Part.OTHER_STAGES,
        "stage": Stage.RESULT if headline else Stage.FILING,
        "form": Form.FULL if phone else Form.SPLIT,
        "trust_class": TrustClass.PHONE_TOKEN if phone else TrustClass.KIOSK,
        "field_id": fields[field] if field >= 0 else None,
    }


def _tallies(
    database: Database, table: Any, time: str, keys: Any, levels: Any, layout: Any, context: Any
) -> None:
    cells, groups = np.unique(keys, axis=0, return_inverse=True)
    groups = groups.reshape(-1)
    tabulate = sums.tabulate_linear if table is DayTally else sums.tabulate_products
    counts = np.bincount(groups, minlength=len(cells))
    order = np.argsort(groups, kind="stable")
    edges = np.searchsorted(groups[order], np.arange(0, len(cells) + _CHUNK, _CHUNK))
    for start, low, high in zip(range(0, len(cells), _CHUNK), edges, edges[1:], strict=False):
        inside = order[low:high]
        size = min(_CHUNK, len(cells) - start)
        added = tabulate(layout, levels[inside], groups[inside] - start, size)
        rows = []
        for place in range(size):
            cell = _cell(cells[start + place].tolist(), context)
            cell["field_id"] = cell["field_id"] or 0
            at = context[2][cells[start + place][1]]
            blob = sums.encode(added[place])
            rows.append({**cell, "counter_id": 0, time: at, "n": int(counts[start + place]), "sums": blob})
        database.write(lambda session, rows=rows: session.execute(insert(table), rows))


def _responses(database: Database, keys: Any, levels: Any, context: Any) -> None:
    for start in range(0, len(keys), _CHUNK):
        rows = [
            {
                **_cell(key, context),
                "id": secrets.token_bytes(16),
                "day": context[2][key[1]],
                "counter_id": None,
                "levels": answer.tobytes(),
            }
            for key, answer in zip(
                keys[start : start + _CHUNK].tolist(), levels[start : start + _CHUNK], strict=True
            )
        ]
        database.write(lambda session, rows=rows: session.execute(insert(Response), rows))

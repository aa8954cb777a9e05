"""Counters by month: what mixing takes away from small cells comes back once a month, ten or more at a time.

A day of a small office has few whole cells, so mixing gives most counters up. Their answers are added to
their counter here instead, apart from any day: three sums of each dimension for a counter and month. Until a
month is over its sums wait sealed, in one text of a desk that is as long whatever it holds. Then each counter
with ten persons or more is written; the others join the next month of the year, and what is left at the
year's end is dropped.

Why nobody can subtract: what a day's cell keeps of its counter is not in these sums: the two never overlap.
What stays sealed of a desk is nobody or ten persons, and of a counter those without a field are nobody or
five, since a counter may serve one field alone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.scale import SATISFIED_BY_CODE, VALID_BY_CODE
from survey.enums import Dimension, Part
from survey.models import CounterMonth, CounterWaiting, Desk
from survey.queries.ratings import CELL, SETTLES
from survey.seal import Keyring, SealBroken
from survey.services.intake.batching import Release
from survey.services.office.instruments import InstrumentStore, Published

logger = logging.getLogger(__name__)

# The fewest persons that join a counter at once; a counter may be one or two known officers.
STEP = 10
_PURPOSE = "counter-months"
_PAD = 8192

# Of one counter: persons, persons without a field, then persons, valid, satisfied of each dimension.
Sums = list[int]
Waiting = dict[int, Sums]
_EMPTY: Sums = [0] * (2 + 3 * len(Dimension))


def hold(session: Session, releases: Sequence[Release], *, keyring: Keyring, store: InstrumentStore) -> None:
    """Add the answers of one desk that lose their counter to what waits, while they are mixed."""
    by_month: dict[date, list[Release]] = {}
    for release in releases:
        if _loses_counter(release):
            by_month.setdefault(release.day.replace(day=1), []).append(release)
    for month, of_month in by_month.items():
        desk_id = of_month[0].answer.desk_id
        waiting = _read(session, desk_id, month, keyring)
        for release in of_month:
            published = store.get(session, release.answer.version_id)
            _add(waiting, release.answer.counter_id or 0, _sums_of(release, published))
        _write(session, desk_id, month, waiting, keyring)


def _loses_counter(release: Release) -> bool:
    return (
        release.part is Part.HEADLINE and release.counter_id is None and release.answer.counter_id is not None
    )


def _sums_of(release: Release, published: Published) -> Sums:
    layout = published.layout
    weights = published.instrument.weights(release.answer.form, release.part)
    weight_of = dict(zip(layout.dimension_names, weights, strict=True))
    levels = np.frombuffer(release.answer.levels, dtype=np.uint8)
    found = [1, int(release.field_id is None)]
    for dimension in Dimension:
        weight, inside = weight_of[dimension.value], levels[layout.item_slice(dimension.value)]
        valid, satisfied = int(VALID_BY_CODE[inside].sum()), int(SATISFIED_BY_CODE[inside].sum())
        found += [int(valid > 0), weight * valid, weight * satisfied]
    return found


def _add(waiting: Waiting, counter_id: int, added: Sums) -> None:
    before = waiting.get(counter_id, _EMPTY)
    waiting[counter_id] = [a + b for a, b in zip(before, added, strict=True)]


def release(session: Session, *, keyring: Keyring, today: date) -> int:
    """Write the counters of months that are over; give how many persons joined theirs."""
    over = (today - SETTLES).replace(day=1)
    due = session.execute(
        select(CounterWaiting.desk_id, CounterWaiting.month)
        .where(CounterWaiting.month < over)
        .order_by(CounterWaiting.desk_id, CounterWaiting.month)
    ).all()
    joined = 0
    for desk_id in sorted({row.desk_id for row in due}):
        # As in mixing: where several processes serve, one of them changes the sums of a desk.
        session.execute(select(Desk.id).where(Desk.id == desk_id).with_for_update())
        joined += _release_desk(session, desk_id, over, keyring)
    return joined


def _release_desk(session: Session, desk_id: int, over: date, keyring: Keyring) -> int:
    joined = 0
    while (month := _first_waiting(session, desk_id, over)) is not None:
        waiting = _read(session, desk_id, month, keyring)
        leaving = ready(waiting)
        for counter_id, sums in leaving.items():
            _store(session, counter_id, month, sums)
            joined += sums[0]
        left = {counter_id: sums for counter_id, sums in waiting.items() if counter_id not in leaving}
        session.execute(
            delete(CounterWaiting).where(CounterWaiting.desk_id == desk_id, CounterWaiting.month == month)
        )
        following = (month + timedelta(days=31)).replace(day=1)
        if left and following.year == month.year:
            carried = _read(session, desk_id, following, keyring)
            for counter_id, sums in left.items():
                _add(carried, counter_id, sums)
            _write(session, desk_id, following, carried, keyring)
    return joined


def _first_waiting(session: Session, desk_id: int, over: date) -> date | None:
    found: date | None = session.scalar(
        select(CounterWaiting.month)
        .where(CounterWaiting.desk_id == desk_id, CounterWaiting.month < over)
        .order_by(CounterWaiting.month)
        .limit(1)
    )
    return found


def ready(waiting: Mapping[int, Sums]) -> dict[int, Sums]:
    """Choose the counters of a desk that may be written: pure, for who wants to attack the rule.

    A counter leaves with ten persons, of whom nobody or five lack a field; and what stays behind is nobody or
    ten persons, or else the smallest that would leave stays as well.
    """
    leaving = {
        counter_id: sums
        for counter_id, sums in waiting.items()
        if sums[0] >= STEP and (sums[1] == 0 or sums[1] >= CELL)
    }
    while leaving and 0 < sum(s[0] for c, s in waiting.items() if c not in leaving) < STEP:
        del leaving[min(leaving, key=lambda counter_id: (leaving[counter_id][0], counter_id))]
    return leaving


def _store(session: Session, counter_id: int, month: date, sums: Sums) -> None:
    for place, dimension in enumerate(Dimension):
        persons, valid, satisfied = sums[2 + 3 * place : 5 + 3 * place]
        row = session.get(CounterMonth, (counter_id, month, dimension))
        if row is None:
            row = CounterMonth(
                counter_id=counter_id, month=month, dimension=dimension, persons=0, valid=0, satisfied=0
            )
            session.add(row)
        row.persons += persons
        row.valid += valid
        row.satisfied += satisfied
    session.flush()


def _read(session: Session, desk_id: int, month: date, keyring: Keyring) -> Waiting:
    sealed = session.scalar(
        select(CounterWaiting.sealed).where(CounterWaiting.desk_id == desk_id, CounterWaiting.month == month)
    )
    if sealed is None:
        return {}
    try:
        plain = json.loads(keyring.unseal(_PURPOSE, sealed, bound_to=_bound(desk_id, month)))
    except SealBroken:
        # Another key: counters of a month are lost, answers are not, and mixing must go on.
        logger.warning("sums of counters cannot be opened with this key; they are dropped")
        return {}
    return {int(counter_id): sums for counter_id, sums in plain.items()}


def _write(session: Session, desk_id: int, month: date, waiting: Waiting, keyring: Keyring) -> None:
    plain = json.dumps(waiting, separators=(",", ":")).encode()
    padded = plain.ljust(-(-len(plain) // _PAD) * _PAD)
    sealed = keyring.seal(_PURPOSE, padded, bound_to=_bound(desk_id, month))
    session.merge(CounterWaiting(desk_id=desk_id, month=month, sealed=sealed))
    session.flush()


def _bound(desk_id: int, month: date) -> bytes:
    return f"{desk_id}/{month.isoformat()}".encode()

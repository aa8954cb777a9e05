"""Sums by weekday and two-hour slot of a quarter: when people come, and how it goes then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from analysis import sums
from analysis.layout import Layout
from survey.enums import Form
from survey.models import HourTally
from survey.services.instruments import InstrumentStore
from survey.services.responses import Waiting

SLOT_MINUTES = 120


class Slot(NamedTuple):
    """The key of a slot, in the order of the table's primary key."""

    desk_id: int
    quarter: date
    weekday: int
    slot: int
    version_id: int
    form: Form


def first_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def add(session: Session, answers: Sequence[tuple[date, Waiting]], *, store: InstrumentStore) -> None:
    """Add mixed answers (with the day they are stored under) to the slots of their quarter."""
    slots: dict[Slot, list[bytes]] = {}
    for stored_day, answer in answers:
        slots.setdefault(_slot(stored_day, answer), []).append(answer.levels)
    for slot, levels in slots.items():
        _add_slot(session, slot, levels, store.get(session, slot.version_id).layout)
    session.flush()


def _slot(stored_day: date, answer: Waiting) -> Slot:
    return Slot(
        answer.desk_id,
        first_of_quarter(stored_day),
        answer.day.isoweekday(),
        answer.minute // SLOT_MINUTES,
        answer.version_id,
        answer.form,
    )


def _add_slot(session: Session, slot: Slot, levels: Sequence[bytes], layout: Layout) -> None:
    matrix = np.frombuffer(b"".join(levels), dtype=np.uint8).reshape(len(levels), -1)
    added = sums.tabulate_linear(layout, matrix, np.zeros(len(levels), dtype=np.int64), 1)[0]
    row = session.get(HourTally, slot)
    if row is None:
        session.add(HourTally(**slot._asdict(), n=len(levels), sums=sums.encode(added)))
    else:
        row.n += len(levels)
        row.sums = sums.encode(sums.decode(layout, "linear", [row.sums])[0] + added)

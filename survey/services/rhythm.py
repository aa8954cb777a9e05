"""Sums by weekday and two-hour slot of a quarter: when people come, and how it goes then.

A slot that few share would be the answers of these few. They are summed under `OTHER_HOURS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from analysis import sums
from analysis.layout import Layout
from survey.enums import Form, TrustClass
from survey.models import HourTally
from survey.services.batching import NAMELESS, Release, give_up
from survey.services.instruments import InstrumentStore
from survey.services.responses import Waiting

SLOT_MINUTES = 120
# Weekday and slot of what came at hours that too few share.
OTHER_HOURS = (0, 0)


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


def add(session: Session, releases: Sequence[Release], *, store: InstrumentStore) -> None:
    """Add mixed answers to the slots of the quarter of the day they are stored under."""
    groups: dict[tuple[date, int, Form], list[Release]] = {}
    for release in releases:
        answer = release.answer
        if answer.trust_class is TrustClass.PAPER:
            continue  # paper tells no hour
        group = (first_of_quarter(release.day), answer.version_id, answer.form)
        groups.setdefault(group, []).append(release)
    for members in groups.values():
        slots = _hidden_among_others(session, members)
        by_slot: dict[Slot, list[bytes]] = {}
        for release, slot in zip(members, slots, strict=True):
            by_slot.setdefault(slot, []).append(release.answer.levels)
        for slot, levels in by_slot.items():
            _add_slot(session, slot, levels, store.get(session, slot.version_id).layout)
    session.flush()


def _hidden_among_others(session: Session, releases: Sequence[Release]) -> list[Slot]:
    """Give the slot of each answer of one quarter, version and form, or other hours.

    Earlier answers of a slot hide those of the kiosk alone: elsewhere it may be known who answered, and when.
    """
    slots = [_slot(release.day, release.answer) for release in releases]
    fresh = Counter(slots)
    earlier: Mapping[Slot, int] = {}
    if all(release.answer.trust_class in NAMELESS for release in releases):
        rows = {slot: session.get(HourTally, slot) for slot in fresh}
        earlier = {slot: row.n for slot, row in rows.items() if row is not None}
    giving = give_up(fresh, earlier)
    for place, slot in enumerate(slots):
        if giving[slot]:
            giving[slot] -= 1
            slots[place] = slot._replace(weekday=OTHER_HOURS[0], slot=OTHER_HOURS[1])
    return slots


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

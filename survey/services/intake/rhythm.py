"""Sums by weekday and two-hour slot of a quarter: when people come, and how it goes then.

Of one batch hardly five came in the same slot, so what a quarter brings waits sealed until it is over.
Then each slot with five persons or more is written; the others are summed under `OTHER_HOURS`. So what may be
read never changes by the answers of fewer than five, and no two states of it lie within a quarter.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis import sums
from survey.enums import Form, TrustClass
from survey.models import Desk, HourTally, HourWaiting
from survey.queries.ratings import CELL, SETTLES
from survey.seal import Keyring, SealBroken
from survey.services.answers.responses import Waiting
from survey.services.intake.batching import Release
from survey.services.office.instruments import InstrumentStore

logger = logging.getLogger(__name__)

SLOT_MINUTES = 120
# Weekday and slot of what came at hours that too few share.
OTHER_HOURS = (0, 0)
_PURPOSE = "hour-tallies"
_PAD = 65_536


class Slot(NamedTuple):
    weekday: int
    slot: int
    version_id: int
    form: Form


@dataclass(frozen=True, slots=True)
class Part:
    """What came in a slot: persons and linear sums."""

    n: int
    sums: np.ndarray

    def __add__(self, other: Part) -> Part:
        return Part(self.n + other.n, self.sums + other.sums)


def first_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def hold(session: Session, releases: Sequence[Release], *, keyring: Keyring, store: InstrumentStore) -> None:
    """Add the answers of one desk to what waits of the quarter that they are stored under."""
    by_quarter: dict[date, list[Release]] = {}
    for release in releases:
        if release.answer.trust_class is not TrustClass.PAPER:  # paper tells no hour
            by_quarter.setdefault(first_of_quarter(release.day), []).append(release)
    for quarter, of_quarter in by_quarter.items():
        desk_id = of_quarter[0].answer.desk_id
        waiting = _read(session, desk_id, quarter, keyring, store)
        for slot, levels in _by_slot(of_quarter).items():
            layout = store.get(session, slot.version_id).layout
            matrix = np.frombuffer(b"".join(levels), dtype=np.uint8).reshape(len(levels), -1)
            one_domain = np.zeros(len(levels), dtype=np.int64)
            added = Part(len(levels), sums.tabulate_linear(layout, matrix, one_domain, 1)[0])
            waiting[slot] = waiting[slot] + added if slot in waiting else added
        _write(session, desk_id, quarter, waiting, keyring)


def _by_slot(releases: Sequence[Release]) -> Mapping[Slot, list[bytes]]:
    found: dict[Slot, list[bytes]] = {}
    for release in releases:
        found.setdefault(_slot(release.answer), []).append(release.answer.levels)
    return found


def _slot(answer: Waiting) -> Slot:
    weekday, slot = answer.day.isoweekday(), answer.minute // SLOT_MINUTES
    return Slot(weekday, slot, answer.version_id, answer.form)


def release(session: Session, *, keyring: Keyring, store: InstrumentStore, today: date) -> int:
    """Write the slots of quarters that are over; give how many persons they hold."""
    over = first_of_quarter(today - SETTLES)
    due = session.execute(
        select(HourWaiting.desk_id, HourWaiting.quarter)
        .where(HourWaiting.quarter < over)
        .order_by(HourWaiting.desk_id, HourWaiting.quarter)
    ).all()
    written = 0
    for desk_id, quarter in due:
        # As in mixing: where several processes serve, one of them changes the sums of a desk.
        session.execute(select(Desk.id).where(Desk.id == desk_id).with_for_update())
        waiting = _read(session, desk_id, quarter, keyring, store)
        if 0 < sum(part.n for part in waiting.values()) < CELL:
            continue  # who came late, and too few to be told apart: they wait for more of their quarter
        for slot, part in settled(waiting).items():
            _add(session, desk_id, quarter, slot, part, store)
            written += part.n
        session.execute(
            delete(HourWaiting).where(HourWaiting.desk_id == desk_id, HourWaiting.quarter == quarter)
        )
    session.flush()
    return written


def settled(waiting: Mapping[Slot, Part]) -> dict[Slot, Part]:
    """Sum up under other hours what fewer than five share: pure, for who wants to attack the rule.

    Questionnaires and forms are told apart, so each has hours of its own; where those of a form are too few
    to stand under other hours, its next smallest slot joins them, and a form of fewer than five is left out.
    """
    found: dict[Slot, Part] = {}
    for kind in {(slot.version_id, slot.form) for slot in waiting}:
        own = {slot: part for slot, part in waiting.items() if (slot.version_id, slot.form) == kind}
        kept = {slot: part for slot, part in own.items() if part.n >= CELL}
        while kept and 0 < sum(part.n for slot, part in own.items() if slot not in kept) < CELL:
            del kept[min(kept, key=lambda slot: (kept[slot].n, slot))]
        others = [part for slot, part in own.items() if slot not in kept]
        found |= kept
        if sum(part.n for part in others) >= CELL:
            found[Slot(*OTHER_HOURS, *kind)] = sum(others[1:], start=others[0])
    return found


def _add(
    session: Session, desk_id: int, quarter: date, slot: Slot, part: Part, store: InstrumentStore
) -> None:
    layout = store.get(session, slot.version_id).layout
    row = session.get(
        HourTally, (desk_id, quarter, slot.weekday, slot.slot, slot.version_id, slot.form)
    ) or HourTally(
        desk_id=desk_id, quarter=quarter, **slot._asdict(), n=0, sums=sums.encode(np.zeros_like(part.sums))
    )
    row.n += part.n
    row.sums = sums.encode(sums.decode(layout, "linear", [row.sums])[0] + part.sums)
    session.add(row)


def _read(
    session: Session, desk_id: int, quarter: date, keyring: Keyring, store: InstrumentStore
) -> dict[Slot, Part]:
    sealed = session.scalar(
        select(HourWaiting.sealed).where(HourWaiting.desk_id == desk_id, HourWaiting.quarter == quarter)
    )
    if sealed is None:
        return {}
    try:
        plain = json.loads(keyring.unseal(_PURPOSE, sealed, bound_to=_bound(desk_id, quarter)))
    except SealBroken:
        # Another key: hours of a quarter are lost, answers are not, and mixing must go on.
        logger.warning("sums by hour cannot be opened with this key; they are dropped")
        return {}
    found = {}
    for weekday, number, version_id, form, n, encoded in plain:
        layout = store.get(session, version_id).layout
        decoded = sums.decode(layout, "linear", [base64.b64decode(encoded)])[0]
        found[Slot(weekday, number, version_id, Form(form))] = Part(n, decoded)
    return found


def _write(
    session: Session, desk_id: int, quarter: date, waiting: Mapping[Slot, Part], keyring: Keyring
) -> None:
    rows = [
        [*slot, part.n, base64.b64encode(sums.encode(part.sums)).decode()] for slot, part in waiting.items()
    ]
    plain = json.dumps(rows, separators=(",", ":")).encode()
    padded = plain.ljust(-(-len(plain) // _PAD) * _PAD)
    sealed = keyring.seal(_PURPOSE, padded, bound_to=_bound(desk_id, quarter))
    session.merge(HourWaiting(desk_id=desk_id, quarter=quarter, sealed=sealed))
    session.flush()


def _bound(desk_id: int, quarter: date) -> bytes:
    return f"{desk_id}/{quarter.isoformat()}".encode()

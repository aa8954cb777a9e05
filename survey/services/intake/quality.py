"""Signal bits of an answer, set while its time and device are still known; nothing is deleted for them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.device_signals import flag_pace
from analysis.recurring import flag_recurring
from analysis.response_quality import (
    ResponseFlag as Flag,
)
from analysis.response_quality import device_rate, flag_bursts, flag_fast, flag_straight
from survey.enums import Form, Signal
from survey.instrument import NOT_ANSWERED
from survey.models import DayTally, HourTally, KioskDevice
from survey.queries.ratings import CELL
from survey.services.answers.responses import Waiting
from survey.services.intake.batching import NAMELESS, Release
from survey.services.intake.past_answers import PastAnswers
from survey.services.intake.rhythm import OTHER_HOURS, SLOT_MINUTES
from survey.services.intake.seen_today import Seen
from survey.services.office import office_hours
from survey.services.office.office_hours import OfficeHours

# A desk is open about eight hours: so many windows of ten minutes make a day, and so many slots.
WINDOWS_PER_DAY = 48
SLOTS_PER_DAY = 4
# So many answers a new desk needs until its own hours count as much as an even day.
EVEN_ANSWERS = 48
# Who came before closing is served after it, and a clock may be a little off.
CLOSED_AFTER = timedelta(minutes=30)
# How far back a desk's own past is looked at.
PAST = timedelta(days=400)

FLAG_OF_SIGNAL: Mapping[Signal, Flag] = {
    Signal.FAST: Flag.FAST,
    Signal.STRAIGHT: Flag.STRAIGHT,
    Signal.BURST: Flag.BURST,
    Signal.REPEATED: Flag.REPEATED,
    Signal.PACE: Flag.PACE,
    Signal.CLOSED: Flag.CLOSED,
}

# Told by the moment of an answer or the time it took, which a log of a proxy may show too.
TIMED = tuple(flag for flag in FLAG_OF_SIGNAL.values() if flag is not Flag.STRAIGHT)

__all__ = [
    "FLAG_OF_SIGNAL",
    "Flag",
    "Usual",
    "flag_bits",
    "has_several",
    "hidden_among_others",
    "signals_of",
    "usual",
]


@dataclass(frozen=True, slots=True)
class Usual:
    """What is ordinary at a desk: how much a tablet takes, when it is open, what people say."""

    rates: Mapping[Hashable, float]  # (tablet, slot of two hours) -> answers in ten minutes
    hours: OfficeHours
    past: PastAnswers


def usual(session: Session, desk_id: int, devices: set[int], *, today: date, past: PastAnswers) -> Usual:
    """Read a desk's own past; a new tablet leans on its peers, a new desk on an even day."""
    shape = _shape_of_day(session, desk_id, today)
    rates: dict[Hashable, float] = {
        (device, slot): rate * factor
        for device, rate in _device_rates(session, devices).items()
        for slot, factor in enumerate(shape)
    }
    return Usual(rates, office_hours.read(session), past)


def _device_rates(session: Session, devices: set[int]) -> Mapping[int, float]:
    """Give how many answers a tablet takes in ten minutes, from the past of its counter and of its peers."""
    if not devices:
        return {}
    past = {
        row.counter_id: (int(row.n), int(row.days))
        for row in session.execute(
            select(
                DayTally.counter_id,
                func.sum(DayTally.n).label("n"),
                func.count(DayTally.day.distinct()).label("days"),
            ).group_by(DayTally.counter_id)
        )
    }
    answers, days = (sum(column) for column in zip(*past.values(), strict=True)) if past else (0, 0)
    peers = answers / (days * WINDOWS_PER_DAY) if days else 0.0
    counters = {
        row.id: row.counter_id or 0
        for row in session.execute(
            select(KioskDevice.id, KioskDevice.counter_id).where(KioskDevice.id.in_(devices))
        )
    }
    own = {device: past.get(counters.get(device, 0), (0, 0)) for device in devices}
    return {device: device_rate(n, on * WINDOWS_PER_DAY, peer_rate=peers) for device, (n, on) in own.items()}


def _shape_of_day(session: Session, desk_id: int, today: date) -> Sequence[float]:
    """Give how much busier than the day's mean each two hours are at the tablets of a desk."""
    counts = {
        int(row.slot): int(row.n)
        for row in session.execute(
            select(HourTally.slot, func.sum(HourTally.n).label("n"))
            .where(
                HourTally.desk_id == desk_id,
                HourTally.form == Form.SPLIT,
                HourTally.weekday != OTHER_HOURS[0],
                HourTally.quarter >= today - PAST,
            )
            .group_by(HourTally.slot)
        )
    }
    total = sum(counts.values())
    slots = 24 * 60 // SLOT_MINUTES
    return [
        (SLOTS_PER_DAY * counts.get(slot, 0) + EVEN_ANSWERS) / (total + EVEN_ANSWERS) for slot in range(slots)
    ]


def flag_bits(answers: Sequence[Waiting], known: Usual, *, mixed: Sequence[Seen] = ()) -> Mapping[bytes, int]:
    """Give the flag bits of each answer of one desk by its intake id.

    What a device shows over time is seen beside what was `mixed` earlier that day.
    """
    if not answers:
        return {}
    levels = np.array([list(answer.levels) for answer in answers], dtype=np.uint8)
    answered = (levels != NOT_ANSWERED).sum(axis=1)
    seconds = np.array([np.nan if answer.duration_s is None else answer.duration_s for answer in answers])
    bits = (
        flag_fast(seconds, answered) * int(Flag.FAST)
        + flag_straight(levels) * int(Flag.STRAIGHT)
        + np.array([_was_closed(answer, known.hours) for answer in answers]) * int(Flag.CLOSED)
        + _over_time([*map(Seen.of, answers), *mixed], known)[: len(answers)]
    )
    return {answer.id: int(bit) for answer, bit in zip(answers, bits, strict=True)}


def _over_time(seen: Sequence[Seen], known: Usual) -> npt.NDArray[np.int64]:
    """Give the bits that an answer has by what its device took before and after it."""
    moments = np.array([(one.day.toordinal() * 1440 + one.minute) * 60.0 for one in seen])
    devices, said = [one.device_id for one in seen], [one.said for one in seen]
    slots = [None if one.device_id is None else (one.device_id, one.minute // SLOT_MINUTES) for one in seen]
    recurring = flag_recurring(moments, devices, said, usual=known.past.usual_share)
    return np.asarray(
        flag_bursts(moments, slots, known.rates) * int(Flag.BURST)
        + recurring * int(Flag.REPEATED)
        + flag_pace(moments, devices, np.array([len(one) for one in said])) * int(Flag.PACE)
    )


def without_rare(bits: Mapping[bytes, int]) -> Mapping[bytes, int]:
    """Drop a signal that tells of the hour where fewer than five of the answers that leave share it."""
    rare = sum(bool(bit & Flag.CLOSED) for bit in bits.values()) < CELL
    return {identity: bit & ~int(Flag.CLOSED) if rare else bit for identity, bit in bits.items()}


def _was_closed(answer: Waiting, hours: OfficeHours) -> bool:
    """Say whether a tablet of the desk took the answer while nobody was being served."""
    if answer.device_id is None:
        return False
    at = datetime.combine(answer.day, time(answer.minute // 60, answer.minute % 60), UTC)
    return not (hours.is_open(at - CLOSED_AFTER) or hours.is_open(at + CLOSED_AFTER))


def signals_of(bits: int) -> list[Signal]:
    return [signal for signal, flag in FLAG_OF_SIGNAL.items() if bits & flag]


def has_several(bits: int) -> bool:
    """Say whether more speaks for a second look than one weak signal.

    Content and quick people give one signal each day; a run that chance does not give, or a pace that no
    hand has, speaks for itself.
    """
    return bool(bits & (Flag.REPEATED | Flag.PACE)) or len(signals_of(bits)) > 1


def hidden_among_others(releases: Sequence[Release], bits: Mapping[bytes, int]) -> Mapping[bytes, int]:
    """Take a timed bit off answers whose giver may be known, unless enough have it and enough lack it."""
    kept = dict(bits)
    groups: dict[Hashable, list[bytes]] = {}
    for release in releases:
        if release.trust_class not in NAMELESS:
            cell = (release.part, release.answer.form, release.day, release.stage, release.trust_class)
            groups.setdefault((*cell, release.counter_id, release.field_id), []).append(release.answer.id)
    for members in groups.values():
        for flag in TIMED:
            with_it = sum(bool(bits[one] & flag) for one in members)
            if min(with_it, len(members) - with_it or CELL) < CELL:
                kept.update({one: kept[one] & ~int(flag) for one in members})
    return kept

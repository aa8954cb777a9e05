"""Flag bits of an answer: signals for the quality panel; nothing is ever deleted because of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.response_quality import (
    ResponseFlag as Flag,
)
from analysis.response_quality import device_rate, flag_bursts, flag_fast, flag_straight
from survey.instrument import NOT_ANSWERED
from survey.models import DayTally, KioskDevice
from survey.services.responses import Waiting

# A desk is open about eight hours: so many windows of ten minutes make a day.
WINDOWS_PER_DAY = 48

__all__ = ["Flag", "device_rates", "flag_bits"]


def device_rates(session: Session, devices: set[int]) -> Mapping[Hashable, float]:
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


def flag_bits(answers: Sequence[Waiting], rates: Mapping[Hashable, float]) -> Mapping[bytes, int]:
    """Give the flag bits of each answer of one desk, by its intake id."""
    if not answers:
        return {}
    levels = np.array([list(answer.levels) for answer in answers], dtype=np.uint8)
    seconds = np.array([np.nan if answer.duration_s is None else answer.duration_s for answer in answers])
    moments = np.array([(answer.day.toordinal() * 1440 + answer.minute) * 60.0 for answer in answers])
    bits = (
        flag_fast(seconds, (levels != NOT_ANSWERED).sum(axis=1)) * int(Flag.FAST)
        + flag_straight(levels) * int(Flag.STRAIGHT)
        + flag_bursts(moments, [answer.device_id for answer in answers], rates) * int(Flag.BURST)
    )
    return {answer.id: int(bit) for answer, bit in zip(answers, bits, strict=True)}

"""When an entry of a tablet came, whatever the tablet's clock says.

A tablet tells three things of an entry: how long ago it came at least (`seconds_ago`, by a clock that never
jumps but begins anew with the page and stands still in sleep), the server's own time that it came after
(`not_before`), and what its clock says, put right by the server's last word (`by_clock`). The first two are
bounds; where they meet, as they do without a restart in between, the third is not needed. Where a restart
lies between, the clock decides within the bounds. Releases before these bounds sent `seconds_ago` alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from survey.clock import office_day
from survey.exceptions import AnswersRejected

# Keys of submissions are kept about this long: an older one could be stored a second time.
OLDEST = timedelta(days=400)
# Crystals drift by seconds a day, and replies take a while; more than this is a restart or a sleep.
DRIFT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Dated:
    """An instant and the bounds between which it lies."""

    earliest: datetime
    best: datetime
    latest: datetime

    def is_certain(self, zone: ZoneInfo) -> bool:
        """Say whether the day, which is all that is kept of an answer, is beyond doubt."""
        if self.latest - self.earliest <= DRIFT:
            return True
        return office_day(self.earliest, zone) == office_day(self.latest, zone)


def read(entry: Mapping[str, Any], now: datetime) -> Dated:
    """Date an entry that arrives now.

    Raises
    ------
    AnswersRejected
        It tells no age, or is older than keys are kept.
    """
    raw = entry.get("seconds_ago")
    ago = number(raw)
    if ago is None or ago > OLDEST.total_seconds():
        raise AnswersRejected(question="seconds_ago", value=raw, allowed=["0 … 400 days"])
    latest = now - timedelta(seconds=max(ago, 0.0))
    earliest = _instant(entry.get("not_before"), now)
    if earliest is None or latest - earliest <= DRIFT:
        return Dated(latest, latest, latest)
    clock = _instant(entry.get("by_clock"), now) or latest
    return Dated(earliest, min(max(clock, earliest), latest), latest)


def _instant(raw: object, now: datetime) -> datetime | None:
    """Read seconds since 1970; anything beyond what keys allow stands for the bound."""
    seconds = number(raw)
    if seconds is None:
        return None
    first, last = (now - OLDEST).timestamp(), now.timestamp()
    return datetime.fromtimestamp(min(max(seconds, first), last), UTC)


def number(raw: object) -> float | None:
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        return None
    try:
        value = float(raw)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None

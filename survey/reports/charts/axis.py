"""The common axis of shares: where it starts is stated and the same for every chart of a page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

START = 0.6
STEP = 0.1


@dataclass(frozen=True, slots=True)
class Axis:
    """From `start` to 1, drawn between two positions."""

    start: float
    first: float
    last: float

    @property
    def marks(self) -> tuple[float, ...]:
        """The shares that get a line: every 10 points, fewer where the axis is long."""
        steps = round((1 - self.start) / STEP)
        stride = 1 if steps <= 5 else 2 if steps <= 10 and steps % 2 == 0 else 1
        return tuple(round(self.start + STEP * place, 1) for place in range(0, steps + 1, stride))

    def at(self, share: float) -> float:
        """Give the position of a share; what lies before the start is drawn at the start."""
        part = (max(share, self.start) - self.start) / (1 - self.start)
        return self.first + (self.last - self.first) * part

    def cuts(self, share: float) -> bool:
        return share < self.start - 1e-9

    def between(self, first: float, last: float) -> Axis:
        """Give the same axis drawn elsewhere."""
        return Axis(self.start, first, last)


def axis_for(shares: Iterable[float], *, first: float = 0.0, last: float = 1.0) -> Axis:
    """Start at 60 %, or at the full ten below the lowest share that must be seen."""
    seen = [share for share in shares if math.isfinite(share)]
    lowest = min([START, *seen])
    return Axis(max(0.0, math.floor(lowest * 10 + 1e-9) / 10), first, last)

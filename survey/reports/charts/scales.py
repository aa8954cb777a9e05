"""Scales: from a figure to its place on the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

_MOST_LINES = 6


class Scale(Protocol):
    """Where a value stands between two positions of the picture."""

    @property
    def first(self) -> float: ...

    @property
    def last(self) -> float: ...

    def at(self, value: float) -> float: ...

    def cuts(self, value: float) -> bool:
        """Say whether a value lies before the start, so that it is drawn at the start and marked."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """From `start` to `end`; what lies outside is drawn at the nearer end."""

    start: float
    end: float
    first: float
    last: float

    def at(self, value: float) -> float:
        low, high = min(self.start, self.end), max(self.start, self.end)
        part = (min(max(value, low), high) - self.start) / (self.end - self.start)
        return self.first + (self.last - self.first) * part

    def cuts(self, value: float) -> bool:
        return value < min(self.start, self.end) - 1e-9

    def between(self, first: float, last: float) -> Linear:
        """Give the same scale drawn elsewhere."""
        return Linear(self.start, self.end, first, last)


@dataclass(frozen=True, slots=True)
class Picture:
    """Picture units as they are, for marks beside the axes."""

    first: float = 0.0
    last: float = 0.0

    def at(self, value: float) -> float:
        return value

    def cuts(self, value: float) -> bool:
        return False


def places(count: int, first: float, last: float) -> Linear:
    """Make a scale of things side by side: thing i reaches from i to i + 1, its middle is i + 0.5."""
    return Linear(0.0, float(max(count, 1)), first, last)


def counts(largest: float, first: float, last: float) -> tuple[Linear, tuple[float, ...]]:
    """Make a scale from 0 to a round number, with the numbers that get a line."""
    if largest <= 0:
        return Linear(0.0, 1.0, first, last), (0.0, 1.0)
    unit = max(10.0 ** math.floor(math.log10(largest) - 1), 1.0)
    step = next(unit * factor for factor in (1, 2, 5, 10, 20, 50) if largest / (unit * factor) <= _MOST_LINES)
    top = step * math.ceil(largest / step - 1e-9)
    return Linear(0.0, top, first, last), tuple(step * i for i in range(round(top / step) + 1))

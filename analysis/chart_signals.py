"""Signals on a control chart: which points are too unusual to be ordinary month-to-month variation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

import numpy as np
import scipy

RUN_LENGTH: Final = 7
_CLOSE: Final = 2.0 / 3.0


class Signal(StrEnum):
    """The rule that a point breaks; each name says its direction."""

    NONE = "none"
    ABOVE_UPPER_LIMIT = "above-upper-limit"
    BELOW_LOWER_LIMIT = "below-lower-limit"
    RISING = "seven-rising"
    FALLING = "seven-falling"
    TWO_OF_THREE_HIGH = "two-of-three-high"
    TWO_OF_THREE_LOW = "two-of-three-low"
    SEVEN_ABOVE = "seven-above-centre"
    SEVEN_BELOW = "seven-below-centre"

    @property
    def direction(self) -> int:
        """1 for a signal upwards, −1 downwards, 0 for no signal."""
        if self is Signal.NONE:
            return 0
        return 1 if self in _UPWARD else -1


_UPWARD: Final = frozenset(
    {Signal.ABOVE_UPPER_LIMIT, Signal.RISING, Signal.TWO_OF_THREE_HIGH, Signal.SEVEN_ABOVE}
)


@dataclass(frozen=True, slots=True)
class RunsTest:
    """Anhøj's two runs rules: signal when the longest run is too long or the crossings are too few."""

    points: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int
    signal: bool


def find_signals(values: np.ndarray, *, centre: float, half_width: np.ndarray) -> tuple[Signal, ...]:
    """Name, for each point, the first rule it breaks.

    In this order: outside the limits; part of 7 points that all rise or all fall; one of 2 in 3 beyond two
    thirds of the way to a limit (all three on one side, the point itself inside the limits); part of 7
    points on one side of the centre.

    Parameters
    ----------
    values
        Points in order of time, shape (k,), without gaps.
    centre
        Centre line.
    half_width
        Distance from the centre to the limits, shape (k,) or (1,).

    Returns
    -------
    tuple of Signal
        One for each point.

    References
    ----------
    NHS England, *Making Data Count*, SPC rules; the order of the rules as in NHSRplotthedots 0.2.2.

    Examples
    --------
    >>> import numpy as np
    >>> values = np.array([0.80, 0.82, 0.81, 0.95])
    >>> [str(signal) for signal in find_signals(values, centre=0.81, half_width=np.array([0.05]))]
    ['none', 'none', 'none', 'above-upper-limit']
    """
    values = np.asarray(values, dtype=float)
    width = np.broadcast_to(half_width, values.shape)
    side = np.sign(values - centre)
    beyond = np.where(np.abs(values - centre) > width, side, 0.0)
    close = (beyond == 0.0) & (np.abs(values - centre) > _CLOSE * width)
    # From the weakest claim to the strongest: a later rule overwrites an earlier one.
    by_strength = (
        (_seven_on_one_side(side), Signal.SEVEN_ABOVE, Signal.SEVEN_BELOW),
        (_two_of_three(side, close), Signal.TWO_OF_THREE_HIGH, Signal.TWO_OF_THREE_LOW),
        (_seven_in_trend(values), Signal.RISING, Signal.FALLING),
        (beyond, Signal.ABOVE_UPPER_LIMIT, Signal.BELOW_LOWER_LIMIT),
    )
    found = [Signal.NONE] * len(values)
    for direction, upwards, downwards in by_strength:
        for i in np.flatnonzero(direction):
            found[i] = upwards if direction[i] > 0 else downwards
    return tuple(found)


def check_runs(values: np.ndarray, *, centre: float) -> RunsTest:
    r"""Test a series for shifts by its longest run and its crossings of the centre line.

    Points on the centre line are left out. With :math:`k` left, a signal is a longest run above
    :math:`\operatorname{round}(\log_2 k + 3)`, or fewer crossings than the 5 % quantile of the
    binomial distribution :math:`B(k - 1, 1/2)`.

    Parameters
    ----------
    values
        Points in order of time, shape (k,).
    centre
        Centre line, usually the median or the mean.

    References
    ----------
    J. Anhøj, A. V. Olesen, PLoS ONE 9 (2014) e113825.

    Examples
    --------
    >>> import numpy as np
    >>> check_runs(np.array([1.0] * 9 + [3.0] * 9), centre=2.0).signal
    True
    """
    side = np.sign(np.asarray(values, dtype=float) - centre)
    side = side[side != 0.0]
    changes = np.flatnonzero(np.diff(side)) + 1
    runs = np.diff(np.concatenate(([0], changes, [len(side)])))
    longest = int(runs.max(initial=0))
    longest_limit = round(math.log2(len(side)) + 3.0) if len(side) else 0
    crossings_limit = _fewest_crossings(len(side) - 1) if len(side) > 1 else 0
    return RunsTest(
        points=len(side),
        longest_run=longest,
        longest_run_limit=longest_limit,
        crossings=len(changes),
        crossings_limit=crossings_limit,
        signal=longest > longest_limit or len(changes) < crossings_limit,
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of the first point on another level, and the side (1 or −1) to which the level moved."""

    place: int
    side: int


def last_turn(directions: Sequence[int]) -> Turn | None:
    """Find the point after the last long stretch on one side, or its first where it lasts to the end."""
    place, found = 0, None
    for side, run in groupby(directions):
        length = len([*run])
        after = place + length
        if side and length >= RUN_LENGTH:
            if after < len(directions):
                found = Turn(after, -side)
            elif place:
                found = Turn(place, side)
        place = after
    return found


def _fewest_crossings(changes: int) -> int:
    """Give the 5 % quantile of Bin(`changes`, 1/2): the fewest crossings that chance explains."""
    return int(np.searchsorted(scipy.special.bdtr(np.arange(changes + 1.0), changes, 0.5), 0.05))


def _seven_on_one_side(side: np.ndarray) -> np.ndarray:
    direction = np.zeros(len(side))
    for start in range(len(side) - RUN_LENGTH + 1):
        window = side[start : start + RUN_LENGTH]
        if abs(window.sum()) == RUN_LENGTH:
            direction[start : start + RUN_LENGTH] = window[0]
    return direction


def _seven_in_trend(values: np.ndarray) -> np.ndarray:
    direction = np.zeros(len(values))
    steps = np.sign(np.diff(values))
    for start in range(len(values) - RUN_LENGTH + 1):
        window = steps[start : start + RUN_LENGTH - 1]
        if abs(window.sum()) == RUN_LENGTH - 1:
            # A turning point belongs to two trends; the later one names it.
            direction[start : start + RUN_LENGTH] = window[0]
    return direction


def _two_of_three(side: np.ndarray, close: np.ndarray) -> np.ndarray:
    direction = np.zeros(len(side))
    for start in range(len(side) - 2):
        window = slice(start, start + 3)
        if abs(side[window].sum()) == 3 and close[window].sum() >= 2:
            direction[window] = np.where(close[window], side[start], direction[window])
    return direction

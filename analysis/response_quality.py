"""Implausible answers: signals that are counted and shown, never a reason to delete an answer.

An honest, content citizen also gives sixteen times the same level, so no signal is proof by itself. Signals
about a whole unit are in :mod:`analysis.unit_quality`, the index with and without flagged answers in
:mod:`analysis.influence`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from enum import IntFlag
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from analysis._validation import AnalysisError, check_positive, check_whole
from analysis.scale import VALID_BY_CODE

STRAIGHT_ITEMS: Final = 10
SECONDS_PER_ITEM: Final = 2.0
MEDIAN_FRACTION: Final = 1.0 / 3.0
BURST_SECONDS: Final = 600.0
BURST_PROBABILITY: Final = 1.0 - 1e-4
BURST_FLOOR: Final = 4

Bools = npt.NDArray[np.bool_]


class ResponseFlag(IntFlag):
    """Flag bits that may stay with an answer."""

    FAST = 1
    STRAIGHT = 2
    BURST = 4
    REPEATED = 8  # one that comes back too often at one device (:mod:`analysis.recurring`)
    PACE = 16  # closer together than people can answer (:mod:`analysis.device_signals`)
    CLOSED = 32  # at a desk's own device while the desk was closed


def longest_run(levels: np.ndarray) -> npt.NDArray[np.int64]:
    """Length of the longest run of one level over neighbouring items; a blank ends a run.

    Parameters
    ----------
    levels
        Stored codes 0–6, shape (persons, items).

    References
    ----------
    P. G. Curran, J. Exp. Soc. Psychol. 66 (2016) 4–19 ("long string").

    Examples
    --------
    >>> import numpy as np
    >>> longest_run(np.array([[5, 5, 5, 4], [5, 0, 5, 5]], dtype=np.uint8)).tolist()
    [3, 2]
    """
    codes = np.asarray(levels)
    longest = np.zeros(len(codes), dtype=np.int64)
    run = np.zeros(len(codes), dtype=np.int64)
    before: np.ndarray | None = None
    for item in codes.T:
        valid = VALID_BY_CODE[item]
        run = np.where(valid, np.where((before is not None) & (item == before), run + 1, 1), 0)
        longest = np.maximum(longest, run)
        before = item
    return longest


def within_person_spread(levels: np.ndarray) -> npt.NDArray[np.float64]:
    """Standard deviation of each person's valid levels (n − 1); nan with fewer than two.

    References
    ----------
    A. M. Dunn et al., J. Bus. Psychol. 33 (2018) 105–121 (intra-individual response variability).

    Examples
    --------
    >>> import numpy as np
    >>> within_person_spread(np.array([[5, 4, 0], [5, 5, 5], [3, 0, 6]], dtype=np.uint8)).round(4).tolist()
    [0.7071, 0.0, nan]
    """
    codes = np.asarray(levels)
    valid = VALID_BY_CODE[codes]
    n = valid.sum(axis=1)
    values = np.where(valid, codes, 0).astype(float)
    mean = values.sum(axis=1) / np.maximum(n, 1)
    squares = (np.where(valid, values - mean[:, np.newaxis], 0.0) ** 2).sum(axis=1)
    return np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)


def flag_straight(levels: np.ndarray, *, minimum_items: int = STRAIGHT_ITEMS) -> Bools:
    """Persons with one and the same level on all of at least ten valid items.

    A split form has at most five items and is never flagged. Where nearly everybody is satisfied most of
    the flagged are honest: use the flag together with a second one.

    Examples
    --------
    >>> import numpy as np
    >>> flag_straight(np.array([[5] * 12, [5] * 11 + [4], [5] * 9 + [0] * 3], dtype=np.uint8)).tolist()
    [True, False, False]
    """
    codes = np.asarray(levels)
    valid = VALID_BY_CODE[codes]
    lowest = np.where(valid, codes, 255).min(axis=1, initial=255)
    highest = np.where(valid, codes, 0).max(axis=1, initial=0)
    straight: Bools = (valid.sum(axis=1) >= minimum_items) & (lowest == highest)
    return straight


def flag_fast(seconds: np.ndarray, answered: np.ndarray, *, median_seconds: float | None = None) -> Bools:
    """Persons who took less than 2 seconds an item, or less than a third of the usual time.

    Parameters
    ----------
    seconds
        Time from the first item to sending, shape (persons,); nan where it is not known (never flagged).
    answered
        Items that the person answered, "not applicable" included, shape (persons,).
    median_seconds
        Median time of the same form, where enough answers are in; else only the first rule is used.

    Examples
    --------
    >>> import numpy as np
    >>> flag_fast(np.array([9.0, 11.0, np.nan]), np.array([5, 5, 5]), median_seconds=40.0).tolist()
    [True, True, False]
    """
    time, items = np.asarray(seconds, dtype=float), np.asarray(answered)
    limit = SECONDS_PER_ITEM * items
    if median_seconds is not None:
        limit = np.maximum(limit, check_positive("median_seconds", median_seconds) * MEDIAN_FRACTION)
    # A comparison with nan is False: an unknown time is no signal.
    return np.asarray((time < limit) & (items > 0))


def burst_limit(rate: float) -> int:
    """Most answers in one window that a device's own rate makes plausible.

    The 1 − 10⁻⁴ quantile of the Poisson distribution, and at least 4: people come in families and share a
    phone, so that a few answers together are no burst however quiet the device is otherwise.

    Parameters
    ----------
    rate
        Answers of the device in a window of ten minutes on ordinary days (:func:`device_rate`).

    Examples
    --------
    >>> burst_limit(0.05), burst_limit(2.0)
    (4, 9)
    """
    if not (rate >= 0.0 and np.isfinite(rate)):
        raise AnalysisError(f"rate is {rate!r}; allowed: a finite number, 0 or more")
    return max(BURST_FLOOR, _poisson_quantile(BURST_PROBABILITY, rate))


def _poisson_quantile(probability: float, rate: float) -> int:
    """Smallest k with P(X <= k) >= probability; `scipy.stats` would slow every start of a program."""
    if rate == 0.0:
        return 0
    k = max(0, int(np.ceil(scipy.special.pdtrik(probability, rate))))
    return k - 1 if k > 0 and scipy.special.pdtr(k - 1, rate) >= probability else k


def device_rate(answers: int, windows: float, *, peer_rate: float, peer_windows: float = 48.0) -> float:
    r"""Answers that a device gives in a window, from its own past leaning on its peers while that is short.

    .. math:: \frac{x + w_0 r_0}{w + w_0}

    The mean of a Gamma posterior: peers weigh as much as one working day (48 windows of ten minutes). A new
    device is judged by its peers, one with a year behind it by itself.

    Parameters
    ----------
    answers
        Answers x of the device in the past, the window in question left out.
    windows
        Windows w of ten minutes in which it was on.
    peer_rate
        Mean answers r₀ of such a device in a window.
    peer_windows
        Weight w₀ of the peers, above 0.

    Examples
    --------
    >>> device_rate(0, 0, peer_rate=0.5)
    0.5
    >>> round(device_rate(4800, 2400, peer_rate=0.5), 2)
    1.97
    """
    past = check_whole("answers", answers)
    if not (windows >= 0.0 and peer_rate >= 0.0):
        raise AnalysisError(f"windows, peer_rate are {windows!r}, {peer_rate!r}; allowed: 0 or more")
    weight = check_positive("peer_windows", peer_windows)
    return (past + weight * peer_rate) / (windows + weight)


def flag_bursts(seconds: np.ndarray, devices: Sequence[Hashable], rates: Mapping[Hashable, float]) -> Bools:
    """Answers that stand in a window of ten minutes with more answers than their device's rate allows.

    Every answer of such a window is flagged, the first ones too.

    Parameters
    ----------
    seconds
        Time of each answer in seconds from any fixed moment, shape (persons,).
    devices
        Device of each answer; None where there is none (never flagged).
    rates
        Rate of each device in a window (:func:`device_rate`).

    Raises
    ------
    AnalysisError
        If a device has no rate, or the lengths differ.

    Examples
    --------
    >>> import numpy as np
    >>> times = np.array([0.0, 60.0, 120.0, 180.0, 240.0, 9000.0])
    >>> flag_bursts(times, ["kiosk"] * 6, {"kiosk": 0.05}).tolist()
    [True, True, True, True, True, False]
    """
    times = np.asarray(seconds, dtype=float)
    if times.shape != (len(devices),):
        raise AnalysisError(f"seconds has shape {times.shape}, devices {len(devices)}; allowed: one for each")
    flagged = np.zeros(len(times), dtype=bool)
    by_device: dict[Hashable, list[int]] = {}
    for i, device in enumerate(devices):
        if device is not None:
            by_device.setdefault(device, []).append(i)
    for device, positions in by_device.items():
        if device not in rates:
            raise AnalysisError(f"device {device!r} has no rate; allowed: devices in rates")
        order = np.array(positions)[np.argsort(times[positions], kind="stable")]
        ends = np.searchsorted(times[order], times[order] + BURST_SECONDS, side="left")
        starts = np.arange(len(order))
        for start in starts[ends - starts > burst_limit(rates[device])]:
            flagged[order[start : ends[start]]] = True
    return flagged

"""What a device shows over time: runs of identical answers, and answers closer together than people can give.

Both look at the order of answers at one device, so they can only be found while time and device are known.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from analysis._validation import AnalysisError, check_share
from analysis.response_quality import Bools

RUN_PROBABILITY: Final = 1e-5
RUN_FLOOR: Final = 5
HUMAN_SECONDS_PER_ITEM: Final = 1.5
ALIKE_AT_FIRST: Final = 0.25
WEIGHT_AT_FIRST: Final = 40.0
_MINUTE: Final = 60.0


def alike_chance(alike: int, pairs: int) -> float:
    r"""How often two neighbouring answers of a place are alike by themselves, from its own past.

    .. math:: \frac{a + w_0 p_0}{m + w_0}

    The mean of a Beta posterior with :math:`p_0 = 0.25` and :math:`w_0 = 40`: content citizens answer alike,
    so a quarter is believed of a new place, and its own past soon decides.

    Examples
    --------
    >>> alike_chance(0, 0), round(alike_chance(30, 360), 3)
    (0.25, 0.1)
    """
    if not 0 <= alike <= pairs:
        raise AnalysisError(f"alike, pairs are {alike!r}, {pairs!r}; allowed: 0 <= alike <= pairs")
    return (alike + WEIGHT_AT_FIRST * ALIKE_AT_FIRST) / (pairs + WEIGHT_AT_FIRST)


def run_limit(chance: float) -> int:
    r"""Length from which a run of identical answers is not believed to be chance.

    The smallest :math:`k` with :math:`p^{k-1} \le 10^{-5}`, and at least 5: where neighbours are alike with
    chance p, a run of k begins at one answer in a hundred thousand.

    Examples
    --------
    >>> run_limit(0.25), run_limit(0.05)
    (10, 5)
    """
    check_share("chance", chance, open_ends=True)
    return max(RUN_FLOOR, 1 + math.ceil(math.log(RUN_PROBABILITY) / math.log(chance) - 1e-9))


def flag_repeated(
    seconds: np.ndarray, devices: Sequence[Hashable], vectors: Sequence[bytes], *, chance: float
) -> Bools:
    """Answers in a run of identical ones at one device that is too long for chance (:func:`run_limit`).

    Parameters
    ----------
    seconds
        Time of each answer from any fixed moment, shape (persons,).
    devices
        Device of each answer; None where there is none (never flagged).
    vectors
        What was answered, in the order in which it was asked.
    chance
        Chance that neighbours are alike (:func:`alike_chance`).

    References
    ----------
    N. Kuriakose, M. Robbins, Statistical Journal of the IAOS 32 (2016) 283–291 (near-duplicates); K. Simmons
    and others, Pew Research Center (2016): a fixed cut-off flags honest people where opinions are alike, so
    the place's own past decides here.

    Examples
    --------
    >>> import numpy as np
    >>> flag_repeated(np.arange(7.0), ["k"] * 7, [b"55"] * 6 + [b"45"], chance=0.05).tolist()
    [True, True, True, True, True, True, False]
    """
    limit = run_limit(chance)
    flagged = np.zeros(len(vectors), dtype=bool)
    for order in by_device(seconds, devices):
        start = 0
        for place in range(1, len(order) + 1):
            if place == len(order) or vectors[order[place]] != vectors[order[start]]:
                if place - start >= limit:
                    flagged[order[start:place]] = True
                start = place
    return flagged


def count_alike(
    seconds: np.ndarray, devices: Sequence[Hashable], vectors: Sequence[bytes], *, leave_out: Bools
) -> tuple[int, int]:
    """Pairs of neighbouring answers at one device that are alike, and all such pairs.

    Parameters
    ----------
    seconds, devices, vectors
        As for :func:`flag_repeated`.
    leave_out
        Answers that must not shape what counts as usual, shape (persons,).

    Examples
    --------
    >>> import numpy as np
    >>> count_alike(np.arange(3.0), ["k"] * 3, [b"5", b"5", b"4"], leave_out=np.zeros(3, bool))
    (1, 2)
    """
    alike = pairs = 0
    for order in by_device(seconds, devices):
        kept = [place for place in order if not leave_out[place]]
        pairs += max(len(kept) - 1, 0)
        alike += sum(vectors[a] == vectors[b] for a, b in pairwise(kept))
    return alike, pairs


def flag_pace(seconds: np.ndarray, devices: Sequence[Hashable], answered: np.ndarray) -> Bools:
    """Answers of a minute in which one device took more than people can answer, at 1.5 seconds an item.

    One answer may have begun in the minute before, so the largest of a minute is not counted. Times need be
    known to the minute only.

    Parameters
    ----------
    seconds, devices
        As for :func:`flag_repeated`.
    answered
        Items that each person answered, shape (persons,).

    Examples
    --------
    >>> import numpy as np
    >>> [int(flag_pace(np.zeros(n), ["kiosk"] * n, np.full(n, 5)).sum()) for n in (9, 10)]
    [0, 10]
    """
    times, items = np.asarray(seconds, dtype=float), np.asarray(answered)
    flagged = np.zeros(len(times), dtype=bool)
    for order in by_device(times, devices):
        minutes = np.floor(times[order] / _MINUTE)
        for minute in np.unique(minutes):
            chosen = order[minutes == minute]
            needed = HUMAN_SECONDS_PER_ITEM * (items[chosen].sum() - items[chosen].max())
            flagged[chosen] = needed > _MINUTE
    return flagged


def by_device(seconds: np.ndarray, devices: Sequence[Hashable]) -> Iterator[np.ndarray]:
    """Give the answers of each device in the order of their times."""
    times = np.asarray(seconds, dtype=float)
    if times.shape != (len(devices),):
        raise AnalysisError(f"seconds has shape {times.shape}, devices {len(devices)}; allowed: one for each")
    places: dict[Hashable, list[int]] = {}
    for place, device in enumerate(devices):
        if device is not None:
            places.setdefault(device, []).append(place)
    for of_device in places.values():
        chosen = np.array(of_device)
        yield chosen[np.argsort(times[chosen], kind="stable")]

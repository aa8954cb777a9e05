"""What a device shows over time: answers closer together than people can give.

Looks at the order of answers at one device, so it can only be found while time and device are known; answers
that come back too often are in :mod:`analysis.recurring`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Final

import numpy as np

from analysis._validation import AnalysisError
from analysis.response_quality import Bools

HUMAN_SECONDS_PER_ITEM: Final = 1.5
_MINUTE: Final = 60.0


def flag_pace(seconds: np.ndarray, devices: Sequence[Hashable], answered: np.ndarray) -> Bools:
    """Answers of a minute in which one device took more than people can answer, at 1.5 seconds an item.

    One answer may have begun in the minute before, so the largest of a minute is not counted. Times need be
    known to the minute only.

    Parameters
    ----------
    seconds
        Time of each answer from any fixed moment, shape (persons,).
    devices
        Device of each answer; None where there is none (never flagged).
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

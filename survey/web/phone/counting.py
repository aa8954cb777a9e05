"""Counts of the phone's screens: in memory for half a minute, then added to the day, never anybody's way.

What is in memory when the server stops is lost: these are counts of screens, not answers.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from threading import Lock

from sqlalchemy.orm import Session

from survey.context import database
from survey.enums import Channel
from survey.exceptions import StorageUnavailable
from survey.services.tablets import screen_counts
from survey.services.tablets.screen_counts import TIME_COLUMNS, Counts, time_class

FLUSH_S = 30.0
_Place = tuple[int, date]  # of a desk on a day


class ScreenTally:
    """One for each application; threads share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._flushed_at = time.monotonic()
        self._seen: defaultdict[_Place, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._times: defaultdict[_Place, defaultdict[str, list[int]]] = defaultdict(
            lambda: defaultdict(lambda: [0] * len(TIME_COLUMNS))
        )

    def saw(self, desk_id: int, day: date, screen: str) -> None:
        with self._lock:
            self._seen[desk_id, day][screen] += 1

    def answered(self, desk_id: int, day: date, screen: str, seconds: float) -> None:
        with self._lock:
            self._times[desk_id, day][screen][time_class(seconds)] += 1

    def store(self, *, at_once: bool = False) -> None:
        """Add what was counted to the database, where the last time is long enough ago."""
        if not at_once and time.monotonic() - self._flushed_at < FLUSH_S:
            return
        taken = self._take()
        if not taken:
            return
        try:
            database().write(lambda session: _add(session, taken))
        except StorageUnavailable:
            self._put_back(taken)

    def _take(self) -> Mapping[_Place, Counts]:
        with self._lock:
            self._flushed_at = time.monotonic()
            taken = {
                place: Counts(
                    seen=dict(self._seen[place]),
                    times={screen: tuple(numbers) for screen, numbers in self._times[place].items()},
                )
                for place in {*self._seen, *self._times}
            }
            self._seen.clear()
            self._times.clear()
            return taken

    def _put_back(self, taken: Mapping[_Place, Counts]) -> None:
        with self._lock:
            for place, counts in taken.items():
                for screen, number in counts.seen.items():
                    self._seen[place][screen] += number
                for screen, numbers in counts.times.items():
                    kept = self._times[place][screen]
                    self._times[place][screen] = [a + b for a, b in zip(kept, numbers, strict=True)]


def _add(session: Session, taken: Mapping[_Place, Counts]) -> None:
    for desk_id, day in sorted(taken):
        counts = taken[desk_id, day]
        screen_counts.add(session, desk_id=desk_id, day=day, counts=counts, channel=Channel.PHONE)

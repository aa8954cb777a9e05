"""How often something may be asked: by slip and by tablet, never by network address.

A whole office, its waiting room and every phone in it may stand behind one address, so an address says
nothing about who asks. A slip is opened and sent a few times, a tablet sends so much an hour and a full queue
at once; slips that nobody issued share one budget. What is past its limit is told when to come again, kindly.

The memory is this process's own. Where several processes serve one database each counts for itself: a limit
is then as many times as high, which is all that a brake against loops and guessing needs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, cast

from flask import Flask, current_app

from survey.context import database
from survey.exceptions import StorageUnavailable, TooManyRequests

_HOUR: Final = 3600.0
# Beyond so many keys the oldest are forgotten: whoever fills the memory gains nothing but a fresh start.
MOST_KEYS: Final = 50_000
# An answer about a slip that nobody issued waits so long once the budget is spent, a few at a time.
BAD_DELAY_S: Final = 1.0
_DELAYED_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, refilled evenly over a time."""

    name: str
    burst: int
    per_s: float

    @property
    def seconds_each(self) -> int:
        return round(1 / self.per_s)


# Many at once: a receipt that a hundred phones open in the same minute is nobody's fault, a loop all day is.
OPENINGS = Limit("slip-opened", 120, 20 / _HOUR)
SENDINGS = Limit("slip-sent", 5, 5 / _HOUR)
# Requests, not answers: a drain brings up to fifty answers in one.
DEVICE = Limit("device", 200, 600 / _HOUR)
BAD_SLIPS = Limit("bad-slips", 100, 100 / 60)


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass
class Limits:
    """One for each application."""

    clock: Callable[[], float] = time.monotonic
    delay: Callable[[float], None] = time.sleep
    _buckets: dict[tuple[str, Hashable], _Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _delayed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_DELAYED_AT_ONCE))

    def take(self, limit: Limit, key: Hashable) -> float:
        """Take one; give 0, or after how many seconds there is one again."""
        now = self.clock()
        with self._lock:
            # Taken out and put back at the end: what comes first in the memory was used longest ago.
            bucket = self._buckets.pop((limit.name, key), None) or _Bucket(float(limit.burst), now)
            bucket.left = min(float(limit.burst), bucket.left + (now - bucket.at) * limit.per_s)
            bucket.at = now
            self._buckets[limit.name, key] = bucket
            if len(self._buckets) > MOST_KEYS:
                del self._buckets[next(iter(self._buckets))]
            if bucket.left < 1:
                return (1 - bucket.left) / limit.per_s
            bucket.left -= 1
            return 0.0

    def give_back(self, limit: Limit, key: Hashable) -> None:
        """Undo a take: nothing was done for it."""
        with self._lock:
            bucket = self._buckets.get((limit.name, key))
            if bucket is not None:
                bucket.left = min(float(limit.burst), bucket.left + 1)

    def check(self, limit: Limit, key: Hashable) -> None:
        """Take one.

        Raises
        ------
        TooManyRequests
        """
        wait = self.take(limit, key)
        if wait:
            raise TooManyRequests(limit=limit.name, retry_after_s=int(wait) + 1)

    @contextmanager
    def sending(self, key: Hashable) -> Iterator[None]:
        """Count a sending unless the storage could not take it: then whoever sent may try again."""
        self.check(SENDINGS, key)
        try:
            yield
        except StorageUnavailable:
            self.give_back(SENDINGS, key)
            raise

    def bad_slip(self) -> None:
        """Note a slip that nobody issued; once there are many, such answers come slowly.

        Good slips are never held up by this. Whoever guesses would need thousands of years either way.
        """
        if self.take(BAD_SLIPS, "all") and self._delayed.acquire(blocking=False):
            try:
                self.delay(BAD_DELAY_S)
            finally:
                self._delayed.release()


_EXTENSION = "sipas-limits"


def init_app(app: Flask) -> None:
    app.extensions[_EXTENSION] = Limits(delay=_sleep_aside)


def _sleep_aside(seconds: float) -> None:
    with database().turns.aside():
        time.sleep(seconds)


def limits() -> Limits:
    return cast("Limits", current_app.extensions[_EXTENSION])

"""Who works in Python now, where one process serves everybody.

Python runs one thread at a time. Left to itself it changes threads whenever one of them calls the system:
where sixteen requests are under way each is taken off and put back some fifteen times, and costs a third more
for it. So a request keeps its turn until it is answered, and stands aside while the disk writes.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

# An ordinary request takes a millisecond or two. A report or a page of many sums overstays, and goes on
# without a turn beside the others.
PATIENCE_S = 0.005
# How long such a one may keep Python from who has the turn and comes back from a call of the system; with
# Python's own five milliseconds an answer waits for it ten times over.
SWITCH_S = 0.001


class Turns:
    """One turn at a time, held by a thread; who keeps it for too long loses it to who has waited longest."""

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        # Guards all below. Nobody waits while nobody has the turn.
        self._guard = threading.Lock()
        self._owner: int | None = None
        self._since = 0.0
        self._waiting: deque[tuple[int, threading.Lock]] = deque()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and keep it; one that is held already goes on."""
        if self._owner == threading.get_ident():
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._give_back()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others work meanwhile, and wait for the turn again afterwards; nothing without a turn."""
        if self._owner != threading.get_ident():
            yield
            return
        self._give_back()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        thread = threading.get_ident()
        with self._guard:
            left_s = self._left_s()
            if not self._waiting and left_s <= 0:
                self._begin(thread)
                return
            called = threading.Lock()
            called.acquire()
            self._waiting.append((thread, called))
        while not called.acquire(timeout=left_s):
            with self._guard:
                if self._left_s() <= 0:
                    self._call_next()
                left_s = self._left_s()

    def _left_s(self) -> float:
        """Give how long who has the turn may still keep it; 0 where nobody has it."""
        return 0.0 if self._owner is None else max(0.0, self._since + self._patience_s - time.monotonic())

    def _give_back(self) -> None:
        with self._guard:
            # Else it was lost to somebody who waited.
            if self._owner == threading.get_ident():
                self._call_next()

    def _call_next(self) -> None:
        if not self._waiting:
            self._owner = None
            return
        thread, called = self._waiting.popleft()
        self._begin(thread)
        called.release()

    def _begin(self, thread: int) -> None:
        self._owner, self._since = thread, time.monotonic()

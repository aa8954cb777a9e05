"""The clock of the tests: every test begins at the same moment, whatever the day and the hour outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from survey import clock

# A Thursday morning in the office, late in a year of which all quarters have begun.
MORNING = datetime(2026, 11, 26, 3, tzinfo=UTC)
# Served processes of their own, which know the clock of the machine alone.
_OUTSIDE = ("tests/hard", "tests/install")


class SuiteClock:
    """Goes on from where each test begins; `machine_clock` leaves a test with that of the machine."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._machine = clock.now
        self._ahead: timedelta | None = None

    def begin(self, item: pytest.Item) -> None:
        place = item.path.relative_to(item.config.rootpath).as_posix()
        if item.get_closest_marker("machine_clock") or place.startswith(_OUTSIDE):
            self._ahead = timedelta(0)
            return
        # A test that names days of one year begins in that year, wherever `--clock` puts the others.
        start = MORNING if item.get_closest_marker("dated") else self._start
        self._ahead = start - self._machine()

    def now(self) -> datetime:
        assert self._ahead is not None, "no test has begun"
        return self._machine() + self._ahead


def moment(text: str) -> datetime:
    """Read where the clock begins: `2027-12-31T23:30+07:00`."""
    return datetime.fromisoformat(text).astimezone(UTC)

"""The right day for an answer that waited, whatever the tablet's clock said meanwhile.

The tablet is played here as its program works: a clock of the page that never jumps and begins anew with it,
a wall clock that may be wrong, and the server's time as it was last heard.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk import dating
from survey.clock import office_day
from survey.exceptions import AnswersRejected
from survey.settings import Settings

DAY = timedelta(days=1)
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, 08:00 at the office


@dataclass
class PlayedTablet:
    """True time goes on by `passes`; the wall clock is off by an error that a test may change."""

    true: datetime = START
    error: timedelta = timedelta()
    page: int = 1
    page_clock: timedelta = field(default_factory=timedelta)
    heard: dict[str, Any] = field(default_factory=dict)

    def passes(self, time: timedelta, *, asleep: bool = False) -> None:
        self.true += time
        if not asleep:
            self.page_clock += time

    def hears(self) -> None:
        wall = self.true + self.error
        self.heard = {"server": self.true, "wall": wall, "at": self.page_clock, "page": self.page}

    def restarts(self) -> None:
        self.page += 1
        self.page_clock = timedelta()

    def mark(self) -> dict[str, Any]:
        same = self.heard["page"] == self.page
        since = self.page_clock - self.heard["at"] if same else timedelta()
        by_clock = self.heard["server"] + (self.true + self.error - self.heard["wall"])
        return {
            "page": self.page,
            "at": self.page_clock,
            "not_before": (self.heard["server"] + since).timestamp(),
            "by_clock": by_clock.timestamp(),
        }

    def sends(self, mark: dict[str, Any]) -> dating.Dated:
        age = self.page_clock - (mark["at"] if mark["page"] == self.page else timedelta())
        entry = {**mark, "seconds_ago": age.total_seconds()}
        return dating.read(entry, self.true)


@pytest.fixture
def day(settings: Settings) -> Any:
    return lambda instant: office_day(instant, settings.zone)


@pytest.mark.parametrize("error", [timedelta(days=-3652), -DAY, DAY, timedelta(hours=1)])
@pytest.mark.parametrize("waits", [timedelta(minutes=1), timedelta(hours=20), 7 * DAY])
def test_a_clock_that_is_wrong_all_the_time_does_not_matter(
    error: timedelta, waits: timedelta, settings: Settings
) -> None:
    tablet = PlayedTablet(error=error)
    tablet.hears()
    tablet.passes(timedelta(minutes=10))
    answered, mark = tablet.true, tablet.mark()
    tablet.passes(waits)
    dated = tablet.sends(mark)
    assert abs(dated.best - answered) < timedelta(seconds=1)
    assert dated.is_certain(settings.zone)


@pytest.mark.parametrize("jump", [timedelta(days=-3652), -DAY, DAY, timedelta(days=3652)])
def test_a_clock_that_jumps_while_answers_wait_does_not_matter(jump: timedelta, settings: Settings) -> None:
    tablet = PlayedTablet()
    tablet.hears()
    marks = []
    for number in range(6):
        tablet.passes(timedelta(hours=5))
        marks.append((tablet.true, tablet.mark()))
        if number == 2:
            tablet.error += jump
    tablet.passes(timedelta(hours=5))
    for answered, mark in marks:
        dated = tablet.sends(mark)
        assert abs(dated.best - answered) < timedelta(seconds=1)
        assert dated.is_certain(settings.zone)


def test_after_a_restart_a_clock_that_runs_gives_the_instant(settings: Settings, day: Any) -> None:
    """Years off, but running: what has passed by it since the server was heard is right."""
    tablet = PlayedTablet(error=timedelta(days=-3652))
    tablet.hears()
    tablet.restarts()
    tablet.passes(2 * DAY)
    answered, mark = tablet.true, tablet.mark()
    tablet.passes(DAY)
    tablet.restarts()
    tablet.passes(DAY)
    dated = tablet.sends(mark)
    assert abs(dated.best - answered) < timedelta(seconds=1)
    # Nothing but that clock says so: the day is counted as an estimate.
    assert not dated.is_certain(settings.zone)
    assert day(dated.earliest) < day(answered) < day(dated.latest)


@pytest.mark.parametrize("error", [timedelta(days=-3652), timedelta(days=3652)])
def test_after_a_restart_with_a_clock_that_lost_itself_the_bounds_hold(
    error: timedelta, settings: Settings
) -> None:
    tablet = PlayedTablet()
    tablet.hears()
    heard = tablet.true
    tablet.passes(DAY)
    tablet.restarts()
    tablet.error = error
    tablet.passes(DAY)
    mark = tablet.mark()
    tablet.passes(DAY)
    tablet.restarts()
    tablet.passes(timedelta(hours=1))
    dated = tablet.sends(mark)
    assert dated.earliest == heard
    assert dated.latest == tablet.true - timedelta(hours=1)
    assert heard <= dated.best <= dated.latest
    assert not dated.is_certain(settings.zone)


def test_a_restart_within_one_day_leaves_no_doubt_about_the_day(settings: Settings) -> None:
    tablet = PlayedTablet()
    tablet.hears()
    tablet.passes(timedelta(hours=1))
    mark = tablet.mark()
    tablet.restarts()
    tablet.passes(timedelta(hours=2))
    assert tablet.sends(mark).is_certain(settings.zone)


@pytest.mark.parametrize("error", [timedelta(), timedelta(days=-3652)])
def test_a_night_of_sleep_is_no_age(error: timedelta, day: Any) -> None:
    """The page's clock stands still in sleep; the wall clock, however wrong, does not."""
    tablet = PlayedTablet(error=error)
    tablet.hears()
    tablet.passes(timedelta(hours=8))
    answered, mark = tablet.true, tablet.mark()
    tablet.passes(timedelta(hours=15), asleep=True)
    dated = tablet.sends(mark)
    assert day(dated.best) == day(answered) != day(tablet.true)


def test_what_a_tablet_says_is_held_to_what_can_be() -> None:
    now = START
    far = {"seconds_ago": 60, "not_before": (now + 5 * DAY).timestamp(), "by_clock": 10**300}
    assert dating.read(far, now).best == now - timedelta(minutes=1)
    odd = {"seconds_ago": 60, "not_before": "yesterday", "by_clock": None}
    assert dating.read(odd, now).best == now - timedelta(minutes=1)
    old = {"seconds_ago": 0, "not_before": -(10**300), "by_clock": 0}
    assert dating.read(old, now).best == now - dating.OLDEST
    with pytest.raises(AnswersRejected):
        dating.read({"not_before": now.timestamp()}, now)

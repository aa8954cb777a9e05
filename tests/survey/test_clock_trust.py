"""What cannot be taken back does not follow a clock that has leapt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from survey import clock
from survey.server import Clerk
from survey.services.records import closing
from survey.services.upkeep import clock_trust, retention
from survey.services.upkeep.clock_trust import LEAP, SETTLES

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@pytest.fixture
def note(database):
    return lambda day: database.write(lambda session: clock_trust.note(session, today=day))


def test_a_clock_that_goes_on_is_believed(note):
    assert note(TODAY)
    assert note(TODAY)
    assert note(TODAY - DAY), "a zone was put right"
    assert note(TODAY - DAY + LEAP), "a summer in which the office was closed"


@pytest.mark.parametrize("other", [TODAY + timedelta(days=20_000), TODAY - timedelta(days=3000)])
def test_after_a_leap_it_takes_a_week_there_and_back(note, other):
    note(TODAY)
    for first in (other, TODAY + DAY):
        assert [note(first + number * DAY) for number in range(8)] == [False] * SETTLES.days + [True]


def test_the_clerk_closes_and_deletes_nothing_by_such_a_clock(app, monkeypatch):
    done = []
    monkeypatch.setattr(
        retention, "purge", lambda *_given, today, **_named: done.append(today) or retention.Purge()
    )
    monkeypatch.setattr(closing, "close_due", lambda *_given, today, **_named: done.append(today) or 0)
    start = datetime(2026, 3, 2, 3, tzinfo=UTC)
    for after in (0, 30_000, 1):
        monkeypatch.setattr(clock, "now", lambda after=after: start + timedelta(days=after))
        Clerk(app.extensions["sipas"]).work_now()
    assert done == [TODAY] * 2

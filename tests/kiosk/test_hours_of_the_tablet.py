"""Tablet and server agree on when the office is open."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tablet_modules import Run

from survey.services.office import office_hours
from survey.services.office.office_hours import OfficeHours, Span, SpecialDay

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SPECIAL = {
    date(2026, 11, 26): SpecialDay(date(2026, 11, 26), "Nghỉ lễ"),
    date(2026, 11, 29): SpecialDay(date(2026, 11, 29), "Làm bù", is_open=True),
}
WEEK = (*[(Span(time(7), time(11, 30)), Span(time(13, 30), time(17)))] * 5, (Span(time(7), time(11)),), ())


def test_tablet_and_server_agree_on_every_instant(run: Run) -> None:
    hours = OfficeHours(WEEK, SPECIAL)
    start = datetime(2026, 11, 20, tzinfo=ZONE)
    chance = random.Random(20261125)
    edges = [start + timedelta(minutes=30 * n) for n in range(48 * 14)]
    instants = [*edges, *(start + timedelta(minutes=chance.randrange(14 * 24 * 60)) for _ in range(2000))]
    told = {"hours": office_hours.for_tablet(hours, start)}
    said = run(
        "const {isOpen} = await load('hours'); return given.at.map((at) => isOpen(given.told, at));",
        {"told": told, "at": [instant.timestamp() * 1000 for instant in instants]},
    )
    assert said == [hours.is_open(instant) for instant in instants]
    assert 200 < sum(said) < len(said) - 200


def test_a_server_of_the_release_before_is_understood(run: Run) -> None:
    said = run("const {isOpen} = await load('hours'); return given.map((one) => isOpen(one, 0));",
               [{"open": False}, {"open": True}, {}])  # fmt: skip
    assert said == [False, True, True]

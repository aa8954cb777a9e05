"""Stretches of time that nest: days in weeks of a month, weeks in months, months in quarters and years.

Weeks are those of a month (days 1–7, 8–14, 15–21, 22 to its end), so that every longer stretch is the sum of
shorter ones and no difference of two of them tells of a few persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from analysis.disclosure import Visibility
from analysis.suppression import protect_parts
from survey.services.office import periods
from survey.services.office.periods import CLOSING_DAYS, Period, PeriodKind

WEEKS_OF_MONTH = 4


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def is_short(self) -> bool:
        """True where the squares between persons, kept by month, cannot serve."""
        return self in {Grain.DAY, Grain.WEEK}


_WIDER: Mapping[Grain, Grain] = {
    Grain.DAY: Grain.WEEK,
    Grain.WEEK: Grain.MONTH,
    Grain.MONTH: Grain.QUARTER,
    Grain.QUARTER: Grain.YEAR,
}
_KINDS = {Grain.MONTH: PeriodKind.MONTH, Grain.QUARTER: PeriodKind.QUARTER, Grain.YEAR: PeriodKind.YEAR}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """`[start, end)`. Codes sort by time and begin with the year."""

    start: date
    end: date
    grain: Grain

    @property
    def code(self) -> str:
        if self.grain is Grain.DAY:
            return self.start.isoformat()
        if self.grain is Grain.WEEK:
            return f"{self.start:%Y-%m}-W{self.week}"
        return periods.containing(self.start, _KINDS[self.grain]).code

    @property
    def week(self) -> int:
        """Which week of its month the slot begins in, 1 to 4."""
        return min((self.start.day - 1) // 7, WEEKS_OF_MONTH - 1) + 1

    def is_open(self, today: date) -> bool:
        return today < self.end + timedelta(days=CLOSING_DAYS)


def containing(day: date, grain: Grain) -> Slot:
    """Give the slot that a day belongs to."""
    if grain is Grain.DAY:
        return Slot(day, day + timedelta(days=1), grain)
    if grain is Grain.WEEK:
        week = min((day.day - 1) // 7, WEEKS_OF_MONTH - 1)
        start = day.replace(day=1 + 7 * week)
        last = week == WEEKS_OF_MONTH - 1
        end = (day.replace(day=1) + timedelta(days=31)).replace(day=1) if last else start + timedelta(days=7)
        return Slot(start, end, grain)
    found = periods.containing(day, _KINDS[grain])
    return Slot(found.start, found.end, grain)


def span(grain: Grain, period: Period, *, today: date) -> tuple[date, date]:
    """Say from when to when a chart of this grain reaches: enough points, and no more than fit."""
    year = periods.make(period.year)
    if grain is Grain.DAY:
        if period.kind not in {PeriodKind.MONTH, PeriodKind.QUARTER}:
            last = min(period.end - timedelta(days=1), max(today, period.start))
            period = periods.containing(last, PeriodKind.QUARTER)
        return period.start, period.end
    if grain is Grain.WEEK:
        return year.start, year.end
    back = {Grain.MONTH: 1, Grain.QUARTER: 4, Grain.YEAR: 9}[grain]
    return date(period.year - back, 1, 1), year.end


def slots(grain: Grain, start: date, end: date) -> list[Slot]:
    """List the slots of a stretch of whole months in order."""
    found, day = [], start
    while day < end:
        one = containing(day, grain)
        found.append(one)
        day = one.end
    return found


def gates(counts: Mapping[Slot, int], *, least: int) -> Mapping[Slot, Visibility]:
    """Decide which slots may be shown: none with too few, and none that a sum of shown ones would give away.

    The sums of wider slots are on other views, so a slot is weighed within the wider one, and hidden with it.
    Slots in which nobody answered are no small groups.
    """
    seen = {slot: n for slot, n in counts.items() if n}
    if not seen:
        return {}
    grain = next(iter(seen)).grain
    wider = _WIDER.get(grain)
    if wider is None:
        few = Visibility.BELOW_MINIMUM
        return {slot: Visibility.SHOWN if n >= least else few for slot, n in seen.items()}
    parts: dict[Slot, list[Slot]] = {}
    for slot in seen:
        parts.setdefault(containing(slot.start, wider), []).append(slot)
    above = gates({whole: sum(seen[one] for one in of) for whole, of in parts.items()}, least=least)
    found: dict[Slot, Visibility] = {}
    for whole, of in parts.items():
        found |= _of_one(of, seen, above[whole], least)
    return found


def _of_one(
    of: Sequence[Slot], counts: Mapping[Slot, int], above: Visibility, least: int
) -> Mapping[Slot, Visibility]:
    if above is not Visibility.SHOWN:
        return dict.fromkeys(of, Visibility.HIDDEN)
    decisions, _total = protect_parts([counts[slot] for slot in of], minimum=least)
    return {slot: decision.visibility for slot, decision in zip(of, decisions, strict=True)}

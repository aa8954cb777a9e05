"""When the office is open: hours by weekday, and days that are otherwise; all of it the office sets.

Instants are given in the zone of the office: its clock on the wall decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.exceptions import InvalidInput
from survey.models import Setting
from survey.services.office import audit

KEY = "office_hours"
NAME_CHARACTERS = 60
LONGEST_BREAK_DAYS = 31
MOST_SPANS = 2
# How far ahead a tablet without a network has to know.
KNOWN_AHEAD = timedelta(days=400)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Span:
    """From opening to closing, on one day."""

    opens: time
    closes: time


Week = tuple[tuple[Span, ...], ...]
_USUAL: Week = (*[(Span(time(7, 30), time(17, 0)),)] * 5, (), ())


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A holiday, or a day off that is worked to make up for one."""

    day: date
    name: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Days of one name that follow each other."""

    first: date
    last: date
    name: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Monday to Friday, 07:30 to 17:00, until an office sets hours of its own."""

    week: Week = _USUAL  # Monday first
    days: Mapping[date, SpecialDay] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        special = self.days.get(day)
        if special is None:
            return self.week[day.weekday()]
        # A day that is made up for has the hours of an ordinary one.
        return next((spans for spans in self.week if spans), ()) if special.is_open else ()

    def is_open(self, now: datetime) -> bool:
        return any(span.opens <= now.time() < span.closes for span in self.spans(now.date()))

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """Give how long the office was open between two instants of its own zone."""
        total = timedelta()
        day = start.date()
        while day <= end.date():
            for span in self.spans(day):
                opened = max(start, datetime.combine(day, span.opens, start.tzinfo))
                closed = min(end, datetime.combine(day, span.closes, start.tzinfo))
                total += max(closed - opened, timedelta())
            day += timedelta(days=1)
        return total

    def first_working_day(self, day: date) -> date:
        """Give the day itself where the office is open on it, else the next one that is."""
        for later in range(2 * LONGEST_BREAK_DAYS):
            if self.spans(day + timedelta(days=later)):
                return day + timedelta(days=later)
        return day

    def together(self, *, since: date) -> list[SpecialDays]:
        """Give the special days from one on, those that follow each other as one."""
        found: list[SpecialDays] = []
        for day in sorted(self.days):
            special = self.days[day]
            before = found[-1] if found else None
            if (
                before
                and day - before.last == timedelta(days=1)
                and (before.name, before.is_open) == (special.name, special.is_open)
            ):
                found[-1] = SpecialDays(before.first, day, before.name, before.is_open)
            else:
                found.append(SpecialDays(day, day, special.name, special.is_open))
        return [one for one in found if one.last >= since]


# Days off whose date is the same each year (Labour Code 45/2019/QH14, article 112). Tết and the day of the
# Hùng kings follow the moon, the second day of 2 September is chosen anew each year: the office enters them.
FIXED_DAYS: tuple[tuple[int, int, str], ...] = (
    (1, 1, "Tết Dương lịch"),
    (4, 30, "Ngày Chiến thắng"),
    (5, 1, "Ngày Quốc tế Lao động"),
    (9, 2, "Quốc khánh"),
)


def proposed(hours: OfficeHours, *, today: date) -> list[SpecialDay]:
    """Give the fixed days off of the coming twelve months that nobody has entered."""
    dates = [
        SpecialDay(date(year, month, day), name)
        for year in (today.year, today.year + 1)
        for month, day, name in FIXED_DAYS
    ]
    last = today + timedelta(days=365)
    return [one for one in dates if today <= one.day <= last and one.day not in hours.days]


def read(session: Session) -> OfficeHours:
    stored = session.scalar(select(Setting.value).where(Setting.key == KEY))
    if not stored:
        return OfficeHours()
    week = tuple(
        tuple(Span(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in spans)
        for spans in stored["week"]
    )
    days = [SpecialDay(date.fromisoformat(day), name, is_open) for day, name, is_open in stored["days"]]
    return OfficeHours(week, {one.day: one for one in days})


def change_week(session: Session, week: Sequence[Sequence[Span]], *, login: str, now: datetime) -> None:
    """Set the hours of each weekday.

    Raises
    ------
    InvalidInput
        A span ends before it begins, or two of a day overlap; `field` is the number of the weekday.
    """
    if len(week) != _WEEK:
        raise ValueError("a week has seven days")
    for weekday, spans in enumerate(week):
        if len(spans) > MOST_SPANS or any(span.closes <= span.opens for span in spans):
            raise InvalidInput(field=str(weekday), reason="order")
        if any(after.opens < before.closes for before, after in pairwise(spans)):
            raise InvalidInput(field=str(weekday), reason="overlap")
    _write(session, OfficeHours(tuple(tuple(spans) for spans in week), read(session).days))
    audit.record(session, login=login, action="office-hours-changed", now=now)


def add_days(
    session: Session,
    *,
    first: date,
    last: date | None,
    name: str,
    is_open: bool = False,
    login: str,
    now: datetime,
) -> None:
    """Enter a holiday or a day that is worked in its place, each day once."""
    last = last or first
    if last < first:
        raise InvalidInput(field="last", reason="order")
    if last - first >= timedelta(days=LONGEST_BREAK_DAYS):
        raise InvalidInput(field="last", reason="too-long", maximum=LONGEST_BREAK_DAYS)
    if not name.strip() or len(name) > NAME_CHARACTERS:
        raise InvalidInput(field="name")
    hours = read(session)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    added = {day: SpecialDay(day, name.strip(), is_open) for day in days}
    _write(session, OfficeHours(hours.week, {**hours.days, **added}))
    detail = {"first": first.isoformat(), "last": last.isoformat(), "open": is_open}
    audit.record(session, login=login, action="special-days-added", now=now, detail=detail)


def add_proposed(session: Session, *, today: date, login: str, now: datetime) -> int:
    """Enter every fixed day off of the coming twelve months; give how many."""
    days = proposed(read(session), today=today)
    for one in days:
        add_days(session, first=one.day, last=None, name=one.name, login=login, now=now)
    return len(days)


def remove_days(session: Session, *, first: date, last: date, login: str, now: datetime) -> None:
    hours = read(session)
    kept = {day: one for day, one in hours.days.items() if not first <= day <= last}
    if len(kept) == len(hours.days):
        return
    _write(session, OfficeHours(hours.week, kept))
    detail = {"first": first.isoformat(), "last": last.isoformat()}
    audit.record(session, login=login, action="special-days-removed", now=now, detail=detail)


def _write(session: Session, hours: OfficeHours) -> None:
    value = {
        "week": [[[f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"] for span in spans] for spans in hours.week],
        "days": [[one.day.isoformat(), one.name, one.is_open] for _, one in sorted(hours.days.items())],
    }
    row = session.get(Setting, KEY)
    if row is None:
        session.add(Setting(key=KEY, value=value))
    else:
        row.value = value
    session.flush()


def for_tablet(hours: OfficeHours, now: datetime) -> dict[str, Any]:
    """Give what a tablet needs to know when to sleep, for more than a year without another word.

    Times are minutes of the day by the office's clock, `offset_min` ahead of UTC.
    """
    offset = now.utcoffset()
    if offset is None:
        raise ValueError("an instant in the zone of the office is needed")
    today = now.date()
    return {
        "offset_min": int(offset.total_seconds() // 60),
        "week": [_minutes(spans) for spans in hours.week],
        "days": {
            day.isoformat(): _minutes(hours.spans(day))
            for day in sorted(hours.days)
            if today - timedelta(days=1) <= day <= today + KNOWN_AHEAD
        },
    }


def _minutes(spans: Sequence[Span]) -> list[list[int]]:
    return [
        [span.opens.hour * 60 + span.opens.minute, span.closes.hour * 60 + span.closes.minute]
        for span in spans
    ]

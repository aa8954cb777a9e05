"""When the office is open: Monday to Friday, 07:30 to 17:00, until an office sets hours of its own.

Instants are given in the zone of the office: its clock on the wall decides.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

OPENS = time(7, 30)
CLOSES = time(17, 0)
WORKDAYS = frozenset(range(5))  # as `date.weekday` counts


def office_open(now: datetime) -> bool:
    """Say whether the office is open at an instant of its own zone."""
    return now.weekday() in WORKDAYS and OPENS <= now.time() < CLOSES


def open_time(start: datetime, end: datetime) -> timedelta:
    """Give how long the office was open between two instants of its own zone."""
    total = timedelta()
    day = start.date()
    while day <= end.date():
        if day.weekday() in WORKDAYS:
            opened = max(start, datetime.combine(day, OPENS, start.tzinfo))
            closed = min(end, datetime.combine(day, CLOSES, start.tzinfo))
            total += max(closed - opened, timedelta())
        day += timedelta(days=1)
    return total

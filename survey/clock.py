"""The only place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Give this instant, aware, in UTC."""
    return datetime.now(UTC)


def office_day(instant: datetime, zone: ZoneInfo) -> date:
    """Give the calendar day of an instant where the office stands."""
    return instant.astimezone(zone).date()

"""How the tablets are: what each said last of itself, and which one has been silent for too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.db import insert_if_absent
from survey.exceptions import InvalidInput
from survey.models import KioskHeartbeat
from survey.services.office.office_hours import OfficeHours

# A tablet speaks every minute; half an hour of office time without a word is worth a walk to it.
SILENT_AFTER = timedelta(minutes=30)
LONG_WAIT = timedelta(days=1)
FULL_SHARE = 0.8
_MOST = 2**31 - 1
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Beat:
    """What a tablet says of itself."""

    program: str
    waiting: int
    oldest_s: int
    refused: int
    offline: bool
    used_mb: int | None
    quota_mb: int | None

    @classmethod
    def read(cls, said: object) -> Beat:
        """Read a message as any release of the tablet's program may write it; what is odd counts as not said.

        Raises
        ------
        InvalidInput
            It is no message at all.
        """
        if not isinstance(said, Mapping):
            raise InvalidInput(field="heartbeat")
        used, quota = _number(said, "usage"), _number(said, "quota")
        return cls(
            program=str(said.get("program", ""))[:16],
            waiting=_number(said, "waiting") or 0,
            oldest_s=_number(said, "oldest_s") or 0,
            refused=_number(said, "refused") or 0,
            offline=said.get("offline") is True,
            used_mb=None if used is None else used // _MB,
            quota_mb=None if quota is None else quota // _MB,
        )


@dataclass(frozen=True, slots=True)
class Health:
    """The last heartbeat of a tablet, as an officer wants to know it."""

    at: datetime
    program: str
    waiting: int
    oldest: timedelta
    refused: int
    offline: bool
    used_mb: int | None
    quota_mb: int | None
    estimated: int

    @property
    def waits_long(self) -> bool:
        return self.waiting > 0 and self.oldest >= LONG_WAIT

    @property
    def is_filling_up(self) -> bool:
        return bool(self.quota_mb) and (self.used_mb or 0) > FULL_SHARE * (self.quota_mb or 0)


def _number(said: Mapping[Any, Any], name: str) -> int | None:
    raw = said.get(name)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw < 2**60:
        return None
    return min(int(raw), _MOST) if name not in {"usage", "quota"} else int(raw)


def note(session: Session, *, device_id: int, beat: Beat, now: datetime) -> None:
    """Put a heartbeat in the place of the one before."""
    values: dict[str, Any] = {
        "at_utc": now,
        "program": beat.program,
        "waiting": beat.waiting,
        "oldest_s": beat.oldest_s,
        "refused": beat.refused,
        "offline": beat.offline,
        "used_mb": beat.used_mb,
        "quota_mb": beat.quota_mb,
    }
    if not insert_if_absent(session, KioskHeartbeat, {"device_id": device_id, "estimated": 0, **values}):
        session.execute(update(KioskHeartbeat).where(KioskHeartbeat.device_id == device_id).values(values))


def count_estimated(session: Session, *, device_id: int, count: int) -> None:
    """Add answers whose day is known within bounds only; a tablet that never spoke has no place for them."""
    if count:
        session.execute(
            update(KioskHeartbeat)
            .where(KioskHeartbeat.device_id == device_id)
            .values(estimated=KioskHeartbeat.estimated + count)
        )


def by_device(session: Session) -> Mapping[int, Health]:
    """Give the last heartbeat of each tablet that has sent one."""
    return {
        row.device_id: Health(
            at=row.at_utc,
            program=row.program,
            waiting=row.waiting,
            oldest=timedelta(seconds=row.oldest_s),
            refused=row.refused,
            offline=row.offline,
            used_mb=row.used_mb,
            quota_mb=row.quota_mb,
            estimated=row.estimated,
        )
        for row in session.scalars(select(KioskHeartbeat))
    }


def is_silent(seen_at: datetime | None, *, now: datetime, zone: ZoneInfo, hours: OfficeHours) -> bool:
    """Say whether a tablet has not been heard of for half an hour of office time."""
    if seen_at is None:
        return True
    return hours.open_time(seen_at.astimezone(zone), now.astimezone(zone)) >= SILENT_AFTER

"""What a technician should know about an installation: each finding with what to do about it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from survey import schema
from survey.db import SAFE_SQLITE, Database, sqlite_is_safe, sqlite_module
from survey.models import AuditEvent
from survey.services import audit, closing, installation
from survey.settings import Settings

# A clock before the program was written is wrong.
BUILT = datetime(2026, 11, 1, tzinfo=UTC)
DISK_WARNING_BYTES = 1024**3
DISK_ERROR_BYTES = 200 * 1024**2
# What fits a receipt's code (version 3, level Q: 47 characters) beside "/P/" and a token of 16.
LONGEST_ADDRESS = 47 - len("/P/") - 16


class Weight(StrEnum):
    OK = "ok"
    NOTE = "note"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `code` is stable; `data` holds numbers and names for the wording."""

    code: str
    weight: Weight
    data: tuple[tuple[str, str], ...] = ()


def examine(settings: Settings, database: Database, *, now: datetime, phone_url: str) -> list[Finding]:
    findings = [
        _sqlite(database),
        _disk(settings),
        _https(settings),
        _address(phone_url),
        _migration(database),
    ]
    with database.read() as session:
        findings += [_clock(session, now), _audit(session), _confirmed(session), _records(session)]
        if database.is_sqlite:
            findings.append(_integrity(session))
    return findings


def _sqlite(database: Database) -> Finding:
    if not database.is_sqlite:
        return Finding("postgresql", Weight.OK)
    version = str(sqlite_module().sqlite_version)
    needed = ".".join(map(str, SAFE_SQLITE))
    weight = Weight.OK if sqlite_is_safe() else Weight.NOTE
    return Finding("sqlite", weight, (("version", version), ("needed", needed)))


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data).free
    weight = (
        Weight.ERROR if free < DISK_ERROR_BYTES else Weight.NOTE if free < DISK_WARNING_BYTES else Weight.OK
    )
    return Finding("disk", weight, (("free_mb", str(free // 1024**2)),))


def _https(settings: Settings) -> Finding:
    secure = settings.tls_port is not None or (settings.public_url or "").startswith("https:")
    return Finding("https", Weight.OK if secure else Weight.NOTE)


def _address(phone_url: str) -> Finding:
    fits = len(phone_url) <= LONGEST_ADDRESS
    data = (("address", phone_url), ("length", str(len(phone_url))), ("longest", str(LONGEST_ADDRESS)))
    return Finding("address", Weight.OK if fits else Weight.NOTE, data)


def _migration(database: Database) -> Finding:
    current = schema.current(database.engine)
    at_head = current == schema.HEAD
    return Finding("migration", Weight.OK if at_head else Weight.ERROR, (("current", str(current)),))


def _clock(session: Session, now: datetime) -> Finding:
    last = session.scalar(select(func.max(AuditEvent.at_utc)))
    behind = now < BUILT or (last is not None and last > now + timedelta(minutes=5))
    return Finding(
        "clock", Weight.ERROR if behind else Weight.OK, (("now", now.isoformat(timespec="minutes")),)
    )


def _audit(session: Session) -> Finding:
    broken = audit.first_broken(session)
    if broken is None:
        return Finding("audit", Weight.OK)
    return Finding("audit", Weight.ERROR, (("event", str(broken)),))


def _confirmed(session: Session) -> Finding:
    confirmed = installation.read(session).confirmed
    return Finding("confirmed", Weight.OK if confirmed else Weight.NOTE)


def _records(session: Session) -> Finding:
    damaged = closing.first_damaged(session)
    if damaged is None:
        return Finding("records", Weight.OK)
    return Finding("records", Weight.ERROR, (("period", damaged),))


def _integrity(session: Session) -> Finding:
    found = str(session.scalar(text("PRAGMA quick_check")))
    return Finding("integrity", Weight.OK if found == "ok" else Weight.ERROR, (("found", found[:200]),))

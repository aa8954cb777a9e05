"""What a technician should know about an installation: each finding with what to do about it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from survey import qr, schema
from survey.db import SAFE_SQLITE, Database, sqlite_is_safe, sqlite_module
from survey.models import AuditEvent, KioskDevice, KioskHeartbeat, OfficerSession
from survey.services.https import https_condition
from survey.services.office import audit, installation
from survey.services.records import closing
from survey.services.upkeep import backups, clock_trust
from survey.settings import Settings

# A clock before the program was written is wrong.
BUILT = datetime(2026, 11, 1, tzinfo=UTC)
CLOCK_TOLERANCE = timedelta(minutes=5)
BACKUP_DAYS = 7
DISK_WARNING_BYTES = 1024**3
DISK_ERROR_BYTES = 200 * 1024**2
LONGEST_ADDRESS = qr.LONGEST_BASE


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


def examine(
    settings: Settings,
    database: Database,
    *,
    now: datetime,
    phone_url: str,
    backup_days: int = BACKUP_DAYS,
) -> list[Finding]:
    findings = [
        _sqlite(database),
        _disk(settings),
        _https(settings, now),
        _address(phone_url),
        _migration(database),
        _zone(settings, now),
    ]
    with database.read() as session:
        findings += [
            _clock(session, settings, now),
            *_leap(session),
            _audit(session),
            _confirmed(session),
            _records(session),
        ]
        if database.is_sqlite:
            findings += [_backup(session, now, backup_days), _integrity(session)]
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


def _https(settings: Settings, now: datetime) -> Finding:
    """Give the state of https as a finding of its own code: each asks for something else."""
    found = https_condition.look(settings, now=now)
    weight = Weight.ERROR if found.is_broken else Weight.OK if found.is_fine else Weight.NOTE
    until = found.until.astimezone(settings.zone).strftime("%d/%m/%Y") if found.until else ""
    return Finding(f"https-{found.state}", weight, (("address", found.address), ("until", until)))


def _address(phone_url: str) -> Finding:
    data = (("address", phone_url), ("length", str(len(phone_url))), ("longest", str(LONGEST_ADDRESS)))
    try:
        qr.fits_receipt(phone_url)
    except qr.QrNotAlphanumeric as error:
        return Finding("address-signs", Weight.NOTE, (*data, ("signs", str(error.data["characters"]))))
    except qr.QrTooLong:
        return Finding("address", Weight.NOTE, data)
    return Finding("address", Weight.OK, data)


def _migration(database: Database) -> Finding:
    current = schema.current(database.engine)
    at_head = current == schema.HEAD
    return Finding("migration", Weight.OK if at_head else Weight.ERROR, (("current", str(current)),))


def _zone(settings: Settings, now: datetime) -> Finding:
    """Compare the machine's own zone with the office's; a server set to UTC means it."""
    own, office = now.astimezone().utcoffset(), now.astimezone(settings.zone).utcoffset()
    differs = own not in {office, timedelta()}
    hours = (own or timedelta()) / timedelta(hours=1)
    data = (("machine", f"UTC{hours:+g}"), ("office", str(settings.zone)))
    return Finding("zone", Weight.NOTE if differs else Weight.OK, data)


def _clock(session: Session, settings: Settings, now: datetime) -> Finding:
    """Find a clock that is before something that has already happened."""
    latest = max([*_stored_instants(session), *_file_instants(settings)], default=BUILT)
    behind = now < BUILT or latest > now + CLOCK_TOLERANCE
    data = (("now", now.isoformat(timespec="minutes")), ("latest", latest.isoformat(timespec="minutes")))
    return Finding("clock", Weight.ERROR if behind else Weight.OK, data)


def _leap(session: Session) -> list[Finding]:
    """Find a leap of the clock after which nothing is closed or deleted for a while."""
    day = clock_trust.leapt_on(session)
    if day is None:
        return []
    until = day + clock_trust.SETTLES
    return [Finding("clock-leap", Weight.NOTE, (("day", f"{day:%d/%m/%Y}"), ("until", f"{until:%d/%m/%Y}")))]


def _stored_instants(session: Session) -> list[datetime]:
    newest = (
        func.max(AuditEvent.at_utc),
        func.max(KioskDevice.seen_at_utc),
        func.max(KioskHeartbeat.at_utc),
        func.max(OfficerSession.seen_at_utc),
    )
    return [found for one in newest if (found := session.scalar(select(one))) is not None]


def _file_instants(settings: Settings) -> list[datetime]:
    files = [path for name in ("sipas.sqlite", "sipas.sqlite-wal") if (path := settings.data / name).exists()]
    return [datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in files]


def _backup(session: Session, now: datetime, days: int) -> Finding:
    """Say how old the last copy is that was made and opened again; where it lies nobody here knows."""
    last = session.scalar(select(func.max(AuditEvent.at_utc)).where(AuditEvent.action == backups.ACTION))
    if last is None:
        return Finding("backup-none", Weight.NOTE)
    age = (now - last).days
    data = (("age", str(age)), ("days", str(days)))
    return Finding("backup", Weight.NOTE if age > days else Weight.OK, data)


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

"""Kiosk tablets: enrolled once with a code of an officer, known by a key afterwards, revoked at will."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from survey.exceptions import DeviceUnknown, InvalidInput, NotFound
from survey.models import Counter, Desk, Enrolment, KioskDevice
from survey.seal import Keyring
from survey.services.office import audit, codes, unit_tree
from survey.services.tablets import device_keys
from survey.services.tablets.device_keys import Signature

CODE_VALID = timedelta(minutes=15)
# A tablet is marked as seen at most this often: showing a page is not a write.
SEEN_STEP = timedelta(minutes=1)
NAME_CHARACTERS = 100
KIOSK_LOGIN = "(kiosk)"  # the tablet itself, in the audit; no account can be called this


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A one-time code: shown once, kept as a keyed hash."""

    code: str
    name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """A tablet that was recognised, and the place it stands for."""

    id: int
    name: str
    unit_id: int
    desk_id: int
    desk_name: str
    counter_id: int | None
    counter_name: str | None
    signs: bool  # it has a key of its own, so its cookie alone writes nothing


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A row of the officers' list."""

    id: int
    name: str
    desk_name: str
    counter_name: str | None
    enrolled_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class KioskPlace:
    """Where a tablet can stand: a desk, perhaps one of its counters."""

    desk_id: int
    desk_name: str
    counter_id: int | None
    counter_name: str | None


def places(session: Session, *, unit_id: int | None = None) -> Sequence[KioskPlace]:
    """Give every active desk, of a unit and below it or all: counter by counter, then as a whole."""
    query = select(Desk.id, Desk.name).where(Desk.active).order_by(Desk.id)
    if unit_id is not None:
        query = query.where(Desk.unit_id.in_(unit_tree.below(session, unit_id)))
    desks = session.execute(query).all()
    counters = session.execute(
        select(Counter.desk_id, Counter.id, Counter.name).where(Counter.active).order_by(Counter.code)
    ).all()
    found: list[KioskPlace] = []
    for desk in desks:
        found += [
            KioskPlace(desk.id, desk.name, counter.id, counter.name)
            for counter in counters
            if counter.desk_id == desk.id
        ]
        found.append(KioskPlace(desk.id, desk.name, None, None))
    return found


# --- enrolment --------------------------------------------------------------------------------------


def open_enrolment(
    session: Session,
    *,
    keyring: Keyring,
    desk_id: int,
    counter_id: int | None,
    name: str,
    login: str,
    now: datetime,
) -> EnrolmentCode:
    """Make a code that turns one tablet into the kiosk of a counter within a quarter of an hour."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARACTERS:
        raise InvalidInput(field="name", value=name)
    _check_place(session, desk_id, counter_id)
    session.execute(delete(Enrolment).where(Enrolment.expires_at_utc <= now))
    code = codes.new_code()
    expires_at = now + CODE_VALID
    session.execute(
        insert(Enrolment).values(
            code_hash=_code_hash(keyring, code),
            desk_id=desk_id,
            counter_id=counter_id,
            name=name,
            expires_at_utc=expires_at,
        )
    )
    audit.record(session, login=login, action="kiosk-code", now=now, detail={"name": name, "desk": desk_id})
    return EnrolmentCode(code, name, expires_at)


def _check_place(session: Session, desk_id: int, counter_id: int | None) -> None:
    if session.scalar(select(Desk.id).where(Desk.id == desk_id, Desk.active)) is None:
        raise NotFound(what="desk", value=desk_id)
    if counter_id is None:
        return
    fits = select(Counter.id).where(Counter.id == counter_id, Counter.desk_id == desk_id, Counter.active)
    if session.scalar(fits) is None:
        raise NotFound(what="counter", value=counter_id)


def enrol(session: Session, *, keyring: Keyring, typed: str, now: datetime) -> str:
    """Spend a code and give the device key, which only the cookie of the tablet keeps.

    A code has 50 random bits and lives 15 minutes: at a thousand tries a second all day nobody meets one.
    """
    code = codes.normalise(typed)
    if not codes.is_code(code):
        raise InvalidInput(field="code", reason="mistyped")
    spent = session.execute(
        delete(Enrolment)
        .where(Enrolment.code_hash == _code_hash(keyring, code), Enrolment.expires_at_utc > now)
        .returning(Enrolment.desk_id, Enrolment.counter_id, Enrolment.name)
    ).one_or_none()
    if spent is None:
        raise InvalidInput(field="code", reason="unknown")
    secret = secrets.token_urlsafe(32)
    session.execute(
        insert(KioskDevice).values(
            name=spent.name,
            desk_id=spent.desk_id,
            counter_id=spent.counter_id,
            key_hash=_key_hash(keyring, secret),
            enrolled_at_utc=now,
            seen_at_utc=now,
        )
    )
    audit.record(
        session,
        login=KIOSK_LOGIN,
        action="kiosk-enrolled",
        now=now,
        detail={"name": spent.name, "desk": spent.desk_id},
    )
    return secret


def _code_hash(keyring: Keyring, code: str) -> bytes:
    return keyring.mac("kiosk-code", code.encode())


def _key_hash(keyring: Keyring, secret: str) -> bytes:
    return keyring.mac("kiosk-key", secret.encode())


# --- an enrolled tablet -----------------------------------------------------------------------------


# Built once: every answer of a tablet asks one of these.
_KNOWN = (
    select(
        KioskDevice.id,
        KioskDevice.name,
        Desk.unit_id,
        KioskDevice.desk_id,
        Desk.name.label("desk_name"),
        KioskDevice.counter_id,
        Counter.name.label("counter_name"),
        KioskDevice.public_key.is_not(None).label("signs"),
        KioskDevice.seen_at_utc,
    )
    .join(Desk, Desk.id == KioskDevice.desk_id)
    .outerjoin(Counter, Counter.id == KioskDevice.counter_id)
)
_IN_USE = KioskDevice.revoked_at_utc.is_(None)
_BY_COOKIE = _KNOWN.where(KioskDevice.key_hash == bindparam("key_hash"), _IN_USE)
_BY_NUMBER = _KNOWN.where(KioskDevice.id == bindparam("device_id"))
_BY_SIGNATURE = _BY_NUMBER.where(_IN_USE).add_columns(KioskDevice.public_key)


def recognise(
    connection: Connection, *, keyring: Keyring, secret: str, now: datetime
) -> tuple[Device, bool] | None:
    """Give the tablet of a key and whether to mark it as seen now; None where the key opens nothing."""
    row = connection.execute(_BY_COOKIE, {"key_hash": _key_hash(keyring, secret)}).one_or_none()
    return None if row is None else _with_due(row, now)


def recognise_signed(
    connection: Connection, signature: Signature, *, method: str, path: str, body: bytes, now: datetime
) -> tuple[Device, bool]:
    """Give the tablet that signed a request and whether to mark it as seen now.

    Raises
    ------
    DeviceUnknown, RequestStale
    """
    row = connection.execute(_BY_SIGNATURE, {"device_id": signature.device_id}).one_or_none()
    if row is None:
        raise DeviceUnknown
    device_keys.check(row.public_key, signature, method=method, path=path, body=body)
    device_keys.check_timely(signature, now)
    return _with_due(row[:-1], now)


def _with_due(columns: Sequence[Any], now: datetime) -> tuple[Device, bool]:
    *device, seen_at = columns
    # Ahead of now: seen while the clock was wrong.
    is_fresh = seen_at is not None and abs(now - seen_at) < SEEN_STEP
    return Device(*device), not is_fresh


def get_device(session: Session, device_id: int) -> Device:
    """Give a tablet by its number, in use or not."""
    row = session.connection().execute(_BY_NUMBER, {"device_id": device_id}).one_or_none()
    if row is None:
        raise NotFound(what="kiosk", value=device_id)
    columns: Any = row[:-1]
    return Device(*columns)


def mark_seen(session: Session, *, device_id: int, now: datetime) -> None:
    session.execute(update(KioskDevice).where(KioskDevice.id == device_id).values(seen_at_utc=now))


def revoke(session: Session, *, device_id: int, login: str, now: datetime) -> None:
    """Make a tablet unknown; what it sent before stays."""
    revoked = session.execute(
        update(KioskDevice)
        .where(KioskDevice.id == device_id, KioskDevice.revoked_at_utc.is_(None))
        .values(revoked_at_utc=now)
        .returning(KioskDevice.name)
    ).one_or_none()
    if revoked is None:
        raise NotFound(what="kiosk", value=device_id)
    audit.record(session, login=login, action="kiosk-revoked", now=now, detail={"name": revoked.name})


def list_devices(session: Session, *, unit_id: int | None = None) -> Sequence[DeviceView]:
    """Give every tablet of a unit and below it, or all; those in use first."""
    query = (
        select(
            KioskDevice.id,
            KioskDevice.name,
            Desk.name.label("desk_name"),
            Counter.name.label("counter_name"),
            KioskDevice.enrolled_at_utc,
            KioskDevice.seen_at_utc,
            KioskDevice.revoked_at_utc,
        )
        .join(Desk, Desk.id == KioskDevice.desk_id)
        .outerjoin(Counter, Counter.id == KioskDevice.counter_id)
        .order_by(KioskDevice.revoked_at_utc.is_not(None), Desk.name, KioskDevice.name, KioskDevice.id)
    )
    if unit_id is not None:
        query = query.where(Desk.unit_id.in_(unit_tree.below(session, unit_id)))
    return [DeviceView(*row) for row in session.execute(query)]

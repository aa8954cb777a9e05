"""Requests that a tablet signs with a key of its own: ECDSA on P-256 over method, path, time and body.

The time is the server's as the tablet last heard it, so its own clock may be years off. A request is taken
within ten minutes of it; what may be counted once only (`take_once`) has to be newer than the one before.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from survey.exceptions import Conflict, DeviceUnknown, InvalidInput, RequestStale
from survey.models import KioskDevice

SCHEME = "Sipas"
TOLERANCE = timedelta(minutes=10)
_HALF = 32  # bytes of each number of a P-256 signature
_KEY_BYTES = 128


@dataclass(frozen=True, slots=True)
class Signature:
    """What the header of a request claims; nothing is proved yet."""

    device_id: int
    stamp: int  # milliseconds since 1970, by the server's clock
    value: bytes

    @classmethod
    def read(cls, header: str) -> Signature | None:
        """Read `Sipas DEVICE STAMP SIGNATURE`; None where the header is something else."""
        parts = header.split()
        if len(parts) != 4 or parts[0] != SCHEME:
            return None
        device_id, stamp = parts[1], parts[2]
        if not all(one.isascii() and one.isdigit() and len(one) < 16 for one in (device_id, stamp)):
            return None
        try:
            value = base64.b64decode(parts[3], validate=True)
        except (binascii.Error, ValueError):
            return None
        # A number beyond the column's would be an error of the database, not an unknown tablet.
        return cls(int(device_id), int(stamp), value) if int(device_id) < 2**31 else None

    def is_timely(self, now: datetime) -> bool:
        return abs(now.timestamp() - self.stamp / 1000) <= TOLERANCE.total_seconds()


def kept_key(session: Session, device_id: int) -> bytes | None:
    """Give the public key of a tablet, in use or not."""
    return session.scalar(select(KioskDevice.public_key).where(KioskDevice.id == device_id))


def check(public_key: bytes | None, signature: Signature, *, method: str, path: str, body: bytes) -> None:
    """Let through what was signed with the key that the office keeps of a tablet; without one, nothing.

    Raises
    ------
    DeviceUnknown
    """
    said = f"{method} {path}\n{signature.stamp}\n".encode() + body
    if public_key is None or not _fits(public_key, signature.value, said):
        raise DeviceUnknown


def check_timely(signature: Signature, now: datetime) -> None:
    """Refuse a request that is older or newer than the tolerance.

    Raises
    ------
    RequestStale
    """
    if not signature.is_timely(now):
        raise RequestStale


def _fits(public_key: bytes, signature: bytes, said: bytes) -> bool:
    if len(signature) != 2 * _HALF:
        return False
    numbers = (int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:]))
    try:
        _read_key(public_key).verify(encode_dss_signature(*numbers), said, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _read_key(public_key: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(public_key)
    except ValueError as error:
        raise InvalidInput(field="key") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidInput(field="key")
    return key


def keep(session: Session, *, device_id: int, public_key: str) -> None:
    """Keep the public key of a tablet, once; the same again changes nothing.

    `public_key` is base64 of its SubjectPublicKeyInfo (RFC 5280).

    Raises
    ------
    InvalidInput
        It is no such key.
    Conflict
        The tablet has another one already: whoever holds its cookie alone cannot take its place.
    """
    try:
        der = base64.b64decode(public_key, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(field="key") from error
    if len(der) > _KEY_BYTES:
        raise InvalidInput(field="key")
    _read_key(der)
    session.execute(
        update(KioskDevice)
        .where(KioskDevice.id == device_id, KioskDevice.public_key.is_(None))
        .values(public_key=der)
    )
    if session.scalar(select(KioskDevice.public_key).where(KioskDevice.id == device_id)) != der:
        raise Conflict(what="key")


def take_once(session: Session, *, device_id: int, stamp: int | None, now: datetime) -> bool:
    """Say whether a request is newer than any before it of this tablet; a replay is not.

    `stamp` is None where a tablet without https is known by its cookie. A stamp that lies ahead of what is
    taken at all was given while the server's clock was wrong, and bars nothing now that it is right.
    """
    if stamp is None:
        return True
    latest = int((now + TOLERANCE).timestamp() * 1000)
    taken = session.execute(
        update(KioskDevice)
        .where(
            KioskDevice.id == device_id,
            or_(KioskDevice.last_stamp < stamp, KioskDevice.last_stamp > latest),
        )
        .values(last_stamp=stamp)
        .returning(KioskDevice.id)
    )
    return taken.first() is not None

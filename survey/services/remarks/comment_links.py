"""A comment handed to the phone: a link for a desk that carries no answer, good once and for half an hour.

Nothing is stored when a link is made. Its token says desk and end and is signed; writing spends it, as any
delivery is stored once.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from survey.exceptions import CommentLinkExpired, CommentLinkSpent, CommentLinkUnknown
from survey.seal import Keyring
from survey.services.answers import responses

VALID = timedelta(minutes=30)
# Desk, minutes since 1970 until which it is good, chance; then as many bytes of the signature.
_SAID = struct.Struct(">II8s")
_SIGNATURE_BYTES = 10


@dataclass(frozen=True, slots=True)
class CommentLink:
    """What a token grants: one comment for a desk."""

    desk_id: int
    key: bytes


def issue(keyring: Keyring, *, desk_id: int, now: datetime) -> str:
    """Make a token of capital letters and digits; it leads to no answer and no device."""
    until = int((now + VALID).timestamp() // 60)
    said = _SAID.pack(desk_id, until, secrets.token_bytes(8))
    return base64.b32encode(said + _signature(keyring, said)).decode().rstrip("=")


def open_link(session: Session, *, keyring: Keyring, token: str, now: datetime) -> CommentLink:
    """Give what a token grants.

    Raises
    ------
    CommentLinkUnknown, CommentLinkExpired, CommentLinkSpent
    """
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        said, signature = raw[: _SAID.size], raw[_SAID.size :]
        desk_id, until, _chance = _SAID.unpack(said)
    except (binascii.Error, ValueError, struct.error):
        raise CommentLinkUnknown from None
    if not hmac.compare_digest(signature, _signature(keyring, said)):
        raise CommentLinkUnknown
    key = b"comment-link" + said
    # Whoever has sent is told so, also when the half hour is over.
    if responses.is_comment_kept(session, key=key, keyring=keyring):
        raise CommentLinkSpent
    if datetime.fromtimestamp(until * 60, UTC) < now:
        raise CommentLinkExpired
    return CommentLink(desk_id, key)


def _signature(keyring: Keyring, said: bytes) -> bytes:
    return keyring.mac("comment-link", said)[:_SIGNATURE_BYTES]

"""A draft as text for a cookie that only this server can read and nobody can change.

A draft belongs to one token (or to one visit of a poster) by its *handle*, a short keyed hash that stands in
addresses in place of the token. It is sealed for that handle alone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from survey.enums import Stage
from survey.seal import Keyring, SealBroken
from survey.services.answers.drafts import Draft
from survey.services.office import codes

HANDLE_SYMBOLS = 10
PURPOSE = "phone-draft"
_FORMAT = 1


def handle_of(keyring: Keyring, identity: bytes) -> str:
    """Give the name of a draft in addresses and cookies; it leads nobody back to the token."""
    return codes.symbols_from_bytes(keyring.mac("phone-handle", identity), HANDLE_SYMBOLS).lower()


def seal(draft: Draft, *, keyring: Keyring, handle: str) -> str:
    """Write a draft as text for a cookie that only this server can read."""
    packed = {
        "n": _FORMAT,
        "i": _text(draft.identity),
        "p": int(draft.by_poster),
        "k": _text(draft.key),
        "v": draft.version_id,
        "d": draft.desk_id,
        "f": draft.field_id,
        "s": int(draft.started_at.timestamp()),
        "l": draft.language,
        "t": int(draft.large_text),
        "g": draft.stage,
        "b": draft.sent_feedback,
        "a": dict(draft.levels),
        "w": dict(draft.reasons),
        "u": dict(draft.service_use),
        "r": draft.reached,
        "h": int(draft.reached_at.timestamp()) if draft.reached_at else None,
    }
    return _text(keyring.seal_json(PURPOSE, packed, bound_to=handle.encode()))


def unseal(text: str, *, keyring: Keyring, handle: str, now: datetime) -> Draft | None:
    """Read a draft; `None` where it was changed, belongs to another handle, or is too old."""
    try:
        packed = keyring.unseal_json(PURPOSE, _bytes(text), bound_to=handle.encode())
    except (SealBroken, ValueError):
        return None
    if packed.get("n") != _FORMAT:
        return None
    draft = _unpacked(packed)
    return draft if draft.expires_at > now else None


def _unpacked(packed: Mapping[str, Any]) -> Draft:
    return Draft(
        identity=_bytes(packed["i"]),
        by_poster=bool(packed["p"]),
        key=_bytes(packed["k"]),
        version_id=packed["v"],
        desk_id=packed["d"],
        field_id=packed["f"],
        started_at=datetime.fromtimestamp(packed["s"], UTC),
        language=packed["l"],
        large_text=bool(packed["t"]),
        stage=Stage(packed["g"]) if packed["g"] else None,
        sent_feedback=packed["b"],
        levels=packed["a"],
        reasons=packed.get("w", {}),
        service_use=packed["u"],
        reached=packed["r"],
        reached_at=datetime.fromtimestamp(packed["h"], UTC) if packed.get("h") else None,
    )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""A slip at the tablet: what it is good for, and how it makes an answer class B.

A slip that turns out to be spent, void, expired or of another desk does not cost the answer: that counts as
one without a slip, class C, which anybody at the counter can give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.blueprint import kiosk_bp
from kiosk.devices import json_body, the_device
from survey.clock import office_day
from survey.context import DEVICE, access, database, keyring, today
from survey.enums import TrustClass
from survey.exceptions import (
    InvalidInput,
    InvitationExpired,
    InvitationSpent,
    InvitationUnknown,
    InvitationVoid,
)
from survey.services.answers import responses
from survey.services.inviting import invitations
from survey.services.spoken import tiles
from survey.services.tablets import rescue

if TYPE_CHECKING:
    from datetime import date, datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from survey.context import Runtime
    from survey.instrument import Instrument
    from survey.seal import Keyring
    from survey.services.answers.responses import Submission
    from survey.services.inviting.invitations import OpenInvitation

_LONGEST = 200  # the address in a QR
_STATES: Mapping[type[Exception], str] = {
    InvitationSpent: "spent",
    InvitationVoid: "void",
    InvitationExpired: "expired",
    InvitationUnknown: "unknown",
}
_REFUSALS = tuple(_STATES)


@kiosk_bp.post("/receipt")
@access(DEVICE)
def look_up() -> ResponseReturnValue:
    """Say what a slip is good for at this desk: `open` with its field, or why it opens nothing."""
    device = the_device()
    body = json_body()
    read = body.get("receipt") if isinstance(body, dict) else None
    if not isinstance(read, str) or len(read) > _LONGEST:
        raise InvalidInput(field="receipt")
    with database().read() as session:
        try:
            granted = invitations.find_open_slip(
                session.connection(), keyring=keyring(), read=read, today=today()
            )
        except _REFUSALS as error:
            return {"state": _STATES[type(error)], "field": None}
        if granted.desk_id != device.desk_id:
            return {"state": "elsewhere", "field": None}
        return {"state": "open", "field": tiles.field_code(session, granted.field_id)}


def read(entry: Mapping[str, Any], keyring: Keyring) -> str | None:
    """Read the slip of an entry: sealed to us by a tablet with https, else as it was typed or scanned."""
    raw = entry.get("receipt")
    if isinstance(raw, str):
        return raw[:_LONGEST]
    if not isinstance(raw, dict):
        return None
    try:
        purpose = f"sipas/receipt/1/{entry.get('key')}".encode()
        return rescue.unseal_parts(keyring, raw, purpose=purpose).decode()[:_LONGEST]
    except (InvalidInput, UnicodeDecodeError):
        return None


def submit(
    session: Session,
    submission: Submission,
    slip: str | None,
    *,
    instrument: Instrument,
    kit: Runtime,
    now: datetime,
) -> bool:
    """Store an answer once: with its slip as class B where that is good, else without."""

    def store(answer: Submission) -> bool:
        return responses.submit(
            session, answer, instrument=instrument, keyring=kit.keyring, zone=kit.settings.zone, now=now
        )

    if slip is None:
        return store(submission)
    answered_on = office_day(submission.answered_at, kit.settings.zone)
    try:
        with session.begin_nested():
            granted = _granted(session, slip, submission, kit.keyring, answered_on)
            vouched = replace(
                submission,
                trust_class=TrustClass.KIOSK_TOKEN,
                token_hash=granted.token_hash,
                field_id=submission.field_id or granted.field_id,
            )
            return store(vouched)
    except _REFUSALS:
        return store(submission)


def _granted(
    session: Session, slip: str, submission: Submission, keyring: Keyring, day: date
) -> OpenInvitation:
    granted = invitations.find_open_slip(session.connection(), keyring=keyring, read=slip, today=day)
    if granted.desk_id != submission.desk_id:
        raise InvitationUnknown
    return granted

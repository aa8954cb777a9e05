"""Issue one slip at the call of another program: of a dossier, or one of a desk that names none.

A repeated call with the same key gets the same slip. Nothing of the slip is kept for that: it is derived anew
from the dossier or the key. Whether a slip was answered is told nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.db import insert_if_absent
from survey.enums import InvitationWay
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import ApiRequest, Desk, Dossier
from survey.seal import Keyring
from survey.services.inviting import invitations
from survey.services.inviting.dossier_files import clean_code
from survey.services.inviting.invitations import Issued
from survey.services.people import api_tokens
from survey.services.people.api_tokens import ApiCaller

# Long enough for a program that was off over a weekend to try again.
KEY_DAYS = 3
KEY_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: the slip of a dossier, or without one a slip of a desk."""

    dossier_code: str | None = None
    desk_code: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """A slip as it is handed over; `replaced`: the one before is void; `repeated`: the same as before."""

    slip: Issued
    desk_code: str
    desk_name: str
    replaced: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class _Subject:
    """A dossier or a desk that was found."""

    desk_id: int
    dossier: Dossier | None

    @property
    def name(self) -> bytes:
        return f"desk/{self.desk_id}".encode() if self.dossier is None else f"{self.dossier.id}".encode()


def issue(
    session: Session, order: Order, *, caller: ApiCaller, keyring: Keyring, today: date, now: datetime
) -> Handed:
    """Issue a slip, or give the one again that the same key was given.

    Raises
    ------
    TooManyRequests
    InvalidInput
        No desk, a desk that is not the caller's, or a key that cannot be one.
    NotFound
        No dossier of the caller's desks has this code.
    Conflict
        The key was sent before for something else.
    """
    api_tokens.count_use(session, caller, now=now, today=today)
    subject = _subject(session, order, caller)
    if order.key is None:
        slip, replaced = _made(session, subject, keyring, today, seed=None)
        return _handed(session, subject, slip, replaced=replaced, repeated=False)
    return _once(session, subject, _key_hash(keyring, caller, order.key), keyring, today)


def _subject(session: Session, order: Order, caller: ApiCaller) -> _Subject:
    desk_id = caller.desks.get(order.desk_code) if order.desk_code is not None else None
    if order.desk_code is not None and desk_id is None:
        raise InvalidInput(field="desk", value=order.desk_code, allowed=list(caller.desks))
    if order.dossier_code is not None:
        wanted = [desk_id] if desk_id is not None else list(caller.desks.values())
        dossier = session.scalars(
            select(Dossier)
            .where(Dossier.code == clean_code(order.dossier_code), Dossier.desk_id.in_(wanted))
            # Locked, so that two calls at once do not derive the same slip.
            .with_for_update()
        ).one_or_none()
        if dossier is None:
            raise NotFound(what="dossier")
        return _Subject(dossier.desk_id, dossier)
    if desk_id is None and len(caller.desks) == 1:
        (desk_id,) = caller.desks.values()
    if desk_id is None:
        raise InvalidInput(field="desk", value=None, allowed=list(caller.desks))
    return _Subject(desk_id, None)


def _key_hash(keyring: Keyring, caller: ApiCaller, key: str) -> bytes:
    if not 1 <= len(key) <= KEY_CHARACTERS:
        raise InvalidInput(field="Idempotency-Key", value=len(key), maximum=KEY_CHARACTERS)
    return keyring.mac("api-request", f"{caller.token_id}/{key}".encode("utf-8", "replace"))


def _once(session: Session, subject: _Subject, key_hash: bytes, keyring: Keyring, today: date) -> Handed:
    session.execute(delete(ApiRequest).where(ApiRequest.made_on < today - timedelta(days=KEY_DAYS)))
    subject_hash = keyring.mac("api-subject", subject.name)
    row = {"key_hash": key_hash, "subject_hash": subject_hash, "made_on": today}
    if insert_if_absent(session, ApiRequest, {**row, "generation": 0, "replaced": False}):
        slip, replaced = _made(session, subject, keyring, today, seed=key_hash)
        made = session.get_one(ApiRequest, key_hash)
        made.generation, made.replaced = subject.dossier.issued if subject.dossier else 0, replaced
        return _handed(session, subject, slip, replaced=replaced, repeated=False)
    before = session.get_one(ApiRequest, key_hash)
    if before.subject_hash != subject_hash:
        raise Conflict(what="idempotency-key")
    if subject.dossier is None:
        slip = invitations.slip_of_seed(keyring, key_hash, today=before.made_on)
    elif subject.dossier.issued != before.generation:
        raise Conflict(what="slip-replaced")
    else:
        slip = invitations.slip_of_dossier(keyring, subject.dossier, today=before.made_on)
    return _handed(session, subject, slip, replaced=before.replaced, repeated=True)


def _made(
    session: Session, subject: _Subject, keyring: Keyring, today: date, *, seed: bytes | None
) -> tuple[Issued, bool]:
    way = InvitationWay.API
    if subject.dossier is None:
        (slip,) = invitations.issue_roll(
            session, keyring=keyring, desk_id=subject.desk_id, count=1, today=today, way=way, seed=seed
        )
        return slip, False
    replaced = subject.dossier.issued > 0
    (slip,) = invitations.issue_for_dossiers(
        session, keyring=keyring, dossier_ids=[subject.dossier.id], today=today, way=way
    )
    return slip, replaced


def _handed(session: Session, subject: _Subject, slip: Issued, *, replaced: bool, repeated: bool) -> Handed:
    desk = session.execute(select(Desk.code, Desk.name).where(Desk.id == subject.desk_id)).one()
    return Handed(slip, desk.code, desk.name, replaced, repeated)

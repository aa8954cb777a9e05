"""API tokens: what another program of the office shows to issue slips. Shown once, kept as a keyed hash."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.exceptions import InvalidInput, NotFound, TooManyRequests
from survey.models import ApiToken, Desk
from survey.seal import Keyring
from survey.services.office import audit, unit_tree

PREFIX = "sipas_"  # by which a leak is recognised
NAME_CHARACTERS = 100
# A busy desk returns a dossier a minute; a program that pushes a day at once sends one request.
MOST_A_MINUTE = 120
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """A token that was just made: shown in this answer, and nowhere again."""

    name: str
    secret: str


@dataclass(frozen=True, slots=True)
class ApiTokenView:
    id: int
    name: str
    desk_name: str | None
    created_at: datetime
    revoked_at: datetime | None
    used_on: date | None


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """The program that asks, and the desks it may ask for: code → number."""

    token_id: int
    name: str
    desks: Mapping[str, int]


def create(
    session: Session,
    *,
    keyring: Keyring,
    name: str,
    unit_id: int,
    desk_id: int | None,
    login: str,
    now: datetime,
) -> NewApiToken:
    """Make a token for a desk, or for every desk of the unit.

    Raises
    ------
    InvalidInput
    """
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARACTERS:
        raise InvalidInput(field="name", value=name)
    if desk_id is not None and desk_id not in _desks(session, unit_id, None).values():
        raise InvalidInput(field="desk_id", value=desk_id)
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            name=name,
            token_hash=_hash(keyring, secret),
            unit_id=unit_id,
            desk_id=desk_id,
            created_at_utc=now,
            used_in_minute=0,
        )
    )
    audit.record(session, login=login, action="api-token-made", now=now, detail={"name": name})
    return NewApiToken(name, secret)


def revoke(session: Session, *, token_id: int, unit_id: int, login: str, now: datetime) -> None:
    token = session.get(ApiToken, token_id)
    if token is None or token.unit_id != unit_id:
        raise NotFound(what="api-token", value=token_id)
    if token.revoked_at_utc is None:
        token.revoked_at_utc = now
        audit.record(session, login=login, action="api-token-revoked", now=now, detail={"name": token.name})


def all_tokens(session: Session, *, unit_id: int) -> Sequence[ApiTokenView]:
    """Give the tokens of a unit, those in use first."""
    rows = session.execute(
        select(
            ApiToken.id,
            ApiToken.name,
            Desk.name,
            ApiToken.created_at_utc,
            ApiToken.revoked_at_utc,
            ApiToken.used_on,
        )
        .outerjoin(Desk, Desk.id == ApiToken.desk_id)
        .where(ApiToken.unit_id == unit_id)
        .order_by(ApiToken.revoked_at_utc.is_not(None), ApiToken.id)
    )
    return [ApiTokenView(*row) for row in rows]


def find(session: Session, *, keyring: Keyring, secret: str) -> ApiCaller | None:
    """Give who shows this token; None where it is unknown or revoked."""
    row = session.execute(
        select(ApiToken.id, ApiToken.name, ApiToken.unit_id, ApiToken.desk_id).where(
            ApiToken.token_hash == _hash(keyring, secret), ApiToken.revoked_at_utc.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    return ApiCaller(row.id, row.name, _desks(session, row.unit_id, row.desk_id))


def count_use(session: Session, caller: ApiCaller, *, now: datetime, today: date) -> None:
    """Count a request that writes.

    Raises
    ------
    TooManyRequests
        More than `MOST_A_MINUTE` within a minute; `retry_after_s` says how long to wait.
    """
    token = session.get_one(ApiToken, caller.token_id, with_for_update=True)
    if token.minute_utc is None or not timedelta() <= now - token.minute_utc < _MINUTE:
        token.minute_utc, token.used_in_minute = now, 0
    if token.used_in_minute >= MOST_A_MINUTE:
        wait = (token.minute_utc + _MINUTE - now).total_seconds()
        raise TooManyRequests(retry_after_s=max(1, int(wait) + 1), maximum=MOST_A_MINUTE)
    token.used_in_minute += 1
    token.used_on = today


def _desks(session: Session, unit_id: int, desk_id: int | None) -> Mapping[str, int]:
    units = unit_tree.below(session, unit_id)
    query = select(Desk.code, Desk.id).where(Desk.unit_id.in_(units), Desk.active).order_by(Desk.id)
    if desk_id is not None:
        query = query.where(Desk.id == desk_id)
    return {row.code: row.id for row in session.execute(query)}


def _hash(keyring: Keyring, secret: str) -> bytes:
    return keyring.mac("api-token", secret.encode("utf-8", "replace"))

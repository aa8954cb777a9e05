"""Invitations: issue the one-time tokens of slips, open them, spend them, void them.

The token of an imported dossier is derived from the dossier with a key outside the database. So a reprint
can void the slip before it although no row ties a dossier to a token.

An open token keeps its last day. It is the last of a month, so that it does not name the few dossiers of
one appointed day.
"""

from __future__ import annotations

import calendar
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, CursorResult, bindparam, insert, select, update
from sqlalchemy.orm import Session

from survey.db import insert_if_absent
from survey.enums import InvitationState, InvitationWay
from survey.exceptions import (
    InvitationExpired,
    InvitationSpent,
    InvitationUnknown,
    InvitationVoid,
    NotFound,
)
from survey.models import Dossier, Invitation, InvitationCount
from survey.seal import Keyring
from survey.services.office import codes

DAYS_AFTER_APPOINTMENT = 30
# A roll is printed ahead and handed out over weeks.
ROLL_DAYS = 90


@dataclass(frozen=True, slots=True)
class Issued:
    """A token and its typed code: given once, kept nowhere."""

    token: str
    code: str
    expires_on: date
    dossier_code: str | None = None


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What an open token grants: to answer once for a desk, perhaps for a field."""

    token_hash: bytes
    desk_id: int
    field_id: int | None
    expires_on: date


def token_hash(keyring: Keyring, token: str) -> bytes:
    return keyring.mac("invitation-token", token.encode())


def code_hash(keyring: Keyring, code: str) -> bytes:
    return keyring.mac("invitation-code", code.encode())


def issue_roll(
    session: Session,
    *,
    keyring: Keyring,
    desk_id: int,
    count: int,
    today: date,
    days: int = ROLL_DAYS,
    way: InvitationWay = InvitationWay.ROLL,
    seed: bytes | None = None,
) -> list[Issued]:
    """Issue anonymous slips for a desk; with a seed a single one that can be derived again."""
    if seed is not None:
        issued = [slip_of_seed(keyring, seed, today=today, days=days)]
    else:
        expires_on = _last_of_month(today + timedelta(days=days))
        issued = [Issued(codes.new_token(), codes.new_code(), expires_on) for _ in range(count)]
    _store(session, keyring, (_Row(one, desk_id) for one in issued))
    _count_invited(session, {desk_id: len(issued)}, day=today, way=way)
    return issued


def issue_for_dossiers(
    session: Session,
    *,
    keyring: Keyring,
    dossier_ids: Sequence[int],
    today: date,
    way: InvitationWay = InvitationWay.DOSSIER,
) -> list[Issued]:
    """Issue one token for each dossier; a token issued before is voided (a reprint).

    Where the slip before was answered, the new one is spent from the start: one dossier, one answer. Who
    prints it is not told.
    """
    rows = session.scalars(select(Dossier).where(Dossier.id.in_(dossier_ids))).all()
    if len(rows) != len(set(dossier_ids)):
        raise NotFound(what="dossier")
    issued: list[_Row] = []
    invited = Counter(dossier.desk_id for dossier in rows if not dossier.issued)
    for dossier in rows:
        state = _replaced(session, keyring, dossier) if dossier.issued else InvitationState.OPEN
        dossier.issued += 1
        slip = slip_of_dossier(keyring, dossier, today=today)
        issued.append(_Row(slip, dossier.desk_id, dossier.field_id, state))
    # The order of insertion must not be the order of the dossiers.
    shuffled = list(issued)
    secrets.SystemRandom().shuffle(shuffled)
    _store(session, keyring, shuffled)
    _count_invited(session, invited, day=today, way=way)
    return [row.issued for row in issued]


@dataclass(frozen=True, slots=True)
class _Row:
    """One invitation to be stored."""

    issued: Issued
    desk_id: int
    field_id: int | None = None
    state: InvitationState = InvitationState.OPEN


def slip_of_seed(keyring: Keyring, seed: bytes, *, today: date, days: int = ROLL_DAYS) -> Issued:
    """Derive a slip that names no dossier."""
    code = codes.symbols_from_bytes(keyring.mac("seed-code", seed), codes.CODE_SYMBOLS)
    return Issued(
        token=codes.symbols_from_bytes(keyring.mac("seed-token", seed), codes.TOKEN_SYMBOLS),
        code=codes.with_check(code),
        expires_on=_last_of_month(today + timedelta(days=days)),
    )


def slip_of_dossier(keyring: Keyring, dossier: Dossier, *, today: date) -> Issued:
    """Derive the slip of a dossier that was issued last."""
    code = codes.symbols_from_bytes(keyring.mac("dossier-code", _name(dossier)), codes.CODE_SYMBOLS)
    appointed = dossier.due_on or dossier.returned_on or today
    return Issued(
        token=_token_of_dossier(keyring, dossier),
        code=codes.with_check(code),
        expires_on=_last_of_month(max(appointed, today) + timedelta(days=DAYS_AFTER_APPOINTMENT)),
        dossier_code=dossier.code,
    )


def _token_of_dossier(keyring: Keyring, dossier: Dossier) -> str:
    return codes.symbols_from_bytes(keyring.mac("dossier-token", _name(dossier)), codes.TOKEN_SYMBOLS)


def _name(dossier: Dossier) -> bytes:
    return f"{dossier.id}/{dossier.issued}".encode()


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _replaced(session: Session, keyring: Keyring, dossier: Dossier) -> InvitationState:
    """Void the slip of a dossier and give the state that the next one takes over."""
    hashed = token_hash(keyring, _token_of_dossier(keyring, dossier))
    if _void(session, hashed):
        return InvitationState.OPEN
    was_spent = _move(session, hashed, InvitationState.SPENT, InvitationState.VOID)
    return InvitationState.SPENT if was_spent else InvitationState.OPEN


def _store(session: Session, keyring: Keyring, rows: Iterable[_Row]) -> None:
    values = [
        {
            "token_hash": token_hash(keyring, row.issued.token),
            "code_hash": code_hash(keyring, row.issued.code),
            "state": row.state,
            "quarter": _first_of_quarter(row.issued.expires_on),
            **(_ONLY_STATE if row.state is not InvitationState.OPEN else _granting(row)),
        }
        for row in rows
    ]
    if values:
        session.execute(insert(Invitation), values)


def _first_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _granting(row: _Row) -> dict[str, Any]:
    return {"desk_id": row.desk_id, "field_id": row.field_id, "expires_on": row.issued.expires_on}


def _count_invited(session: Session, invited: Mapping[int, int], *, day: date, way: InvitationWay) -> None:
    """Add to the counts of a day. One order for everybody, so that no two wait for each other's rows."""
    for desk_id in sorted(invited):
        key = {"desk_id": desk_id, "day": day, "way": way}
        if not insert_if_absent(session, InvitationCount, {**key, "n": invited[desk_id]}):
            session.execute(
                update(InvitationCount)
                .filter_by(**key)
                .values(n=InvitationCount.n + invited[desk_id])
                .execution_options(synchronize_session=False)
            )


def find_open(connection: Connection, *, hashed: bytes, today: date) -> OpenInvitation:
    """Give what the token grants, or raise the error that says why it grants nothing."""
    return _granted(connection.execute(_BY_TOKEN, {"hashed": hashed}), today)


def find_open_by_code(connection: Connection, *, keyring: Keyring, typed: str, today: date) -> OpenInvitation:
    code = codes.normalise(typed)
    if not codes.is_code(code):
        raise InvitationUnknown(mistyped=True)
    hashed = code_hash(keyring, code)
    return _granted(connection.execute(_BY_CODE, {"hashed": hashed}), today)


def find_open_slip(connection: Connection, *, keyring: Keyring, read: str, today: date) -> OpenInvitation:
    """Give what a slip grants of which the code was typed or the QR scanned, its whole address perhaps."""
    last = read.rstrip("/").rpartition("/")[2]
    symbols = codes.normalise(last)
    if codes.is_token(symbols):
        return find_open(connection, hashed=token_hash(keyring, symbols), today=today)
    return find_open_by_code(connection, keyring=keyring, typed=last, today=today)


def _granted(found: CursorResult[Any], today: date) -> OpenInvitation:
    row = found.one_or_none()
    if row is None:
        raise InvitationUnknown
    if row.state is InvitationState.SPENT:
        raise InvitationSpent
    if row.state is InvitationState.VOID or row.desk_id is None or row.expires_on is None:
        raise InvitationVoid
    if row.expires_on < today:
        raise InvitationExpired(expired_on=row.expires_on)
    return OpenInvitation(row.token_hash, row.desk_id, row.field_id, row.expires_on)


_ONLY_STATE = {"desk_id": None, "field_id": None, "expires_on": None}
# Written once, with Core: every answer takes this path.
_INVITATIONS = Invitation.__table__
_GRANTS = select(*(_INVITATIONS.c[name] for name in ("token_hash", "state", *_ONLY_STATE)))
_BY_TOKEN = _GRANTS.where(_INVITATIONS.c.token_hash == bindparam("hashed"))
_BY_CODE = _GRANTS.where(_INVITATIONS.c.code_hash == bindparam("hashed"))
_SPEND = (
    update(_INVITATIONS)  # type: ignore[arg-type]  # a table, not an alias
    .where(
        _INVITATIONS.c.token_hash == bindparam("hashed"),
        _INVITATIONS.c.state == InvitationState.OPEN,
        _INVITATIONS.c.expires_on >= bindparam("today"),
    )
    .values(state=InvitationState.SPENT, **_ONLY_STATE)
)


def spend(session: Session, *, hashed: bytes, today: date) -> None:
    """Turn an open token into a spent one, once; raise the error that says why it cannot be."""
    connection = session.connection()
    spent = connection.execute(_SPEND, {"hashed": hashed, "today": today})
    if spent.rowcount != 1:
        find_open(connection, hashed=hashed, today=today)
        raise InvitationSpent


def void(session: Session, *, keyring: Keyring, token: str) -> bool:
    """Void an open token, for example of a lost slip; False where it was not open."""
    return _void(session, token_hash(keyring, token))


def _void(session: Session, hashed: bytes) -> bool:
    return _move(session, hashed, InvitationState.OPEN, InvitationState.VOID)


def _move(session: Session, hashed: bytes, before: InvitationState, after: InvitationState) -> bool:
    """Move an invitation from one state to another that grants nothing; say whether it was there."""
    result = session.execute(
        update(Invitation)
        .where(Invitation.token_hash == hashed, Invitation.state == before)
        .values(state=after, **_ONLY_STATE)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result

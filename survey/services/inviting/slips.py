"""Slips as an officer hands them out: a roll for a desk, one for each returned dossier, one again.

What is given out is told once, to who prints it; here only counts remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from survey.enums import InvitationState
from survey.exceptions import Conflict, InvalidInput
from survey.models import Desk, Dossier, Invitation
from survey.queries import dossiers
from survey.seal import Keyring
from survey.services.inviting import invitations
from survey.services.inviting.dossier_files import clean_code
from survey.services.inviting.invitations import Issued
from survey.services.office import audit, unit_tree

# One PDF: what an old PC can set in one go; more is another click.
MOST_AT_ONCE = 200
LONGEST_SPAN_DAYS = 400
# What an office that prints now and then has not printed yet.
LAST_DAYS = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class SlipCounts:
    """Everything that can be told of slips. A spent one keeps no desk, so only open ones have a place."""

    issued: int
    open: int
    expired: int
    spent: int
    void: int


@dataclass(frozen=True, slots=True)
class SlipDesk:
    """A desk that hands out slips, and how many of its slips can still be answered."""

    id: int
    code: str
    name: str
    open: int


@dataclass(frozen=True, slots=True)
class SlipPage:
    """What the page of slips shows beside its forms."""

    counts: SlipCounts
    desks: Sequence[SlipDesk]
    returned: int  # imported dossiers that were returned in the last days
    without_slip: int  # of those, how many nobody got a slip for
    since: date


@dataclass(frozen=True, slots=True)
class Batch:
    """Slips of one desk, to be printed now or never."""

    desk_name: str
    issued: tuple[Issued, ...]


def counts(session: Session, *, today: date) -> SlipCounts:
    by_state = {
        state: int(n)
        for state, n in session.execute(select(Invitation.state, func.count()).group_by(Invitation.state))
    }
    expired = session.scalar(
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.state == InvitationState.OPEN, Invitation.expires_on < today)
    )
    gone = int(expired or 0)
    return SlipCounts(
        issued=sum(by_state.values()),
        open=by_state.get(InvitationState.OPEN, 0) - gone,
        expired=gone,
        spent=by_state.get(InvitationState.SPENT, 0),
        void=by_state.get(InvitationState.VOID, 0),
    )


def desks(session: Session, *, today: date, unit_id: int | None = None) -> Sequence[SlipDesk]:
    """List the desks in use, of a unit and below it or all, with how many slips are still out."""
    usable = (
        select(Invitation.desk_id, func.count().label("n"))
        .where(Invitation.state == InvitationState.OPEN, Invitation.expires_on >= today)
        .group_by(Invitation.desk_id)
    )
    numbers = {row.desk_id: int(row.n) for row in session.execute(usable)}
    query = select(Desk.id, Desk.code, Desk.name).where(Desk.active).order_by(Desk.id)
    if unit_id is not None:
        query = query.where(Desk.unit_id.in_(unit_tree.below(session, unit_id)))
    rows = session.execute(query)
    return [SlipDesk(row.id, row.code, row.name, numbers.get(row.id, 0)) for row in rows]


def page(session: Session, *, today: date, unit_id: int | None = None) -> SlipPage:
    places = desks(session, today=today, unit_id=unit_id)
    since, desk_ids = today - LAST_DAYS, [desk.id for desk in places]
    return SlipPage(
        counts=counts(session, today=today),
        desks=places,
        returned=dossiers.returned(session, desk_ids=desk_ids, start=since, end=today + timedelta(days=1)),
        without_slip=without_slip(session, desk_ids=desk_ids, start=since, end=today),
        since=since,
    )


def without_slip(session: Session, *, desk_ids: Sequence[int], start: date, end: date) -> int:
    """Count the dossiers returned on the days from `start` to `end` that nobody got a slip for."""
    return int(
        session.scalar(select(func.count()).select_from(_without(desk_ids, start, end).subquery())) or 0
    )


def _without(desk_ids: Sequence[int], start: date, end: date) -> Select[int]:
    return (
        select(Dossier.id)
        .where(
            Dossier.desk_id.in_(desk_ids),
            Dossier.returned_on >= start,
            Dossier.returned_on <= end,
            Dossier.issued == 0,
        )
        .order_by(Dossier.code)
    )


def issue_roll(
    session: Session, *, keyring: Keyring, desk_id: int, count: int, today: date, login: str, now: datetime
) -> Batch:
    """Issue anonymous slips for a desk."""
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvalidInput(field="count", value=count, maximum=MOST_AT_ONCE)
    code, name = _desk(session, desk_id)
    issued = invitations.issue_roll(session, keyring=keyring, desk_id=desk_id, count=count, today=today)
    audit.record(session, login=login, action="slips-issued", now=now, detail={"desk": code, "count": count})
    return Batch(name, tuple(issued))


def issue_for_returned(
    session: Session,
    *,
    keyring: Keyring,
    desk_id: int,
    start: date,
    end: date,
    today: date,
    login: str,
    now: datetime,
) -> Batch:
    """Issue one slip for each dossier returned on these days that has none, in the order of their codes.

    At most `MOST_AT_ONCE`; the next call goes on with the rest.

    Raises
    ------
    InvalidInput, NotFound
    Conflict
        No dossier of these days is without a slip.
    """
    if end < start or (end - start).days > LONGEST_SPAN_DAYS:
        raise InvalidInput(field="end", value=end.isoformat(), maximum=LONGEST_SPAN_DAYS)
    code, name = _desk(session, desk_id)
    # Locked, so that two officers who press the same button do not void each other's slips.
    chosen = _without([desk_id], start, end).limit(MOST_AT_ONCE).with_for_update()
    ids = session.scalars(chosen).all()
    if not ids:
        raise Conflict(what="no-dossier-without-slip", field="start", value=start.isoformat())
    issued = invitations.issue_for_dossiers(session, keyring=keyring, dossier_ids=ids, today=today)
    audit.record(
        session,
        login=login,
        action="dossier-slips-issued",
        now=now,
        detail={"desk": code, "count": len(issued), "from": start.isoformat(), "to": end.isoformat()},
    )
    return Batch(name, tuple(sorted(issued, key=lambda one: one.dossier_code or "")))


def reprint(
    session: Session,
    *,
    keyring: Keyring,
    dossier_code: str,
    today: date,
    login: str,
    now: datetime,
    unit_id: int | None = None,
) -> Batch:
    """Issue a new slip for a dossier, of a unit and below it or any; the one before is void from now on."""
    code = clean_code(dossier_code)
    row = session.execute(
        select(Dossier.id, Desk.name, Desk.code, Desk.unit_id)
        .join(Desk, Desk.id == Dossier.desk_id)
        .where(Dossier.code == code)
    ).one_or_none()
    if row is None or (unit_id is not None and row.unit_id not in unit_tree.below(session, unit_id)):
        raise InvalidInput(field="dossier_code", value=code, reason="unknown")
    issued = invitations.issue_for_dossiers(session, keyring=keyring, dossier_ids=[row.id], today=today)
    # The code of the dossier stays out of the audit: it would say when its slip was issued.
    audit.record(session, login=login, action="slip-reprinted", now=now, detail={"desk": row.code})
    return Batch(row.name, tuple(issued))


def _desk(session: Session, desk_id: int) -> tuple[str, str]:
    row = session.execute(select(Desk.code, Desk.name).where(Desk.id == desk_id, Desk.active)).one_or_none()
    if row is None:
        raise InvalidInput(field="desk_id", value=desk_id)
    return row.code, row.name

"""How long things are kept, and the purge that ends it: single answers and words go, sums and records stay.

Nothing that a page, a report or a record shows is made of what goes: tallies, rollups, monthly counters and
the figures of closed periods are never touched. What needs single answers (an export of rows, counting anew
on the command line) says from which day on it can be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from survey.db import Database
from survey.exceptions import InvalidInput
from survey.models import (
    AuditEvent,
    CallbackCase,
    CallbackDraw,
    Comment,
    Enrolment,
    Invitation,
    OfficerSession,
    Response,
    ScreenCount,
    Setting,
    SignInFailure,
    SubmissionKey,
)
from survey.services.answers import kept
from survey.services.office import audit
from survey.services.people import officers
from survey.services.records import closing

_KEY = "retention"
# Sessions, wrong sign-ins and enrolment codes that are over: of use for nobody a day later.
_LEFTOVERS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Retention:
    """Months after the month in which something was made."""

    answers: int = 24
    comments: int = 12
    invitations: int = 14
    screens: int = 24
    callbacks: int = 12
    audit: int = 60


# From, to. Answers: a year must be closed, and the tablets' keys (14 months) over, before they may go.
BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "answers": (15, 120),
    "comments": (1, 60),
    "invitations": (14, 60),
    "screens": (1, 120),
    "callbacks": (1, 60),
    "audit": (24, 240),
}


@dataclass(frozen=True, slots=True)
class Purge:
    """How much is due, or was deleted, by what it is."""

    answers: int = 0
    comments: int = 0
    invitations: int = 0
    screens: int = 0
    callbacks: int = 0
    audit: int = 0
    submission_keys: int = 0
    leftovers: int = 0

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    @property
    def told(self) -> dict[str, int]:
        """What stands in the audit: expired keys and sessions go without a word."""
        return {name: n for name, n in asdict(self).items() if n and name in BOUNDS}


def read(session: Session) -> Retention:
    stored = session.scalar(select(Setting.value).where(Setting.key == _KEY)) or {}
    known = {one.name for one in fields(Retention)}
    return Retention(**{name: value for name, value in stored.items() if name in known})


def change(session: Session, retention: Retention, *, login: str, now: datetime) -> None:
    """Keep the settings; what is due by them goes with the next purge.

    Raises
    ------
    InvalidInput
    """
    for name, (least, most) in BOUNDS.items():
        months = getattr(retention, name)
        if not least <= months <= most:
            raise InvalidInput(field=name, value=months, minimum=least, maximum=most)
    before = read(session)
    if before == retention:
        return
    session.merge(Setting(key=_KEY, value=asdict(retention)))
    session.flush()
    changed = {
        name: {"from": value, "to": getattr(retention, name)}
        for name, value in asdict(before).items()
        if value != getattr(retention, name)
    }
    audit.record(session, login=login, action="retention-changed", now=now, detail=changed)


def months_before(day: date, months: int) -> date:
    """Give the first day of the month that lies so many months before."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def first_kept_answers(session: Session, retention: Retention, *, today: date) -> date:
    """Give the day from which answers stay: by the setting, and never before their periods are closed."""
    first = months_before(today, retention.answers)
    for unit_id in closing.units_of(session):
        for period in closing.due(session, unit_id=unit_id, today=today):
            first = min(first, period.start.replace(day=1))
    return first


@dataclass(frozen=True, slots=True)
class _Due:
    """Rows of one table that may go."""

    name: str
    table: type[Any]
    where: tuple[ColumnElement[bool], ...]


def _due(session: Session, retention: Retention, *, today: date, now: datetime) -> list[_Due]:
    old_draws = select(CallbackDraw.id).where(CallbackDraw.end < months_before(today, retention.callbacks))
    over = now - _LEFTOVERS
    # The first day of a quarter lies two months before its last month.
    quarter = months_before(today, retention.invitations + 2)
    return [
        _Due("answers", Response, (Response.day < first_kept_answers(session, retention, today=today),)),
        _Due("comments", Comment, (Comment.month < months_before(today, retention.comments),)),
        _Due("invitations", Invitation, (Invitation.quarter < quarter,)),
        _Due("screens", ScreenCount, (ScreenCount.day < months_before(today, retention.screens),)),
        _Due("callbacks", CallbackCase, (CallbackCase.draw_id.in_(old_draws),)),
        _Due("submission_keys", SubmissionKey, (SubmissionKey.keep_until <= today,)),
        _Due("leftovers", SignInFailure, (SignInFailure.at_utc < over,)),
        _Due("leftovers", Enrolment, (Enrolment.expires_at_utc < over,)),
        _Due(
            "leftovers",
            OfficerSession,
            (
                or_(
                    OfficerSession.started_at_utc < over - officers.ABSOLUTE_LIMIT,
                    OfficerSession.seen_at_utc < over - officers.IDLE_LIMIT,
                ),
            ),
        ),
    ]  # fmt: skip


def _old_events(retention: Retention, today: date, now: datetime) -> datetime:
    first = months_before(today, retention.audit)
    return datetime(first.year, first.month, 1, tzinfo=now.tzinfo)


def due(session: Session, *, today: date, now: datetime) -> Purge:
    """Count what a purge would delete now."""
    retention = read(session)
    found = dict.fromkeys((one.name for one in fields(Purge)), 0)
    for one in _due(session, retention, today=today, now=now):
        found[one.name] += int(
            session.scalar(select(func.count()).select_from(one.table).where(*one.where)) or 0
        )
    before = _old_events(retention, today, now)
    events = select(func.count()).select_from(AuditEvent).where(AuditEvent.at_utc < before)
    found["audit"] = int(session.scalar(events) or 0)
    return Purge(**found)


def purge(database: Database, *, today: date, now: datetime, login: str = closing.ITSELF) -> Purge:
    """Delete what is due, in short transactions between which answers are stored; give how much went.

    Answers go month by month from the oldest on, so that whatever breaks off leaves whole months.
    """
    with database.read() as session:
        retention = read(session)
        first_kept = first_kept_answers(session, retention, today=today)
        oldest = session.scalar(select(func.min(Response.day)))
        rest = [one for one in _due(session, retention, today=today, now=now) if one.name != "answers"]
    found = dict.fromkeys((one.name for one in fields(Purge)), 0)
    while oldest is not None and oldest < first_kept:
        end = min((oldest.replace(day=1) + timedelta(days=31)).replace(day=1), first_kept)
        found["answers"] += database.write(partial(_delete_answers, end=end))
        oldest = end
    for one in rest:
        found[one.name] += database.write(partial(_delete, table=one.table, where=one.where))
    found["audit"] = database.write(
        lambda session: audit.cut(session, before=_old_events(retention, today, now))
    )
    gone = Purge(**found)
    if gone.told:
        database.write(
            lambda session: audit.record(session, login=login, action="purged", now=now, detail=gone.told)
        )
    if gone:
        database.empty_log()
    return gone


def _delete_answers(session: Session, *, end: date) -> int:
    kept.mark(session, end)
    return _delete(session, table=Response, where=(Response.day < end,))


def _delete(session: Session, *, table: type[Any], where: tuple[ColumnElement[bool], ...]) -> int:
    statement = delete(table).where(*where).execution_options(synchronize_session=False)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DELETE gives a cursor result

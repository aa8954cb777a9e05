"""Notes of what happened on a day: the machine was broken, a market day, a new procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.enums import Role
from survey.exceptions import InvalidInput, NotFound
from survey.models import DayNote as Row
from survey.models import Desk
from survey.models.notes import LONGEST_NOTE
from survey.services.answers import masking
from survey.services.office import audit


@dataclass(frozen=True, slots=True)
class DayNote:
    """A note as charts show it; `desk` is empty for the whole unit."""

    id: int
    day: date
    text: str
    desk: str
    written_by: Role


def of_span(
    session: Session, *, unit_id: int, desk_id: int | None, start: date, end: date
) -> tuple[DayNote, ...]:
    """List the notes of a stretch by day: those of the unit, and of its desks or the one asked for."""
    query = (
        select(Row.id, Row.day, Row.text, Row.written_by, Desk.name.label("desk"))
        .outerjoin(Desk, Desk.id == Row.desk_id)
        .where(Row.unit_id == unit_id, Row.day >= start, Row.day < end)
        .order_by(Row.day, Row.id)
    )
    if desk_id is not None:
        query = query.where(or_(Row.desk_id.is_(None), Row.desk_id == desk_id))
    return tuple(
        DayNote(row.id, row.day, row.text, row.desk or "", row.written_by) for row in session.execute(query)
    )


def add(
    session: Session,
    *,
    unit_id: int,
    desk_id: int | None,
    day: date,
    text: str,
    role: Role,
    login: str,
    today: date,
    now: datetime,
) -> None:
    """Keep a note; the audit says which account wrote it, the note itself only the role.

    Raises
    ------
    InvalidInput
        A day that has not come, a desk of another unit, or no words.
    """
    words = _clean(text)
    if day > today:
        raise InvalidInput(field="day", value=day.isoformat())
    if not words:
        raise InvalidInput(field="text", value="")
    if desk_id is not None and session.scalar(select(Desk.unit_id).where(Desk.id == desk_id)) != unit_id:
        raise InvalidInput(field="desk", value=desk_id)
    row = Row(unit_id=unit_id, desk_id=desk_id, day=day, text=words, written_by=role, written_on=today)
    session.add(row)
    session.flush()
    detail = {"note": row.id, "day": day.isoformat()}
    audit.record(session, login=login, action="day-note-written", now=now, detail=detail)


def change(
    session: Session,
    *,
    unit_id: int,
    note_id: int,
    text: str,
    role: Role,
    login: str,
    today: date,
    now: datetime,
) -> None:
    """Write other words for a day, or take the note away where none are left.

    Raises
    ------
    NotFound
        No such note of this unit.
    """
    row = session.get(Row, note_id)
    if row is None or row.unit_id != unit_id:
        raise NotFound(what="day-note", value=note_id)
    words = _clean(text)
    detail = {"note": note_id, "day": row.day.isoformat()}
    if words:
        row.text, row.written_by, row.written_on = words, role, today
        action = "day-note-changed"
    else:
        session.delete(row)
        action = "day-note-removed"
    session.flush()
    audit.record(session, login=login, action=action, now=now, detail=detail)


def _clean(text: str) -> str:
    """Write on one line, with marks in place of numbers that name somebody."""
    return masking.mask(" ".join(text.split()))[:LONGEST_NOTE]

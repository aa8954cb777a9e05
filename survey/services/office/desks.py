"""One-stop desks of a unit and their counters: what they are called and which are in use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import Counter, DayTally, Desk, Dossier, Intake, Invitation, Unit
from survey.services.office import audit, unit_tree

NAME_CHARACTERS = 200
# The code stands in the QR of posters, in files and in commands: short, and the same in capitals.
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")


@dataclass(frozen=True, slots=True)
class CounterView:
    id: int
    code: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class DeskView:
    id: int
    unit_id: int
    unit_name: str
    code: str
    name: str
    active: bool
    confirmed: bool
    counters: tuple[CounterView, ...]


def all_desks(session: Session, *, unit_id: int | None = None) -> Sequence[DeskView]:
    """Give the desks of a unit and below it, or all of this installation; those in use first."""
    query = (
        select(Desk, Unit.name)
        .join(Unit, Unit.id == Desk.unit_id)
        .order_by(Desk.active.desc(), Desk.unit_id, Desk.id)
    )
    if unit_id is not None:
        query = query.where(Desk.unit_id.in_(unit_tree.below(session, unit_id)))
    rows = session.execute(query).all()
    counters: dict[int, list[CounterView]] = {}
    for counter in session.scalars(select(Counter).order_by(Counter.active.desc(), Counter.code)):
        counters.setdefault(counter.desk_id, []).append(
            CounterView(counter.id, counter.code, counter.name, counter.active)
        )
    return [
        DeskView(
            desk.id,
            desk.unit_id,
            unit_name,
            desk.code,
            desk.name,
            desk.active,
            desk.confirmed,
            tuple(counters.get(desk.id, [])),
        )
        for desk, unit_name in rows
    ]


def get(session: Session, desk_id: int) -> DeskView:
    found = next((desk for desk in all_desks(session) if desk.id == desk_id), None)
    if found is None:
        raise NotFound(what="desk", value=desk_id)
    return found


def add(session: Session, *, unit_id: int, code: str, name: str, login: str, now: datetime) -> int:
    code, name = _checked_code(code), _checked_name(name)
    if session.get(Unit, unit_id) is None:
        raise NotFound(what="unit", value=unit_id)
    if session.scalar(select(Desk.id).where(Desk.code == code)) is not None:
        raise Conflict(what="desk", field="code", value=code)
    desk = Desk(unit_id=unit_id, code=code, name=name, confirmed=True)
    session.add(desk)
    session.flush()
    _record(session, "desk-added", login, now, desk=code)
    return desk.id


def change(session: Session, desk_id: int, *, name: str, active: bool, login: str, now: datetime) -> None:
    """Rename a desk or put it out of use. Its code stays: it stands on posters and in files."""
    desk = session.get(Desk, desk_id)
    if desk is None:
        raise NotFound(what="desk", value=desk_id)
    if desk.active and not active and _active_desks(session) == 1:
        raise Conflict(what="last-desk", field="active", value=desk.code)
    desk.name, desk.active, desk.confirmed = _checked_name(name), active, True
    session.flush()
    _record(session, "desk-changed", login, now, desk=desk.code, active=active)


def _active_desks(session: Session) -> int:
    return int(session.scalar(select(func.count()).select_from(Desk).where(Desk.active)) or 0)


def add_counter(session: Session, desk_id: int, *, code: str, name: str, login: str, now: datetime) -> int:
    code, name = _checked_code(code), _checked_name(name)
    desk = session.get(Desk, desk_id)
    if desk is None:
        raise NotFound(what="desk", value=desk_id)
    taken = select(Counter.id).where(Counter.desk_id == desk_id, Counter.code == code)
    if session.scalar(taken) is not None:
        raise Conflict(what="counter", field="code", value=code)
    counter = Counter(desk_id=desk_id, code=code, name=name)
    session.add(counter)
    session.flush()
    _record(session, "counter-added", login, now, desk=desk.code, counter=code)
    return counter.id


def change_counter(
    session: Session, counter_id: int, *, name: str, active: bool, login: str, now: datetime
) -> None:
    counter = session.get(Counter, counter_id)
    if counter is None:
        raise NotFound(what="counter", value=counter_id)
    counter.name, counter.active = _checked_name(name), active
    session.flush()
    _record(session, "counter-changed", login, now, counter=counter.code, active=active)


def has_data(session: Session, desk_id: int) -> bool:
    """Say whether anything was ever stored for a desk: answers, dossiers, slips."""
    tables = (DayTally.desk_id, Intake.desk_id, Dossier.desk_id, Invitation.desk_id)
    return any(
        session.scalar(select(column).where(column == desk_id).limit(1)) is not None for column in tables
    )


def _checked_code(code: str) -> str:
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise InvalidInput(field="code", value=code)
    return code


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARACTERS:
        raise InvalidInput(field="name", value=name)
    return name


def _record(session: Session, action: str, login: str, now: datetime, **detail: str | bool) -> None:
    audit.record(session, login=login, action=action, now=now, detail=detail)

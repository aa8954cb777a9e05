"""Units of administration: which stood on a day, what followed them, and units an office adds itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.enums import UnitLevel
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import Unit, UnitSuccession
from survey.services.office import audit
from survey.services.sheets.table_files import fold

NAME_CHARACTERS = 200
CODE_CHARACTERS = 32
# A chain of parents is four long; a longer one is a mistake in the data.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with the names above it, nearest first, and what became of it."""

    id: int
    code: str
    name: str
    level: UnitLevel
    parent_id: int | None
    parents: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...]

    def is_valid_on(self, day: date) -> bool:
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_to is None or day <= self.valid_to)


def all_units(session: Session) -> Sequence[UnitView]:
    """Give every unit, by name within its level."""
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    followed: dict[int, list[str]] = {}
    for row in session.execute(
        select(UnitSuccession.predecessor_id, UnitSuccession.successor_id).order_by(
            UnitSuccession.successor_id
        )
    ):
        followed.setdefault(row.predecessor_id, []).append(units[row.successor_id].name)
    views = [_view(unit, units, followed.get(unit.id, [])) for unit in units.values()]
    levels = list(UnitLevel)
    return sorted(views, key=lambda view: (levels.index(view.level), view.name, view.id))


def _view(unit: Unit, units: Mapping[int, Unit], successors: Sequence[str]) -> UnitView:
    parents: list[str] = []
    above = unit.parent_id
    while above is not None and len(parents) < _DEEPEST:
        parents.append(units[above].name)
        above = units[above].parent_id
    return UnitView(
        unit.id,
        unit.code,
        unit.name,
        unit.level,
        unit.parent_id,
        tuple(parents),
        unit.valid_from,
        unit.valid_to,
        tuple(successors),
    )


def search(units: Sequence[UnitView], wanted: str, *, on: date) -> Sequence[UnitView]:
    """Find units by any words of their names or their code; those that stand on the day come first."""
    words = fold(wanted).split()

    def fits(unit: UnitView) -> bool:
        text = f" {fold(' '.join((unit.name, *unit.parents, unit.code)))}"
        return all(f" {word}" in text for word in words)

    return sorted((unit for unit in units if fits(unit)), key=lambda unit: not unit.is_valid_on(on))


def get(session: Session, unit_id: int) -> UnitView:
    found = next((unit for unit in all_units(session) if unit.id == unit_id), None)
    if found is None:
        raise NotFound(what="unit", value=unit_id)
    return found


@dataclass(frozen=True, slots=True)
class UnitData:
    """What an office says of a unit."""

    name: str
    level: UnitLevel
    parent_id: int | None
    code: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def add(session: Session, data: UnitData, *, login: str, now: datetime) -> int:
    """Add a unit that the tree lacks; the name may exist, since names come back after mergers."""
    data = _checked(session, data)
    same = select(Unit.id).where(
        Unit.name == data.name,
        Unit.level == data.level,
        Unit.parent_id.is_(None) if data.parent_id is None else Unit.parent_id == data.parent_id,
        Unit.valid_to.is_(None),
    )
    if data.valid_to is None and session.scalar(same) is not None:
        raise Conflict(what="unit", field="name", value=data.name)
    unit = Unit(key=_free_key(session, data.name), **_columns(data))
    session.add(unit)
    session.flush()
    audit.record(session, login=login, action="unit-added", now=now, detail={"unit": data.name})
    return unit.id


def change(session: Session, unit_id: int, data: UnitData, *, login: str, now: datetime) -> None:
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound(what="unit", value=unit_id)
    data = _checked(session, data)
    if data.parent_id is not None and unit_id in _line_of(session, data.parent_id):
        raise InvalidInput(field="parent_id", value=data.parent_id, reason="circle")
    for name, value in _columns(data).items():
        setattr(unit, name, value)
    session.flush()
    audit.record(session, login=login, action="unit-changed", now=now, detail={"unit": data.name})


def succeed(
    session: Session, *, predecessor_id: int, successor_id: int, on: date, login: str, now: datetime
) -> None:
    """Say that from a day one unit stands where another stood; the day before is the other's last."""
    before, after = session.get(Unit, predecessor_id), session.get(Unit, successor_id)
    if before is None or after is None:
        raise NotFound(what="unit", value=predecessor_id if before is None else successor_id)
    if predecessor_id == successor_id:
        raise InvalidInput(field="successor_id", value=successor_id, reason="itself")
    if session.get(UnitSuccession, (predecessor_id, successor_id)) is not None:
        raise Conflict(what="succession", field="successor_id", value=after.name)
    if before.valid_from is not None and before.valid_from >= on:
        raise InvalidInput(field="on", value=on, reason="before-start")
    before.valid_to = on - timedelta(days=1)
    session.add(
        UnitSuccession(predecessor_id=predecessor_id, successor_id=successor_id, on=on, kind="merged")
    )
    session.flush()
    audit.record(
        session,
        login=login,
        action="unit-succeeded",
        now=now,
        detail={"before": before.name, "after": after.name, "on": on.isoformat()},
    )


def _checked(session: Session, data: UnitData) -> UnitData:
    name = " ".join(data.name.split())
    if not name or len(name) > NAME_CHARACTERS:
        raise InvalidInput(field="name", value=data.name)
    if data.valid_from and data.valid_to and data.valid_to < data.valid_from:
        raise InvalidInput(field="valid_to", value=data.valid_to, reason="before-start")
    if data.parent_id is not None and session.get(Unit, data.parent_id) is None:
        raise NotFound(what="unit", value=data.parent_id)
    return UnitData(name, data.level, data.parent_id, data.code.strip(), data.valid_from, data.valid_to)


def _columns(data: UnitData) -> dict[str, object]:
    return {
        "name": data.name,
        "level": data.level,
        "parent_id": data.parent_id,
        "code": data.code,
        "valid_from": data.valid_from,
        "valid_to": data.valid_to,
    }


def _line_of(session: Session, unit_id: int) -> set[int]:
    """Give a unit and everything above it."""
    line: set[int] = set()
    above: int | None = unit_id
    while above is not None and above not in line:
        line.add(above)
        above = session.scalar(select(Unit.parent_id).where(Unit.id == above))
    return line


def _free_key(session: Session, name: str) -> str:
    """Make the lasting identity of a unit from its name."""
    base = re.sub(r"^(xa|phuong|thi tran|dac khu|huyen|quan|thanh pho|thi xa|tinh) ", "", fold(name))
    stem = base.replace(" ", "-")[:56] or "unit"
    taken = set(session.scalars(select(Unit.key).where(Unit.key.startswith(stem))))
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in candidates if key not in taken)

"""The tree of units as rights and sums need it: what lies below a unit, and what it was before.

A unit's past is that of the units it replaced, where all of what they were lies in it: a predecessor that was
divided among units outside cannot be summed. An officer sees the own unit, what is below, and their past.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.db import asked_once
from survey.enums import UnitLevel
from survey.exceptions import NotFound
from survey.models import Counter, Desk, KioskDevice, Officer, Unit, UnitSuccession
from survey.services.office import installation
from survey.services.sheets.table_files import fold


@dataclass(frozen=True, slots=True)
class UnitName:
    id: int
    name: str
    level: UnitLevel


@dataclass(frozen=True, slots=True)
class Past:
    """Units that this one replaced; `divided` ones went to other units as well and are not summed."""

    whole: tuple[UnitName, ...]
    divided: tuple[UnitName, ...]
    since: date | None


NO_PAST = Past((), (), None)


def below(session: Session, unit_id: int, *, past: bool = True) -> frozenset[int]:
    """Give a unit and everything below it; with their predecessors as far as all of them lies here."""
    return asked_once(session, (below, unit_id, past), lambda: _below(session, unit_id, past=past))


def _below(session: Session, unit_id: int, *, past: bool) -> frozenset[int]:
    found = {unit_id}
    frontier = {unit_id}
    while frontier:
        children = set(session.scalars(select(Unit.id).where(Unit.parent_id.in_(frontier))))
        before = _replaced_wholly(session, found | children) if past else set()
        frontier = (children | before) - found
        found |= frontier
    return frozenset(found)


def itself(session: Session, unit_id: int) -> frozenset[int]:
    """Give a unit and those it replaced wholly, without what lies below it."""
    found = {unit_id}
    while before := _replaced_wholly(session, found) - found:
        found |= before
    return frozenset(found)


def _replaced_wholly(session: Session, units: Collection[int]) -> set[int]:
    """Find the units whose every successor is among some units."""
    candidates = set(
        session.scalars(select(UnitSuccession.predecessor_id).where(UnitSuccession.successor_id.in_(units)))
    )
    if not candidates:
        return set()
    outside = session.scalars(
        select(UnitSuccession.predecessor_id).where(
            UnitSuccession.predecessor_id.in_(candidates), UnitSuccession.successor_id.not_in(units)
        )
    )
    return candidates - set(outside)


def past_of(session: Session, unit_id: int) -> Past:
    """Say which units with a desk stood where this one and those below it stand now."""
    units = below(session, unit_id, past=False)
    with_past = below(session, unit_id)
    rows = session.execute(
        select(UnitSuccession.predecessor_id, UnitSuccession.on).where(
            UnitSuccession.successor_id.in_(units), UnitSuccession.predecessor_id.not_in(units)
        )
    ).all()
    if not rows:
        return NO_PAST
    reached = (with_past - units) | {row.predecessor_id for row in rows}
    names = _names(
        session, set(session.scalars(select(Desk.unit_id).distinct().where(Desk.unit_id.in_(reached))))
    )
    if not names:
        return NO_PAST
    return Past(
        tuple(one for one in names if one.id in with_past),
        tuple(one for one in names if one.id not in with_past),
        max(row.on for row in rows),
    )


def _names(session: Session, units: Collection[int]) -> list[UnitName]:
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.level).where(Unit.id.in_(units)).order_by(Unit.name, Unit.id)
    )
    return sorted((UnitName(row.id, row.name, row.level) for row in rows), key=_by_name)


def _by_name(unit: UnitName) -> tuple[str, str]:
    """Order as Vietnamese does, as far as letters without marks tell: Đ beside D, not behind Z."""
    return fold(unit.name), unit.name


def children_of(session: Session, unit_id: int, *, on: date) -> Sequence[UnitName]:
    """List the units right below one that stand on a day, by name."""
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.level, Unit.valid_from, Unit.valid_to)
        .where(Unit.parent_id == unit_id)
        .order_by(Unit.name, Unit.id)
    )
    standing_on = [
        UnitName(row.id, row.name, row.level)
        for row in rows
        if (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to)
    ]
    return sorted(standing_on, key=_by_name)


def standing(session: Session, unit_id: int, *, on: date) -> Sequence[UnitName]:
    """List a unit and all below it that stand on a day; the unit first, then by name."""
    units = below(session, unit_id, past=False)
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.level).where(
            Unit.id.in_(units), Unit.valid_to.is_(None) | (Unit.valid_to >= on) | (Unit.id == unit_id)
        )
    )
    found = [UnitName(row.id, row.name, row.level) for row in rows]
    return sorted(found, key=lambda one: (one.id != unit_id, *_by_name(one)))


def way_down(session: Session, top_id: int, unit_id: int) -> Sequence[UnitName]:
    """Name the units from the top to one below it, both included; the one alone where it is no child."""
    line: list[int] = []
    at: int | None = unit_id
    while at is not None and at not in line:
        line.append(at)
        if at == top_id:
            break
        at = session.scalar(select(Unit.parent_id).where(Unit.id == at))
    kept = line if top_id in line else [unit_id, top_id]
    names = {one.id: one for one in _names(session, kept)}
    return [names[one] for one in reversed(kept)]


def offered(session: Session, officer_unit: int, shown: int, *, on: date) -> Sequence[UnitName]:
    """List where an officer may go from a unit: the way down to it, and what is right below."""
    way = list(way_down(session, officer_unit, shown))
    return [*way, *(one for one in children_of(session, shown, on=on) if one.id != shown)]


def check_unit(session: Session, officer_unit: int, unit_id: int) -> None:
    """Refuse a unit that is not the officer's and not below it, as if it did not exist.

    Raises
    ------
    NotFound
    """
    if unit_id != officer_unit and unit_id not in below(session, officer_unit):
        raise NotFound(what="unit", value=unit_id)


# What an address may name by its number, and whose it is.
NAMED = frozenset({"unit", "desk_id", "counter_id", "device_id", "officer_id"})


def check_named(session: Session, officer_unit: int, named: Mapping[str, int]) -> None:
    """Refuse what belongs to a unit outside the officer's, as if it did not exist.

    Raises
    ------
    NotFound
    """
    for name, identity in named.items():
        owner = identity if name == "unit" else _owner(session, name, identity)
        if owner is None:
            raise NotFound(what=name.removesuffix("_id"), value=identity)
        check_unit(session, officer_unit, owner)


def _owner(session: Session, name: str, identity: int) -> int | None:
    found: int | None = session.scalar(
        {
            "desk_id": select(Desk.unit_id).where(Desk.id == identity),
            "counter_id": select(Desk.unit_id)
            .join(Counter, Counter.desk_id == Desk.id)
            .where(Counter.id == identity),
            "device_id": select(Desk.unit_id)
            .join(KioskDevice, KioskDevice.desk_id == Desk.id)
            .where(KioskDevice.id == identity),
            "officer_id": select(Officer.unit_id).where(Officer.id == identity),
        }[name]
    )
    return found


def governs(session: Session, officer_unit: int) -> bool:
    """Say whether an officer's unit is the one of this installation, or above it."""
    own = installation.read(session).unit_id
    return own is None or own == officer_unit or own in below(session, officer_unit)

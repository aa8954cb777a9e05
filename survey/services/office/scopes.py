"""Which answers a figure is about: filters, the headline rule, and the desks of a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.db import asked_once
from survey.enums import Channel, Form, Part, Stage, TrustClass
from survey.models import Counter, Desk, ProcedureField, Unit
from survey.queries.ratings import Mark
from survey.services.office import unit_tree

_CHANNEL_OF_CLASS: Mapping[TrustClass, Channel] = {
    TrustClass.PHONE_TOKEN: Channel.PHONE,
    TrustClass.POSTER: Channel.PHONE,
    TrustClass.KIOSK_TOKEN: Channel.KIOSK,
    TrustClass.KIOSK: Channel.KIOSK,
    TrustClass.ASSISTED: Channel.ASSISTED,
    TrustClass.PAPER: Channel.PAPER,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. Without a stage: people who received a result (the headline)."""

    desk_id: int | None = None
    counter_id: int | None = None
    field_id: int | None = None
    channel: Channel | None = None
    stage: Stage | None = None
    all_stages: bool = False
    # Whether the units that this one replaced are its past; else it has none.
    past: bool = True

    @property
    def is_plain(self) -> bool:
        """True for the headline of the whole unit, the only figures that carry verdicts of record."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Place:
    id: int
    code: str
    name: str


def channel_of(mark: Mark) -> Channel | None:
    """Give the channel of a cell; None where the class was coarsened among full forms set apart."""
    known = _CHANNEL_OF_CLASS.get(mark.trust_class)
    if known is not None:
        return known
    if mark.part is Part.APART:
        return None
    return Channel.KIOSK if mark.form is Form.SPLIT else Channel.PHONE


def matches(mark: Mark, filters: Filters) -> bool:
    """Say whether the answers of a cell belong to the figures that the filters ask for."""
    return (
        _stage_matches(mark, filters)
        and (filters.desk_id is None or mark.desk_id == filters.desk_id)
        and (filters.counter_id is None or mark.counter_id == filters.counter_id)
        and (filters.field_id is None or mark.field_id == filters.field_id)
        and (filters.channel is None or channel_of(mark) is filters.channel)
    )


def _stage_matches(mark: Mark, filters: Filters) -> bool:
    if filters.channel in {Channel.ASSISTED, Channel.PAPER}:
        # Assisted and paper forms stand apart from the headline whatever their stage.
        return mark.part is Part.APART and (filters.stage is None or mark.stage is filters.stage)
    if filters.all_stages:
        return mark.part is not Part.APART
    if filters.stage is None or filters.stage is Stage.RESULT:
        return mark.part is Part.HEADLINE
    return mark.part is Part.OTHER_STAGES and mark.stage is filters.stage


def desks_of(session: Session, unit_id: int, *, past: bool = True) -> Sequence[Place]:
    """List the desks of a unit and of all below it; with those of the units that they replaced.

    The unit's own desks come first; a desk elsewhere is named with its unit.
    """
    return asked_once(session, (desks_of, unit_id, past), lambda: _desks_of(session, unit_id, past=past))


def _desks_of(session: Session, unit_id: int, *, past: bool) -> tuple[Place, ...]:
    units = unit_tree.below(session, unit_id, past=past)
    rows = session.execute(
        select(Desk.id, Desk.code, Desk.name, Desk.unit_id, Unit.name.label("unit"))
        .join(Unit, Unit.id == Desk.unit_id)
        .where(Desk.unit_id.in_(units))
        .order_by(Desk.unit_id != unit_id, Unit.name, Desk.id)
    )
    return tuple(
        Place(row.id, row.code, row.name if row.unit_id == unit_id else f"{row.name} – {row.unit}")
        for row in rows
    )


def desks_by_id(session: Session, desk_ids: Sequence[int]) -> Sequence[Place]:
    rows = session.execute(
        select(Desk.id, Desk.code, Desk.name).where(Desk.id.in_(desk_ids)).order_by(Desk.id)
    )
    return [Place(*row) for row in rows]


def counters_of(session: Session, desk_ids: Sequence[int]) -> Sequence[Place]:
    rows = session.execute(
        select(Counter.id, Counter.code, Counter.name)
        .where(Counter.desk_id.in_(desk_ids))
        .order_by(Counter.desk_id, Counter.code)
    )
    return [Place(*row) for row in rows]


def counters_by_desk(session: Session, desk_ids: Sequence[int]) -> Mapping[int, Sequence[Place]]:
    """Give the counters of many desks with one question to the database."""
    rows = session.execute(
        select(Counter.desk_id, Counter.id, Counter.code, Counter.name)
        .where(Counter.desk_id.in_(desk_ids))
        .order_by(Counter.desk_id, Counter.code)
    )
    found: dict[int, list[Place]] = {}
    for row in rows:
        found.setdefault(row.desk_id, []).append(Place(row.id, row.code, row.name))
    return found


def fields_list(session: Session, locale: str = "vi") -> Sequence[Place]:
    rows = session.execute(
        select(ProcedureField.id, ProcedureField.code, ProcedureField.names).order_by(ProcedureField.position)
    )
    return [Place(row.id, row.code, row.names.get(locale) or row.names["vi"]) for row in rows]

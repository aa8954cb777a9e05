"""All that the one page of officers shows, and what its filters offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from survey.enums import Dimension
from survey.services.figures.outlook import Outlook, outlook
from survey.services.figures.satisfaction import Overview, overview
from survey.services.office import installation, periods, plans, scopes, unit_tree
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period
from survey.services.office.scopes import Filters, Place
from survey.services.office.unit_tree import NO_PAST, Past, UnitName
from survey.services.records import closing
from survey.services.remarks import day_notes
from survey.services.remarks.day_notes import DayNote


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of a unit offer; a counter stands with its desk."""

    years: tuple[int, ...]  # newest first
    period: Period  # what is shown where the address asks for none
    desks: tuple[Place, ...]
    counters: tuple[tuple[Place, Place], ...]
    fields: tuple[Place, ...]
    unit_id: int = 0
    units: tuple[UnitName, ...] = ()  # where the officer may go from here: up to the own unit, one step down
    past: Past = NO_PAST


@dataclass(frozen=True, slots=True)
class OfficerPage:
    unit: str
    unit_confirmed: bool
    demo: bool
    overview: Overview
    outlooks: Mapping[Dimension, Outlook]
    closed_at: datetime | None = None  # when the figures became the record; None where they are not it
    notes: tuple[DayNote, ...] = ()  # of the days of the year


def choices(
    session: Session, *, unit_id: int, today: date, locale: str = "vi", officer_unit: int | None = None
) -> Choices:
    """Say what the filters of a unit's pages offer; an officer may go up as far as the own unit."""
    desks = tuple(scopes.desks_of(session, unit_id))
    counters = scopes.counters_by_desk(session, [desk.id for desk in desks])
    current = installation.read(session).plan_year or today.year
    return Choices(
        years=tuple(sorted({*plans.years(session, unit_id), current}, reverse=True)),
        period=periods.make(current),
        desks=desks,
        counters=tuple((desk, counter) for desk in desks for counter in counters.get(desk.id, ())),
        fields=tuple(scopes.fields_list(session, locale)),
        unit_id=unit_id,
        units=tuple(unit_tree.offered(session, officer_unit or unit_id, unit_id, on=today)),
        past=unit_tree.past_of(session, unit_id),
    )


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    filters: Filters,
    today: date,
    locale: str = "vi",
) -> OfficerPage:
    found, closed_at = closing.recorded(
        session,
        instrument=store.current(session).instrument,
        unit_id=unit_id,
        period=period,
        filters=filters,
        today=today,
        locale=locale,
    )
    if found is None:
        found = overview(
            session,
            store=store,
            unit_id=unit_id,
            period=period,
            filters=filters,
            today=today,
            locale=locale,
        )
    installed = installation.read(session)
    names = installation.unit_names(session, unit_id)
    return OfficerPage(
        unit=next(iter(names.values()), ""),
        unit_confirmed=installed.confirmed,
        demo=installed.demo,
        overview=found,
        outlooks={
            row.dimension: outlook(
                row,
                period=period,
                today=today,
                filters=filters,
                returned=found.returned,
                classes=found.classes,
            )
            for row in found.rows
        },
        closed_at=closed_at,
        notes=notes_of(session, unit_id, filters, period.year, period.year),
    )


def notes_of(session: Session, unit_id: int, filters: Filters, first: int, last: int) -> tuple[DayNote, ...]:
    """Give the notes of the days of some years, as far as the filters reach."""
    start, end = periods.make(first).start, periods.make(last).end
    return day_notes.of_span(session, unit_id=unit_id, desk_id=filters.desk_id, start=start, end=end)

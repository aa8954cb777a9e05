"""Where to look: desks, counters and fields that surely fall behind others, and days of strange answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.enums import Dimension
from survey.models import CounterMonth
from survey.services.office import scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period
from survey.services.office.scopes import Filters
from survey.services.pages import comparison, quality_page
from survey.services.pages.comparison import By, Comparison, Group
from survey.services.pages.signal_effects import BesideFigure
from survey.services.pages.signal_figures import DayFigure
from survey.services.sums import rollups

# A unit of more desks is looked at unit by unit: its days would be hundreds of thousands of rows.
MOST_DESKS = 4


@dataclass(frozen=True, slots=True)
class GroupPointer:
    """One group that is surely lower than the others in one dimension."""

    comparison: Comparison
    group: Group
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class Pointers:
    groups: tuple[GroupPointer, ...] = ()
    days: tuple[DayFigure, ...] = ()  # those that the page of quality asks to look at again
    hanging: tuple[BesideFigure, ...] = ()  # goals that are reached or missed by the answers of such days


NOWHERE = Pointers()


def look(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    filters: Filters,
    today: date,
    locale: str = "vi",
) -> Pointers:
    """Find what to look at in a period of a whole unit; filtered pages point nowhere."""
    if not filters.is_plain or not rollups.are_whole(session):
        return NOWHERE
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    if not 0 < len(desk_ids) <= MOST_DESKS:
        return NOWHERE
    published = store.current(session)
    state = rollups.state(session, published=published, desk_ids=desk_ids, start=period.start, end=period.end)
    joined = session.scalar(select(func.sum(CounterMonth.persons))) or 0

    def find() -> Pointers:
        kinds = [By.COUNTER, By.FIELD] if len(desk_ids) == 1 else [By.DESK, By.COUNTER, By.FIELD]
        groups = tuple(
            pointer
            for by in kinds
            for pointer in _lower(
                comparison.build(
                    session,
                    store=store,
                    unit_id=unit_id,
                    by=by,
                    period=period,
                    filters=filters,
                    today=today,
                    locale=locale,
                )
            )
        )
        days, hanging = quality_page.to_look_at(session, store=store, unit_id=unit_id, period=period)
        return Pointers(groups, days, hanging)

    return rollups.remembered(("pointers", state, period, joined, locale, unit_id, today), find)


def _lower(found: Comparison) -> Sequence[GroupPointer]:
    return [
        GroupPointer(found, group, dimension)
        for dimension in found.dimensions
        for group in found.groups
        if (difference := group.figures[dimension].difference) is not None
        and difference.certain
        and difference.estimate < 0
    ]

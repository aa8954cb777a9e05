"""Where to look: desks, counters and fields that surely fall behind others, and days of strange answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from survey.services.pages.quality_page import DayFigure
from survey.services.sums import rollups

# A unit of more desks is looked at unit by unit: its days would be hundreds of thousands of rows.
MOST_DESKS = 4


@dataclass(frozen=True, slots=True)
class Pointer:
    """One group that is surely lower than the others in one dimension."""

    comparison: Comparison
    group: Group
    dimension: Dimension


def look(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    filters: Filters,
    today: date,
    locale: str = "vi",
) -> tuple[Pointer, ...]:
    """Find what to look at in a period of a whole unit; filtered pages point nowhere."""
    if not filters.is_plain or not rollups.are_whole(session):
        return ()
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    if not 0 < len(desk_ids) <= MOST_DESKS:
        return ()
    published = store.current(session)
    state = rollups.state(session, published=published, desk_ids=desk_ids, start=period.start, end=period.end)
    joined = session.scalar(select(func.sum(CounterMonth.persons))) or 0

    def find() -> tuple[Pointer, ...]:
        kinds = [By.COUNTER, By.FIELD] if len(desk_ids) == 1 else [By.DESK, By.COUNTER, By.FIELD]
        return tuple(
            pointer
            for by in kinds
            for pointer in _lower(
                comparison.build(
                    session,
                    store=store,
                    unit_id=unit_id,
                    by=by,
                    period=period,
                    filters=replace(filters),
                    today=today,
                    locale=locale,
                )
            )
        )

    return rollups.remembered(("pointers", state, period, joined, locale, unit_id, today), find)


def strange_days(
    session: Session, *, store: InstrumentStore, unit_id: int, period: Period, filters: Filters
) -> tuple[DayFigure, ...]:
    """Give the days that the page of quality asks to look at again, under the conditions of `look`."""
    if not filters.is_plain or not rollups.are_whole(session):
        return ()
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    if not 0 < len(desk_ids) <= MOST_DESKS:
        return ()
    published = store.current(session)
    state = rollups.state(session, published=published, desk_ids=desk_ids, start=period.start, end=period.end)
    return rollups.remembered(
        ("strange-days", state, period, unit_id),
        lambda: quality_page.days_to_look_at(session, store=store, unit_id=unit_id, period=period),
    )


def _lower(found: Comparison) -> Sequence[Pointer]:
    return [
        Pointer(found, group, dimension)
        for dimension in found.dimensions
        for group in found.groups
        if (difference := group.figures[dimension].difference) is not None
        and difference.certain
        and difference.estimate < 0
    ]

"""Day of the week by hour of the day over a quarter: how many come, and how it goes then.

The sums by hour know neither stage nor field, and no desk is shown apart: a map of one desk beside that of
all would give the others away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import sums
from analysis.disclosure import Visibility
from analysis.results import IndexEstimate
from analysis.short_periods import estimate_short
from analysis.suppression import protect_parts
from survey.enums import Dimension, Part
from survey.instrument import Texts
from survey.models import HourTally
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.intake.rhythm import OTHER_HOURS, SLOT_MINUTES
from survey.services.office import periods, plans, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period, PeriodKind
from survey.services.office.plans import GoalView
from survey.services.sums.unit_ratings import same_layout_versions

SLOT_HOURS = SLOT_MINUTES // 60


@dataclass(frozen=True, slots=True)
class HourCell:
    """`weekday` is 1 for Monday, `hour` the first of the two. What may not be shown is None."""

    weekday: int
    hour: int
    persons: int | None
    estimate: IndexEstimate | None
    hidden: Visibility = Visibility.SHOWN


@dataclass(frozen=True, slots=True)
class HourMap:
    """`quarters` are those of the year that have answers; `cells` hold only hours in which somebody came.

    `scattered` counts who came at hours that too few share; None where it may not be shown.
    """

    quarter: Period
    quarters: tuple[Period, ...]
    dimension: Dimension
    name: Texts
    goal: GoalView | None
    cells: tuple[HourCell, ...]
    scattered: int | None = 0


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    quarter: Period | None,
    dimension: Dimension,
    today: date,
) -> HourMap:
    """Give the map of a quarter: the one asked for, else the last of the period that has answers."""
    published = store.current(session)
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    year = periods.make(period.year)
    begun = session.scalars(
        select(HourTally.quarter)
        .where(HourTally.desk_id.in_(desk_ids), HourTally.quarter >= year.start, HourTally.quarter < year.end)
        .distinct()
        .order_by(HourTally.quarter)
    ).all()
    quarters = tuple(periods.containing(first, PeriodKind.QUARTER) for first in begun)
    chosen = quarter if quarter in quarters else _last_within(quarters, period, today)
    plan = plans.find(session, unit_id=unit_id, year=period.year)
    described = next(one for one in published.instrument.dimensions if one.code == dimension)
    rows = session.execute(
        select(HourTally.weekday, HourTally.slot, HourTally.form, HourTally.n, HourTally.sums).where(
            HourTally.desk_id.in_(desk_ids),
            HourTally.quarter == chosen.start,
            HourTally.weekday != OTHER_HOURS[0],
            HourTally.version_id.in_(same_layout_versions(session, store, published)),
        )
    ).all()
    places: dict[tuple[int, int], int] = {}
    domain = [places.setdefault((row.weekday, row.slot), len(places)) for row in rows]
    number = published.layout.dimension_names.index(dimension.value)
    cells: tuple[HourCell, ...] = ()
    if rows:
        found = estimate_short(
            published.layout,
            sums.decode(published.layout, "linear", [row.sums for row in rows]),
            # Who came to file drew from one question fewer in one dimension: its weight is a bit large.
            weights=np.array(
                [published.instrument.weights(row.form, Part.HEADLINE) for row in rows], np.float64
            ),
            domain=domain,
            n_domains=len(places),
        )[published.layout.dimension_names[number]]
        persons = [0] * len(places)
        for place, row in zip(domain, rows, strict=True):
            persons[place] += row.n
        cells = _cells(list(places), persons, found)
    goal = plan.goals.get(dimension) if plan else None
    scattered = next((cell.persons for cell in cells if cell.weekday == OTHER_HOURS[0]), 0)
    known = tuple(cell for cell in cells if cell.weekday != OTHER_HOURS[0])
    return HourMap(chosen, quarters, dimension, described.name, goal, known, scattered)


def _last_within(quarters: Sequence[Period], period: Period, today: date) -> Period:
    inside = [one for one in quarters if one.start < period.end and one.end > period.start]
    if inside:
        return inside[-1]
    last = min(max(today, period.start), date.fromordinal(period.end.toordinal() - 1))
    return periods.containing(last, PeriodKind.QUARTER)


def _cells(
    keys: Sequence[tuple[int, int]], persons: Sequence[int], found: Sequence[IndexEstimate]
) -> tuple[HourCell, ...]:
    """Hide small cells and those that the sum of the quarter would give away, counts and indexes apart."""
    of_persons, _total = protect_parts(list(persons), minimum=SHOWN_FROM)
    asked = [place for place, one in enumerate(found) if one.n]
    of_index, _total = protect_parts([found[place].n for place in asked], minimum=SHOWN_FROM)
    index_shown = {place for place, gate in zip(asked, of_index, strict=True) if gate.is_shown}
    cells = [
        HourCell(
            weekday,
            slot * SLOT_HOURS,
            persons[place] if of_persons[place].is_shown else None,
            found[place] if place in index_shown and of_persons[place].is_shown else None,
            of_persons[place].visibility,
        )
        for place, (weekday, slot) in enumerate(keys)
    ]
    return tuple(sorted(cells, key=lambda cell: (cell.weekday, cell.hour)))

"""What a report would say without the answers that carry several signals, beside the figures of record.

The figures of record count every answer. Whoever reads a report has to know where they would read otherwise:
these stand in the record with the same digest, so that nobody chooses to leave them out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis.differencing import gate_nested
from analysis.goal_results import GoalAssessment
from analysis.results import IndexEstimate, SurveyEstimate
from survey.enums import Dimension, Part
from survey.queries import flagged
from survey.queries.ratings import Mark, Ratings
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.figures.goal_figures import GoalRow, LastYear, assess, measured_last_year
from survey.services.figures.strange_days import strange_days
from survey.services.office import periods
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period
from survey.services.records.period_changes import ChangeSince, changes
from survey.services.sums import unit_ratings
from survey.services.sums.estimates import File, estimate_domain


@dataclass(frozen=True, slots=True)
class WithoutRow:
    """One dimension; `estimate` is None where the difference would give a few persons away."""

    dimension: Dimension
    estimate: IndexEstimate | None
    assessment: GoalAssessment | None


@dataclass(frozen=True, slots=True)
class WithoutSignals:
    """The figures that are left without the answers of several signals, of this period and those compared."""

    persons: int | None  # of the headline, with several signals; None where few
    days: tuple[date, ...]  # that are worth a second look
    rows: tuple[WithoutRow, ...]
    changes: tuple[ChangeSince, ...]  # since the period before


@dataclass(frozen=True, slots=True)
class _Reader:
    session: Session
    store: InstrumentStore
    published: Published
    desk_ids: Sequence[int]
    methods: Mapping[str, str]

    def several(self, period: Period) -> Ratings:
        return flagged.load(
            self.session,
            layout=self.published.layout,
            versions=unit_ratings.same_layout_versions(self.session, self.store, self.published),
            desk_ids=self.desk_ids,
            start=period.start,
            end=period.end,
        ).several

    def whole(self, period: Period) -> Ratings:
        return unit_ratings.load(self.session, self.store, self.published, self.desk_ids, period, period)

    def estimates(self, left: Ratings) -> SurveyEstimate | None:
        headline = left.where(_is_headline)
        if not headline.days.marks:
            return None
        return estimate_domain(
            headline, File.of(left, self.desk_ids), self.published.instrument, self.methods
        )

    def without(self, period: Period) -> Mapping[str, IndexEstimate]:
        """Give each dimension without what carries several signals; what would give few away is left out."""
        whole, several = self.whole(period), self.several(period)
        everything = self.estimates(whole)
        if everything is None or not _persons(several):
            return everything.dimensions if everything else {}
        left = self.estimates(flagged.without(whole, several))
        return {
            name: estimate
            for name, estimate in (left.dimensions if left else {}).items()
            if _may_be_shown(estimate, everything.dimensions[name])
        }


def look(
    session: Session,
    *,
    store: InstrumentStore,
    desk_ids: Sequence[int],
    period: Period,
    before: Period,
    methods: Mapping[str, str],
    rows: Sequence[GoalRow],
) -> WithoutSignals | None:
    """Give the figures of a period without the answers of several signals; None where none count."""
    reader = _Reader(session, store, store.current(session), desk_ids, methods)
    year_before = periods.make(period.year - 1, period.kind, period.number)
    several = reader.several(period)
    persons = _persons(several)
    if max(persons, *(_persons(reader.several(one)) for one in (before, year_before))) < SHOWN_FROM:
        return None
    left = reader.without(period)
    last_year = _last_year(reader, year_before, rows)
    found = [_row(row, left.get(row.dimension.value), last_year.get(row.dimension)) for row in rows]
    return WithoutSignals(
        persons if persons == 0 or persons >= SHOWN_FROM else None,
        strange_days(reader.whole(period), several),
        tuple(found),
        changes(((one.dimension, one.estimate) for one in found), reader.without(before)),
    )


def _row(row: GoalRow, estimate: IndexEstimate | None, last_year: LastYear | None) -> WithoutRow:
    if row.estimate is None or estimate is None:
        return WithoutRow(row.dimension, None, None)
    held = assess(estimate, row.goal, last_year) if row.goal else None
    return WithoutRow(row.dimension, estimate, held)


def _last_year(reader: _Reader, year_before: Period, rows: Sequence[GoalRow]) -> Mapping[Dimension, LastYear]:
    """Keep what the office typed in; what was measured here loses its answers of several signals as well."""
    typed = {row.dimension: row.last_year for row in rows if row.last_year is not None}
    if not any(one.measured_here for one in typed.values()):
        return typed
    measured = measured_last_year(reader.without(year_before))
    return {
        dimension: one if not one.measured_here else measured.get(dimension, one)
        for dimension, one in typed.items()
    }


def _persons(several: Ratings) -> int:
    return int(several.days.where(_is_headline).n.sum())


def _is_headline(mark: Mark) -> bool:
    return mark.part is Part.HEADLINE


def _may_be_shown(estimate: IndexEstimate, whole: IndexEstimate) -> bool:
    """Hide a figure that rests on few or differs from the one shown by fewer than may be known."""
    if estimate.n < SHOWN_FROM or math.isnan(estimate.index):
        return False
    return gate_nested(estimate.n, within=[whole.n]).is_shown

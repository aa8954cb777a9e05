"""Each dimension held against its goal and against last year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from analysis import goals
from analysis.goal_results import Baseline, GoalAssessment
from analysis.results import IndexEstimate, SurveyEstimate
from survey.enums import Dimension, Part
from survey.instrument import Texts
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.office import periods, plans, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period, PeriodKind
from survey.services.office.plans import GoalView, PlanView
from survey.services.office.scopes import Filters
from survey.services.sums import rollups
from survey.services.sums.estimates import File, estimate_domain
from survey.services.sums.rollups import Wanted
from survey.services.sums.unit_ratings import load


@dataclass(frozen=True, slots=True)
class LastYear:
    """The figure of the year before: typed in by the office, or measured here."""

    baseline: Baseline
    measured_here: bool


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One dimension. `estimate` is None where too few answered to show anything (`hidden_below`)."""

    dimension: Dimension
    name: Texts
    short: Texts
    estimate: IndexEstimate | None
    goal: GoalView | None
    assessment: GoalAssessment | None
    last_year: LastYear | None
    hidden_below: int | None


def _shown(estimate: IndexEstimate, least: int) -> IndexEstimate | None:
    return estimate if estimate.n >= least else None


def goal_rows(
    published: Published,
    result: SurveyEstimate,
    plan: PlanView | None,
    last_year: Mapping[Dimension, LastYear],
    *,
    least: int,
) -> tuple[GoalRow, ...]:
    """Hold each dimension of a result against its goal; fewer than `least` persons are hidden."""
    rows = []
    for described in published.instrument.dimensions:
        dimension = Dimension(described.code)
        estimate = _shown(result.dimensions[described.code], least)
        goal = plan.goals.get(dimension) if plan else None
        rows.append(
            GoalRow(
                dimension,
                described.name,
                described.short,
                estimate,
                goal,
                assess(estimate, goal, last_year.get(dimension)) if estimate and goal else None,
                last_year.get(dimension),
                least if estimate is None and result.dimensions[described.code].n else None,
            )
        )
    return tuple(rows)


def assess(estimate: IndexEstimate, goal: GoalView, last_year: LastYear | None) -> GoalAssessment:
    """Hold an estimate against a goal and last year."""
    return goals.assess(
        estimate,
        threshold=goal.threshold,
        operator=goal.operator.value,
        baseline=last_year.baseline if last_year else None,
        require_improvement=goal.require_improvement,
        improvement_operator=goal.improvement_operator.value,
    )


def last_year_of(
    session: Session,
    store: InstrumentStore,
    published: Published,
    unit_id: int,
    desk_ids: Sequence[int],
    period: Period,
    filters: Filters,
    methods: Mapping[str, str],
) -> Mapping[Dimension, LastYear]:
    """Give what the office typed in for the year before, else what was measured here."""
    before = periods.make(period.year - 1, period.kind, period.number)
    found_before = measured(session, store, published, desk_ids, before, filters, methods)
    found = measured_last_year(found_before.dimensions) if found_before else {}
    if period.kind is PeriodKind.YEAR and replace(filters, past=True).is_plain:
        found |= typed_baselines(session, unit_id, period.year - 1)
    return found


def measured_last_year(dimensions: Mapping[str, IndexEstimate]) -> dict[Dimension, LastYear]:
    """Take last year's figures from its answers, where enough people answered."""
    return {
        Dimension(name): LastYear(Baseline.from_estimate(estimate, source="measured"), measured_here=True)
        for name, estimate in dimensions.items()
        if estimate.n >= SHOWN_FROM and not math.isnan(estimate.index)
    }


def typed_baselines(session: Session, unit_id: int, year: int) -> dict[Dimension, LastYear]:
    """Take last year's figures as the office typed them in or imported them; they go before measured ones."""
    return {
        dimension: LastYear(
            Baseline(view.value, versioned(view.method), view.source, n=view.n), measured_here=False
        )
        for dimension, view in plans.baselines(session, unit_id=unit_id, year=year).items()
    }


def versioned(method: str) -> str:
    """Name a method as estimates do: `item-mean/1`; unknown methods stay unknown."""
    return f"{method}/1" if method else "unknown"


def _roll_headline(
    session: Session,
    published: Published,
    desk_ids: Sequence[int],
    period: Period,
    methods: Mapping[str, str],
) -> SurveyEstimate | None:
    rolled = rollups.load(
        session, layout=published.layout, desk_ids=desk_ids, start=period.start, end=period.end
    )
    return rolled.estimates([Wanted.of(Part.HEADLINE, period, period)], methods)[0]


def measured(
    session: Session,
    store: InstrumentStore,
    published: Published,
    desk_ids: Sequence[int],
    period: Period,
    filters: Filters,
    methods: Mapping[str, str],
) -> SurveyEstimate | None:
    if filters.is_plain and rollups.are_whole(session):
        state = rollups.state(
            session, published=published, desk_ids=desk_ids, start=period.start, end=period.end
        )
        return rollups.remembered(
            ("headline", state, tuple(sorted(methods.items()))),
            lambda: _roll_headline(session, published, desk_ids, period, methods),
        )
    whole = load(session, store, published, desk_ids, period, period)
    domain = whole.where(lambda mark: scopes.matches(mark, filters))
    if not domain.days.marks:
        return None
    return estimate_domain(domain, File.of(whole, desk_ids), published.instrument, methods)

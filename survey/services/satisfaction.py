"""Where the five dimensions stand: estimates of a period, held against the goals and last year."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from analysis import goals
from analysis.goal_results import Baseline, GoalAssessment
from analysis.results import IndexEstimate, SurveyEstimate
from survey.enums import Dimension, Part, Stage, TrustClass
from survey.instrument import Texts
from survey.queries import dossiers, ratings
from survey.queries.ratings import Mark, Ratings
from survey.services import attention, groups, mixing, periods, plans, rollups, routed_items, scopes
from survey.services.attention import Attention
from survey.services.estimates import File, estimate_domain
from survey.services.instruments import InstrumentStore, Published
from survey.services.periods import Period, PeriodKind
from survey.services.plans import GoalView, PlanView
from survey.services.rollups import Wanted
from survey.services.scopes import Filters, Place

# Fewer persons are never shown; a counter needs more, since few people serve there.
SHOWN_FROM = 5
COUNTER_SHOWN_FROM = 10


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


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One month of one dimension; `estimate` is None where nobody or too few answered."""

    month: Period
    estimate: IndexEstimate | None
    persons: int | None  # None where hidden


@dataclass(frozen=True, slots=True)
class BesideRow:
    """Answers that stand beside the headline: another stage, posters, assisted and paper forms."""

    part: Part
    stage: Stage | None
    persons: int | None  # None where hidden
    estimate: SurveyEstimate | None


@dataclass(frozen=True, slots=True)
class Options:
    """What the filters offer."""

    desks: Sequence[Place]
    counters: Sequence[Place]
    fields: Sequence[Place]
    years: Sequence[int]


@dataclass(frozen=True, slots=True)
class Overview:
    period: Period
    is_open: bool
    filters: Filters
    least: int  # fewer persons are hidden
    plan: PlanView | None
    rows: tuple[GoalRow, ...]
    overall: IndexEstimate | None
    persons: int | None  # who received a result (or what the filters ask); None where hidden
    returned: int  # dossiers returned in the period: the N of participation
    classes: frozenset[TrustClass]  # how the answers came in
    item_means: Mapping[Dimension, IndexEstimate]  # shown beside an index that is made otherwise
    trend: Mapping[Dimension, tuple[TrendPoint, ...]]
    beside: tuple[BesideRow, ...]
    waiting: int
    options: Options
    attention: Mapping[Dimension, Attention] = field(default_factory=dict)
    last_year_note: tuple[str, ...] = field(default_factory=tuple)


def overview(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    filters: Filters,
    today: date,
    locale: str = "vi",
) -> Overview:
    """Answer the one page. Reads sums only."""
    published = store.current(session)
    desks = scopes.desks_of(session, unit_id, past=filters.past)
    desk_ids = [desk.id for desk in desks]
    plan = plans.find(session, unit_id=unit_id, year=period.year)
    year = periods.make(period.year)
    methods = plan.methods if plan else default_methods()
    found = _from_rollups(session, published, desk_ids, period, year, filters, methods)
    if found is None:
        found = _from_tallies(session, store, published, desk_ids, period, year, filters, methods)
    least = found.least
    result = found.result
    last_year = last_year_of(session, store, published, unit_id, desk_ids, period, filters, methods)
    fields = scopes.fields_list(session, locale)
    options = Options(desks, scopes.counters_of(session, desk_ids), fields, plans.years(session, unit_id))
    trend = _trend(year, found.months, least)
    return Overview(
        period=period,
        is_open=period.is_open(today),
        filters=filters,
        least=least,
        plan=plan,
        rows=goal_rows(published, result, plan, last_year, least=least),
        overall=_shown(result.overall, least) if result.n >= least else None,
        persons=result.n if result.n >= least or result.n == 0 else None,
        returned=_returned(session, desk_ids, filters, period),
        classes=found.classes,
        item_means=_item_means(published, found.item_means, methods, least),
        trend=trend,
        beside=found.beside,
        waiting=mixing.count_waiting(session, filters.desk_id),
        options=options,
        attention=attention.look(
            published.instrument,
            result.items,
            {
                dimension: [
                    (point.month, point.estimate) for point in points if point.month.end <= period.end
                ]
                for dimension, points in trend.items()
            },
        ),
    )


def least_shown(filters: Filters) -> int:
    """Give the fewest persons that figures under these filters may rest on."""
    return COUNTER_SHOWN_FROM if filters.counter_id is not None else SHOWN_FROM


def least_beside(of_period: Ratings, filters: Filters) -> int:
    """Give the fewest persons that figures may rest on beside those of other counters.

    Where a counter is hidden, everybody less the counters that are shown would be that counter, unless
    answers of no known counter are left as well. The next one is hidden too then: its least is the next ten.
    """
    least = least_shown(filters)
    if filters.counter_id is None:
        return least
    persons: dict[int, int] = {}
    everybody = replace(filters, counter_id=None)
    for mark, n in zip(of_period.days.marks, of_period.days.n.tolist(), strict=True):
        if scopes.matches(mark, everybody):
            persons[mark.counter_id] = persons.get(mark.counter_id, 0) + n
    own = persons.get(filters.counter_id, 0)
    if persons.pop(0, 0) or own < least:
        return least
    shown = groups.shown(list(persons.values()), least=least)
    if dict(zip(persons, shown, strict=True))[filters.counter_id]:
        return least
    return (own // COUNTER_SHOWN_FROM + 1) * COUNTER_SHOWN_FROM


@dataclass(frozen=True, slots=True)
class _Found:
    """The estimates behind a page, from the rollups or from the tallies: the same to the last bit."""

    result: SurveyEstimate
    item_means: SurveyEstimate | None  # by the mean of items, where some dimension is made otherwise
    classes: frozenset[TrustClass]
    months: Mapping[Period, SurveyEstimate | None]
    beside: tuple[BesideRow, ...]
    least: int = SHOWN_FROM


_BESIDE = (Part.OTHER_STAGES, Part.APART)


def _from_rollups(
    session: Session,
    published: Published,
    desk_ids: Sequence[int],
    period: Period,
    year: Period,
    filters: Filters,
    methods: Mapping[str, str],
) -> _Found | None:
    """Estimate the whole unit from its months; None where filters or a missing month ask for the tallies."""
    if not filters.is_plain or not rollups.are_whole(session):
        return None
    state = rollups.state(session, published=published, desk_ids=desk_ids, start=year.start, end=year.end)
    return rollups.remembered(
        ("page", state, period, tuple(sorted(methods.items()))),
        lambda: _roll(session, published, desk_ids, period, year, methods),
    )


def _roll(
    session: Session,
    published: Published,
    desk_ids: Sequence[int],
    period: Period,
    year: Period,
    methods: Mapping[str, str],
) -> _Found | None:
    rolled = rollups.load(session, layout=published.layout, desk_ids=desk_ids, start=year.start, end=year.end)
    persons = {part: rolled.persons(part, period) for part in _BESIDE}
    shown = [part for part in _BESIDE if persons[part] >= SHOWN_FROM]
    months = year.months()
    wanted = [
        Wanted.of(Part.HEADLINE, period, period),
        *(Wanted.of(part, period, period) for part in shown),
        *(Wanted.of(Part.HEADLINE, month, year) for month in months),
    ]
    result, *others = rolled.estimates(wanted, methods)
    if result is None:
        return None  # nobody answered: the tallies have little to read
    item_means = None
    if _made_otherwise(methods):
        (item_means,) = rolled.estimates(wanted[:1], "item-mean")
    estimates = dict(zip(shown, others, strict=False))
    return _Found(
        result,
        item_means,
        rolled.classes(Part.HEADLINE, period),
        dict(zip(months, others[len(shown) :], strict=True)),
        tuple(
            BesideRow(part, None, persons[part] if part in shown else None, estimates.get(part))
            for part in _BESIDE
            if persons[part]
        ),
    )


def _from_tallies(
    session: Session,
    store: InstrumentStore,
    published: Published,
    desk_ids: Sequence[int],
    period: Period,
    year: Period,
    filters: Filters,
    methods: Mapping[str, str],
) -> _Found:
    everything = load(session, store, published, desk_ids, min(period, year, key=_start), year)
    of_period = everything.where(within(period))
    whole = File.of(of_period, desk_ids)
    domain = of_period.where(lambda mark: scopes.matches(mark, filters))
    item_means = (
        estimate_domain(domain, whole, published.instrument, "item-mean")
        if _made_otherwise(methods)
        else None
    )
    return _Found(
        estimate_domain(domain, whole, published.instrument, methods),
        item_means,
        frozenset(mark.trust_class for mark in domain.days.marks),
        _months(published, everything, year, desk_ids, filters, methods),
        _beside(published, of_period, whole, methods),
        least_beside(of_period, filters),
    )


def _made_otherwise(methods: Mapping[str, str]) -> list[str]:
    return [name for name, method in methods.items() if method != "item-mean"]


def _item_means(
    published: Published, found: SurveyEstimate | None, methods: Mapping[str, str], least: int
) -> Mapping[Dimension, IndexEstimate]:
    """Give means of items beside an index; where few are asked some of them, its own page has it."""
    if found is None:
        return {}
    routed = {one.code for one in published.instrument.dimensions if routed_items.has_routed(one)}
    others = {name: found.dimensions[name] for name in _made_otherwise(methods) if name not in routed}
    return {Dimension(name): estimate for name, estimate in others.items() if estimate.n >= least}


def _start(period: Period) -> date:
    return period.start


def within(period: Period) -> Callable[[Mark], bool]:
    """Give the choice of cells that lie in a period."""
    return lambda mark: period.start <= mark.time < period.end


def _at(part: Part, stage: Stage | None) -> Callable[[Mark], bool]:
    return lambda mark: mark.part is part and (stage is None or mark.stage is stage)


def default_methods() -> Mapping[str, str]:
    """The methods of a year without a plan: as every plan starts."""
    return {d.value: "pooled" if d is Dimension.PETITIONS else "item-mean" for d in Dimension}


def same_layout_versions(session: Session, store: InstrumentStore, published: Published) -> list[int]:
    """List the versions whose answers can be summed with today's: the same items in the same places."""
    return [i for i, other in store.all(session).items() if other.layout == published.layout]


def load(
    session: Session,
    store: InstrumentStore,
    published: Published,
    desk_ids: Sequence[int],
    first: Period,
    last: Period,
) -> Ratings:
    """Read the sums of desks from the start of one period to the end of another."""
    return ratings.from_tallies(
        session,
        layout=published.layout,
        versions=same_layout_versions(session, store, published),
        desk_ids=desk_ids,
        start=first.start,
        end=last.end,
    )


def _returned(session: Session, desk_ids: Sequence[int], filters: Filters, period: Period) -> int:
    chosen = [filters.desk_id] if filters.desk_id is not None else list(desk_ids)
    return dossiers.returned(
        session, desk_ids=chosen, start=period.start, end=period.end, field_id=filters.field_id
    )


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
    found = measured_last_year(found_before) if found_before else {}
    if period.kind is PeriodKind.YEAR and replace(filters, past=True).is_plain:
        found |= typed_baselines(session, unit_id, period.year - 1)
    return found


def measured_last_year(result: SurveyEstimate) -> dict[Dimension, LastYear]:
    """Take last year's figures from its answers, where enough people answered."""
    return {
        Dimension(name): LastYear(Baseline.from_estimate(estimate, source="measured"), measured_here=True)
        for name, estimate in result.dimensions.items()
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


def _months(
    published: Published,
    everything: Ratings,
    year: Period,
    desk_ids: Sequence[int],
    filters: Filters,
    methods: Mapping[str, str],
) -> Mapping[Period, SurveyEstimate | None]:
    domain = everything.where(lambda mark: scopes.matches(mark, filters))
    whole = File.of(everything, desk_ids)
    found: dict[Period, SurveyEstimate | None] = {}
    for month in year.months():
        of_month = domain.where(within(month))
        found[month] = (
            estimate_domain(of_month, whole, published.instrument, methods) if of_month.days.marks else None
        )
    return found


def _trend(
    year: Period, months: Mapping[Period, SurveyEstimate | None], least: int
) -> Mapping[Dimension, tuple[TrendPoint, ...]]:
    points: dict[Dimension, list[TrendPoint]] = {dimension: [] for dimension in Dimension}
    for month in year.months():
        found = months.get(month)
        for dimension in Dimension:
            estimate = found.dimensions[dimension.value] if found else None
            persons = estimate.n if estimate else 0
            hidden = 0 < persons < least
            points[dimension].append(
                TrendPoint(
                    month,
                    estimate if estimate and persons >= least else None,
                    None if hidden else persons,
                )
            )
    return {dimension: tuple(of_dimension) for dimension, of_dimension in points.items()}


def _beside(
    published: Published, of_period: Ratings, whole: File, methods: Mapping[str, str]
) -> tuple[BesideRow, ...]:
    groups: Iterable[tuple[Part, Stage | None]] = (
        # Filing and other matters in one row: on most days too few came for each to keep its mark.
        (Part.OTHER_STAGES, None),
        (Part.APART, None),
    )
    rows = []
    for part, stage in groups:
        domain = of_period.where(_at(part, stage))
        persons = int(domain.days.n.sum())
        if not persons:
            continue
        shown = persons >= SHOWN_FROM
        rows.append(
            BesideRow(
                part,
                stage,
                persons if shown else None,
                estimate_domain(domain, whole, published.instrument, methods) if shown else None,
            )
        )
    return tuple(rows)

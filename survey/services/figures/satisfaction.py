"""Where the five dimensions stand: estimates of a period, held against the goals and last year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from analysis.results import IndexEstimate, SurveyEstimate
from survey.enums import Dimension, Part, Stage, TrustClass
from survey.queries import dossiers
from survey.queries.ratings import Mark, Ratings
from survey.services.figures import attention, routed_items
from survey.services.figures.attention import Attention
from survey.services.figures.disclosure import SHOWN_FROM, least_beside
from survey.services.figures.goal_figures import GoalRow, goal_rows, last_year_of
from survey.services.intake import mixing
from survey.services.office import periods, plans, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period
from survey.services.office.plans import PlanView
from survey.services.office.scopes import Filters, Place
from survey.services.sums import rollups
from survey.services.sums.estimates import File, estimate_domain
from survey.services.sums.rollups import Wanted
from survey.services.sums.unit_ratings import load, within


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
    methods = plans.methods_of(plan)
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
        overall=result.overall if min(result.n, result.overall.n) >= least else None,
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


def _at(part: Part, stage: Stage | None) -> Callable[[Mark], bool]:
    return lambda mark: mark.part is part and (stage is None or mark.stage is stage)


def _returned(session: Session, desk_ids: Sequence[int], filters: Filters, period: Period) -> int:
    chosen = [filters.desk_id] if filters.desk_id is not None else list(desk_ids)
    return dossiers.returned(
        session, desk_ids=chosen, start=period.start, end=period.end, field_id=filters.field_id
    )


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

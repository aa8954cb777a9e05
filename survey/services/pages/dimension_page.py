"""One dimension in depth: its items, how it moves from month to month, who answered how, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import sums
from analysis.results import IndexEstimate
from analysis.seasonality import YearEarlier, compare_with_year_earlier
from analysis.trend import Trend, chart_trend
from analysis.trend import TrendPoint as Charted
from survey.enums import Channel, Dimension, Part, TrustClass
from survey.instrument import Dimension as Described
from survey.instrument import Item, Texts
from survey.models import ReasonCount
from survey.queries.ratings import Mark, Ratings
from survey.services.figures import groups, routed_items
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.figures.satisfaction import TrendPoint
from survey.services.office import periods, plans, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period
from survey.services.office.scopes import Filters
from survey.services.pages.officer_page import OfficerPage, build, notes_of
from survey.services.sums import rollups
from survey.services.sums.estimates import File, estimate_domain, form_weights, forms_of
from survey.services.sums.span_estimates import SpanReader
from survey.services.sums.unit_ratings import load


class GroupKind(StrEnum):
    CHANNEL = "channel"
    PART = "part"
    TRUST_CLASS = "trust_class"


class ItemsShown(StrEnum):
    """Of which answers the questions are shown; some are asked only of those who sent feedback."""

    ALL = "all"
    WHOLE_GROUPS = "whole-groups"  # months that are over, with enough who were asked
    NONE_BY_FILTER = "none-by-filter"


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """One question. `levels` are the weighted shares of levels 1 to 5; both None where too few answered."""

    item: Item
    estimate: IndexEstimate | None
    persons: int | None
    levels: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """Some of the answers beside the others; None where too few, or where a sum would give a few away."""

    kind: GroupKind
    value: Channel | Part | TrustClass
    estimate: IndexEstimate | None
    persons: int | None


@dataclass(frozen=True, slots=True)
class ReasonFigure:
    text: Texts
    count: int | None  # None where fewer than may be shown


@dataclass(frozen=True, slots=True)
class DimensionPage:
    """`months` reach back to the first answers of the year before; `trend` has a point for each."""

    page: OfficerPage
    dimension: Dimension
    items: tuple[ItemFigure, ...]
    items_shown: ItemsShown
    item_mean: (
        IndexEstimate | None
    )  # of the answers that the questions show, where the index is made otherwise
    months: tuple[TrendPoint, ...]
    trend: Trend
    season: Mapping[str, YearEarlier]
    groups: tuple[GroupFigure, ...]
    reasons: tuple[ReasonFigure, ...]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is read from the tallies of days."""

    items: tuple[ItemFigure, ...]
    item_mean: IndexEstimate | None
    groups: tuple[GroupFigure, ...]


def build_dimension(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    dimension: Dimension,
    period: Period,
    filters: Filters,
    today: date,
    locale: str = "vi",
) -> DimensionPage:
    """Answer the page of one dimension. Reads sums only."""
    page = build(
        session, store=store, unit_id=unit_id, period=period, filters=filters, today=today, locale=locale
    )
    published = store.current(session)
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id, past=filters.past)]
    plan = page.overview.plan
    methods = plans.methods_of(plan)
    before, year = periods.make(period.year - 1), periods.make(period.year)
    reader = _Reader(published, desk_ids, methods, dimension, page.overview.least)
    items_shown = _items_shown(published, dimension, filters)

    def parts() -> _Parts:
        of_period = load(session, store, published, desk_ids, period, period)
        asked = of_period.where(_matching(filters))
        if items_shown is ItemsShown.WHOLE_GROUPS:
            of_year = load(session, store, published, desk_ids, year, year).where(_matching(filters))
            asked = routed_items.released(of_year, _described(published, dimension), period, today=today)
        return _Parts(
            () if items_shown is ItemsShown.NONE_BY_FILTER else reader.items(asked, of_period),
            reader.item_mean(asked, of_period) if items_shown is ItemsShown.WHOLE_GROUPS else None,
            reader.groups(of_period, filters),
        )

    found = rollups.remembered_of(
        session,
        ("dimension", dimension, period, filters, today, reader.least, tuple(sorted(methods.items()))),
        parts,
        published=published,
        desk_ids=desk_ids,
        span=(year.start, year.end),
    )
    spans = SpanReader(session, store, published, desk_ids, methods, filters)
    months = _months(spans, [*before.months(), *year.months()], dimension, page.overview.least)
    goal = plan.goals.get(dimension) if plan else None
    return DimensionPage(
        page=replace(page, notes=notes_of(session, unit_id, filters, before.year, year.year)),
        dimension=dimension,
        items=found.items,
        items_shown=items_shown,
        item_mean=found.item_mean,
        months=months,
        trend=chart_trend([_charted(point) for point in months], target=goal.threshold if goal else None),
        season={pair.period: pair for pair in compare_with_year_earlier(_estimates(months))},
        groups=found.groups,
        reasons=_reasons(session, published, desk_ids, dimension, period, filters),
    )


def _described(published: Published, dimension: Dimension) -> Described:
    return next(one for one in published.instrument.dimensions if one.code == dimension)


def _items_shown(published: Published, dimension: Dimension, filters: Filters) -> ItemsShown:
    if not routed_items.has_routed(_described(published, dimension)):
        return ItemsShown.ALL
    by_desk = replace(filters, desk_id=None, past=True)
    return ItemsShown.WHOLE_GROUPS if by_desk.is_plain else ItemsShown.NONE_BY_FILTER


def _months(
    spans: SpanReader, all_months: Sequence[Period], dimension: Dimension, least: int
) -> tuple[TrendPoint, ...]:
    """Give every month from the first with answers on."""
    points: list[TrendPoint] = []
    found = spans.estimates([(month.start, month.end) for month in all_months])
    for month, one in zip(all_months, found, strict=True):
        if one is None:
            if points:  # not before the first answers
                points.append(TrendPoint(month, None, 0))
            continue
        estimate = one.dimensions[dimension.value]
        hidden = 0 < estimate.n < least
        shown = estimate if estimate.n >= least else None
        points.append(TrendPoint(month, shown, None if hidden else estimate.n))
    return tuple(points)


def _charted(point: TrendPoint) -> Charted:
    estimate = point.estimate
    if estimate is None or math.isnan(estimate.index):
        return Charted(point.month.code, math.nan, 0)
    return Charted(point.month.code, estimate.index, estimate.n, estimate.n_eff)


def _estimates(months: Sequence[TrendPoint]) -> Mapping[str, IndexEstimate]:
    return {point.month.code: point.estimate for point in months if point.estimate is not None}


@dataclass(frozen=True, slots=True)
class _Reader:
    published: Published
    desk_ids: Sequence[int]
    methods: Mapping[str, str]
    dimension: Dimension
    least: int

    def estimate(self, domain: Ratings, whole: File) -> IndexEstimate:
        found = estimate_domain(domain, whole, self.published.instrument, self.methods)
        return found.dimensions[self.dimension.value]

    def items(self, domain: Ratings, of_period: Ratings) -> tuple[ItemFigure, ...]:
        whole = File.of(of_period, self.desk_ids)
        estimates = estimate_domain(domain, whole, self.published.instrument, self.methods).items
        figures = []
        for item in _described(self.published, self.dimension).items:
            found = estimates[item.code]
            shown = found.n >= self.least
            figures.append(
                ItemFigure(
                    item,
                    found if shown else None,
                    found.n if shown or not found.n else None,
                    self._levels(domain, item) if shown else None,
                )
            )
        return tuple(figures)

    def item_mean(self, domain: Ratings, of_period: Ratings) -> IndexEstimate | None:
        if self.methods[self.dimension.value] == "item-mean":
            return None
        whole = File.of(of_period, self.desk_ids)
        found = estimate_domain(domain, whole, self.published.instrument, "item-mean")
        mean = found.dimensions[self.dimension.value]
        items = _described(self.published, self.dimension).items
        enough = min(found.items[item.code].n for item in items) >= self.least
        return mean if enough and not math.isnan(mean.index) else None

    def _levels(self, domain: Ratings, item: Item) -> tuple[float, ...]:
        """Shares of the five levels, weighted as the item's index is: levels 4 and 5 add up to it."""
        counts = sums.read_linear(domain.layout, domain.days.sums).levels
        place = domain.layout.items.index(item.code)
        dimension = domain.layout.dimension_names.index(self.dimension.value)
        weights = form_weights(self.published.instrument)[forms_of(domain.days.marks), dimension]
        levels = weights @ counts[:, place, :]
        return tuple((levels / levels.sum()).tolist())

    def groups(self, of_period: Ratings, filters: Filters) -> tuple[GroupFigure, ...]:
        whole = File.of(of_period, self.desk_ids)
        asked = replace(filters, channel=None)
        kinds: Sequence[tuple[GroupKind, Filters, Callable[[Mark], Channel | Part | TrustClass | None]]] = (
            (GroupKind.CHANNEL, asked, scopes.channel_of),
            (GroupKind.TRUST_CLASS, filters, lambda mark: mark.trust_class),
            (GroupKind.PART, replace(filters, stage=None, all_stages=True), lambda mark: mark.part),
        )
        found: list[GroupFigure] = []
        for kind, chosen, value_of in kinds:
            found += self._of_kind(kind, of_period.where(_matching(chosen)), whole, value_of)
        return tuple(found)

    def _of_kind(
        self,
        kind: GroupKind,
        domain: Ratings,
        whole: File,
        value_of: Callable[[Mark], Channel | Part | TrustClass | None],
    ) -> list[GroupFigure]:
        values = sorted({value for mark in domain.days.marks if (value := value_of(mark)) is not None})
        found = [
            (value, self.estimate(domain.where(lambda mark, one=value: value_of(mark) is one), whole))  # type: ignore[misc]  # bound now
            for value in values
        ]
        # Who came to file is not asked about a result: a group without answers is no small group.
        asked = [(value, one) for value, one in found if one.n]
        shown = groups.shown([one.n for _value, one in asked], least=self.least)
        return [
            GroupFigure(kind, value, one if is_shown else None, one.n if is_shown else None)
            for (value, one), is_shown in zip(asked, shown, strict=True)
        ]


def _matching(filters: Filters) -> Callable[[Mark], bool]:
    return lambda mark: scopes.matches(mark, filters)


def _reasons(
    session: Session,
    published: Published,
    desk_ids: Sequence[int],
    dimension: Dimension,
    period: Period,
    filters: Filters,
) -> tuple[ReasonFigure, ...]:
    """Count the reasons of the period; they are kept by desk and month alone, so other filters hide them."""
    if not replace(filters, desk_id=None).is_plain:
        return ()
    chosen = [filters.desk_id] if filters.desk_id is not None else list(desk_ids)
    rows = session.execute(
        select(ReasonCount.reason, func.sum(ReasonCount.count).label("times"))
        .where(
            ReasonCount.dimension == dimension,
            ReasonCount.desk_id.in_(chosen),
            ReasonCount.month >= period.start,
            ReasonCount.month < period.end,
        )
        .group_by(ReasonCount.reason)
    ).all()
    counts = {row.reason: int(row.times) for row in rows}
    texts = {reason.code: reason.text for reason in published.instrument.reasons}
    figures = [
        ReasonFigure(texts[code], count if count >= SHOWN_FROM else None)
        for code, count in counts.items()
        if code in texts
    ]
    return tuple(sorted(figures, key=lambda one: -(one.count or 0)))

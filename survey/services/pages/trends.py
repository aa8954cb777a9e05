"""Every dimension over time, by day, week, month, quarter or year: what changed beyond chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from analysis.disclosure import Visibility
from analysis.memory_charts import ewma_chart
from analysis.results import IndexEstimate
from analysis.seasonality import YearEarlier, compare_with_year_earlier
from analysis.short_periods import estimate_short
from analysis.trend import Trend, chart_trend
from analysis.trend import TrendPoint as Charted
from survey.enums import Dimension
from survey.instrument import Texts
from survey.services.figures.disclosure import SHOWN_FROM, least_beside
from survey.services.figures.satisfaction import Options
from survey.services.figures.time_slots import Grain, Slot, containing, gates, slots, span
from survey.services.office import installation, plans, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period
from survey.services.office.plans import GoalView
from survey.services.office.scopes import Filters
from survey.services.remarks import day_notes
from survey.services.remarks.day_notes import DayNote
from survey.services.sums import rollups
from survey.services.sums.estimates import form_weights, forms_of
from survey.services.sums.span_estimates import SpanReader


@dataclass(frozen=True, slots=True)
class SlotFigure:
    """One stretch of time of one dimension; `estimate` and `persons` are None where they may not be shown."""

    slot: Slot
    estimate: IndexEstimate | None
    persons: int | None
    hidden: Visibility = Visibility.SHOWN


@dataclass(frozen=True, slots=True)
class DimensionTrend:
    """`drift` has, for each figure, whether the slow average (EWMA) lies outside its limits: −1, 0 or 1."""

    dimension: Dimension
    name: Texts
    short: Texts
    goal: GoalView | None
    figures: tuple[SlotFigure, ...]
    trend: Trend
    season: Mapping[str, YearEarlier]
    drift: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrendsPage:
    unit: str
    demo: bool
    period: Period
    grain: Grain
    start: date
    end: date
    today: date
    filters: Filters
    least: int  # fewer persons are hidden
    options: Options
    dimensions: tuple[DimensionTrend, ...]
    notes: tuple[DayNote, ...]


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    grain: Grain,
    filters: Filters,
    today: date,
    locale: str = "vi",
) -> TrendsPage:
    """Answer the page of trends. Reads sums only."""
    published = store.current(session)
    desks = scopes.desks_of(session, unit_id)
    desk_ids = [desk.id for desk in desks]
    plan = plans.find(session, unit_id=unit_id, year=period.year)
    methods = plans.methods_of(plan)
    start, end = span(grain, period, today=today)
    reader = SpanReader(session, store, published, desk_ids, methods, filters)
    least = (
        least_beside(reader.ratings(period.start, period.end), filters) if filters.counter_id else SHOWN_FROM
    )
    found = _estimates(reader, grain, start, end)
    dimensions = []
    for described in published.instrument.dimensions:
        of_dimension = {slot: one[described.code] for slot, one in found.items()}
        goal = plan.goals.get(Dimension(described.code)) if plan else None
        figures = _figures(slots(grain, start, end), of_dimension, least, grain, today)
        trend = chart_trend([_charted(one) for one in figures], target=goal.threshold if goal else None)
        dimensions.append(
            DimensionTrend(
                Dimension(described.code),
                described.name,
                described.short,
                goal,
                figures,
                trend,
                {pair.period: pair for pair in compare_with_year_earlier(_by_code(figures))},
                _drift(trend),
            )
        )
    installed = installation.read(session)
    return TrendsPage(
        unit=next(iter(installation.unit_names(session, unit_id).values()), ""),
        demo=installed.demo,
        period=period,
        grain=grain,
        start=start,
        end=end,
        today=today,
        filters=filters,
        least=least,
        options=Options(
            desks, scopes.counters_of(session, desk_ids), scopes.fields_list(session, locale), ()
        ),
        dimensions=tuple(dimensions),
        notes=day_notes.of_span(session, unit_id=unit_id, desk_id=filters.desk_id, start=start, end=end),
    )


def _figures(
    every: Sequence[Slot],
    found: Mapping[Slot, IndexEstimate],
    least: int,
    grain: Grain,
    today: date,
) -> tuple[SlotFigure, ...]:
    """Give each slot from the first with answers to the last that has begun, without days of rest."""
    shown = gates({slot: one.n for slot, one in found.items()}, least=least)
    figures: list[SlotFigure] = []
    for slot in every:
        estimate = found.get(slot)
        if estimate is None or not estimate.n:
            if figures and slot.start <= today and grain is not Grain.DAY:
                figures.append(SlotFigure(slot, None, 0))
            continue
        if shown[slot] is Visibility.SHOWN:
            figures.append(SlotFigure(slot, estimate, estimate.n))
        else:
            figures.append(SlotFigure(slot, None, None, shown[slot]))
    while figures and figures[-1].persons == 0:
        figures.pop()
    return tuple(figures)


def _charted(one: SlotFigure) -> Charted:
    if one.estimate is None or math.isnan(one.estimate.index):
        return Charted(one.slot.code, math.nan, 0)
    return Charted(one.slot.code, one.estimate.index, one.estimate.n, one.estimate.n_eff)


def _by_code(figures: Sequence[SlotFigure]) -> Mapping[str, IndexEstimate]:
    return {one.slot.code: one.estimate for one in figures if one.estimate is not None}


def _drift(trend: Trend) -> tuple[int, ...]:
    """Say at each point whether a slow average of the deviations, in sigmas, has left its limits."""
    found = [0] * len(trend.points)
    known = [place for place, point in enumerate(trend.points) if math.isfinite(point.centre + point.lower)]
    widths = [_half_width(trend, place) for place in known]
    if not known or min(widths) <= 0:
        return tuple(found)
    deviations = [
        (trend.points[place].index - trend.points[place].centre) / (width / 3)
        for place, width in zip(known, widths, strict=True)
    ]
    chart = ewma_chart(np.array(deviations), centre=0.0, sigma=1.0)
    for at in chart.signals:
        found[known[at]] = 1 if chart.averages[at] > 0 else -1
    return tuple(found)


def _half_width(trend: Trend, place: int) -> float:
    """The limits are cut at 0 and 1: the wider side is the whole half width."""
    point = trend.points[place]
    return max(point.upper - point.centre, point.centre - point.lower)


def _estimates(
    reader: SpanReader, grain: Grain, start: date, end: date
) -> Mapping[Slot, Mapping[str, IndexEstimate]]:
    if grain.is_short:
        return rollups.remembered_of(
            reader.session,
            ("short", grain, reader.filters),
            lambda: _short(reader, grain, start, end),
            published=reader.published,
            desk_ids=reader.desk_ids,
            span=(start, end),
        )
    wanted = slots(grain, start, end)
    found = zip(wanted, reader.estimates([(slot.start, slot.end) for slot in wanted]), strict=True)
    return {slot: one.dimensions for slot, one in found if one is not None}


def _short(
    reader: SpanReader, grain: Grain, start: date, end: date
) -> Mapping[Slot, Mapping[str, IndexEstimate]]:
    """Estimate days and weeks from linear sums: products within persons are kept by month."""
    days = reader.ratings(start, end).days.where(lambda mark: scopes.matches(mark, reader.filters))
    places: dict[Slot, int] = {}
    domain = [places.setdefault(containing(mark.time, grain), len(places)) for mark in days.marks]
    if not domain:
        return {}
    found = estimate_short(
        reader.published.layout,
        days.sums,
        weights=form_weights(reader.published.instrument)[forms_of(days.marks)],
        domain=domain,
        n_domains=len(places),
    )
    return {slot: {name: of[place] for name, of in found.items()} for slot, place in places.items()}

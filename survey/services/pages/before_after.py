"""Months before a measure and months after it: a change of the service, of the way people answer, or none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from analysis.chart_signals import Signal
from analysis.group_differences import compare_pairs
from analysis.mode_shift import ModeShift, mode_shift
from analysis.results import IndexEstimate
from analysis.trend import TrendPoint, chart_trend
from survey.enums import Channel, Dimension
from survey.queries.ratings import Ratings
from survey.services.figures import disclosure
from survey.services.office import installation, periods, plans, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period, PeriodKind
from survey.services.office.scopes import Filters
from survey.services.pages.comparison import By, Comparison, Figure, Group, Span
from survey.services.sums import unit_ratings
from survey.services.sums.estimates import File, estimate_domain

MOST_MONTHS = 12
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Chart:
    """What the control chart says of the months after: the signals there, or that it has too few months."""

    months: int
    signals: tuple[tuple[Period, Signal], ...]
    enough: bool


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    comparison: Comparison
    shifts: Mapping[Dimension, ModeShift]  # where both spans have answers
    charts: Mapping[Dimension, Chart]


def month_after(month: Period, count: int) -> Period:
    """Give the month so many months later (or earlier)."""
    place = month.start.year * 12 + month.start.month - 1 + count
    return periods.make(place // 12, PeriodKind.MONTH, place % 12 + 1)


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    since: Period,
    months: int,
    filters: Filters,
    today: date,
    dimension: Dimension | None = None,
) -> BeforeAfter:
    """Compare as many months before the first of a month as after it. Reads sums only."""
    published = store.current(session)
    plan = plans.find(session, unit_id=unit_id, year=since.year)
    methods = plans.methods_of(plan)
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id, past=filters.past)]
    spans = {
        BEFORE: Span(False, month_after(since, -months), month_after(since, -1)),
        AFTER: Span(True, since, month_after(since, months - 1)),
    }
    first, last = month_after(since, -MOST_MONTHS), month_after(since, MOST_MONTHS - 1)
    everything = unit_ratings.load(session, store, published, desk_ids, first, last)
    domain = everything.where(lambda mark: scopes.matches(mark, filters))
    reader = _Reader(published, desk_ids, methods, everything, domain)
    least = disclosure.least_shown(filters)
    found = {key: reader.span(span) for key, span in spans.items()}
    figures, compared = _figures(found, least)
    every = tuple(Dimension(described.code) for described in published.instrument.dimensions)
    names = installation.unit_names(session, unit_id)
    return BeforeAfter(
        Comparison(
            unit=next(iter(names.values()), ""),
            demo=installation.read(session).demo,
            by=By.SPAN,
            period=since,
            is_open=spans[AFTER].last.is_open(today),
            filters=filters,
            dimensions=(dimension,) if dimension else every,
            names={Dimension(one.code): one.name for one in published.instrument.dimensions},
            goals={one: goal.threshold for one, goal in plan.goals.items()} if plan else {},
            groups=tuple(Group(key, spans[key], figures[key]) for key in spans),
            against=BEFORE,
            compared=compared,
            least=least,
        ),
        _shifts(reader, spans, every, least),
        {one: reader.chart(one, spans[AFTER], least) for one in every},
    )


Indices = Mapping[Dimension, IndexEstimate]


@dataclass(frozen=True, slots=True)
class _Reader:
    published: Published
    desk_ids: Sequence[int]
    methods: Mapping[str, str]
    everything: Ratings
    domain: Ratings

    def span(self, span: Span, channel: Channel | None = None) -> Indices:
        def inside(mark_time: date) -> bool:
            return span.first.start <= mark_time < span.last.end

        chosen = self.domain.where(
            lambda mark: inside(mark.time) and (channel is None or scopes.channel_of(mark) is channel)
        )
        whole = File.of(self.everything.where(lambda mark: inside(mark.time)), self.desk_ids)
        found = estimate_domain(chosen, whole, self.published.instrument, self.methods)
        return {Dimension(name): one for name, one in found.dimensions.items()}

    def chart(self, dimension: Dimension, after: Span, least: int) -> Chart:
        """Ask the control chart of all months at hand which of the months after are beyond chance."""
        months = sorted({mark.time.replace(day=1) for mark in self.domain.days.marks})
        points, shown = [], []
        for start in months:
            month = periods.make(start.year, PeriodKind.MONTH, start.month)
            found = self.span(Span(False, month, month))[dimension]
            if found.n >= least and not math.isnan(found.index):
                points.append(TrendPoint(month.code, found.index, found.n, found.n_eff))
                shown.append(month)
        charted = chart_trend(points).points
        signals = [
            (month, point.signal)
            for month, point in zip(shown, charted, strict=True)
            if point.signal is not Signal.NONE and after.first.start <= month.start < after.last.end
        ]
        return Chart(len(shown), tuple(signals), any(math.isfinite(point.centre) for point in charted))


def _figures(
    found: Mapping[str, Indices], least: int
) -> tuple[Mapping[str, Mapping[Dimension, Figure]], int]:
    made: dict[str, dict[Dimension, Figure]] = {BEFORE: {}, AFTER: {}}
    places, pairs = [], []
    for dimension in found[BEFORE]:
        for key in (BEFORE, AFTER):
            one = found[key][dimension]
            shown = one.n >= least
            made[key][dimension] = Figure(one if shown else None, one.n if shown or not one.n else None)
        before, after = found[BEFORE][dimension], found[AFTER][dimension]
        if min(before.n, after.n) >= least and not math.isnan(before.index + after.index):
            places.append(dimension)
            pairs.append((after, before))
    for dimension, difference in zip(places, compare_pairs(pairs), strict=True):
        made[AFTER][dimension] = replace(made[AFTER][dimension], difference=difference)
    return made, len(pairs)


def _shifts(
    reader: _Reader, spans: Mapping[str, Span], dimensions: Sequence[Dimension], least: int
) -> Mapping[Dimension, ModeShift]:
    """Hold the mix of channels still, where both spans have answers of each channel that may be shown."""
    by_channel = {
        key: {channel: reader.span(span, channel) for channel in (Channel.PHONE, Channel.KIOSK)}
        for key, span in spans.items()
    }
    found = {}
    for dimension in dimensions:
        sides = [
            {
                channel.value: indices[dimension]
                for channel, indices in by_channel[key].items()
                if indices[dimension].n >= least and not math.isnan(indices[dimension].index)
            }
            for key in (AFTER, BEFORE)
        ]
        if all(sides):
            found[dimension] = mode_shift(*sides)
    return found

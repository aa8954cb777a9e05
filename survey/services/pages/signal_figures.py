"""How often each signal was seen: in a period, in its months, on its days."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.chart_signals import Signal as ChartSignal
from analysis.disclosure import MINIMUM_CELL
from analysis.trend import TrendPoint, chart_trend
from survey.enums import Channel, Form, Signal
from survey.models import Counter as CounterRow
from survey.queries import flagged
from survey.services.figures.strange_days import is_noteworthy
from survey.services.office import periods, scopes
from survey.services.office.periods import Period
from survey.services.pages.quality_sums import QualitySums, by_time
from survey.services.sums import unit_ratings

COUNTER_NAMED_FROM = 10
# Signals that only a desk's own device can give.
_OF_TABLETS = frozenset({Signal.BURST, Signal.REPEATED, Signal.PACE, Signal.CLOSED})


@dataclass(frozen=True, slots=True)
class SignalFigure:
    """How often a signal was seen among the answers that can carry it; None where few."""

    signal: Signal
    count: int | None
    among: int
    unusual: tuple[Period, ...]  # months with more than chance explains


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """Answers of a month; those with a signal and with several are None where few."""

    month: Period
    persons: int
    flagged: int | None
    several: int | None
    is_unusual: bool


@dataclass(frozen=True, slots=True)
class DayFigure:
    day: date
    desk: str
    counter: str  # only where ten or more came from it
    several: int
    persons: int


def signal_figures(session: Session, sums: QualitySums) -> tuple[SignalFigure, ...]:
    months = sums.all_months()
    counts: Counter[tuple[date, Signal]] = Counter()
    found = flagged.signal_counts(
        session,
        desk_ids=sums.desk_ids,
        start=periods.make(sums.period.year - 1).start,
        end=periods.make(sums.period.year).end,
    )
    for (month, _channel, signal), n in found.items():
        counts[month, signal] += n
    persons = {signal: _persons(sums, signal) for signal in Signal}
    return tuple(
        SignalFigure(
            signal,
            _unless_few(sum(counts[month.start, signal] for month in sums.period.months())),
            sum(persons[signal][month.start] for month in sums.period.months()),
            _unusual(sums, months, {m.start: counts[m.start, signal] for m in months}, persons[signal]),
        )
        for signal in Signal
    )


def month_figures(sums: QualitySums) -> tuple[MonthFigure, ...]:
    months = sums.all_months()
    persons = by_time(sums.whole.months)
    several = by_time(sums.flags.several.months)
    any_signal = several + by_time(sums.flags.one.months)
    unusual = _unusual(sums, months, any_signal, persons)
    return tuple(
        MonthFigure(
            month,
            persons[month.start],
            _unless_few(any_signal[month.start]),
            _unless_few(several[month.start]),
            month in unusual,
        )
        for month in months
        if sums.period.start <= month.start < sums.period.end
    )


def day_figures(session: Session, sums: QualitySums) -> tuple[DayFigure, ...]:
    """Give the days with many answers that carry several signals."""
    several = sums.flags.several.where(unit_ratings.within(sums.period)).days
    by_day: Counter[tuple[int, date]] = Counter()
    by_counter: Counter[tuple[int, date, int]] = Counter()
    for mark, n in zip(several.marks, several.n.tolist(), strict=True):
        by_day[mark.desk_id, mark.time] += n
        by_counter[mark.desk_id, mark.time, mark.counter_id] += n
    persons: Counter[tuple[int, date]] = Counter()
    for mark, n in zip(sums.of_period.days.marks, sums.of_period.days.n.tolist(), strict=True):
        persons[mark.desk_id, mark.time] += n
    names = {row.id: row.name for row in session.execute(select(CounterRow.id, CounterRow.name))}
    return tuple(
        DayFigure(
            day,
            sums.names[desk_id],
            ", ".join(
                names[counter]
                for (desk, at, counter), of_counter in sorted(by_counter.items())
                if (desk, at) == (desk_id, day) and of_counter >= COUNTER_NAMED_FROM and counter in names
            ),
            n,
            persons[desk_id, day],
        )
        for (desk_id, day), n in sorted(by_day.items(), key=lambda pair: (pair[0][1], pair[0][0]))
        if is_noteworthy(n, persons[desk_id, day])
    )


def _persons(sums: QualitySums, signal: Signal) -> Counter[date]:
    """Count the answers of each month that can carry a signal."""
    found: Counter[date] = Counter()
    for mark, n in zip(sums.whole.months.marks, sums.whole.months.n.tolist(), strict=True):
        if signal in _OF_TABLETS and scopes.channel_of(mark) is not Channel.KIOSK:
            continue
        if signal is Signal.STRAIGHT and mark.form is not Form.FULL:
            continue
        found[mark.time] += n
    return found


def _unusual(
    sums: QualitySums, months: Sequence[Period], counts: Mapping[date, int], persons: Mapping[date, int]
) -> tuple[Period, ...]:
    """Give the months of the period in which more was seen than the unit's own past explains."""
    points = [
        TrendPoint(month.code, counts[month.start] / persons[month.start], persons[month.start])
        if persons[month.start]
        else TrendPoint(month.code, math.nan, 0)
        for month in months
    ]
    charted = chart_trend(points).points if points else ()
    return tuple(
        month
        for month, point in zip(months, charted, strict=True)
        if point.signal is not ChartSignal.NONE
        and point.index > point.centre
        and counts[month.start] >= MINIMUM_CELL
        and sums.period.start <= month.start < sums.period.end
    )


def _unless_few(count: int) -> int | None:
    return None if 0 < count < MINIMUM_CELL else count

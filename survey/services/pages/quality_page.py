"""The panel of quality: what asks for a second look, and what hangs on it. Reads sums; accuses nobody."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.chart_signals import Signal as ChartSignal
from analysis.differencing import gate_nested
from analysis.disclosure import MINIMUM_CELL
from analysis.results import IndexEstimate
from analysis.trend import TrendPoint, chart_trend
from analysis.unit_quality import ModeGap, check_mode_gap
from survey.enums import Channel, Dimension, Form, Part, Signal, TrustClass
from survey.instrument import Texts
from survey.models import Counter as CounterRow
from survey.models import Dossier
from survey.queries import dossiers, flagged, ratings
from survey.queries.flagged import FlaggedSums
from survey.queries.ratings import Mark, Ratings
from survey.services.inviting import callbacks
from survey.services.office import installation, periods, plans, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period
from survey.services.office.plans import GoalView
from survey.services.sums import unit_ratings
from survey.services.sums.estimates import File, estimate_domain

# So many answers with several signals on one day are worth a look at the tablet, and so large a share of the
# day: among hundreds of people some are quick in a crowd.
NOTEWORTHY = 5
NOTEWORTHY_SHARE = 0.03
COUNTER_NAMED_FROM = 10
RATE_IS_HIGH = 0.9
LEAST_FOR_GAP = 30
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


@dataclass(frozen=True, slots=True)
class BesideFigure:
    """One index with all answers and without those with signals; None where few would be given away."""

    dimension: Dimension | None  # None: the overall index
    name: Texts | None
    goal: GoalView | None
    all: IndexEstimate
    without_several: IndexEstimate | None
    without_any: IndexEstimate | None


@dataclass(frozen=True, slots=True)
class RateFigure:
    """A month with nearly as many answers as dossiers, or more."""

    month: Period
    desk: str
    answers: int
    returned: int


@dataclass(frozen=True, slots=True)
class GapFigure:
    dimension: Dimension
    name: Texts
    gap: ModeGap


@dataclass(frozen=True, slots=True)
class QualityPage:
    unit: str
    demo: bool
    period: Period
    several_desks: bool
    persons: int
    signals: tuple[SignalFigure, ...]
    months: tuple[MonthFigure, ...]
    days: tuple[DayFigure, ...]
    beside: tuple[BesideFigure, ...]
    rates: tuple[RateFigure, ...]
    gaps: tuple[GapFigure, ...]
    reprints: int
    slips: int
    callbacks: callbacks.Summary
    months_known: int


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    desk_id: int | None,
    today: date,
) -> QualityPage:
    reader = _Reader.open(session, store, unit_id, period, desk_id)
    reprints, slips = reader.slips(session)
    installed = installation.read(session)
    return QualityPage(
        unit=next(iter(installation.unit_names(session, unit_id).values()), ""),
        demo=installed.demo,
        period=period,
        several_desks=len(reader.names) > 1,
        persons=int(reader.of_period.days.n.sum()),
        signals=reader.signals(session),
        months=reader.months(),
        days=reader.days(session),
        beside=reader.beside(),
        rates=reader.rates(session),
        gaps=reader.gaps(),
        reprints=reprints,
        slips=slips,
        callbacks=callbacks.summary(session, unit_id=unit_id, period=period),
        months_known=len({mark.time for mark in reader.whole.months.marks}),
    )


def days_to_look_at(
    session: Session, *, store: InstrumentStore, unit_id: int, period: Period
) -> tuple[DayFigure, ...]:
    """Give what the page lists as worth a second look, for a page that only points there."""
    return _Reader.open(session, store, unit_id, period, None).days(session)


@dataclass(frozen=True, slots=True)
class _Reader:
    published: Published
    names: Mapping[int, str]  # every desk of the unit
    desk_ids: Sequence[int]
    period: Period
    whole: Ratings  # the year before and the year of the period
    flags: FlaggedSums
    methods: Mapping[str, str]
    goals: Mapping[Dimension, GoalView]

    @classmethod
    def open(
        cls, session: Session, store: InstrumentStore, unit_id: int, period: Period, desk_id: int | None
    ) -> _Reader:
        published = store.current(session)
        names = {desk.id: desk.name for desk in scopes.desks_of(session, unit_id)}
        chosen = [desk_id] if desk_id in names else list(names)
        versions = unit_ratings.same_layout_versions(session, store, published)
        start, end = periods.make(period.year - 1).start, periods.make(period.year).end
        plan = plans.find(session, unit_id=unit_id, year=period.year)
        return cls(
            published,
            names,
            chosen,
            period,
            ratings.from_tallies(
                session, layout=published.layout, versions=versions, desk_ids=chosen, start=start, end=end
            ),
            flagged.load(
                session, layout=published.layout, versions=versions, desk_ids=chosen, start=start, end=end
            ),
            plans.methods_of(plan),
            plan.goals if plan else {},
        )

    @property
    def of_period(self) -> Ratings:
        return self.whole.where(unit_ratings.within(self.period))

    def _all_months(self) -> list[Period]:
        both = [*periods.make(self.period.year - 1).months(), *periods.make(self.period.year).months()]
        answered = {mark.time for mark in self.whole.months.marks}
        return [month for month in both if month.start in answered and month.start < self.period.end]

    def signals(self, session: Session) -> tuple[SignalFigure, ...]:
        months = self._all_months()
        counts: Counter[tuple[date, Signal]] = Counter()
        found = flagged.signal_counts(
            session,
            desk_ids=self.desk_ids,
            start=periods.make(self.period.year - 1).start,
            end=periods.make(self.period.year).end,
        )
        for (month, _channel, signal), n in found.items():
            counts[month, signal] += n
        persons = {signal: self._persons(signal) for signal in Signal}
        return tuple(
            SignalFigure(
                signal,
                _unless_few(sum(counts[month.start, signal] for month in self.period.months())),
                sum(persons[signal][month.start] for month in self.period.months()),
                self._unusual(months, {m.start: counts[m.start, signal] for m in months}, persons[signal]),
            )
            for signal in Signal
        )

    def _persons(self, signal: Signal) -> Counter[date]:
        """Count the answers of each month that can carry a signal."""
        found: Counter[date] = Counter()
        for mark, n in zip(self.whole.months.marks, self.whole.months.n.tolist(), strict=True):
            if signal in _OF_TABLETS and scopes.channel_of(mark) is not Channel.KIOSK:
                continue
            if signal is Signal.STRAIGHT and mark.form is not Form.FULL:
                continue
            found[mark.time] += n
        return found

    def _unusual(
        self, months: Sequence[Period], counts: Mapping[date, int], persons: Mapping[date, int]
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
            and self.period.start <= month.start < self.period.end
        )

    def months(self) -> tuple[MonthFigure, ...]:
        months = self._all_months()
        persons = _by_time(self.whole.months)
        several = _by_time(self.flags.several.months)
        any_signal = several + _by_time(self.flags.one.months)
        unusual = self._unusual(months, any_signal, persons)
        return tuple(
            MonthFigure(
                month,
                persons[month.start],
                _unless_few(any_signal[month.start]),
                _unless_few(several[month.start]),
                month in unusual,
            )
            for month in months
            if self.period.start <= month.start < self.period.end
        )

    def days(self, session: Session) -> tuple[DayFigure, ...]:
        """Give the days with many answers that carry several signals."""
        several = self.flags.several.where(unit_ratings.within(self.period)).days
        by_day: Counter[tuple[int, date]] = Counter()
        by_counter: Counter[tuple[int, date, int]] = Counter()
        for mark, n in zip(several.marks, several.n.tolist(), strict=True):
            by_day[mark.desk_id, mark.time] += n
            by_counter[mark.desk_id, mark.time, mark.counter_id] += n
        persons: Counter[tuple[int, date]] = Counter()
        for mark, n in zip(self.of_period.days.marks, self.of_period.days.n.tolist(), strict=True):
            persons[mark.desk_id, mark.time] += n
        names = {row.id: row.name for row in session.execute(select(CounterRow.id, CounterRow.name))}
        return tuple(
            DayFigure(
                day,
                self.names[desk_id],
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

    def beside(self) -> tuple[BesideFigure, ...]:
        within = unit_ratings.within(self.period)
        several, one = self.flags.several.where(within), self.flags.one.where(within)
        everything = self._estimates(self.of_period)
        without_several = self._estimates(flagged.without(self.of_period, several))
        without_any = self._estimates(flagged.without(self.of_period, several, one))
        names = {Dimension(d.code): d.name for d in self.published.instrument.dimensions}
        found = []
        for dimension in (*Dimension, None):
            first, second, third = (
                of[dimension] if of else None for of in (everything, without_several, without_any)
            )
            if first is None or first.n < MINIMUM_CELL:
                continue
            second = _unless_near(second, [first.n])
            third = _unless_near(third, [first.n, *([second.n] if second else [])])
            found.append(
                BesideFigure(
                    dimension,
                    names.get(dimension) if dimension else None,
                    self.goals.get(dimension) if dimension else None,
                    first,
                    second,
                    third,
                )
            )
        return tuple(found)

    def _estimates(self, domain: Ratings) -> Mapping[Dimension | None, IndexEstimate] | None:
        headline = domain.where(_is_headline)
        if not headline.days.marks:
            return None
        survey = estimate_domain(
            headline, File.of(domain, self.desk_ids), self.published.instrument, self.methods
        )
        return {
            **{Dimension(name): estimate for name, estimate in survey.dimensions.items()},
            None: survey.overall,
        }

    def rates(self, session: Session) -> tuple[RateFigure, ...]:
        """Give the desks and months with nearly as many answers as dossiers."""
        answers: Counter[tuple[int, date]] = Counter()
        months = self.of_period.months
        for mark, n in zip(months.marks, months.n.tolist(), strict=True):
            if mark.part is Part.HEADLINE:
                answers[mark.desk_id, mark.time] += n
        found = []
        for (desk_id, start), n in sorted(answers.items(), key=lambda pair: (pair[0][1], pair[0][0])):
            month = periods.make(start.year, periods.PeriodKind.MONTH, start.month)
            returned = dossiers.returned(session, desk_ids=[desk_id], start=month.start, end=month.end)
            if returned and n >= MINIMUM_CELL and n > RATE_IS_HIGH * returned:
                found.append(RateFigure(month, self.names[desk_id], n, returned))
        return tuple(found)

    def gaps(self) -> tuple[GapFigure, ...]:
        """Hold answers at the desk's tablets (class C) against those on people's own phones (class A)."""
        by_class = {
            kind: self._estimates(self.of_period.where(_has_class(kind)))
            for kind in (TrustClass.KIOSK, TrustClass.PHONE_TOKEN)
        }
        at_desk, alone = by_class[TrustClass.KIOSK], by_class[TrustClass.PHONE_TOKEN]
        if at_desk is None or alone is None:
            return ()
        names = {Dimension(d.code): d.name for d in self.published.instrument.dimensions}
        found = []
        for dimension in Dimension:
            pair = [_as_counts(of[dimension]) for of in (at_desk, alone)]
            if all(counts and counts[1] >= LEAST_FOR_GAP for counts in pair):
                (yes, n), (other_yes, other_n) = (counts or (0, 1) for counts in pair)
                found.append(
                    GapFigure(dimension, names[dimension], check_mode_gap(yes, n, other_yes, other_n))
                )
        return tuple(found)

    def slips(self, session: Session) -> tuple[int, int]:
        """Count slips that were printed again, and dossiers that got a slip, by the day of return."""
        row = session.execute(
            select(func.sum(Dossier.issued - 1), func.count()).where(
                Dossier.desk_id.in_(self.desk_ids),
                Dossier.issued > 0,
                Dossier.returned_on >= self.period.start,
                Dossier.returned_on < self.period.end,
            )
        ).one()
        return int(row[0] or 0), int(row[1] or 0)


def is_noteworthy(several: int, persons: int) -> bool:
    """Say whether a day with so many answers of several signals is worth a look."""
    return several >= max(NOTEWORTHY, NOTEWORTHY_SHARE * persons)


def _is_headline(mark: Mark) -> bool:
    return mark.part is Part.HEADLINE


def _has_class(kind: TrustClass) -> Callable[[Mark], bool]:
    return lambda mark: mark.trust_class is kind


def _by_time(cells: ratings.Cells) -> Counter[date]:
    found: Counter[date] = Counter()
    for mark, n in zip(cells.marks, cells.n.tolist(), strict=True):
        found[mark.time] += n
    return found


def _unless_few(count: int) -> int | None:
    return None if 0 < count < MINIMUM_CELL else count


def _unless_near(estimate: IndexEstimate | None, wholes: Sequence[int]) -> IndexEstimate | None:
    """Hide a figure that rests on few, or that differs from another by fewer than may be known."""
    if estimate is None or 0 < estimate.n < MINIMUM_CELL:
        return None
    return estimate if gate_nested(estimate.n, within=wholes).is_shown else None


def _as_counts(estimate: IndexEstimate) -> tuple[int, int] | None:
    """Give an index as satisfied of so many answers of equal weight."""
    if math.isnan(estimate.index) or math.isnan(estimate.n_eff):
        return None
    n = math.floor(estimate.n_eff)
    return round(estimate.index * n), n

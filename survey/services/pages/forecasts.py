"""Where the year will end: the fan of every index and the chance of its goal, from what is known on a day.

Only the headline of the whole unit has goals, so only it is forecast. Seen from the past ("from"), the same
page shows what would have been said then, beside what came.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from analysis import forecast
from analysis.forecast import Forecast
from analysis.results import IndexEstimate, SurveyEstimate
from survey.enums import Dimension
from survey.instrument import Texts
from survey.queries import dossiers
from survey.services.figures.disclosure import least_shown
from survey.services.figures.goal_figures import GoalRow, LastYear, goal_rows, last_year_of
from survey.services.figures.outlook import Outlook, outlook
from survey.services.office import installation, periods, plans, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period
from survey.services.office.plans import GoalView
from survey.services.office.scopes import Filters
from survey.services.sums.span_estimates import SpanReader

# Below these nothing is foretold: so few persons or months tell of themselves and not of a year.
LEAST_PERSONS, LEAST_MONTHS = 30, 2
_DAYS_OF_MONTH = 365 / 12


class Silence(StrEnum):
    """Why there is no forecast."""

    NO_GOAL = "no-goal"
    TOO_EARLY = "too-early"
    OVER = "over"  # the year has ended and is not looked at from before
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Step:
    """The index from the year's start to the end of a month: as it was, or where it will be (`fan`)."""

    month: Period
    so_far: IndexEstimate | None
    fan: forecast.Fan | None


@dataclass(frozen=True, slots=True)
class GoalForecast:
    """`level` is the chance of the goal's threshold, `whole` that of threshold and "above last year".

    `came` is the index of the whole year, where the forecast is made from the past.
    """

    dimension: Dimension
    name: Texts
    short: Texts
    goal: GoalView | None
    last_year: LastYear | None
    estimate: IndexEstimate | None
    remaining: int
    level: Forecast | None
    whole: Forecast | None
    silence: Silence | None
    steps: tuple[Step, ...]
    needs: Outlook
    came: IndexEstimate | None


@dataclass(frozen=True, slots=True)
class ForecastPage:
    unit: str
    demo: bool
    year: Period
    as_of: date  # the last day that counts
    looks_back: bool
    is_over: bool
    months: tuple[Period, ...]  # from whose end one may look
    months_with_answers: int
    goals: tuple[GoalForecast, ...]


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    year: int,
    since: Period | None,
    today: date,
) -> ForecastPage:
    """Answer the page of forecasts. Reads sums only."""
    published = store.current(session)
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    plan = plans.find(session, unit_id=unit_id, year=year)
    methods = plans.methods_of(plan)
    whole_year = periods.make(year)
    reader = SpanReader(session, store, published, desk_ids, methods, Filters())
    months = _Months.read(reader, whole_year, today)
    is_over = today >= whole_year.end
    last = since if since in months.begun else _default(months.begun, is_over=is_over)
    as_of = min(last.end - timedelta(days=1), today) if last else today
    known = months.cumulated.get(last) if last else None
    past = last_year_of(session, store, published, unit_id, desk_ids, whole_year, Filters(), methods)
    rows = goal_rows(published, known, plan, past, least=least_shown(Filters())) if known else ()
    returned = dossiers.returned(
        session, desk_ids=desk_ids, start=whole_year.start, end=as_of + timedelta(days=1)
    )
    looks_back = last is not None and last.end <= today and last != months.begun[-1]
    counted = months.with_answers()
    seen = [one for one in counted if last and one <= last]
    view = _View(whole_year, as_of, last, seen, months)
    end_of_year = months.cumulated.get(months.begun[-1]) if looks_back and is_over else None
    return ForecastPage(
        unit=next(iter(installation.unit_names(session, unit_id).values()), ""),
        demo=installation.read(session).demo,
        year=whole_year,
        as_of=as_of,
        looks_back=looks_back,
        is_over=is_over,
        months=tuple(month for month in counted if month.end < whole_year.end or not is_over),
        months_with_answers=len(seen),
        goals=tuple(
            view.goal(row, returned, end_of_year.dimensions[row.dimension.value] if end_of_year else None)
            for row in rows
        ),
    )


@dataclass(frozen=True, slots=True)
class _Months:
    """The months of a year that have begun: from its start to the end of each, and each by itself."""

    begun: Sequence[Period]
    cumulated: Mapping[Period, SurveyEstimate | None]
    alone: Mapping[Period, SurveyEstimate | None]

    @classmethod
    def read(cls, reader: SpanReader, year: Period, today: date) -> _Months:
        begun = [month for month in year.months() if month.start <= today]
        spans = [(year.start, month.end) for month in begun]
        found = reader.estimates([*spans, *((month.start, month.end) for month in begun)])
        return cls(
            begun,
            dict(zip(begun, found[: len(begun)], strict=True)),
            dict(zip(begun, found[len(begun) :], strict=True)),
        )

    def with_answers(self) -> list[Period]:
        """Give the months in which somebody answered."""
        found, before = [], 0
        for month in self.begun:
            one = self.cumulated[month]
            n = one.n if one else 0
            if n > before:
                found.append(month)
            before = n
        return found


def _default(begun: Sequence[Period], *, is_over: bool) -> Period | None:
    """Look from now; at a year that has ended, from the end of its third quarter."""
    if not begun:
        return None
    return begun[8] if is_over else begun[-1]


@dataclass(frozen=True, slots=True)
class _View:
    year: Period
    as_of: date
    last: Period | None
    counted: Sequence[Period]  # the months with answers that are seen
    months: _Months

    def remaining(self, n: int, until: date | None = None) -> int:
        """Project how many more persons come until a day: at the pace since the first month with answers."""
        if not self.counted:
            return 0
        passed = (self.as_of - self.counted[0].start).days + 1
        left = ((until or self.year.end) - self.as_of).days - 1
        return max(0, round(n * left / passed))

    def goal(self, row: GoalRow, returned: int, came: IndexEstimate | None) -> GoalForecast:
        estimate, goal = row.estimate, row.goal
        silence = self._silence(row)
        n = self.remaining(estimate.n) if estimate else 0
        level = whole = None
        if silence is None and estimate is not None and goal is not None:
            level = self._forecast(row, estimate, n, goal.threshold, goal.operator.value)
            whole = self._whole(row, estimate, goal, n) or level
        return GoalForecast(
            row.dimension,
            row.name,
            row.short,
            goal,
            row.last_year,
            estimate,
            n,
            level,
            whole,
            silence,
            self._steps(row, known=silence is None),
            self._needs(row, returned),
            came,
        )

    def _needs(self, row: GoalRow, returned: int) -> Outlook:
        return outlook(
            row,
            period=self.year,
            today=self.as_of,
            filters=Filters(),
            returned=returned,
            classes=frozenset(),
        )

    def _silence(self, row: GoalRow) -> Silence | None:
        if row.goal is None:
            return Silence.NO_GOAL
        if row.estimate is None or row.estimate.n < LEAST_PERSONS or len(self.counted) < LEAST_MONTHS:
            return Silence.TOO_EARLY
        if math.isnan(row.estimate.index) or not row.estimate.n_eff > 0:
            return Silence.UNDEFINED
        return Silence.OVER if self.as_of >= self.year.end - timedelta(days=1) else None

    def _forecast(
        self,
        row: GoalRow,
        estimate: IndexEstimate,
        n: int,
        threshold: float,
        operator: str,
        until: date | None = None,
    ) -> Forecast:
        """Foretell from the months so far: the level may move, and persons of one day tell less than many."""
        left = ((until or self.year.end) - self.as_of).days - 1
        return forecast.of_months(
            estimate,
            self._months_of(row.dimension),
            remaining=n,
            months_ahead=max(1, left) / _DAYS_OF_MONTH,
            threshold=threshold,
            operator=operator,
            prior=_prior(estimate, row.last_year),
        )

    def _months_of(self, dimension: Dimension) -> list[IndexEstimate | None]:
        """Give the months from the first with answers on."""
        if not self.counted or self.last is None:
            return []
        seen = [month for month in self.months.begun if self.counted[0] <= month <= self.last]
        found = [self.months.alone[month] for month in seen]
        return [one.dimensions[dimension.value] if one else None for one in found]

    def _whole(self, row: GoalRow, estimate: IndexEstimate, goal: GoalView, n: int) -> Forecast | None:
        """Give the chance of threshold and last year together: the higher of the two decides."""
        if not goal.require_improvement or row.last_year is None:
            return None
        last_year = row.last_year.baseline.value
        if last_year < goal.threshold:
            return None
        return self._forecast(row, estimate, n, last_year, goal.improvement_operator.value)

    def _steps(self, row: GoalRow, *, known: bool) -> tuple[Step, ...]:
        steps = []
        for month in self.year.months():
            if self.last is None or month <= self.last:
                one = self.months.cumulated.get(month)
                of = one.dimensions[row.dimension.value] if one else None
                shown = of if of is not None and of.n >= least_shown(Filters()) else None
                steps.append(Step(month, shown, None))
                continue
            fan = None
            if known and row.estimate is not None and row.goal is not None:
                n = self.remaining(row.estimate.n, month.end)
                found = self._forecast(row, row.estimate, n, row.goal.threshold, ">=", month.end)
                fan = found.year_end
            steps.append(Step(month, None, fan))
        return tuple(steps)


def _prior(estimate: IndexEstimate, past: LastYear | None) -> tuple[float, float]:
    """Remember a little of last year, where it was made the same way and its persons are known."""
    if past is None or past.baseline.method_version != estimate.method_version:
        return 1.0, 1.0
    n = past.baseline.estimate.n if past.baseline.estimate else past.baseline.n
    return forecast.prior_from_last_year(past.baseline.value, n) if n else (1.0, 1.0)

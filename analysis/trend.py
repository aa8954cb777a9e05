"""Trend of an index by period: which points are unusual, and whether the goal is met by habit or by luck."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from analysis._validation import AnalysisError, check_choice, check_share, check_whole
from analysis.chart_signals import Signal
from analysis.control_charts import ShareChart, XmrChart, share_chart, xmr_chart

PROVISIONAL_POINTS: Final = 12
TRUSTED_POINTS: Final = 15
SHARE_CHART_SIZE: Final = 20


class Variation(StrEnum):
    """What the last point says about the process (NHS variation icon; a higher index is better)."""

    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    COMMON_CAUSE = "common-cause"
    UNKNOWN = "unknown"  # fewer points than limits need


class Assurance(StrEnum):
    """What the limits say about the goal (NHS assurance icon)."""

    CONSISTENTLY_MET = "consistently-met"  # the goal lies below the limits: met by habit
    CONSISTENTLY_MISSED = (
        "consistently-missed"  # the goal lies above the limits: missed until something changes
    )
    INCONSISTENT = "inconsistent"  # the goal lies between: met or missed by chance
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """How far the limits of a phase can be believed."""

    TOO_FEW = "too-few"  # fewer than 12 points: no limits
    PROVISIONAL = "provisional"  # 12 to 14 points: limits are drawn dashed
    TRUSTED = "trusted"


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The index of one period.

    ``period`` sorts by time as text and starts with the year: ``2026-03``, ``2026-Q1``, ``2026-03-15``.
    ``index`` is nan where nobody answered. ``n_eff`` (nan: use ``n``) sizes the limits of a p-prime chart.
    """

    period: str
    index: float
    n: int
    n_eff: float = math.nan


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch with limits of its own from ``start`` on, and the change that explains it."""

    start: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChartedPoint:
    """One period on the chart; limits are nan where a phase has too few points or nobody answered."""

    period: str
    index: float
    n: int
    centre: float
    lower: float
    upper: float
    signal: Signal
    phase: int


@dataclass(frozen=True, slots=True)
class PhaseLimits:
    """The limits of one phase: where it starts and why, how many points it has, and what they gave.

    ``sigma_z`` is nan on an XmR chart, ``screened`` is 0 on a p-prime chart.
    """

    start: str
    reason: str
    points: int
    standing: Standing
    centre: float
    sigma_z: float
    screened: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A control chart by period with the variation and assurance verdicts of its last phase."""

    chart: str
    points: tuple[ChartedPoint, ...]
    phases: tuple[PhaseLimits, ...]
    variation: Variation
    assurance: Assurance
    target: float | None


def chart_trend(
    points: Sequence[TrendPoint],
    *,
    target: float | None = None,
    phases: Sequence[Phase] = (),
    chart: str = "auto",
) -> Trend:
    """Draw up the control chart of an index and say what its last point and its limits mean.

    The chart is Laney's p-prime when every period with an answer has at least 20 (effective) answers, and XmR
    otherwise. A phase gets limits from its own points: none below 12, provisional below 15. Signals are
    sought within a phase. The variation verdict is the signal of the last point; the assurance verdict
    compares the target with the last limits.

    Parameters
    ----------
    points
        One for each period, in order of time.
    target
        The goal on the 0–1 scale, or None.
    phases
        Where limits start anew; each needs the reason, because limits redrawn without one hide the change
        that they were drawn to show.
    chart
        ``"auto"``, ``"p-prime"`` or ``"xmr"`` (the one for mean scores).

    Raises
    ------
    AnalysisError
        If periods are not in strictly rising order, an index is outside 0–1, a phase has no reason or
        starts at a period that is not in the series, or the chart is unknown.

    References
    ----------
    D. B. Laney, Quality Engineering 14 (2002) 531–537; NHS England, *Making Data Count* (icons).

    Examples
    --------
    >>> months = [TrendPoint(f"2026-{month:02d}", 0.90 + 0.01 * (month % 3), 200) for month in range(1, 13)]
    >>> trend = chart_trend(months, target=0.80)
    >>> trend.chart, str(trend.variation), str(trend.assurance), str(trend.phases[0].standing)
    ('p-prime', 'common-cause', 'consistently-met', 'provisional')
    """
    _check_points(points)
    check_choice("chart", chart, ("auto", "p-prime", "xmr"))
    if target is not None:
        check_share("target", target)
    kind = _choose_chart(points) if chart == "auto" else chart
    charted: list[ChartedPoint] = []
    limits: list[PhaseLimits] = []
    for number, (phase, stretch) in enumerate(_split(points, phases)):
        drawn, summary = _draw_phase(stretch, phase, number, kind)
        charted.extend(drawn)
        limits.append(summary)
    answered = [point for point in charted if point.n > 0]
    return Trend(
        chart=kind,
        points=tuple(charted),
        phases=tuple(limits),
        variation=_variation(answered),
        assurance=_assurance(answered, target),
        target=target,
    )


def size_of(point: TrendPoint) -> float:
    """Return the effective number of answers of a period, or the plain one where that is not known."""
    return point.n_eff if math.isfinite(point.n_eff) and point.n_eff > 0.0 else float(point.n)


def _check_points(points: Sequence[TrendPoint]) -> None:
    for before, after in itertools.pairwise(points):
        if not before.period < after.period:
            raise AnalysisError(f"period {after.period!r} follows {before.period!r}; allowed: rising periods")
    for point in points:
        if check_whole(f"n of {point.period}", point.n) > 0:
            check_share(f"index of {point.period}", point.index)


def _choose_chart(points: Sequence[TrendPoint]) -> str:
    sizes = [size_of(point) for point in points if point.n > 0]
    return "p-prime" if sizes and min(sizes) >= SHARE_CHART_SIZE else "xmr"


def _split(points: Sequence[TrendPoint], phases: Sequence[Phase]) -> list[tuple[Phase, list[TrendPoint]]]:
    periods = [point.period for point in points]
    for phase in phases:
        if not phase.reason.strip():
            raise AnalysisError(f"phase {phase.start!r} has no reason; allowed: a few words on what changed")
        if phase.start not in periods:
            raise AnalysisError(f"phase starts at {phase.start!r}; allowed: one of {periods}")
    starts = sorted(phases, key=lambda phase: phase.start)
    if len({phase.start for phase in starts}) < len(starts):
        raise AnalysisError(f"phases start at {[phase.start for phase in starts]}; allowed: each start once")
    if points and (not starts or starts[0].start != periods[0]):
        starts.insert(0, Phase(periods[0], ""))
    edges = [*(periods.index(phase.start) for phase in starts), len(points)]
    return [(phase, list(points[edges[i] : edges[i + 1]])) for i, phase in enumerate(starts)]


def _draw_phase(
    stretch: Sequence[TrendPoint], phase: Phase, number: int, kind: str
) -> tuple[list[ChartedPoint], PhaseLimits]:
    answered = [point for point in stretch if point.n > 0]
    standing = _standing(len(answered))
    drawn: dict[str, tuple[float, float, float, Signal]] = {}
    centre, sigma_z, screened = math.nan, math.nan, 0
    if standing is not Standing.TOO_FEW:
        chart = _chart_of(answered, kind)
        centre = chart.centre
        if isinstance(chart, ShareChart):
            sigma_z, limits = chart.sigma_z_used, list(zip(chart.lower, chart.upper, strict=True))
        else:
            screened, limits = chart.screened, [(chart.lower, chart.upper)] * len(answered)
        for point, (lower, upper), signal in zip(answered, limits, chart.signals, strict=True):
            drawn[point.period] = (centre, lower, upper, signal)
    nothing = (math.nan, math.nan, math.nan, Signal.NONE)
    points = [
        ChartedPoint(point.period, point.index, point.n, *drawn.get(point.period, nothing), phase=number)
        for point in stretch
    ]
    summary = PhaseLimits(phase.start, phase.reason, len(answered), standing, centre, sigma_z, screened)
    return points, summary


def _chart_of(answered: Sequence[TrendPoint], kind: str) -> ShareChart | XmrChart:
    index = np.array([point.index for point in answered])
    if kind == "xmr":
        return xmr_chart(index)
    sizes = np.array([size_of(point) for point in answered])
    return share_chart(index * sizes, sizes)


def _standing(points: int) -> Standing:
    if points < PROVISIONAL_POINTS:
        return Standing.TOO_FEW
    return Standing.TRUSTED if points >= TRUSTED_POINTS else Standing.PROVISIONAL


def _variation(answered: Sequence[ChartedPoint]) -> Variation:
    if not answered or math.isnan(answered[-1].centre):
        return Variation.UNKNOWN
    direction = answered[-1].signal.direction
    return {1: Variation.IMPROVEMENT, -1: Variation.CONCERN, 0: Variation.COMMON_CAUSE}[direction]


def _assurance(answered: Sequence[ChartedPoint], target: float | None) -> Assurance:
    if target is None or not answered or math.isnan(answered[-1].centre):
        return Assurance.UNKNOWN
    if target > answered[-1].upper:
        return Assurance.CONSISTENTLY_MISSED
    return Assurance.CONSISTENTLY_MET if target < answered[-1].lower else Assurance.INCONSISTENT

"""Where a dimension moved to another level and stayed there, by the control chart of its months."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.chart_signals import last_turn
from analysis.results import IndexEstimate
from analysis.trend import TrendPoint as Charted
from analysis.trend import chart_trend
from survey.enums import Dimension
from survey.services.figures.satisfaction import TrendPoint
from survey.services.office.periods import Period


@dataclass(frozen=True, slots=True)
class LevelChange:
    """From about which month on the level is another one, and whether it is higher."""

    since: Period
    rises: bool


def level_changes(trend: Mapping[Dimension, Sequence[TrendPoint]]) -> Mapping[Dimension, LevelChange]:
    """Find the last lasting change of each dimension; fewer than twelve months allow none."""
    found = {}
    for dimension, points in trend.items():
        charted = chart_trend([_charted(point.month.code, point.estimate) for point in points]).points
        turn = last_turn([point.signal.direction for point in charted])
        if turn is not None:
            found[dimension] = LevelChange(points[turn.place].month, turn.side > 0)
    return found


def _charted(code: str, estimate: IndexEstimate | None) -> Charted:
    if estimate is None or math.isnan(estimate.index):
        return Charted(code, math.nan, 0)
    return Charted(code, estimate.index, estimate.n, estimate.n_eff)

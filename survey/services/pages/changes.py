"""What changed this month beyond chance: the latest month against the earlier ones of its year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.latest_change import LatestChange, latest_change
from analysis.results import IndexEstimate
from survey.enums import Dimension
from survey.services.figures.satisfaction import Overview, TrendPoint
from survey.services.office.periods import Period

# A month on fewer persons says too little of itself.
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class MonthChange:
    """`changes` hold every dimension that could be compared; their limits are for all of them together."""

    month: Period
    changes: Mapping[Dimension, LatestChange]


def latest(found: Overview) -> MonthChange | None:
    """Compare the latest month of a page that has enough answers; None where there is nothing to compare."""
    inside = {
        dimension: [point for point in points if point.month.end <= found.period.end]
        for dimension, points in found.trend.items()
    }
    months = [point.month for points in inside.values() for point in points if _is_enough(point)]
    if not months:
        return None
    month = max(months)
    pairs = {
        dimension: pair for dimension, points in inside.items() if (pair := _pair(points, month)) is not None
    }
    if not pairs:
        return None
    return MonthChange(
        month,
        {
            dimension: latest_change(now, earlier, looked_at=len(pairs))
            for dimension, (now, earlier) in pairs.items()
        },
    )


def _is_enough(point: TrendPoint) -> bool:
    return point.estimate is not None and point.estimate.n >= ENOUGH and _has_limits(point.estimate)


def _has_limits(estimate: IndexEstimate) -> bool:
    return math.isfinite(estimate.index + estimate.lower + estimate.upper)


def _pair(
    points: Sequence[TrendPoint], month: Period
) -> tuple[IndexEstimate, Sequence[IndexEstimate]] | None:
    now = next((point for point in points if point.month == month), None)
    if now is None or now.estimate is None or not _is_enough(now):
        return None
    earlier = [
        point.estimate
        for point in points
        if point.month < month and point.estimate is not None and _has_limits(point.estimate)
    ]
    if sum(one.n for one in earlier) < ENOUGH:
        return None
    return now.estimate, earlier

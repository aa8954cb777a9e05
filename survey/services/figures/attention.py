"""Where to look: the weakest question of a dimension, and whether its latest month is unusual."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.chart_signals import Signal
from analysis.results import IndexEstimate
from analysis.trend import TrendPoint, chart_trend
from survey.enums import Dimension
from survey.instrument import Instrument, Item
from survey.services.figures import routed_items
from survey.services.office.periods import Period

# A question is called weakest on no fewer answers than a verdict needs.
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class MonthSignal:
    month: Period
    signal: Signal


@dataclass(frozen=True, slots=True)
class Attention:
    """What one dimension asks to look at."""

    item: Item | None
    item_estimate: IndexEstimate | None
    signal: MonthSignal | None  # of the latest month that has answers


def look(
    instrument: Instrument,
    items: Mapping[str, IndexEstimate],
    months: Mapping[Dimension, Sequence[tuple[Period, IndexEstimate | None]]],
) -> Mapping[Dimension, Attention]:
    """Look for what stands out in the items of a result and its months, for each dimension."""
    found = {}
    for described in instrument.dimensions:
        dimension = Dimension(described.code)
        # A figure that moves with every answer must not count the few who are asked some of its questions.
        asked_of_all = () if routed_items.has_routed(described) else described.items
        item, item_estimate = _weakest_item(asked_of_all, items)
        found[dimension] = Attention(item, item_estimate, _latest_signal(months[dimension]))
    return found


def _weakest_item(
    items: Sequence[Item], found: Mapping[str, IndexEstimate]
) -> tuple[Item | None, IndexEstimate | None]:
    known = [(item, found[item.code]) for item in items if item.code in found]
    counted = [(item, one) for item, one in known if one.n >= ENOUGH and not math.isnan(one.index)]
    return min(counted, key=lambda pair: pair[1].index) if len(counted) > 1 else (None, None)


def _latest_signal(months: Sequence[tuple[Period, IndexEstimate | None]]) -> MonthSignal | None:
    points = [
        TrendPoint(month.code, one.index, one.n, one.n_eff)
        if one is not None and not math.isnan(one.index)
        else TrendPoint(month.code, math.nan, 0)
        for month, one in months
    ]
    charted = chart_trend(points).points
    latest = max((place for place, point in enumerate(charted) if point.n), default=None)
    if latest is None or charted[latest].signal is Signal.NONE:
        return None
    return MonthSignal(months[latest][0], charted[latest].signal)

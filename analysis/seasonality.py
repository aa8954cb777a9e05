"""Season: each period beside the same period of the year before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis._validation import AnalysisError
from analysis.compare import mover
from analysis.results import IndexEstimate


@dataclass(frozen=True, slots=True)
class YearEarlier:
    """A period beside the same one a year earlier; ``lower`` and ``upper`` bound the difference.

    ``differs`` is True when the interval of the difference leaves 0 out.
    """

    period: str
    earlier: str
    index: float
    earlier_index: float
    difference: float
    lower: float
    upper: float
    differs: bool


def period_a_year_earlier(period: str) -> str:
    """Return the name of the same period one year before.

    >>> period_a_year_earlier("2026-03"), period_a_year_earlier("2026-Q1")
    ('2025-03', '2025-Q1')
    """
    year, dash, rest = period.partition("-")
    if not (year.isdigit() and len(year) == 4):
        raise AnalysisError(f"period is {period!r}; allowed: four digits of the year, then - and the rest")
    return f"{int(year) - 1:04d}{dash}{rest}"


def compare_with_year_earlier(estimates: Mapping[str, IndexEstimate]) -> tuple[YearEarlier, ...]:
    """Set each period beside the same one a year earlier, where both have an index.

    Weeks before Tết or in harvest time differ every year: a signal on the chart that is no difference from
    the same month last year is more likely the season than the service. The interval of the difference is
    MOVER on the two intervals of the estimates (:func:`analysis.compare.mover`).

    Parameters
    ----------
    estimates
        Estimate of each period, the key as in :class:`analysis.trend.TrendPoint`.

    Returns
    -------
    tuple of YearEarlier
        In order of time; periods without a partner are left out.

    References
    ----------
    R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10.
    """
    pairs = []
    for period in sorted(estimates):
        earlier = period_a_year_earlier(period)
        if earlier not in estimates:
            continue
        now, then = estimates[period], estimates[earlier]
        if math.isnan(now.index) or math.isnan(then.index):
            continue
        lower, upper = mover(now.index, now, then.index, then)
        pairs.append(
            YearEarlier(
                period=period,
                earlier=earlier,
                index=now.index,
                earlier_index=then.index,
                difference=now.index - then.index,
                lower=lower,
                upper=upper,
                differs=not lower <= 0.0 <= upper,
            )
        )
    return tuple(pairs)

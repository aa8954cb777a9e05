"""The latest period against all earlier ones together: did anything change beyond chance?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis._validation import AnalysisError, check_whole
from analysis.proportions import normal_quantile
from analysis.results import IndexEstimate


@dataclass(frozen=True, slots=True)
class LatestChange:
    """The latest index, the mean of the earlier ones weighted by persons, and their difference.

    ``lower`` and ``upper`` bound the difference together for all that were looked at; ``differs`` is True
    when they leave 0 out.
    """

    index: float
    n: int
    earlier_index: float
    earlier_n: int
    difference: float
    lower: float
    upper: float
    differs: bool


def latest_change(
    latest: IndexEstimate, earlier: Sequence[IndexEstimate], *, looked_at: int = 1
) -> LatestChange:
    r"""Difference between the latest index and the earlier ones, each weighted by its persons.

    MOVER for a linear combination: with weights :math:`w_i = n_i / \sum n`,

    .. math:: d = p - \sum w_i p_i, \qquad
              d - \sqrt{(p - l)^2 + \sum w_i^2 (u_i - p_i)^2}, \qquad
              d + \sqrt{(u - p)^2 + \sum w_i^2 (p_i - l_i)^2}

    With one earlier period this is :func:`analysis.compare.mover`. Whoever looks at several dimensions at
    once finds one by chance more often: the half widths are stretched by
    :math:`z_{1 - a/(2k)} / z_{1 - a/2}` (Bonferroni for ``looked_at`` = k).

    Parameters
    ----------
    latest
        Estimate of the latest period.
    earlier
        Estimates of earlier periods, at least one, of the same index and level.
    looked_at
        How many such differences are shown together.

    Raises
    ------
    AnalysisError
        No earlier period, an index without limits, or another level.

    References
    ----------
    G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693–1702; G. Y. Zou, W. Huang, X. Zhang,
    Computational Statistics & Data Analysis 53 (2009) 1080–1085 (linear functions).
    """
    k = check_whole("looked_at", looked_at, minimum=1)
    if not earlier:
        raise AnalysisError("there is no earlier period; allowed: at least one")
    every = (latest, *earlier)
    if not all(math.isfinite(one.lower + one.upper + one.index) for one in every):
        raise AnalysisError("an index has no limits; allowed: estimates with limits")
    if len({(one.level, one.method_version) for one in every}) > 1:
        raise AnalysisError("levels or methods differ; allowed: the same for every period")
    persons = sum(one.n for one in earlier)
    weights = [one.n / persons for one in earlier]
    pairs = list(zip(weights, earlier, strict=True))
    mean = sum(w * one.index for w, one in pairs)
    tail = (1 - latest.level) / 2
    stretch = normal_quantile(1 - tail / k) / normal_quantile(1 - tail)
    below = math.hypot(latest.index - latest.lower, *(w * (one.upper - one.index) for w, one in pairs))
    above = math.hypot(latest.upper - latest.index, *(w * (one.index - one.lower) for w, one in pairs))
    difference = latest.index - mean
    lower, upper = difference - stretch * below, difference + stretch * above
    return LatestChange(
        latest.index, latest.n, mean, persons, difference, lower, upper, not lower <= 0.0 <= upper
    )

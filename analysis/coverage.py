"""How often an interval really holds the true share: exact, by summing over every possible count."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy

from analysis._validation import check_share, check_whole
from analysis.results import ConfidenceInterval


def exact_coverage(share: float, n: int, *, interval: Callable[[int, int], ConfidenceInterval]) -> float:
    r"""Probability that ``interval(X, n)`` holds ``share`` when X ~ Binomial(n, share).

    .. math:: C(p, n) = \sum_{x=0}^{n} \binom{n}{x} p^x (1 - p)^{n - x}\, 1\{L(x) \le p \le U(x)\}

    Parameters
    ----------
    share
        The true share :math:`p`, 0–1.
    n
        Persons, at least 1.
    interval
        Function from a count and ``n`` to two limits.

    Returns
    -------
    float
        Coverage probability, 0–1.

    Raises
    ------
    AnalysisError
        ``share`` outside 0–1 or ``n`` no whole number from 1.

    References
    ----------
    L. D. Brown, T. T. Cai, A. DasGupta, Statist. Sci. 16 (2001) 101–133, section 1.

    Examples
    --------
    >>> from analysis.proportions import interval
    >>> round(exact_coverage(0.85, 200, interval=interval), 4)
    0.941
    """
    check_share("share", share)
    n = check_whole("n", n, minimum=1)
    limits = [interval(x, n) for x in range(n + 1)]
    holds = np.array([found.lower <= share <= found.upper for found in limits])
    return float(scipy.stats.binom.pmf(np.arange(n + 1), n, share)[holds].sum())

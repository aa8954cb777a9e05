"""Intervals for a true random draw from a known number of dossiers; off unless the caller asks for it.

The answers of volunteers are no random draw. For them the correction makes an interval narrow around a
biased value (Meng 2018), so nothing else in the package uses this module. It serves a drawn sample, or a
near-complete count by phone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy

from analysis._validation import AnalysisError, check_counts, check_level, check_whole
from analysis.proportions import wilson_limits
from analysis.results import ConfidenceInterval


@dataclass(frozen=True, slots=True)
class PopulationCount:
    """Limits for the number of satisfied among all ``population`` dossiers, and as shares of them."""

    x: int
    n: int
    population: int
    lower_count: int
    upper_count: int
    lower: float
    upper: float
    level: float
    method: str = "hypergeometric"


def _check(x: int, n: int, population: int) -> tuple[int, int, int]:
    x, n = check_counts(x, n, minimum=1)
    population = check_whole("population", population, minimum=1)
    if population < n:
        raise AnalysisError(
            f"population is {population!r}; allowed: at least the n = {n!r} persons drawn from it"
        )
    return x, n, population


def exact_count(x: int, n: int, population: int, *, level: float = 0.95) -> PopulationCount:
    r"""Exact limits for the number :math:`A` of satisfied among :math:`N`, of which ``n`` were drawn.

    The lower limit is the smallest :math:`A` with :math:`P(X \ge x \mid A) > \alpha/2`, the upper one the
    largest with :math:`P(X \le x \mid A) > \alpha/2`, where X is hypergeometric (N, A, n). Only values that
    are accepted are limits; one published program returns the largest rejected one at the lower end.

    Parameters
    ----------
    x, n
        Satisfied persons and persons drawn, ``n`` at least 1.
    population
        :math:`N`, at least ``n``. With ``n`` = N the limits are ``x`` itself.
    level
        Two-sided confidence level, 0–1 exclusive; coverage is never below it.

    Returns
    -------
    PopulationCount
        Limits as counts and as shares of N.

    Raises
    ------
    AnalysisError
        Counts are no whole numbers or do not fit, or ``level`` lies outside (0, 1).

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 3.6.
    J. Buonaccorsi, Amer. Statist. 41 (1987) 215–218.

    Examples
    --------
    >>> found = exact_count(45, 50, 200)
    >>> found.lower_count, found.upper_count
    (160, 191)
    """
    x, n, population = _check(x, n, population)
    tail = (1 - check_level(level)) / 2

    def above(satisfied: int) -> bool:
        return float(scipy.stats.hypergeom.sf(x - 1, population, satisfied, n)) > tail

    def below(satisfied: int) -> bool:
        return float(scipy.stats.hypergeom.cdf(x, population, satisfied, n)) > tail

    fewest, most = x, population - (n - x)
    lower = _first(above, fewest, most)
    upper = population - _first(lambda dissatisfied: below(population - dissatisfied), n - x, population - x)
    return PopulationCount(
        x=x,
        n=n,
        population=population,
        lower_count=lower,
        upper_count=upper,
        lower=lower / population,
        upper=upper / population,
        level=level,
    )


def _first(accepted: Callable[[int], bool], smallest: int, largest: int) -> int:
    """Smallest accepted whole number, when ``largest`` is accepted and acceptance never ends again."""
    while smallest < largest:
        middle = (smallest + largest) // 2
        if accepted(middle):
            largest = middle
        else:
            smallest = middle + 1
    return smallest


def standard_error(x: int, n: int, population: int) -> float:
    r"""Standard error of x/n for a simple random draw without replacement.

    .. math:: \sqrt{\frac{p (1 - p)}{n - 1} \Bigl(1 - \frac{n}{N}\Bigr)}

    Parameters
    ----------
    x, n
        Satisfied persons and persons drawn, ``n`` at least 2.
    population
        :math:`N`, at least ``n``.

    Returns
    -------
    float
        On the 0–1 scale; 0 at 0 and 100 %, and for a complete count.

    Raises
    ------
    AnalysisError
        Counts are no whole numbers or do not fit.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 3.2.

    Examples
    --------
    >>> round(standard_error(45, 50, 200), 6)
    0.037115
    """
    x, n, population = _check(x, n, population)
    if n < 2:
        raise AnalysisError(f"n is {n!r}; allowed: at least 2 persons for a standard error")
    p = x / n
    return math.sqrt(p * (1 - p) / (n - 1) * (1 - n / population))


def wilson(x: int, n: int, population: int, *, level: float = 0.95) -> ConfidenceInterval:
    r"""Wilson's interval with Student's t on the effective size that the correction leaves.

    :math:`n_e = p(1 - p)/V` with V of :func:`standard_error`, and :math:`t_{n - 1}`. At 0 and 100 % the
    sample variance is 0 and says nothing; there :math:`n_e = (n - 1)/(1 - n/N)`, the same expression with
    p cancelled. A complete count has no interval: both limits are x/n.

    Parameters
    ----------
    x, n, population
        As for :func:`standard_error`.
    level
        Two-sided confidence level, 0–1 exclusive.

    Returns
    -------
    ConfidenceInterval
        Limits on the 0–1 scale, method ``wilson-t-fpc``.

    Raises
    ------
    AnalysisError
        Counts are no whole numbers or do not fit, or ``level`` lies outside (0, 1).

    References
    ----------
    P. S. Kott, Survey Methodology 43 (2017), on Wilson's interval for complex samples.

    Examples
    --------
    >>> found = wilson(45, 50, 200)
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.8007, 0.9528)
    """
    x, n, population = _check(x, n, population)
    check_level(level)
    if n < 2:
        raise AnalysisError(f"n is {n!r}; allowed: at least 2 persons for a standard error")
    if n == population:
        return ConfidenceInterval(x / n, x / n, level, "wilson-t-fpc")
    effective = (n - 1) / (1 - n / population)
    t = float(scipy.stats.t.ppf((1 + level) / 2, n - 1))
    lower, upper = wilson_limits(np.array(x / n), np.array(effective), np.array(t))
    return ConfidenceInterval(float(lower), float(upper), level, "wilson-t-fpc")

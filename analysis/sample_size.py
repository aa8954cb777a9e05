"""How many answers a plan needs: for a threshold, for "above last year", and for a margin of error.

All sizes are those of independent answers times ``deff``, the design effect of answers that cluster by desk
and day. They say what a year can prove, before it begins; :mod:`analysis.remaining` takes over once it runs,
and :mod:`analysis.power` sums the binomial where an approximation will not do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis._validation import AnalysisError, check_level, check_positive, check_share
from analysis.proportions import normal_quantile


@dataclass(frozen=True, slots=True)
class SampleSize:
    """Answers needed, unrounded and as whole persons.

    ``persons`` is ``None`` where no number does it, and ``reachable`` tells whether that number exists and
    is at most the population, where one was given.
    """

    needed: float
    persons: int | None
    reachable: bool
    method: str


def _size(needed: float, *, deff: float, population: float | None, method: str) -> SampleSize:
    needed *= deff
    if not math.isfinite(needed):
        return SampleSize(math.inf, None, False, method)
    # 0.85 × 200 may come out as 170.00000000000003: that asks for 170 persons, not 171.
    persons = math.ceil(needed - 1e-9)
    return SampleSize(needed, persons, population is None or persons <= population, method)


def _check_plan(alpha: float, power: float, deff: float, population: float | None) -> None:
    check_level(alpha, name="alpha")
    check_level(power, name="power")
    check_positive("deff", deff)
    _check_population(population)


def _check_population(population: float | None) -> None:
    if population is not None and not population > 0:
        raise AnalysisError(f"population is {population!r}; allowed: above 0, or None where unknown")


def for_threshold(
    expected: float,
    threshold: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    deff: float = 1.0,
    population: float | None = None,
) -> SampleSize:
    r"""Answers needed to show that an index is above a threshold.

    .. math::
        n = \left[\frac{z_{1-\alpha} \sqrt{T (1 - T)} + z_{1-\beta} \sqrt{p (1 - p)}}{p - T}\right]^2

    Parameters
    ----------
    expected
        The index :math:`p` that one expects, 0–1.
    threshold
        :math:`T`, strictly between 0 and 1. With p at or below T no number of answers is enough.
    alpha
        One-sided error of a false "met".
    power
        Chance :math:`1 - \beta` of a rightful "met".
    deff
        Design effect.
    population
        Dossiers of the year; more answers than that are not reachable.

    Returns
    -------
    SampleSize
        Normal approximation.

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd ed. (2003),
    chapter 2 (one proportion, score test).

    Examples
    --------
    >>> for_threshold(0.88, 0.85).persons
    824
    >>> for_threshold(0.88, 0.85, population=600).reachable
    False
    """
    check_share("expected", expected)
    check_share("threshold", threshold, open_ends=True)
    _check_plan(alpha, power, deff, population)
    if expected <= threshold:
        needed = math.inf
    else:
        error = normal_quantile(1 - alpha) * math.sqrt(threshold * (1 - threshold))
        miss = normal_quantile(power) * math.sqrt(expected * (1 - expected))
        needed = ((error + miss) / (expected - threshold)) ** 2
    return _size(needed, deff=deff, population=population, method="normal")


def for_year_on_year(
    previous: float,
    current: float,
    *,
    previous_n: float | None = None,
    alpha: float = 0.05,
    power: float = 0.80,
    deff: float = 1.0,
    population: float | None = None,
) -> SampleSize:
    r"""Answers needed to show that this year's index is above last year's.

    With equal sizes, and :math:`\bar p = (p_1 + p_2)/2`:

    .. math::
        n = \left[\frac{z_{1-\alpha} \sqrt{2 \bar p (1 - \bar p)}
            + z_{1-\beta} \sqrt{p_1 (1 - p_1) + p_2 (1 - p_2)}}{p_2 - p_1}\right]^2

    With last year's size given, the n of this year solves the same equation with :math:`1/n_1` and
    :math:`1/n_2` in their places. If last year had too few answers, nothing this year can do is enough.

    Parameters
    ----------
    previous, current
        Last year's index and the one expected this year, 0–1.
    previous_n
        Persons who answered last year; ``None`` plans both years alike.
    alpha, power, deff, population
        As for :func:`for_threshold`; ``deff`` holds for both years.

    Returns
    -------
    SampleSize
        Persons in each year, or in this year where ``previous_n`` is given.

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd ed. (2003),
    chapter 4 (two proportions, equal and unequal sizes).

    Examples
    --------
    >>> for_year_on_year(0.85, 0.88).persons
    1604
    >>> for_year_on_year(0.85, 0.88, previous_n=200).reachable
    False

    Three points more cannot be shown against a year with 200 answers, however many answer now.
    """
    check_share("previous", previous)
    check_share("current", current)
    _check_plan(alpha, power, deff, population)
    method = "normal"
    if current <= previous:
        return _size(math.inf, deff=deff, population=population, method=method)
    z_error, z_power = normal_quantile(1 - alpha), normal_quantile(power)
    if previous_n is None:
        middle = (previous + current) / 2
        error = z_error * math.sqrt(2 * middle * (1 - middle))
        miss = z_power * math.sqrt(previous * (1 - previous) + current * (1 - current))
        needed = ((error + miss) / (current - previous)) ** 2
        return _size(needed, deff=deff, population=population, method=method)
    last = check_positive("previous_n", previous_n) / deff
    needed = _against_a_given_year(previous, current, last, z_error, z_power)
    return _size(needed, deff=deff, population=population, method=method)


def _against_a_given_year(
    previous: float, current: float, previous_n: float, z_error: float, z_power: float
) -> float:
    """Size at which the margin of error and of power together equal the change; ``inf`` if none does."""

    def short(n: float) -> bool:
        pooled = (previous * previous_n + current * n) / (previous_n + n)
        error = z_error * math.sqrt(pooled * (1 - pooled) * (1 / previous_n + 1 / n))
        miss = z_power * math.sqrt(previous * (1 - previous) / previous_n + current * (1 - current) / n)
        return error + miss > current - previous

    few, many = 0.0, 1.0
    while short(many):
        few, many = many, 2 * many
        if many > 1e15:
            return math.inf
    while many - few > 1e-9 * many:
        middle = (few + many) / 2
        few, many = (middle, many) if short(middle) else (few, middle)
    return many


def cochran(
    margin: float,
    *,
    share: float = 0.5,
    population: float | None = None,
    level: float = 0.95,
    deff: float = 1.0,
) -> SampleSize:
    r"""Answers needed for a margin of error.

    .. math:: n_0 = \frac{z^2 P (1 - P)}{e^2}, \qquad n = \frac{n_0}{1 + (n_0 - 1)/N}

    Parameters
    ----------
    margin
        Half-width :math:`e` of the interval, strictly between 0 and 1.
    share
        Index :math:`P` to plan with; 0.5 is the safe choice.
    population
        Dossiers :math:`N` of the year; ``None`` or ``inf`` leaves the correction out.
    level
        Two-sided confidence level, 0–1 exclusive.
    deff
        Design effect, multiplied before the correction.

    Returns
    -------
    SampleSize
        For a random draw. It says nothing about volunteers; use it as the least to aim at.

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 4.4.

    Examples
    --------
    >>> cochran(0.05, population=2000).persons
    323
    """
    check_share("margin", margin, open_ends=True)
    check_share("share", share, open_ends=True)
    check_level(level)
    check_positive("deff", deff)
    _check_population(population)
    n0 = deff * normal_quantile((1 + level) / 2) ** 2 * share * (1 - share) / margin**2
    needed = n0 if population is None else n0 / (1 + (n0 - 1) / population)
    return _size(needed, deff=1.0, population=population, method="cochran")


def yamane(margin: float, *, population: float) -> float:
    r"""Size by the ministry's guidance, unrounded.

    .. math:: n = \frac{N}{1 + N e^2}

    This is Cochran's formula at P = 0.5 and level 95 % with z = 1.96 rounded to 2, n₀ for n₀ − 1 in the
    correction, and no design effect.

    Parameters
    ----------
    margin
        Margin of error :math:`e`, strictly between 0 and 1; the guidance takes 0.05.
    population
        Dossiers :math:`N` of the year, above 0; ``inf`` gives 1/e².

    Returns
    -------
    float
        Persons, unrounded.

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    T. Yamane, Statistics: An Introductory Analysis, 2nd ed. (1967), p. 886.

    Examples
    --------
    >>> round(yamane(0.05, population=2000), 2)
    333.33
    """
    check_share("margin", margin, open_ends=True)
    _check_population(population)
    return 1 / (1 / population + margin**2)

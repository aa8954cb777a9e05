"""Where the year will end: the share at its close, its fan, and the chance that the goal is then reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import scipy

from analysis._validation import AnalysisError, check_choice, check_positive, check_share, check_whole
from analysis.moving_level import level_ahead, unit_variance
from analysis.results import IndexEstimate

Outlook = Literal["likely", "open", "unlikely"]

LIKELY: Final = 0.80
UNLIKELY: Final = 0.20
# Last year counts as a tenth of its persons, and never as more than 20: services change.
PRIOR_SHARE_OF_N: Final = 0.10
PRIOR_AT_MOST: Final = 20.0


@dataclass(frozen=True, slots=True)
class Fan:
    """5, 50 and 95 % quantiles."""

    q05: float
    q50: float
    q95: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Answer of :func:`year_end`.

    Attributes
    ----------
    share, n, remaining
        Index and persons so far, persons still expected.
    posterior_a, posterior_b
        Beta distribution of the share among those who still come.
    needed
        Satisfied persons needed among them; 0 or less: reached whatever comes; above ``remaining``:
        out of reach.
    probability
        Chance that the index at the end of the year reaches the threshold as a point result.
    satisfied
        Fan of the satisfied persons among them.
    year_end
        Fan of the index at the end of the year.
    outlook
        ``likely`` above 80 %, ``unlikely`` below 20 %, else ``open``.
    """

    share: float
    n: int
    remaining: int
    threshold: float
    operator: str
    posterior_a: float
    posterior_b: float
    needed: int
    probability: float
    mean_satisfied: float
    sd_satisfied: float
    satisfied: Fan
    year_end: Fan
    outlook: Outlook


def prior_from_last_year(share: float, n: float) -> tuple[float, float]:
    r"""Beta prior worth a tenth of last year's persons, at most 20.

    .. math:: a_0 = \min(20,\ 0.1\, n), \qquad a = a_0 \tilde p, \quad b = a_0 (1 - \tilde p),
        \qquad \tilde p = \frac{p n + 1/2}{n + 1}

    The half person on each side keeps a year of 100 % from ruling out any dissatisfied one.

    Parameters
    ----------
    share
        Index of last year, 0–1.
    n
        Persons (or effective persons) of last year, above 0.

    Returns
    -------
    a, b
        Parameters for ``prior`` of :func:`year_end`.

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    J. G. Ibrahim, M.-H. Chen, Statist. Sci. 15 (2000) 46–60 (power prior with a fixed weight).

    Examples
    --------
    >>> a, b = prior_from_last_year(0.84, 500)
    >>> round(a, 2), round(b, 2)
    (16.79, 3.21)
    """
    check_share("share", share)
    check_positive("n", n)
    weight = min(PRIOR_AT_MOST, PRIOR_SHARE_OF_N * n)
    centre = (share * n + 0.5) / (n + 1)
    return weight * centre, weight * (1 - centre)


def year_end(
    share: float,
    n: int,
    *,
    remaining: int,
    threshold: float,
    operator: str = ">=",
    prior: tuple[float, float] = (1.0, 1.0),
    n_eff: float | None = None,
) -> Forecast:
    r"""Forecast of the index at the end of the year, when ``remaining`` more persons have answered.

    With :math:`x = pn` satisfied so far and :math:`f = \min(1, n_{e}/n)`:

    .. math::
        A = a + x f, \quad B = b + (n - x) f, \quad K \sim \text{BetaBinomial}(m, A, B), \quad
        P\Bigl(\frac{x + K}{n + m} \ge T\Bigr) = P\bigl(K \ge \lceil T (n + m) - x \rceil\bigr)

    Parameters
    ----------
    share
        Index so far, 0–1. With ``n`` = 0 any value: only the prior speaks.
    n
        Persons so far.
    remaining
        :math:`m`, persons still expected this year, from the dossiers yet to be closed.
    threshold, operator
        The point goal, T from 0 to 1, ``>=`` or ``>``.
    prior
        Beta parameters (a, b), both above 0; the default knows nothing, :func:`prior_from_last_year`
        remembers a little.
    n_eff
        Effective persons; answers that cluster by day teach less than their number.

    Returns
    -------
    Forecast
        It supposes that those who still come are like those who came.

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    A. Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 2.4 (posterior) and the
    beta-binomial of appendix A as its predictive distribution.

    Examples
    --------
    >>> found = year_end(0.86, 200, remaining=100, threshold=0.85)
    >>> round(found.probability, 3), found.outlook, round(found.year_end.q05, 3)
    (0.776, 'open', 0.833)
    """
    n, m = check_whole("n", n), check_whole("remaining", remaining)
    if n:
        check_share("share", share)
    check_share("threshold", threshold)
    check_choice("operator", operator, (">=", ">"))
    a, b = (check_positive("prior", value) for value in prior)
    if n + m == 0:
        raise AnalysisError("n and remaining are both 0; allowed: at least one person by the end of the year")
    x = share * n if n else 0.0
    scale = 1.0 if n_eff is None or not n else min(1.0, check_positive("n_eff", n_eff) / n)
    posterior_a, posterior_b = a + x * scale, b + (n - x) * scale
    return _forecast(share, n, m, threshold, operator, posterior_a, posterior_b)


def of_months(
    estimate: IndexEstimate,
    months: Sequence[IndexEstimate | None],
    *,
    remaining: int,
    months_ahead: float,
    threshold: float,
    operator: str = ">=",
    prior: tuple[float, float] = (1.0, 1.0),
) -> Forecast:
    r"""Forecast of the index at the end of the year, where the level may move from month to month.

    As :func:`year_end`, but those who still come are like those of late, not like the mean of the year so
    far, and the level may move on (:func:`analysis.moving_level.level_ahead`): the Beta distribution of their
    share has the mean and the variance found there. Persons count by :math:`n_e/n`, so that days count as
    clusters; ``n`` and ``remaining`` of the answer are such effective persons.

    Parameters
    ----------
    estimate
        The index so far, with persons and an effective size.
    months
        Its months from the first with answers; ``None`` where nobody answered.
    remaining
        Persons still expected this year.
    months_ahead
        Months in which they come, above 0.
    threshold, operator, prior
        As for :func:`year_end`; the prior is that of the first month's level.

    Returns
    -------
    Forecast

    Raises
    ------
    AnalysisError
        A value outside its range, no answers, or no effective size.

    References
    ----------
    As for :func:`analysis.moving_level.level_ahead` and :func:`year_end`.
    """
    check_share("threshold", threshold)
    check_choice("operator", operator, (">=", ">"))
    a, b = (check_positive("prior", value) for value in prior)
    found = level_ahead(
        months,
        variance_of_one=unit_variance(estimate),
        months_ahead=months_ahead,
        start=(a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1))),
    )
    counts_as = estimate.n_eff / estimate.n
    n, m = max(1, round(estimate.n_eff)), round(check_whole("remaining", remaining) * counts_as)
    return _forecast(estimate.index, n, m, threshold, operator, *_beta(found.mean, found.variance))


def _beta(mean: float, variance: float) -> tuple[float, float]:
    """Beta distribution of a mean and a variance; a mean at the edge is drawn inside by a thousandth."""
    centre = min(max(mean, 1e-3), 1 - 1e-3)
    size = max(centre * (1 - centre) / variance - 1, 1.0)
    return size * centre, size * (1 - centre)


def _forecast(
    share: float, n: int, m: int, threshold: float, operator: str, posterior_a: float, posterior_b: float
) -> Forecast:
    x = share * n if n else 0.0
    chances = beta_binomial(m, posterior_a, posterior_b)
    needed = _needed(threshold * (n + m) - x, operator)
    probability = float(chances[max(needed, 0) :].sum()) if needed > 0 else 1.0
    fan = _fan(chances)
    counts = np.arange(m + 1)
    mean = float(chances @ counts)
    return Forecast(
        share=share,
        n=n,
        remaining=m,
        threshold=threshold,
        operator=operator,
        posterior_a=posterior_a,
        posterior_b=posterior_b,
        needed=needed,
        probability=probability,
        mean_satisfied=mean,
        sd_satisfied=math.sqrt(float(chances @ np.square(counts - mean))),
        satisfied=fan,
        year_end=Fan(*((x + k) / (n + m) for k in (fan.q05, fan.q50, fan.q95))),
        outlook=_outlook(probability),
    )


def of_estimate(
    estimate: IndexEstimate,
    *,
    remaining: int,
    threshold: float,
    operator: str = ">=",
    prior: tuple[float, float] = (1.0, 1.0),
) -> Forecast:
    """:func:`year_end` of an estimate, with its persons and its effective size.

    Parameters
    ----------
    estimate
        The index so far; without persons only the prior speaks.
    remaining, threshold, operator, prior
        As for :func:`year_end`.

    Returns
    -------
    Forecast
        Of this index at the end of the year.

    Raises
    ------
    AnalysisError
        As for :func:`year_end`.

    Examples
    --------
    >>> from analysis.results import IndexEstimate
    >>> nan = float("nan")
    >>> nobody_yet = IndexEstimate(
    ...     index=nan, n=0, valid=0, satisfied=0, se_cluster=nan, se_respondent=nan, df=0, n_eff=nan,
    ...     lower=nan, upper=nan, one_sided_lower=nan, one_sided_upper=nan,
    ...     level=0.95, alpha=0.05, method_version="item-mean/1",
    ...     interval_method="wilson-t", flags=("no-answers",))
    >>> prior = prior_from_last_year(0.9, 400)
    >>> of_estimate(nobody_yet, remaining=300, threshold=0.85, prior=prior).outlook
    'open'
    """
    return year_end(
        estimate.index,
        estimate.n,
        remaining=remaining,
        threshold=threshold,
        operator=operator,
        prior=prior,
        n_eff=estimate.n_eff if estimate.n else None,
    )


def beta_binomial(m: int, a: float, b: float) -> np.ndarray:
    r"""Probabilities of 0 to ``m`` of the beta-binomial distribution.

    .. math:: P(K = k) = \binom{m}{k} \frac{B(k + a,\ m - k + b)}{B(a, b)}

    Parameters
    ----------
    m
        Trials, from 0.
    a, b
        Beta parameters, above 0.

    Returns
    -------
    numpy.ndarray
        Shape (m + 1,), summing to 1.

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    N. L. Johnson, A. W. Kemp, S. Kotz, Univariate Discrete Distributions, 3rd ed. (2005), chapter 6.

    Examples
    --------
    >>> beta_binomial(2, 1.0, 1.0).round(4).tolist()
    [0.3333, 0.3333, 0.3333]
    """
    check_whole("m", m)
    check_positive("a", a)
    check_positive("b", b)
    k = np.arange(m + 1)
    logs = (
        scipy.special.gammaln(m + 1)
        - scipy.special.gammaln(k + 1)
        - scipy.special.gammaln(m - k + 1)
        + scipy.special.betaln(k + a, m - k + b)
        - scipy.special.betaln(a, b)
    )
    # gammaln of large arguments is right to about 1e-16 of a large number: the sum is set to 1 again.
    chances = np.exp(logs)
    return np.asarray(chances / chances.sum())


def _needed(shortfall: float, operator: str) -> int:
    """Whole persons that make up a shortfall; 170.00000000000003 asks for 170."""
    return math.ceil(shortfall - 1e-9) if operator == ">=" else math.floor(shortfall + 1e-9) + 1


def _fan(chances: np.ndarray) -> Fan:
    """Smallest counts whose cumulated chance reaches 5, 50 and 95 %."""
    cumulated = np.cumsum(chances)
    # The last sum may end at 0.9999999999999999; the quantiles lie far below it.
    low, middle, high = (int(np.searchsorted(cumulated, q - 1e-12)) for q in (0.05, 0.50, 0.95))
    return Fan(low, middle, high)


def _outlook(probability: float) -> Outlook:
    if probability > LIKELY:
        return "likely"
    return "unlikely" if probability < UNLIKELY else "open"

"""One share of satisfied answers: seven named intervals, and tests against a threshold.

Everything here treats the answers as independent: use it for a plain count of people. For an index of
several items, for weights and for answers that cluster by desk and day use :mod:`analysis.estimate`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import scipy

from analysis._validation import check_choice, check_counts, check_level, check_share
from analysis.results import ConfidenceInterval

_Limits = tuple[float, float]


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution at ``probability``.

    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    return float(scipy.special.ndtri(probability))


def wilson_limits(share: np.ndarray, n: np.ndarray, quantile: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Wilson's score limits for any share, size and quantile; all three broadcast.

    The limits are the two solutions :math:`\pi` of
    :math:`|p - \pi| = t \sqrt{\pi (1 - \pi) / n}`:

    .. math:: \frac{p + t^2/(2n) \mp t \sqrt{p (1 - p)/n + t^2/(4 n^2)}}{1 + t^2/n}

    With a normal quantile and a count ``n`` this is Wilson (1927); with Student's ``t`` and an effective
    sample size it is the interval for clustered surveys of Kott (2017).

    Parameters
    ----------
    share
        Estimate :math:`p`, 0–1.
    n
        Persons, or effective persons (any positive number).
    quantile
        Two-sided normal or Student quantile :math:`t`, not negative.

    Returns
    -------
    lower, upper
        Limits of the broadcast shape, 0–1; exactly 0 at ``share`` 0 and exactly 1 at ``share`` 1.

    References
    ----------
    E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209–212.
    P. S. Kott, Survey Methodology 43 (2017), on Wilson's interval for complex samples.

    Examples
    --------
    >>> lower, upper = wilson_limits(np.array(0.86), np.array(200), np.array(1.959964))
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.8051, 0.9013)
    """
    share = np.asarray(share, dtype=np.float64)
    u = np.square(quantile) / n
    centre = share + u / 2
    half = np.sqrt(u * (share * (1 - share) + u / 4))
    # The exact ends are set, not left to rounding: (1 + u/2 + u/2)/(1 + u) may miss 1 by one place.
    lower = np.where(share == 0, 0.0, (centre - half) / (1 + u))
    upper = np.where(share == 1, 1.0, (centre + half) / (1 + u))
    return lower, upper


def _wilson(x: int, n: int, level: float) -> _Limits:
    lower, upper = wilson_limits(np.array(x / n), np.array(n), np.array(normal_quantile((1 + level) / 2)))
    return float(lower), float(upper)


def _wilson_cc(x: int, n: int, level: float) -> _Limits:
    # Newcombe (1998) method 4 is Wilson's interval of a count moved outward by half a person.
    z = np.array(normal_quantile((1 + level) / 2))
    lower, _ = wilson_limits(np.array(max(x - 0.5, 0) / n), np.array(n), z)
    _, upper = wilson_limits(np.array(min(x + 0.5, n) / n), np.array(n), z)
    return float(lower) if x else 0.0, float(upper) if x < n else 1.0


def _clopper_pearson(x: int, n: int, level: float) -> _Limits:
    tail = (1 - level) / 2
    lower = float(scipy.special.betaincinv(x, n - x + 1, tail)) if x else 0.0
    upper = float(scipy.special.betainccinv(x + 1, n - x, tail)) if x < n else 1.0
    return lower, upper


def _midp_above(x: int, n: int, share: float) -> float:
    """P(X > x) + P(X = x)/2 for X ~ Binomial(n, share)."""
    above_or_equal = float(scipy.special.betainc(x, n - x + 1, share)) if x else 1.0
    above = float(scipy.special.betainc(x + 1, n - x, share)) if x < n else 0.0
    return (above_or_equal + above) / 2


def _midp(x: int, n: int, level: float) -> _Limits:
    tail = (1 - level) / 2

    def solve(target: float) -> float:
        root = scipy.optimize.brentq(
            lambda share: _midp_above(x, n, share) - target, 0.0, 1.0, xtol=1e-15, rtol=1e-14
        )
        return float(root)

    return solve(tail) if x else 0.0, solve(1 - tail) if x < n else 1.0


def _beta_posterior(x: int, n: int, level: float, prior: float) -> _Limits:
    a, b, tail = x + prior, n - x + prior, (1 - level) / 2
    return float(scipy.special.betaincinv(a, b, tail)), float(scipy.special.betainccinv(a, b, tail))


def _jeffreys(x: int, n: int, level: float) -> _Limits:
    return _beta_posterior(x, n, level, 0.5)


def _uniform_bayes(x: int, n: int, level: float) -> _Limits:
    return _beta_posterior(x, n, level, 1.0)


def _agresti_coull(x: int, n: int, level: float) -> _Limits:
    z = normal_quantile((1 + level) / 2)
    padded = n + z * z
    centre = (x + z * z / 2) / padded
    half = z * math.sqrt(centre * (1 - centre) / padded)
    return centre - half, centre + half


_METHODS: Final[Mapping[str, Callable[[int, int, float], _Limits]]] = MappingProxyType(
    {
        "wilson": _wilson,
        "wilson_cc": _wilson_cc,
        "clopper_pearson": _clopper_pearson,
        "midp": _midp,
        "jeffreys": _jeffreys,
        "uniform_bayes": _uniform_bayes,
        "agresti_coull": _agresti_coull,
    }
)
METHODS: Final = tuple(_METHODS)


def interval(x: int, n: int, *, level: float = 0.95, method: str = "wilson") -> ConfidenceInterval:
    r"""Confidence interval for one share, ``x`` satisfied of ``n`` persons.

    Parameters
    ----------
    x
        Persons who are satisfied, 0 to ``n``.
    n
        Persons asked. With ``n`` = 0 nothing is known and every method answers (0, 1).
    level
        Two-sided confidence level, 0–1 exclusive. For a one-sided limit at :math:`1 - \alpha` ask for the
        level :math:`1 - 2\alpha` and read one end.
    method
        ``wilson``
            Wilson (1927): score interval, see :func:`wilson_limits`. The default.
        ``wilson_cc``
            Newcombe (1998, method 4): the same with continuity correction, that is the lower Wilson limit of
            (x − ½)/n and the upper one of (x + ½)/n. R's ``prop.test`` agrees, except at x = n/2, where it
            leaves the correction out.
        ``clopper_pearson``
            Clopper and Pearson (1934): exact, quantiles of Beta(x, n − x + 1) and Beta(x + 1, n − x); never
            covers less than ``level``.
        ``midp``
            Mid-p exact (Newcombe 1998, method 6): solves P(X > x) + ½ P(X = x) = :math:`\alpha/2`.
        ``jeffreys``, ``uniform_bayes``
            Equal-tailed posterior limits with prior Beta(½, ½) or Beta(1, 1) (Brown, Cai and DasGupta 2001),
            without a change at the ends: at x = 0 and x = n they do not reach x/n.
        ``agresti_coull``
            Agresti and Coull (1998): Wald's interval about (x + z²/2)/(n + z²). Not clipped: a limit may
            leave 0–1 by a little.

    Returns
    -------
    ConfidenceInterval
        ``lower`` and ``upper`` on the 0–1 scale, with ``level`` and ``method``.

    Raises
    ------
    AnalysisError
        ``x`` or ``n`` is no whole number, ``x`` lies outside 0–``n``, ``level`` lies outside (0, 1), or
        ``method`` is unknown.

    References
    ----------
    R. G. Newcombe, Statist. Med. 17 (1998) 857–872.
    L. D. Brown, T. T. Cai, A. DasGupta, Statist. Sci. 16 (2001) 101–133.
    A. Agresti, B. A. Coull, Amer. Statist. 52 (1998) 119–126.
    C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404–413.

    Examples
    --------
    >>> found = interval(172, 200)
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.8051, 0.9013)

    With 172 of 200 satisfied, shares from 80.5 % to 90.1 % agree with what was seen.
    """
    x, n = check_counts(x, n)
    check_level(level)
    limits = _METHODS[check_choice("method", method, METHODS)]
    lower, upper = limits(x, n, level) if n else (0.0, 1.0)
    return ConfidenceInterval(lower, upper, level, method)


@dataclass(frozen=True, slots=True)
class ThresholdTest:
    """One-sided tests of a share against a threshold; ``greater`` is small when the share is above it.

    ``posterior_*`` is the posterior probability that the share exceeds the threshold.
    """

    x: int
    n: int
    threshold: float
    z: float
    p_score_greater: float
    p_score_less: float
    p_exact_greater: float
    p_exact_less: float
    p_midp_greater: float
    posterior_jeffreys: float
    posterior_uniform: float


def against_threshold(x: int, n: int, *, threshold: float) -> ThresholdTest:
    r"""Test ``x`` of ``n`` against a threshold :math:`T` by score, exact, mid-p and posterior.

    Parameters
    ----------
    x, n
        Satisfied persons and persons, ``n`` at least 1.
    threshold
        :math:`T`, strictly between 0 and 1.

    Returns
    -------
    ThresholdTest
        Score statistic :math:`z = (p - T)/\sqrt{T(1 - T)/n}` (its test agrees with Wilson's limits), exact
        tails P(X ≥ x) and P(X ≤ x) at T (agree with Clopper and Pearson), the mid-p tail, and the posterior
        probabilities under the priors Beta(½, ½) and Beta(1, 1).

    Raises
    ------
    AnalysisError
        Counts or threshold outside what is said above.

    References
    ----------
    A. Agresti, Categorical Data Analysis, 3rd ed. (2013), sections 1.4.1–1.4.4.

    Examples
    --------
    >>> round(against_threshold(172, 200, threshold=0.8).p_exact_greater, 4)
    0.0179
    """
    x, n = check_counts(x, n, minimum=1)
    check_share("threshold", threshold, open_ends=True)
    z = (x / n - threshold) / math.sqrt(threshold * (1 - threshold) / n)
    return ThresholdTest(
        x=x,
        n=n,
        threshold=threshold,
        z=z,
        p_score_greater=float(scipy.special.ndtr(-z)),
        p_score_less=float(scipy.special.ndtr(z)),
        p_exact_greater=float(scipy.special.betainc(x, n - x + 1, threshold)) if x else 1.0,
        p_exact_less=float(scipy.special.betaincc(x + 1, n - x, threshold)) if x < n else 1.0,
        p_midp_greater=_midp_above(x, n, threshold),
        posterior_jeffreys=float(scipy.special.betaincc(x + 0.5, n - x + 0.5, threshold)),
        posterior_uniform=float(scipy.special.betaincc(x + 1.0, n - x + 1.0, threshold)),
    )

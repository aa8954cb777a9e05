"""Two shares side by side: the difference with its interval, and tests of which is higher."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import scipy

from analysis._score_difference import score_limits, score_statistic
from analysis._validation import check_choice, check_counts, check_level
from analysis.multiplicity import benjamini_hochberg, holm
from analysis.proportions import interval, normal_quantile

__all__ = [
    "METHODS",
    "Difference",
    "Interval",
    "SuperiorityTest",
    "benjamini_hochberg",
    "difference",
    "holm",
    "mover",
    "superiority",
]

_Limits = tuple[float, float]


class Interval(Protocol):
    """Anything with two limits: a ``ConfidenceInterval``, an ``IndexEstimate``."""

    @property
    def lower(self) -> float: ...
    @property
    def upper(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """First share minus second share, with limits on the −1 to 1 scale and the counts behind them."""

    estimate: float
    lower: float
    upper: float
    level: float
    method: str
    x1: int
    n1: int
    x2: int
    n2: int


def mover(estimate1: float, interval1: Interval, estimate2: float, interval2: Interval) -> _Limits:
    r"""Limits of a difference from the limits of its two independent parts (MOVER).

    .. math::
        L = d - \sqrt{(p_1 - l_1)^2 + (u_2 - p_2)^2}, \qquad
        U = d + \sqrt{(u_1 - p_1)^2 + (p_2 - l_2)^2}, \qquad d = p_1 - p_2

    "Method of variance estimates recovery": each distance from estimate to limit stands for the margin of
    error in that direction. It holds for any two intervals of one level, also for weighted and clustered
    estimates and at 0 and 100 %. With Wilson's limits it is Newcombe's method 10. Two one-sided limits at
    :math:`1 - \alpha` come from the two parts' limits at two-sided level :math:`1 - 2\alpha`.

    Parameters
    ----------
    estimate1, estimate2
        The two estimates, 0–1.
    interval1, interval2
        Their limits, both of the same level.

    Returns
    -------
    lower, upper
        Limits of ``estimate1 − estimate2``, within −1 to 1; ``nan`` where a part is ``nan``.

    References
    ----------
    R. G. Newcombe, Statist. Med. 17 (1998) 873–890, method 10.
    G. Y. Zou, A. Donner, Statist. Med. 27 (2008) 1693–1702.

    Examples
    --------
    >>> from analysis.proportions import interval
    >>> lower, upper = mover(56 / 70, interval(56, 70), 48 / 80, interval(48, 80))
    >>> round(lower, 4), round(upper, 4)
    (0.0524, 0.3339)
    """
    d = estimate1 - estimate2
    lower = d - math.hypot(estimate1 - interval1.lower, interval2.upper - estimate2)
    upper = d + math.hypot(interval1.upper - estimate1, estimate2 - interval2.lower)
    if math.isnan(lower) or math.isnan(upper):
        return math.nan, math.nan
    return max(lower, -1.0), min(upper, 1.0)


def _newcombe(x1: int, n1: int, x2: int, n2: int, level: float, *, part: str = "wilson") -> _Limits:
    first = interval(x1, n1, level=level, method=part)
    second = interval(x2, n2, level=level, method=part)
    return mover(x1 / n1, first, x2 / n2, second)


def _newcombe_cc(x1: int, n1: int, x2: int, n2: int, level: float) -> _Limits:
    return _newcombe(x1, n1, x2, n2, level, part="wilson_cc")


def _agresti_caffo(x1: int, n1: int, x2: int, n2: int, level: float) -> _Limits:
    z = normal_quantile((1 + level) / 2)
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    half = z * math.sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2))
    return p1 - p2 - half, p1 - p2 + half


def _unbiased(n1: int, n2: int) -> float:
    return (n1 + n2) / (n1 + n2 - 1)


def _miettinen_nurminen(x1: int, n1: int, x2: int, n2: int, level: float) -> _Limits:
    z = normal_quantile((1 + level) / 2)
    return score_limits(x1, n1, x2, n2, quantile=z, factor=_unbiased(n1, n2))


def _mee(x1: int, n1: int, x2: int, n2: int, level: float) -> _Limits:
    z = normal_quantile((1 + level) / 2)
    return score_limits(x1, n1, x2, n2, quantile=z, factor=1.0)


_METHODS: Final[Mapping[str, Callable[[int, int, int, int, float], _Limits]]] = MappingProxyType(
    {
        "newcombe": _newcombe,
        "newcombe_cc": _newcombe_cc,
        "miettinen_nurminen": _miettinen_nurminen,
        "mee": _mee,
        "agresti_caffo": _agresti_caffo,
    }
)
METHODS: Final = tuple(_METHODS)


def difference(
    x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95, method: str = "newcombe"
) -> Difference:
    r"""Difference of two independent shares, x1/n1 − x2/n2, with a confidence interval.

    Parameters
    ----------
    x1, n1
        Satisfied persons and persons of the first group (this year).
    x2, n2
        The same of the second group (last year). With no person in a group nothing is known: the estimate
        is ``nan`` and the limits are −1 and 1.
    level
        Two-sided confidence level, 0–1 exclusive.
    method
        ``newcombe``
            Newcombe (1998) method 10: :func:`mover` on Wilson's limits. The default.
        ``newcombe_cc``
            Method 11: the same on Wilson's limits with continuity correction.
        ``miettinen_nurminen``
            Miettinen and Nurminen (1985, eq. 8–9): the differences :math:`\delta` whose score statistic
            :math:`(p_1 - p_2 - \delta)/\sqrt{\tilde V(\delta)}` stays within the normal quantile, where
            :math:`\tilde V = [\tilde p_1 \tilde q_1/n_1 + \tilde p_2 \tilde q_2/n_2]\,N/(N - 1)` is taken at
            the most likely shares with that difference.
        ``mee``
            Mee (1984): the same without the factor N/(N − 1).
        ``agresti_caffo``
            Agresti and Caffo (2000): Wald's interval after one satisfied and one dissatisfied person are
            added to each group. Not clipped: a limit may leave −1 to 1 by a little.

    Returns
    -------
    Difference
        ``estimate``, ``lower``, ``upper`` and the counts.

    Raises
    ------
    AnalysisError
        Counts are no whole numbers or do not fit, ``level`` lies outside (0, 1), ``method`` is unknown.

    Notes
    -----
    The score methods are defined at 0 and 100 % too: with V = 0 a hypothesis that fits is kept and any
    other is refused, so that 10 of 10 against 0 of 20 has the upper limit 1.

    References
    ----------
    R. G. Newcombe, Statist. Med. 17 (1998) 873–890.
    O. Miettinen, M. Nurminen, Statist. Med. 4 (1985) 213–226.
    R. W. Mee, Biometrics 40 (1984) 1175–1176.
    A. Agresti, B. Caffo, Amer. Statist. 54 (2000) 280–288.

    Examples
    --------
    >>> found = difference(172, 200, 160, 200)
    >>> round(found.estimate, 3), round(found.lower, 4), round(found.upper, 4)
    (0.06, -0.014, 0.1336)

    Six points more than last year, yet no change at all agrees with 200 answers a year.
    """
    x1, n1 = check_counts(x1, n1)
    x2, n2 = check_counts(x2, n2)
    check_level(level)
    limits = _METHODS[check_choice("method", method, METHODS)]
    if n1 == 0 or n2 == 0:
        return Difference(math.nan, -1.0, 1.0, level, method, x1, n1, x2, n2)
    lower, upper = limits(x1, n1, x2, n2, level)
    return Difference(x1 / n1 - x2 / n2, lower, upper, level, method, x1, n1, x2, n2)


@dataclass(frozen=True, slots=True)
class SuperiorityTest:
    """One-sided p-values of "the first share is the higher one"; small values speak for it."""

    p_score: float
    p_miettinen_nurminen: float
    p_fisher: float


def superiority(x1: int, n1: int, x2: int, n2: int) -> SuperiorityTest:
    r"""Test H0 p1 ≤ p2 against p1 > p2.

    Parameters
    ----------
    x1, n1, x2, n2
        Satisfied persons and persons of the two groups, at least one person in each.

    Returns
    -------
    SuperiorityTest
        Pooled score test (Mee at difference 0), the same with the factor N/(N − 1) (Miettinen and
        Nurminen 1985), and Fisher's exact test (hypergeometric tail). Two groups that are both at 0 or
        both at 100 % give ½ for the score tests and 1 for Fisher's.

    Raises
    ------
    AnalysisError
        Counts are no whole numbers or do not fit, or a group is empty.

    References
    ----------
    O. Miettinen, M. Nurminen, Statist. Med. 4 (1985) 213–226, eq. 8.
    R. A. Fisher, J. Roy. Statist. Soc. 98 (1935) 39–82.

    Examples
    --------
    >>> round(superiority(56, 70, 48, 80).p_fisher, 6)
    0.006325
    """
    x1, n1 = check_counts(x1, n1, minimum=1)
    x2, n2 = check_counts(x2, n2, minimum=1)
    return SuperiorityTest(
        p_score=float(scipy.special.ndtr(-score_statistic(x1, n1, x2, n2, 0.0, 1.0))),
        p_miettinen_nurminen=float(
            scipy.special.ndtr(-score_statistic(x1, n1, x2, n2, 0.0, _unbiased(n1, n2)))
        ),
        p_fisher=_hypergeometric_tail(x1, n1, x2, n2),
    )


def _hypergeometric_tail(x1: int, n1: int, x2: int, n2: int) -> float:
    """P(X >= x1) where X of the first group's n1 are among the x1 + x2 satisfied (Fisher 1935).

    Summed on the log scale here: `scipy.stats` takes half a second of every start of a program.
    """
    satisfied, persons = x1 + x2, n1 + n2
    values = np.arange(max(x1, satisfied - n2), min(n1, satisfied) + 1)
    logs = (
        _log_choose(satisfied, values)
        + _log_choose(persons - satisfied, n1 - values)
        - _log_choose(persons, np.asarray(n1))
    )
    return min(1.0, float(np.exp(scipy.special.logsumexp(logs))))


def _log_choose(n: int, k: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.asarray(
        scipy.special.gammaln(n + 1) - scipy.special.gammaln(k + 1) - scipy.special.gammaln(n - k + 1)
    )

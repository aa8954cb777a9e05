"""Communes side by side: a funnel with over-dispersion, and three groups instead of a league table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from analysis._validation import AnalysisError, check_choice, check_level, check_share
from analysis.proportions import wilson_limits

GROUP_LEVEL: Final = 0.998
WINSORISED: Final = 0.10
LIMITS: Final = ("exact", "normal", "wilson")

Floats = npt.NDArray[np.float64]


class Group(StrEnum):
    """Where a commune stands among its peers once chance and ordinary differences are allowed for."""

    ABOVE = "clearly-above"
    MIDDLE = "not-distinguishable"
    BELOW = "clearly-below"


@dataclass(frozen=True, slots=True)
class Funnel:
    """Communes against a common share.

    Attributes
    ----------
    centre
        The target, or the share of all communes together.
    z
        Distance from the centre in binomial standard errors.
    dispersion
        φ, the mean of z² after winsorising: 1 when only chance separates the communes.
    dispersion_raw
        The same without winsorising.
    between_variance
        τ², variance of the true shares between communes.
    z_adjusted
        Distance in standard errors that include τ²; the groups are made of it.
    """

    shares: tuple[float, ...]
    sizes: tuple[int, ...]
    centre: float
    z: tuple[float, ...]
    dispersion: float
    dispersion_raw: float
    between_variance: float
    z_adjusted: tuple[float, ...]
    groups: tuple[Group, ...]
    level: float


def funnel(
    satisfied: Sequence[int] | np.ndarray,
    sizes: Sequence[int] | np.ndarray,
    *,
    target: float | None = None,
    level: float = GROUP_LEVEL,
) -> Funnel:
    r"""Place communes in a funnel and in three groups.

    .. math::
        z_i = \frac{p_i - p_0}{s_i},\; s_i^2 = \frac{p_0 (1 - p_0)}{n_i},\quad
        \phi = \operatorname{mean} z_i^2 \text{ (winsorised at 10 % on both sides)}

    .. math::
        \tau^2 = \max\Bigl(0, \frac{K \phi - (K - 1)}{\sum w_i - \sum w_i^2 / \sum w_i}\Bigr),\;
        w_i = s_i^{-2},
        \quad z_i^{adj} = \frac{p_i - p_0}{\sqrt{s_i^2 + \tau^2}}

    Communes differ for reasons that nobody is to blame for (their citizens, their dossiers); τ² is that
    ordinary difference. Without it large communes fall outside the limits for tiny deviations.

    Parameters
    ----------
    satisfied, sizes
        Satisfied and all answers of each commune, shape (K,).
    target
        Centre of the funnel; None takes the share of all together.
    level
        Two-sided level beyond which a commune is called clearly above or below.

    Raises
    ------
    AnalysisError
        If there are fewer than two communes, one has no answer or more satisfied than answers, or the
        centre is 0 or 1.

    References
    ----------
    D. J. Spiegelhalter, Stat. Med. 24 (2005) 1185–1202; Qual. Saf. Health Care 14 (2005) 347–351.

    Examples
    --------
    >>> found = funnel([218, 900, 718, 899], [246, 1077, 718, 1031])
    >>> round(found.centre, 4), [str(group) for group in found.groups]
    (0.8903, ['not-distinguishable', 'not-distinguishable', 'not-distinguishable', 'not-distinguishable'])
    """
    x, n = checked_counts(satisfied, sizes)
    centre = float(x.sum() / n.sum()) if target is None else check_share("target", target)
    if centre in (0.0, 1.0):
        raise AnalysisError(f"centre is {centre!r}; allowed: strictly between 0 and 1")
    limit = _two_sided_quantile(level)
    shares, variance = x / n, centre * (1.0 - centre) / n
    z = (shares - centre) / np.sqrt(variance)
    raw, dispersion = float((z**2).mean()), float((_winsorised(z) ** 2).mean())
    between = _between_variance(dispersion, variance)
    adjusted = (shares - centre) / np.sqrt(variance + between)
    return Funnel(
        shares=tuple(shares.tolist()),
        sizes=tuple(n.tolist()),
        centre=centre,
        z=tuple(z.tolist()),
        dispersion=dispersion,
        dispersion_raw=raw,
        between_variance=between,
        z_adjusted=tuple(adjusted.tolist()),
        groups=tuple(_group(value, limit) for value in adjusted),
        level=level,
    )


def funnel_limits(
    centre: float, sizes: Sequence[int] | np.ndarray, *, level: float = GROUP_LEVEL, method: str = "exact"
) -> tuple[Floats, Floats]:
    r"""Limits between which a commune of each size lies by chance alone.

    ``exact`` interpolates the binomial distribution, so that the funnel has no steps: with
    :math:`r = Q(q; n, p_0)` the limit is :math:`(r - a)/n`,
    :math:`a = (F(r) - q) / (F(r) - F(r - 1))`. ``normal`` is :math:`p_0 \mp z s`; ``wilson`` the score limits
    around the centre that OHID draws.

    Parameters
    ----------
    centre
        Centre of the funnel, strictly between 0 and 1.
    sizes
        Answers, shape (K,).
    level
        Two-sided level, usually 0.95 and 0.998.
    method
        ``exact``, ``normal`` or ``wilson``.

    Returns
    -------
    lower, upper
        Shares, shape (K,), within 0–1 for ``exact`` and ``wilson``.

    References
    ----------
    D. J. Spiegelhalter, Stat. Med. 24 (2005) 1185–1202, appendix A.1.1.

    Examples
    --------
    >>> lower, upper = funnel_limits(0.886, [246], level=0.95)
    >>> round(float(lower[0]), 3), round(float(upper[0]), 3)
    (0.843, 0.922)
    """
    check_choice("method", method, LIMITS)
    check_share("centre", centre, open_ends=True)
    n = np.asarray(sizes)
    z = _two_sided_quantile(level)
    if method == "wilson":
        return wilson_limits(np.full(n.shape, centre), n, np.full(n.shape, z))
    if method == "normal":
        half_width = z * np.sqrt(centre * (1.0 - centre) / n)
        return centre - half_width, centre + half_width
    tail = (1.0 - level) / 2.0
    return _interpolated_quantile(tail, n, centre), _interpolated_quantile(1.0 - tail, n, centre)


def checked_counts(
    satisfied: Sequence[int] | np.ndarray, sizes: Sequence[int] | np.ndarray
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return counts of at least two communes as whole numbers, each 0 ≤ x ≤ n and n ≥ 1; raise otherwise."""
    x, n = np.asarray(satisfied), np.asarray(sizes)
    if x.shape != n.shape or x.ndim != 1 or len(x) < 2:
        raise AnalysisError(f"satisfied, sizes have shapes {x.shape}, {n.shape}; allowed: one (K,), K ≥ 2")
    wrong = np.flatnonzero(~((n >= 1) & (x >= 0) & (x <= n) & (x == np.floor(x)) & (n == np.floor(n))))
    if len(wrong):
        i = int(wrong[0])
        raise AnalysisError(
            f"commune {i} has {x[i]} satisfied of {n[i]}; allowed: whole numbers, 0 to n, n ≥ 1"
        )
    return x.astype(np.int64), n.astype(np.int64)


def _two_sided_quantile(level: float) -> float:
    return float(scipy.special.ndtri(0.5 + check_level(level) / 2.0))


def _winsorised(z: Floats) -> Floats:
    low, high = np.quantile(z, [WINSORISED, 1.0 - WINSORISED])
    return np.clip(z, low, high)


def _between_variance(dispersion: float, variance: Floats) -> float:
    weights = 1.0 / variance
    excess = len(variance) * dispersion - (len(variance) - 1)
    return max(0.0, float(excess / (weights.sum() - (weights**2).sum() / weights.sum())))


def _group(z: float, limit: float) -> Group:
    if z > limit:
        return Group.ABOVE
    return Group.BELOW if z < -limit else Group.MIDDLE


def _interpolated_quantile(probability: float, n: npt.NDArray[np.int64], centre: float) -> Floats:
    # Asked of the package, which takes half a second to load `stats` when it is first needed: a server
    # starts without.
    binomial = scipy.stats.binom
    r = binomial.ppf(probability, n, centre)
    reached, before = binomial.cdf(r, n, centre), binomial.cdf(r - 1, n, centre)
    limits: Floats = (r - (reached - probability) / (reached - before)) / n
    return np.clip(limits, 0.0, 1.0)

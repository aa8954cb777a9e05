"""Design-based intervals of a share or a mean score, from its estimate, its variance and degrees of freedom.

All functions work on arrays and broadcast; a share of 0 or 1 has no variance of its own, so Wilson's and Korn
and Graubard's limits take an effective sample size instead, which a caller sets by rule there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy

from analysis._validation import check_level
from analysis.proportions import wilson_limits

Floats = npt.NDArray[np.float64]
Limits = tuple[Floats, Floats]

INTERVALS = ("wilson-t", "korn-graubard", "logit-t", "t")
# Levels 1–5 divided by 5 cannot lie below this.
LOWEST_SCORE = 0.2


def effective_n(share: npt.ArrayLike, variance: npt.ArrayLike) -> Floats:
    """Effective sample size p(1 − p)/V (Kish 1965, section 8.2); ``inf`` at V = 0.

    Examples
    --------
    >>> float(effective_n(0.8, 0.0004))
    399.99999999999994
    """
    p, v = np.asarray(share, np.float64), np.asarray(variance, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(v > 0, p * (1 - p) / v, np.where(np.isnan(v), np.nan, np.inf))


def student_quantile(df: npt.ArrayLike, probability: float) -> Floats:
    """Quantile of Student's t at ``probability``; ``nan`` below one degree of freedom.

    Examples
    --------
    >>> round(float(student_quantile(10, 0.975)), 6)
    2.228139
    """
    degrees = np.asarray(df, np.float64)
    if np.asarray(df).dtype.kind == "i" and degrees.size and 0 <= degrees.max() < 8 * degrees.size:
        # Few different degrees of freedom serve many domains, and the quantile is the costly part.
        whole = np.maximum(df, 0)
        table = np.full(int(degrees.max()) + 1, np.nan)
        distinct = np.flatnonzero(np.bincount(whole.ravel())[1:]) + 1
        table[distinct] = scipy.special.stdtrit(distinct.astype(np.float64), probability)
        return table[whole]
    with np.errstate(invalid="ignore"):
        return np.where(degrees >= 1, scipy.special.stdtrit(np.maximum(degrees, 1), probability), np.nan)


def wilson_t(share: npt.ArrayLike, n_eff: npt.ArrayLike, df: npt.ArrayLike, *, level: float = 0.95) -> Limits:
    r"""Wilson's score interval on an effective sample size, with Student's t.

    .. math:: \frac{p + t^2/(2 n_e) \mp t \sqrt{p(1-p)/n_e + t^2/(4 n_e^2)}}{1 + t^2/n_e},
              \quad t = t_{df,\,(1 + level)/2}

    Parameters
    ----------
    share
        Estimate p, 0–1.
    n_eff
        Effective persons, above 0.
    df
        Degrees of freedom of the variance; below 1 the limits are ``nan``.
    level
        Two-sided confidence level.

    Returns
    -------
    lower, upper
        Limits, 0–1.

    Raises
    ------
    AnalysisError
        ``level`` outside (0, 1).

    References
    ----------
    E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209–212; P. S. Kott, Survey Methodology 43 (2017);
    method "wilson" of ``svyciprop`` in R package survey 4.5.

    Examples
    --------
    >>> lower, upper = wilson_t(0.8895815991317814, 2263.4431561248, 711)
    >>> round(float(lower), 6), round(float(upper), 6)
    (0.87598, 0.901859)
    """
    quantile = student_quantile(df, (1 + check_level(level)) / 2)
    return wilson_limits(np.asarray(share, np.float64), np.asarray(n_eff, np.float64), quantile)


def korn_graubard(
    share: npt.ArrayLike,
    n_eff: npt.ArrayLike,
    n: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    level: float = 0.95,
    capped: bool = True,
) -> Limits:
    r"""Korn and Graubard's interval: Clopper–Pearson on a size adjusted for the degrees of freedom.

    .. math:: n^* = n_e (t_{n-1} / t_{df})^2 \;(\le n), \quad
              B_{a/2}(n^* p,\, n^* (1-p) + 1) \;\ldots\; B_{1-a/2}(n^* p + 1,\, n^* (1-p))

    Parameters
    ----------
    share, n_eff, df, level
        As in :func:`wilson_t`.
    n
        Persons.
    capped
        Whether n* may not exceed ``n``: for the share of one item, not for a composite.

    References
    ----------
    E. L. Korn, B. I. Graubard, Survey Methodology 24 (1998) 193–201; J. D. Parker et al., Vital and Health
    Statistics 2(175) (2017); method "beta" of ``svyciprop`` in R package survey.

    Examples
    --------
    >>> lower, upper = korn_graubard(0.8, 150.0, 200, 40)
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.7249, 0.8622)
    """
    tail = (1 - check_level(level)) / 2
    p, persons = np.asarray(share, np.float64), np.asarray(n, np.float64)
    ratio = student_quantile(persons - 1, 1 - tail) / student_quantile(df, 1 - tail)
    size = np.asarray(n_eff, np.float64) * ratio**2
    if capped:
        size = np.minimum(size, persons)
    x, rest = size * p, size * (1 - p)
    with np.errstate(invalid="ignore"):
        lower = np.where(p > 0, scipy.special.betaincinv(np.where(p > 0, x, 1.0), rest + 1, tail), 0.0)
        upper = np.where(p < 1, scipy.special.betaincinv(x + 1, np.where(p < 1, rest, 1.0), 1 - tail), 1.0)
    unknown = np.isnan(size)
    return np.where(unknown, np.nan, lower), np.where(unknown, np.nan, upper)


def logit_t(
    share: npt.ArrayLike, variance: npt.ArrayLike, df: npt.ArrayLike, *, level: float = 0.95
) -> Limits:
    r"""Interval with Student's t on the logit scale; ``nan`` at a share of 0 or 1.

    .. math:: \operatorname{expit}\bigl(\operatorname{logit} p \mp t \sqrt V / (p (1-p))\bigr)

    Parameters are those of :func:`wilson_t`, with the ``variance`` of the share.

    References
    ----------
    Method "xlogit" of ``svyciprop`` in R package survey (SUDAAN, SPSS).

    Examples
    --------
    >>> lower, upper = logit_t(0.8, 0.0004, 100)
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.7574, 0.8368)
    """
    p = np.asarray(share, np.float64)
    quantile = student_quantile(df, (1 + check_level(level)) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = quantile * np.sqrt(np.asarray(variance, np.float64)) / (p * (1 - p))
        centre = scipy.special.logit(p)
        inside = (p > 0) & (p < 1)
        lower = np.where(inside, scipy.special.expit(centre - half), np.nan)
        upper = np.where(inside, scipy.special.expit(centre + half), np.nan)
    return lower, upper


def student_t(
    value: npt.ArrayLike,
    variance: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    level: float = 0.95,
    lowest: float = 0.0,
) -> Limits:
    r"""Interval :math:`p \mp t \sqrt V`, kept within ``lowest`` and 1.

    Parameters are those of :func:`wilson_t`, with the ``variance`` of the value; a mean score divided by 5
    has ``lowest`` 0.2.

    Examples
    --------
    >>> lower, upper = student_t(0.8777, 0.0000163, 711, lowest=0.2)
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.8698, 0.8856)
    """
    centre = np.asarray(value, np.float64)
    half = student_quantile(df, (1 + check_level(level)) / 2) * np.sqrt(np.asarray(variance, np.float64))
    return np.maximum(centre - half, lowest), np.minimum(centre + half, 1.0)

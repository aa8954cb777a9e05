"""Groups side by side: each against the others, with p-values that agree with the intervals shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from analysis._validation import AnalysisError, check_level
from analysis.intervals import LOWEST_SCORE
from analysis.multiplicity import holm
from analysis.proportions import wilson_limits
from analysis.results import IndexEstimate

_HALVINGS: Final = 40  # of the level: p-values to twelve digits
# With fewer persons in a part its interval leans on the normal shape too much to be called certain.
MINIMUM_N: Final = 30

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """One group minus another (or minus the rest).

    Attributes
    ----------
    estimate, lower, upper
        Difference with MOVER limits at ``level``, for this pair alone.
    p_value
        Smallest two-sided error at which the MOVER interval leaves zero out; ``nan`` where it is undefined.
    p_adjusted
        The same after Holm's adjustment for all pairs compared together.
    certain
        True when ``p_adjusted`` is at most ``1 − level`` and both parts have 30 persons or more.
    """

    estimate: float
    lower: float
    upper: float
    p_value: float
    p_adjusted: float
    certain: bool
    level: float


def compare_pairs(
    pairs: Sequence[tuple[IndexEstimate, IndexEstimate]], *, level: float = 0.95
) -> tuple[GroupDifference, ...]:
    r"""Compare pairs of independent estimates, adjusted for their number.

    The p-value turns the interval around: it is the smallest :math:`a` for which the MOVER interval made of
    both parts' limits at level :math:`1 - a` does not hold zero. So a single pair is called different exactly
    when its interval leaves zero out, and Holm's step-down keeps the chance of one or more false claims
    among all pairs at :math:`1 - level`.

    Groups of the same days share what those days had in common, which makes their difference surer than two
    independent parts allow: the claim errs on the careful side.

    Parameters
    ----------
    pairs
        First and second estimate of each pair, all of one method.
    level
        Two-sided confidence level.

    Returns
    -------
    tuple of GroupDifference
        In the order given; undefined pairs (no persons, no degree of freedom) are not counted as compared.

    Raises
    ------
    AnalysisError
        Estimates of different index methods in a pair.

    References
    ----------
    G. Y. Zou, A. Donner, Statist. Med. 27 (2008) 1693–1702 (MOVER). S. Holm, Scand. J. Statist. 6 (1979).

    Examples
    --------
    >>> from analysis.intervals import wilson_t
    >>> def share(x, n):
    ...     lower, upper = wilson_t(x / n, n, n - 1)
    ...     return IndexEstimate(
    ...         index=x / n, n=n, valid=n, satisfied=x, se_cluster=0.02, se_respondent=0.02, df=n - 1,
    ...         n_eff=n, lower=float(lower), upper=float(upper), one_sided_lower=0, one_sided_upper=1,
    ...         level=0.95, alpha=0.05, method_version="pooled/1", interval_method="wilson-t")
    >>> weak, sound, small = share(120, 160), share(270, 300), share(18, 25)
    >>> first, second = compare_pairs([(weak, sound), (small, sound)])
    >>> round(first.estimate, 2), first.certain, second.certain
    (-0.15, True, False)
    """
    check_level(level)
    for first, second in pairs:
        if first.method_version != second.method_version:
            raise AnalysisError(
                f"a pair has {first.method_version!r} and {second.method_version!r}; allowed: one method"
            )
    if not pairs:
        return ()
    firsts, seconds = _Parts.of([pair[0] for pair in pairs]), _Parts.of([pair[1] for pair in pairs])
    p_values = _p_values(firsts, seconds)
    known = np.flatnonzero(~np.isnan(p_values))
    adjusted = np.full(len(pairs), np.nan)
    adjusted[known] = holm(p_values[known].tolist())
    lower, upper = _mover(firsts, seconds, np.full(len(pairs), level))
    return tuple(
        GroupDifference(
            estimate=first.index - second.index,
            lower=float(lower[place]),
            upper=float(upper[place]),
            p_value=float(p_values[place]),
            p_adjusted=float(adjusted[place]),
            certain=min(first.n, second.n) >= MINIMUM_N and bool(adjusted[place] <= 1 - level + 1e-12),
            level=level,
        )
        for place, (first, second) in enumerate(pairs)
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The evidence of many estimates as arrays."""

    share: Floats
    n_eff: Floats
    df: Floats
    variance: Floats
    wilson: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, estimates: Sequence[IndexEstimate]) -> _Parts:
        return cls(
            np.array([one.index for one in estimates], np.float64),
            np.array([one.n_eff for one in estimates], np.float64),
            np.array([one.df for one in estimates], np.float64),
            np.array([max(one.se_cluster, one.se_respondent) ** 2 for one in estimates], np.float64),
            np.array([one.interval_method == "wilson-t" for one in estimates]),
        )

    def limits(self, levels: Floats) -> tuple[Floats, Floats]:
        """Limits of each estimate at its level, by its own interval method."""
        with np.errstate(invalid="ignore"):
            quantile = np.where(
                self.df >= 1, scipy.special.stdtrit(np.maximum(self.df, 1), (1 + levels) / 2), np.nan
            )
            lower, upper = wilson_limits(self.share, self.n_eff, quantile)
            half = quantile * np.sqrt(self.variance)
        score = np.maximum(self.share - half, LOWEST_SCORE), np.minimum(self.share + half, 1.0)
        return np.where(self.wilson, lower, score[0]), np.where(self.wilson, upper, score[1])


def _mover(firsts: _Parts, seconds: _Parts, levels: Floats) -> tuple[Floats, Floats]:
    """Limits of each difference; the formula of :func:`analysis.compare.mover` for arrays."""
    (low1, high1), (low2, high2) = firsts.limits(levels), seconds.limits(levels)
    d = firsts.share - seconds.share
    lower = d - np.hypot(firsts.share - low1, high2 - seconds.share)
    upper = d + np.hypot(high1 - firsts.share, seconds.share - low2)
    unknown = np.isnan(lower) | np.isnan(upper)
    return (
        np.where(unknown, np.nan, np.maximum(lower, -1.0)),
        np.where(unknown, np.nan, np.minimum(upper, 1.0)),
    )


def _p_values(firsts: _Parts, seconds: _Parts) -> Floats:
    """Halve the level of each pair until it is known where its interval begins to hold zero."""
    low, high = np.zeros(len(firsts.share)), np.ones(len(firsts.share))
    unknown = np.isnan(_mover(firsts, seconds, np.full(len(low), 0.5))[0])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        lower, upper = _mover(firsts, seconds, middle)
        apart = (lower > 0) | (upper < 0)
        low, high = np.where(apart, middle, low), np.where(apart, high, middle)
    return np.where(unknown, np.nan, 1.0 - low)

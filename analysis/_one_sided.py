"""One-sided p-values that agree with the limits of the verdict: small exactly when the limit clears the mark.

Both invert the intervals of :mod:`analysis.goals` (Wilson with Student's t, and MOVER upon two of them), so
that a p-value and a verdict never contradict each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy

from analysis.compare import mover
from analysis.proportions import wilson_limits
from analysis.results import ConfidenceInterval

# Smaller p-values are reported as 0: nobody decides on them, and squares of their t quantiles overflow.
_SMALLEST = 1e-70


@dataclass(frozen=True, slots=True)
class Evidence:
    """A share on the 0–1 scale, its effective sample size and degrees of freedom (``inf``: normal)."""

    share: float
    n: float
    df: float


def tail_quantile(alpha: float, df: float) -> float:
    """Quantile of Student's t that leaves ``alpha`` above it."""
    return -float(scipy.special.ndtri(alpha) if math.isinf(df) else scipy.special.stdtrit(df, alpha))


def one_sided_limits(evidence: Evidence, *, alpha: float) -> ConfidenceInterval:
    """Wilson-t limits, each one-sided at 1 − ``alpha``."""
    quantile = np.array(tail_quantile(alpha, evidence.df))
    lower, upper = wilson_limits(np.array(evidence.share), np.array(evidence.n), quantile)
    return ConfidenceInterval(float(lower), float(upper), 1 - 2 * alpha, "wilson-t")


def p_above(evidence: Evidence, threshold: float) -> float:
    """p-value of "the share is above ``threshold``" (0–1): score test with the null variance and t."""
    distance = evidence.share - threshold
    error = math.sqrt(threshold * (1 - threshold) / evidence.n)
    if error == 0:
        return 0.0 if distance > 0 else 1.0
    t = -distance / error
    return float(scipy.special.ndtr(t) if math.isinf(evidence.df) else scipy.special.stdtr(evidence.df, t))


def p_higher(first: Evidence, second: Evidence) -> float:
    """p-value of "the first share is the higher one": the level at which the lower MOVER limit is 0."""
    distance = first.share - second.share
    if distance == 0:
        return 0.5
    if distance < 0:
        return 1.0 - p_higher(second, first)

    def lower(log_alpha: float) -> float:
        alpha = math.exp(log_alpha)
        limits = (one_sided_limits(part, alpha=alpha) for part in (first, second))
        return mover(first.share, next(limits), second.share, next(limits))[0]

    if lower(math.log(_SMALLEST)) > 0:
        return 0.0
    return math.exp(scipy.optimize.brentq(lower, math.log(_SMALLEST), math.log(0.5), xtol=1e-13))

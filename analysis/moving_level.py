"""The level of a service that may move from month to month, and where it will lie in the months ahead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError, check_positive
from analysis.results import IndexEstimate

Floats = npt.NDArray[np.float64]

# Steps from month to month, and how far a month lies beside its level for itself, that are weighed (standard
# deviations, as shares); and how large either is thought to be before anything is known.
STEPS: Final[Floats] = np.array([0.0, 0.0025, 0.005, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.03, 0.04])
STRAYS: Final[Floats] = np.array([0.0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06])
USUAL: Final = 0.015


@dataclass(frozen=True, slots=True)
class LevelAhead:
    """Mean and variance of the mean level in the months ahead; step and stray that the past speaks for."""

    mean: float
    variance: float
    step: float
    stray: float


def unit_variance(estimate: IndexEstimate) -> float:
    """Variance that one person brings to the index: p(1 − p) n/n_e, never 0.

    Half a person on each side keeps it above 0 where all are satisfied.
    """
    check_positive("n_eff", estimate.n_eff)
    check_positive("n", estimate.n)
    centre = (estimate.index * estimate.n + 0.5) / (estimate.n + 1)
    return centre * (1 - centre) * estimate.n / estimate.n_eff


def level_ahead(
    months: Sequence[IndexEstimate | None],
    *,
    variance_of_one: float,
    months_ahead: float,
    start: tuple[float, float],
) -> LevelAhead:
    r"""Where the level of the months ahead lies, after what the months so far have shown.

    The local level model: month t shows :math:`y_t = \mu_t + e_t`, :math:`e_t \sim N(0, r^2 + \sigma^2/n_t)`,
    and the level walks, :math:`\mu_{t+1} = \mu_t + \eta_t`, :math:`\eta_t \sim N(0, s^2)`. For each step s of
    :data:`STEPS` and each stray r of :data:`STRAYS` a Kalman filter gives the level of the last month and the
    likelihood; the pairs are weighed by it and by half-normal priors of scale :data:`USUAL`. The mean of h
    months ahead varies by :math:`s^2 (h + 1)(2h + 1)/(6h) + r^2/h` more than the last level.

    Parameters
    ----------
    months
        Estimates month by month from the first with answers; ``None`` where nobody answered.
    variance_of_one
        :math:`\sigma^2`, see :func:`unit_variance`.
    months_ahead
        h, above 0; less than a month counts as one.
    start
        Mean and variance of the first level before any answer.

    Returns
    -------
    LevelAhead

    Raises
    ------
    AnalysisError
        No month with answers, or a variance or number of months that is not above 0.

    References
    ----------
    J. Durbin, S. J. Koopman, Time Series Analysis by State Space Methods, 2nd ed. (2012), chapter 2;
    A. Gelman, Bayesian Analysis 1 (2006) 515–534 (a weak prior for a standard deviation).

    Examples
    --------
    >>> nan = float("nan")
    >>> def month(index):
    ...     return IndexEstimate(
    ...         index=index, n=100, valid=100, satisfied=80, se_cluster=nan, se_respondent=nan, df=20,
    ...         n_eff=100.0, lower=nan, upper=nan, one_sided_lower=nan, one_sided_upper=nan, level=0.95,
    ...         alpha=0.05, method_version="item-mean/1", interval_method="wilson-t", flags=())
    >>> rising = [month(0.70 + 0.03 * number) for number in range(6)]
    >>> found = level_ahead(rising, variance_of_one=0.16, months_ahead=3, start=(0.5, 0.08))
    >>> round(found.mean, 3), round(found.step, 3)
    (0.801, 0.018)
    """
    check_positive("variance_of_one", variance_of_one)
    horizon = max(1.0, check_positive("months_ahead", months_ahead))
    known = [one for one in months if one is not None and one.n and math.isfinite(one.index)]
    if not known:
        raise AnalysisError("months has no answers; allowed: at least one month with answers")
    step, stray = (one.ravel() for one in np.meshgrid(STEPS, STRAYS, indexing="ij"))
    walk, apart = np.square(step), np.square(stray)
    mean = np.full(len(step), start[0])
    spread = np.full(len(step), check_positive("start", start[1]))
    likelihood = np.zeros(len(step))
    for place, one in enumerate(months):
        if place:
            spread = spread + walk
        if one is None or not one.n or not math.isfinite(one.index):
            continue
        error = apart + variance_of_one / one.n
        total = spread + error
        surprise = one.index - mean
        likelihood -= 0.5 * (np.log(total) + np.square(surprise) / total)
        mean = mean + spread / total * surprise
        spread = spread * error / total
    ahead = spread + walk * (horizon + 1) * (2 * horizon + 1) / (6 * horizon) + apart / horizon
    weight = np.exp(likelihood - likelihood.max()) * np.outer(_prior(STEPS), _prior(STRAYS)).ravel()
    weight /= weight.sum()
    centre = float(weight @ mean)
    return LevelAhead(
        mean=centre,
        variance=float(weight @ (ahead + np.square(mean - centre))),
        step=float(weight @ step),
        stray=float(weight @ stray),
    )


def _prior(sizes: Floats) -> Floats:
    """Half-normal weights of sizes, each for the stretch of the line that it stands for."""
    edges = np.concatenate([sizes[:1], (sizes[1:] + sizes[:-1]) / 2, sizes[-1:]])
    density: Floats = np.exp(-0.5 * np.square(sizes / USUAL)) * np.diff(edges)
    return density

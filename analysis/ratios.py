"""Ratios and means of any quantity from a clustered survey, by Taylor linearisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._units import Units, sum_at
from analysis._validation import AnalysisError
from analysis.calibration import Calibration


@dataclass(frozen=True, slots=True)
class RatioEstimate:
    """A ratio of two totals in one domain; ``nan`` without an answer.

    Attributes
    ----------
    value
        Σ w y / Σ w z.
    se
        Linearised standard error.
    df
        Clusters minus strata that hold a row of the domain.
    n
        Rows of the domain.
    """

    value: float
    se: float
    df: int
    n: int


def ratio(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike | None = None,
    *,
    weights: npt.ArrayLike | None = None,
    stratum: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    population: npt.ArrayLike | None = None,
    domain: npt.ArrayLike | None = None,
    calibration: Calibration | None = None,
) -> RatioEstimate:
    r"""Ratio of two totals, or a mean, with the variance between clusters within strata.

    .. math:: r = \frac{\sum w y}{\sum w z}, \quad u_i = \frac{w_i (y_i - r z_i)}{\sum w z}, \quad
              V = \sum_h (1 - f_h) \frac{m_h}{m_h - 1} \sum_c (U_c - \bar U_h)^2

    Parameters
    ----------
    numerator, denominator
        y and z of each row of the full file, shape (rows,); without a denominator z is 1: a mean.
    weights
        w of each row, from 0; 1 by default. Rows of weight 0 lie outside the domain.
    stratum, cluster
        Whole numbers of each row; a cluster belongs to its stratum. By default one stratum, and each row its
        own cluster.
    population
        Clusters that the row's stratum has in the population, for a true random draw; no correction by
        default (f = 0).
    domain
        True for the rows of the domain; all by default. Rows outside stay in their strata and clusters.
    calibration
        Margins that the weights were fitted to: V is then that of the residuals.

    Raises
    ------
    AnalysisError
        Arrays of different length, a negative weight, or a stratum with more clusters than its population.

    References
    ----------
    R. S. Woodruff, J. Amer. Statist. Assoc. 66 (1971) 411–414. C.-E. Särndal, B. Swensson, J. Wretman, Model
    Assisted Survey Sampling (1992), section 5.6.

    Examples
    --------
    >>> found = ratio([1, 0, 1, 1, 0, 1], cluster=[0, 0, 1, 1, 2, 2])
    >>> round(found.value, 4), round(found.se, 4), found.df
    (0.6667, 0.1667, 2)
    """
    y = np.asarray(numerator, np.float64)
    rows = len(y)
    z = _column("denominator", np.ones(rows) if denominator is None else denominator, rows)
    w = _column("weights", np.ones(rows) if weights is None else weights, rows)
    if not (np.isfinite(w) & (w >= 0)).all():
        raise AnalysisError(f"weights reach from {w.min()} to {w.max()}; allowed: finite numbers from 0")
    chosen = (_column("domain", np.ones(rows) if domain is None else domain, rows) != 0) & (w > 0)
    clusters = _column("cluster", np.arange(rows) if cluster is None else cluster, rows).astype(np.int64)
    strata = _column("stratum", np.zeros(rows) if stratum is None else stratum, rows).astype(np.int64)
    sampled_from = _column("population", np.full(rows, np.inf) if population is None else population, rows)
    units = Units.of(clusters, strata, np.where(chosen, 0, -1), sampled_from)
    y, z, w = y[chosen], z[chosen], w[chosen]
    only = np.zeros(len(y), np.int64)
    whole = sum_at(only, w * z, 1)[0]
    if not whole:
        return RatioEstimate(np.nan, np.nan, int(units.df(np.ones(len(y), np.bool_), 1)[0]), len(y))
    value = sum_at(only, w * y, 1)[0] / whole
    linearised = w * (y - value * z) / whole
    if calibration is None:
        variance = units.variance(linearised, 1)[0]
    else:
        full = np.zeros(rows)
        full[chosen] = linearised
        file = Units.of(clusters, strata, np.zeros(rows, np.int64), sampled_from)
        variance = file.variance(calibration.residuals(full), 1)[0]
    df = units.df(np.ones(len(y), np.bool_), 1)[0]
    return RatioEstimate(float(value), float(np.sqrt(variance)), int(df), len(y))


def _column(name: str, values: npt.ArrayLike, rows: int) -> npt.NDArray[np.float64]:
    array = np.asarray(values, np.float64)
    if array.shape != (rows,):
        raise AnalysisError(f"{name} has shape {array.shape}; allowed: ({rows},)")
    return array

"""Indexes of days, weeks and hours of the week: many small domains from linear sums alone.

Products within persons are kept by month, so the full estimate of :mod:`analysis.estimate` begins there. A
shorter time has the *pooled* index of a dimension, whose variance between persons is known exactly from the
counts of persons by (valid, satisfied) answers. It is always defined, also where a form asks one drawn item.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from analysis._sum_parts import read_linear, valid_satisfied_pairs
from analysis._validation import AnalysisError, check_level
from analysis.intervals import wilson_t
from analysis.layout import Layout
from analysis.results import IndexEstimate

VERSION = "pooled/1"
SHORT = "short-period"


def estimate_short(
    layout: Layout,
    linear: npt.ArrayLike,
    *,
    weights: npt.ArrayLike,
    domain: npt.ArrayLike,
    n_domains: int,
    level: float = 0.95,
    alpha: float = 0.05,
) -> Mapping[str, tuple[IndexEstimate, ...]]:
    r"""Pooled index of each dimension in many small domains, with the interval between persons.

    With w the design weight of a person's form, v valid and t satisfied answers:

    .. math:: p = \frac{\sum w t}{\sum w v}, \quad
              V = \frac{n}{n - 1} \frac{\sum w^2 (t - p v)^2}{(\sum w v)^2}, \quad
              n_e = \frac{p (1 - p)}{V}

    and Wilson's limits on :math:`n_e` with :math:`n - 1` degrees of freedom. Where V is 0 (everybody answered
    alike, or one person) :math:`n_e` is Kish's :math:`(\sum w)^2 / \sum w^2` of those who answered.

    Parameters
    ----------
    layout
        The questionnaire.
    linear
        Linear sums of cells (:mod:`analysis.sums`), shape (cells, width).
    weights
        Design weight of each cell and dimension, shape (cells, dimensions).
    domain
        Domain 0 … ``n_domains`` − 1 of each cell, shape (cells,).
    n_domains
        Number of domains.
    level, alpha
        As in :func:`analysis.estimate.estimate`.

    Returns
    -------
    mapping of dimension to estimates
        One for each domain. ``se_cluster`` is ``nan``: a day has no variation between days, and a week too
        little. What differs from day to day is the matter of a control chart.

    Raises
    ------
    AnalysisError
        Arrays that do not fit each other.

    References
    ----------
    R. S. Woodruff, J. Amer. Statist. Assoc. 66 (1971) 411–414 (linearised variance of a ratio).

    Examples
    --------
    >>> from analysis.sums import tabulate_linear
    >>> layout = Layout(dimensions=(("staff", ("C1", "C2")),))
    >>> levels = np.array([[5, 4], [4, 3], [2, 5], [4, 4]] * 5)
    >>> cells = tabulate_linear(layout, levels, np.repeat([0, 1], 10), 2)
    >>> found = estimate_short(layout, cells, weights=np.ones((2, 1)), domain=[0, 1], n_domains=2)
    >>> [(one.index, one.n) for one in found["staff"]]
    [(0.75, 10), (0.75, 10)]
    >>> round(found["staff"][0].lower, 4), round(found["staff"][0].upper, 4)
    (0.5328, 0.8875)
    """
    cells = np.asarray(linear)
    weight, places = np.asarray(weights, np.float64), np.asarray(domain, np.int64)
    names = layout.dimension_names
    if weight.shape != (len(cells), len(names)) or places.shape != (len(cells),):
        raise AnalysisError(
            f"weights have shape {weight.shape}, domain {places.shape}; allowed: one row for each of the "
            f"{len(cells)} cells and one weight for each of the {len(names)} dimensions"
        )
    check_level(level)
    check_level(alpha, name="alpha")
    parts = read_linear(layout, cells)
    return {
        name: _dimension(
            size, parts.patterns[number], weight[:, number], places, n_domains, level=level, alpha=alpha
        )
        for number, (name, size) in enumerate(zip(names, layout.sizes, strict=True))
    }


def _dimension(
    size: int,
    patterns: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
    domain: npt.NDArray[np.int64],
    n_domains: int,
    *,
    level: float,
    alpha: float,
) -> tuple[IndexEstimate, ...]:
    pairs = np.array(valid_satisfied_pairs(size), np.float64)
    v, t = pairs[:, 0], pairs[:, 1]

    def summed(factor: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        by_cell = factor * (patterns @ values)
        found: npt.NDArray[np.float64] = np.zeros(n_domains)
        np.add.at(found, domain, by_cell)
        return found

    one, square = np.ones_like(weight), np.square(weight)
    everybody = np.ones_like(v)
    persons, valid, satisfied = summed(one, everybody), summed(one, v), summed(one, t)
    heavy, wv, wt = summed(weight, everybody), summed(weight, v), summed(weight, t)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = wt / wv
        spread = summed(square, t * t) - 2 * p * summed(square, t * v) + p * p * summed(square, v * v)
        variance = persons / (persons - 1) * np.maximum(spread, 0.0) / np.square(wv)
        kish = np.square(heavy) / summed(square, everybody)
        # Rounding leaves about 1e-17 where everybody answered alike.
        known = (persons > 1) & (variance > 1e-15)
        n_eff = np.where(known, p * (1 - p) / np.where(known, variance, 1.0), kish)
    df = np.maximum(persons - 1, 0)
    lower, upper = wilson_t(p, n_eff, df, level=level)
    one_lower, one_upper = wilson_t(p, n_eff, df, level=1 - 2 * alpha)
    return tuple(
        IndexEstimate(
            index=float(p[i]),
            n=round(persons[i]),
            valid=round(valid[i]),
            satisfied=round(satisfied[i]),
            se_cluster=float("nan"),
            se_respondent=float(np.sqrt(variance[i])),
            df=float(df[i]),
            n_eff=float(n_eff[i]),
            lower=float(lower[i]),
            upper=float(upper[i]),
            one_sided_lower=float(one_lower[i]),
            one_sided_upper=float(one_upper[i]),
            level=level,
            alpha=alpha,
            method_version=VERSION,
            interval_method="wilson-t",
            flags=(SHORT,),
        )
        for i in range(n_domains)
    )

r"""Linearised variances from stratum sums, for many domains at once.

The linearised value of a person is u = w Σ a_k g_k with the gradient ``a`` of the index by its coordinates;
clusters (and persons) of the full file that hold no answer of the domain have U = 0:

.. math:: V = \sum_h \frac{m_h}{m_h - 1} \sum_c (U_c - \bar U_h)^2
            = \sum_h \frac{m_h}{m_h - 1} \Bigl(\sum_c U_c^2 - \frac{(\sum_c U_c)^2}{m_h}\Bigr)

(Woodruff, J. Amer. Statist. Assoc. 66 (1971) 411–414; Särndal, Swensson and Wretman, Model Assisted Survey
Sampling, 1992, sections 2.9, 5.5 and 10.3 for domains). A stratum of one cluster is centred at the grand
mean, which for linearised values is 0; R's ``survey.lonely.psu = "adjust"`` does the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis._batch import Batch
from analysis._sum_parts import packed_place, triangle

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ROUNDING = 1e-13


def stratum_variance(
    batch: Batch, gradient: Floats, totals: Floats, products: Floats, units: Integers
) -> Floats:
    """Part of each stratum row in V of each target, shape (targets, rows).

    Parameters
    ----------
    batch
        The targets.
    gradient
        Their derivatives by their own coordinates, shape (targets, k, rows).
    totals, products
        Totals (K, rows) and packed products (K (K + 1)/2, rows) of all coordinates.
    units
        Clusters or persons of the full file of each row's stratum, shape (rows,).
    """
    terms = gradient * totals[batch.coordinates]
    total, size = terms.sum(axis=1), np.abs(terms).sum(axis=1)
    square = _sum_of_squares(batch, gradient, products, len(totals))
    found = _centred(square, total, units)
    # What is left of values that cancel is rounding, of either sign; it must not pass for a variance.
    return np.where(found <= _ROUNDING * size * size, 0.0, found)


def _centred(square: Floats, total: Floats, units: Integers) -> Floats:
    """m/(m − 1) (Σ U² − (Σ U)²/m), or Σ U² where m is 1."""
    lonely = units == 1
    factor = units / np.where(lonely, 1, units - 1)
    return np.where(lonely, square, (square - total * total / np.maximum(units, 1)) * factor)


def _sum_of_squares(batch: Batch, gradient: Floats, products: Floats, size: int) -> Floats:
    rows, columns = triangle(batch.coordinates.shape[1])
    places = packed_place(batch.coordinates[:, rows], batch.coordinates[:, columns], size)
    # The triangle holds each product of two different coordinates once, the square twice.
    factor = gradient[:, rows] * np.where(rows == columns, 1.0, 2.0)[:, None]
    factor *= gradient[:, columns]
    factor *= products[places]
    found: Floats = factor.sum(axis=1)
    return found

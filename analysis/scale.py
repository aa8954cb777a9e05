"""The rating scale: five ordered levels, which of them count as satisfied, and how answers are stored.

A stored answer is one byte an item: 1–5 for a level, 0 for blank or not asked, 6 for "không áp dụng"
(not applicable). Only 1–5 are valid answers: 0 and 6 are never a numerator and never a denominator.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError

NOT_ASKED = 0
LOWEST = 1
HIGHEST = 5
NOT_APPLICABLE = 6
SATISFIED = (4, 5)
LEVELS = tuple(range(LOWEST, HIGHEST + 1))

_STORED = range(NOT_APPLICABLE + 1)
VALID_BY_CODE: npt.NDArray[np.bool_] = np.array([code in LEVELS for code in _STORED])
SATISFIED_BY_CODE: npt.NDArray[np.bool_] = np.array([code in SATISFIED for code in _STORED])


def check_levels(levels: npt.ArrayLike, n_items: int) -> npt.NDArray[np.uint8]:
    """Return ``levels`` as a (persons, ``n_items``) array of stored codes 0–6, else raise.

    Parameters
    ----------
    levels
        Integers of shape (persons, items).
    n_items
        Number of items that the layout has.

    Raises
    ------
    AnalysisError
        Another shape, another kind of number, or a code above 6; the message names row and column.

    Examples
    --------
    >>> check_levels([[5, 4, 0], [3, 6, 1]], 3).shape
    (2, 3)
    """
    array = np.asarray(levels)
    if array.ndim != 2 or array.shape[1] != n_items:
        raise AnalysisError(f"levels have shape {array.shape}; allowed: (persons, {n_items})")
    if array.dtype != np.uint8:
        if array.size and array.dtype.kind not in "iu":
            raise AnalysisError(f"levels have type {array.dtype}; allowed: whole numbers 0–{NOT_APPLICABLE}")
        _refuse_outside(array, array < 0)
        _refuse_outside(array, array > NOT_APPLICABLE)
        array = array.astype(np.uint8)
    elif array.size and int(array.max()) > NOT_APPLICABLE:
        _refuse_outside(array, array > NOT_APPLICABLE)
    return array


def _refuse_outside(array: npt.NDArray[np.generic], outside: npt.NDArray[np.bool_]) -> None:
    if outside.any():
        row, column = (int(place[0]) for place in np.nonzero(outside))
        raise AnalysisError(
            f"level {array[row, column]!s} in row {row}, column {column}; allowed: {LOWEST}–{HIGHEST}, "
            f"{NOT_ASKED} (blank or not asked), {NOT_APPLICABLE} (not applicable)"
        )

"""Additive integer sums of answers: all that estimates and variances need, without the answers.

Two rows of whole numbers describe a cell (any set of persons). Cells merge by ``+``, and the result does
not depend on how the persons were split or ordered, bit for bit.

*Linear* sums hold the persons; for each item the counts of levels 1–5 and of "not applicable"; for each
dimension the counts of persons with v valid answers of which t are satisfied (v = 1…J, t = 0…v); and the
number of persons with any valid answer.

*Product* sums hold the persons and the upper triangle of Σ g gᵀ over persons, with ``g`` the vector of
:func:`coordinate_names`: per item satisfied (y) and valid but not satisfied (x), so that v = y + x and
the products with blanks follow (v·v = y·y + 2 x·y + x·x); per dimension the sum of levels R and its
distance 5V − R to the best; and M = L·t/v with its distance L − M to the best (both 0 without a valid
answer), where L is the least common multiple of 1…J, which keeps each person's share t/v whole.

Cells are kept apart by form, because design weights multiply the sums afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis._encoding import decode_rows, encode
from analysis._sum_parts import (
    LARGEST_DIMENSION,
    LinearParts,
    coordinate_names,
    coordinates,
    linear_width,
    person_share_unit,
    product_width,
    read_linear,
    valid_satisfied_pairs,
)
from analysis._tabulate import tabulate_linear, tabulate_products
from analysis._validation import check_choice
from analysis.layout import Layout

__all__ = [
    "KINDS",
    "LARGEST_DIMENSION",
    "LinearParts",
    "coordinate_names",
    "coordinates",
    "decode",
    "encode",
    "linear_width",
    "person_share_unit",
    "product_width",
    "read_linear",
    "tabulate_linear",
    "tabulate_products",
    "valid_satisfied_pairs",
]

KINDS = {"linear": linear_width, "products": product_width}


def decode(layout: Layout, kind: str, blobs: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """Rows of sums from their bytes.

    Parameters
    ----------
    layout
        The questionnaire that the sums belong to.
    kind
        ``linear`` or ``products``.
    blobs
        Any number of results of :func:`encode`.

    Returns
    -------
    numpy.ndarray
        int64, shape (blobs, width of the kind).

    Raises
    ------
    AnalysisError
        An unknown kind, or a blob of another version or length; the message names its position.

    Examples
    --------
    >>> from analysis.layout import SIPAS_LAYOUT
    >>> cell = tabulate_linear(SIPAS_LAYOUT, [[5] * 16, [3] * 16], [0, 0], 1)
    >>> back = decode(SIPAS_LAYOUT, "linear", [encode(cell[0])] * 2)
    >>> bool((back == cell).all()), back.shape
    (True, (2, 148))
    """
    width = KINDS[check_choice("kind", kind, KINDS)](layout)
    return decode_rows(blobs, width=width, name=kind)

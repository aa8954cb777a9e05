"""Stratum sums as rows of whole numbers: months of a desk are kept once and added up for any longer span.

A row of :class:`analysis.design.StratumSums` adds up with others of its stratum while their clusters differ.
With whole design weights every field is a whole number from 0, so a month's row can be stored as
:func:`analysis.sums.encode` stores sums, and a year is the sum of its months, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis._encoding import decode_rows, encode
from analysis._sum_parts import coordinate_names, linear_width
from analysis._validation import AnalysisError
from analysis.design import StratumSums
from analysis.layout import Layout

Integers = npt.NDArray[np.int64]


def _sizes(layout: Layout) -> tuple[int, ...]:
    """How many numbers each field has, in the order of a row."""
    k = len(coordinate_names(layout))
    items, dimensions = len(layout.items), len(layout.sizes)
    packed = k * (k + 1) // 2
    return (linear_width(layout), k, packed, packed, 3 * dimensions, items + dimensions + 1)


def width(layout: Layout) -> int:
    """Numbers in one row."""
    return sum(_sizes(layout))


def pack(sums: StratumSums) -> Integers:
    """Rows of whole numbers from stratum sums, shape (rows, width), without the full file.

    Raises
    ------
    AnalysisError
        A sum that is no whole number: design weights were not whole.
    """
    dimensions = len(sums.layout.sizes)
    parts = (
        sums.linear,
        sums.totals,
        sums.cluster_products,
        sums.person_products,
        sums.spread.reshape(3 * dimensions, sums.rows),
        sums.valid_clusters,
    )
    values = np.concatenate([np.asarray(part, np.float64) for part in parts]).T
    found = np.rint(values).astype(np.int64)
    if not np.array_equal(found, values):
        raise AnalysisError("sums are not whole numbers; allowed: whole design weights")
    return np.ascontiguousarray(found)


def unpack(
    layout: Layout, rows: npt.ArrayLike, *, file_clusters: npt.ArrayLike, file_persons: npt.ArrayLike
) -> StratumSums:
    """Stratum sums from rows of :func:`pack` (or their sums) and the full file of each row's stratum."""
    values = np.asarray(rows, np.int64).reshape(-1, width(layout)).T
    parts = np.split(values, np.cumsum(_sizes(layout))[:-1])
    linear, totals, cluster, person, spread, valid = parts
    count = values.shape[1]
    return StratumSums(
        layout=layout,
        linear=linear,
        totals=totals.astype(np.float64),
        cluster_products=cluster.astype(np.float64),
        person_products=person.astype(np.float64),
        spread=spread.astype(np.float64).reshape(3, len(layout.sizes), count),
        valid_clusters=valid,
        file_clusters=np.asarray(file_clusters, np.int64),
        file_persons=np.asarray(file_persons, np.int64),
    )


def encoded(row: npt.ArrayLike) -> bytes:
    """Bytes of one row."""
    return encode(row)


def decoded(layout: Layout, blobs: Sequence[bytes]) -> Integers:
    """Rows from their bytes, shape (blobs, width)."""
    return decode_rows(blobs, width=width(layout), name="rolled")

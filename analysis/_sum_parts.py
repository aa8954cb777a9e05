"""Where each number of a row of sums stands, and what follows from the linear sums alone."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError
from analysis.layout import Layout
from analysis.scale import HIGHEST, LEVELS, SATISFIED

Integers = npt.NDArray[np.int64]

# The least common multiple of 1…17 has squares that a million persons would push past 64 bits.
LARGEST_DIMENSION = 16
PER_ITEM = len(LEVELS) + 1


class LinearParts(NamedTuple):
    """Linear sums taken apart; leading axes are those of the given array.

    Attributes
    ----------
    persons, answered
        Persons, and persons with at least one valid answer; shape (…).
    levels
        Counts of levels 1–5 by item; shape (…, items, 5).
    not_applicable
        Counts of "not applicable" by item; shape (…, items).
    patterns
        For each dimension the counts of persons by (v, t); shapes (…, number of pairs).
    """

    persons: Integers
    answered: Integers
    levels: Integers
    not_applicable: Integers
    patterns: tuple[Integers, ...]


@cache
def valid_satisfied_pairs(size: int) -> tuple[tuple[int, int], ...]:
    """Every (v, t) with v = 1…``size`` and t = 0…v, in stored order."""
    if size > LARGEST_DIMENSION:
        raise AnalysisError(f"a dimension has {size} items; allowed in sums: up to {LARGEST_DIMENSION}")
    return tuple((v, t) for v in range(1, size + 1) for t in range(v + 1))


@cache
def person_share_unit(size: int) -> int:
    """Least common multiple of 1…``size``: the unit in which t/v is a whole number."""
    return math.lcm(*range(1, size + 1))


def linear_width(layout: Layout) -> int:
    """Length of the linear sums of one cell.

    Examples
    --------
    >>> from analysis.layout import SIPAS_LAYOUT
    >>> linear_width(SIPAS_LAYOUT)
    148
    """
    pairs = sum(len(valid_satisfied_pairs(size)) for size in layout.sizes)
    return 1 + PER_ITEM * len(layout.items) + pairs + 1


def product_width(layout: Layout) -> int:
    """Length of the product sums of one cell.

    Examples
    --------
    >>> from analysis.layout import SIPAS_LAYOUT
    >>> product_width(SIPAS_LAYOUT)
    1379
    """
    n = len(coordinate_names(layout))
    return 1 + n * (n + 1) // 2


@cache
def coordinate_names(layout: Layout) -> tuple[str, ...]:
    """Names of the coordinates of ``g``: y and x by item, then R, 5V − R, M and L − M by dimension.

    Examples
    --------
    >>> coordinate_names(Layout(dimensions=(("staff", ("C1",)),)))
    ('y:C1', 'x:C1', 'R:staff', '5V-R:staff', 'M:staff', 'L-M:staff')
    """
    items = tuple(f"{letter}:{name}" for letter in ("y", "x") for name in layout.items)
    return items + tuple(
        f"{letter}:{name}" for letter in ("R", "5V-R", "M", "L-M") for name in layout.dimension_names
    )


@cache
def triangle(size: int) -> tuple[Integers, Integers]:
    """Row and column of each entry of an upper triangle, in stored order (row after row)."""
    rows, columns = np.triu_indices(size)
    return rows.astype(np.int64), columns.astype(np.int64)


def packed_place(low: Integers, high: Integers, size: int) -> Integers:
    """Places of the entries (``low``, ``high``), low ≤ high, in the packed upper triangle of ``size``."""
    return low * size - low * (low + 1) // 2 + high


def read_linear(layout: Layout, linear: Integers) -> LinearParts:
    """Take linear sums of shape (…, width) apart, without copying.

    Raises
    ------
    AnalysisError
        The last axis is not :func:`linear_width` long.
    """
    linear = check_width("linear", linear, linear_width(layout))
    n_items = len(layout.items)
    by_item = linear[..., 1 : 1 + PER_ITEM * n_items].reshape(*linear.shape[:-1], n_items, PER_ITEM)
    patterns = []
    start = 1 + PER_ITEM * n_items
    for size in layout.sizes:
        stop = start + len(valid_satisfied_pairs(size))
        patterns.append(linear[..., start:stop])
        start = stop
    return LinearParts(
        persons=linear[..., 0],
        answered=linear[..., -1],
        levels=by_item[..., : len(LEVELS)],
        not_applicable=by_item[..., len(LEVELS)],
        patterns=tuple(patterns),
    )


def valid_and_satisfied(layout: Layout, linear: Integers) -> tuple[Integers, Integers]:
    """Persons with a valid answer, and satisfied answers, from linear sums of shape (width, columns).

    Returns
    -------
    valid
        By item, by dimension, and to anything; shape (items + D + 1, columns).
    satisfied
        By item; shape (items, columns).
    """
    n_items, cells = len(layout.items), linear.shape[1]
    by_item = linear[1 : 1 + PER_ITEM * n_items].reshape(n_items, PER_ITEM, cells)
    satisfied = by_item[:, SATISFIED[0] - 1 : SATISFIED[-1]].sum(axis=1)
    ends = np.cumsum([1 + PER_ITEM * n_items, *(len(valid_satisfied_pairs(size)) for size in layout.sizes)])
    dimensions = np.add.reduceat(linear[: ends[-1]], ends[:-1], axis=0)
    return np.concatenate([by_item[:, : len(LEVELS)].sum(axis=1), dimensions, linear[-1:]]), satisfied


def coordinates(layout: Layout, linear: Integers) -> Integers:
    """Sums of the coordinates of ``g`` that follow from linear sums; shape (…, coordinates).

    Examples
    --------
    >>> from analysis.sums import tabulate_linear
    >>> layout = Layout(dimensions=(("staff", ("C1", "C2")),))
    >>> cell = tabulate_linear(layout, [[5, 3], [4, 0]], [0, 0], 1)
    >>> dict(zip(coordinate_names(layout), coordinates(layout, cell)[0].tolist()))["R:staff"]
    12
    """
    linear = check_width("linear", linear, linear_width(layout))
    columns = np.ascontiguousarray(linear.reshape(-1, linear.shape[-1]).T)
    found = coordinate_rows(layout, columns).T
    return np.ascontiguousarray(found).reshape(*linear.shape[:-1], len(found.T))


def coordinate_rows(layout: Layout, linear: Integers) -> Integers:
    """:func:`coordinates` with one column a cell: from shape (width, cells) to (coordinates, cells)."""
    n_items, cells = len(layout.items), linear.shape[1]
    by_item = linear[1 : 1 + PER_ITEM * n_items].reshape(n_items, PER_ITEM, cells)
    below, last = SATISFIED[0] - 1, SATISFIED[-1]
    x, y = by_item[:, :below].sum(axis=1), by_item[:, below:last].sum(axis=1)
    levels = sum((level * by_item[:, level - 1] for level in LEVELS), np.zeros_like(x))
    starts = [layout.item_slice(name).start for name in layout.dimension_names]
    total = np.add.reduceat(levels, starts, axis=0)
    best = HIGHEST * np.add.reduceat(x + y, starts, axis=0)
    share, rest = np.empty_like(total), np.empty_like(total)
    start = 1 + PER_ITEM * n_items
    for number, size in enumerate(layout.sizes):
        pairs, unit = valid_satisfied_pairs(size), person_share_unit(size)
        patterns = linear[start : start + len(pairs)]
        parts = (unit * t // v * row for (v, t), row in zip(pairs, patterns, strict=True) if t)
        share[number] = sum(parts, np.zeros(cells, np.int64))
        rest[number] = unit * patterns.sum(axis=0) - share[number]
        start += len(pairs)
    return np.concatenate([y, x, total, best - total, share, rest])


def check_width(name: str, sums: Integers, width: int) -> Integers:
    """Return ``sums`` as an int64 array whose last axis is ``width`` long, else raise."""
    array = np.asarray(sums)
    if array.ndim == 0 or array.shape[-1] != width:
        raise AnalysisError(f"{name} sums have shape {array.shape}; allowed: a last axis of {width}")
    if array.dtype.kind not in "iu":
        raise AnalysisError(f"{name} sums have type {array.dtype}; allowed: whole numbers")
    return array.astype(np.int64, copy=False)

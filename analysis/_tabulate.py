"""From answers to sums: one pass over the answers for each kind, without sorting what is in order."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from analysis._sum_parts import (
    PER_ITEM,
    coordinate_names,
    linear_width,
    person_share_unit,
    product_width,
    triangle,
    valid_satisfied_pairs,
)
from analysis._validation import AnalysisError, check_whole
from analysis.layout import Layout
from analysis.scale import (
    HIGHEST,
    LEVELS,
    NOT_APPLICABLE,
    SATISFIED,
    SATISFIED_BY_CODE,
    VALID_BY_CODE,
    check_levels,
)

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]

_CODES = NOT_APPLICABLE + 1
# 7**4 joint codes fit 16 bits and a small cache.
_LONGEST_RUN = 4
# Rows counted at once by the linear sums: their numbers stay in the cache of a small PC.
_LINEAR_BLOCK = 65_536
# Rows worked on at once by the product sums: the matrix of coordinates stays in the cache of a small PC.
_BLOCK = 16_384
# Largest whole number up to which every sum of whole numbers is exact in single precision.
_EXACT_SINGLE = 2**24


def tabulate_linear(
    layout: Layout, levels: npt.ArrayLike, groups: npt.ArrayLike, n_groups: int
) -> npt.NDArray[np.int64]:
    """Linear sums of each group of answers.

    Parameters
    ----------
    layout
        The questionnaire.
    levels
        Stored codes 0–6 (:mod:`analysis.scale`), shape (persons, items).
    groups
        For each person the cell it belongs to, 0 … ``n_groups`` − 1.
    n_groups
        Number of cells.

    Returns
    -------
    numpy.ndarray
        int64, shape (``n_groups``, :func:`linear_width`).

    Raises
    ------
    AnalysisError
        A code or a group outside what is allowed, or shapes that do not fit.

    Examples
    --------
    >>> layout = Layout(dimensions=(("staff", ("C1",)),))
    >>> tabulate_linear(layout, [[5], [3], [4], [6]], [0, 0, 0, 1], 2).tolist()
    [[3, 0, 0, 1, 1, 1, 0, 1, 2, 3], [1, 0, 0, 0, 0, 0, 1, 0, 0, 0]]
    """
    codes, cells, n_groups = _checked(layout, levels, groups, n_groups)
    sums = np.zeros((n_groups, linear_width(layout)), np.int64)
    in_order = not np.any(cells[1:] < cells[:-1])
    # In order, a block touches few cells; out of order, one table of all cells must not be swept each time.
    block = _LINEAR_BLOCK if in_order or n_groups * 8 <= _LINEAR_BLOCK else max(len(cells), 1)
    for start in range(0, len(cells), block):
        inside = cells[start : start + block]
        low, high = int(inside.min()), int(inside.max())
        columns = np.ascontiguousarray(codes[start : start + block].T)
        _add_linear(layout, columns, inside - low, sums[low : high + 1])
    return sums


def _add_linear(layout: Layout, columns: Codes, cells: npt.NDArray[np.intp], sums: Integers) -> None:
    """Add the linear sums of some answers to ``sums``, which has a row for each of their cells."""
    n_groups, n_items = len(sums), len(layout.items)
    persons = np.bincount(cells, minlength=n_groups)
    by_item = sums[:, 1 : 1 + PER_ITEM * n_items].reshape(n_groups, n_items, PER_ITEM)
    start = 1 + PER_ITEM * n_items
    run = _run_length(len(cells), n_groups)
    silent = np.ones(len(cells), np.bool_)
    for name, size in zip(layout.dimension_names, layout.sizes, strict=True):
        inside = layout.item_slice(name)
        pattern = np.zeros(len(cells), np.uint16)
        for first in range(inside.start, inside.stop, run):
            items = slice(first, min(first + run, inside.stop))
            joint, length = _joint_codes(columns[items]), items.stop - items.start
            counts = _histogram(cells, joint, n_groups, _CODES**length)
            by_item[:, items] += _marginals(counts, length)
            pattern += _valid_satisfied(size, length)[joint]
        silent &= pattern == 0
        pairs = valid_satisfied_pairs(size)
        places = [v * (size + 1) + t for v, t in pairs]
        counts = _histogram(cells, pattern, n_groups, (size + 1) ** 2)
        sums[:, start : start + len(pairs)] += counts[:, places]
        start += len(pairs)
    sums[:, 0] += persons
    sums[:, -1] += persons - np.bincount(cells[silent], minlength=n_groups)


def tabulate_products(
    layout: Layout, levels: npt.ArrayLike, groups: npt.ArrayLike, n_groups: int
) -> npt.NDArray[np.int64]:
    """Product sums of each group of answers: persons, and the upper triangle of Σ g gᵀ.

    Parameters and errors are those of :func:`tabulate_linear`. Answers already in the order of their groups
    are read once; others are brought into order first.

    Returns
    -------
    numpy.ndarray
        int64, shape (``n_groups``, :func:`product_width`).

    Examples
    --------
    >>> layout = Layout(dimensions=(("staff", ("C1",)),))
    >>> tabulate_products(layout, [[5], [3]], [0, 0], 1)[0].tolist()
    [2, 1, 0, 5, 0, 1, 0, 1, 3, 2, 0, 1, 34, 6, 5, 3, 4, 0, 2, 1, 0, 1]
    """
    codes, cells, n_groups = _checked(layout, levels, groups, n_groups)
    sums = np.zeros((n_groups, product_width(layout)), np.int64)
    sums[:, 0] = np.bincount(cells, minlength=n_groups)
    if not len(cells):
        return sums
    if np.any(cells[1:] < cells[:-1]):
        # 16-bit keys are sorted by counting, so this stays linear in the number of persons.
        keys = cells.astype(np.uint16) if n_groups <= 2**16 else cells
        order = np.argsort(keys, kind="stable")
        codes, cells = codes[order], cells[order]
    upper = triangle(len(coordinate_names(layout)))
    block = min(_BLOCK, _EXACT_SINGLE // _largest_square(layout))
    # Beyond that a row of doubles is exact up to 2**53, which the largest dimension leaves room for.
    precision = np.float32 if block >= 1024 else np.float64
    for first in range(0, len(cells), max(block, 1024)):
        part = slice(first, first + max(block, 1024))
        matrix = _coordinate_matrix(layout, np.ascontiguousarray(codes[part].T), precision)
        inside = cells[part]
        edges = np.flatnonzero(np.diff(inside)) + 1
        for start, stop in zip([0, *edges], [*edges, len(inside)], strict=True):
            rows = matrix[:, start:stop]
            sums[inside[start], 1:] += (rows @ rows.T)[upper].astype(np.int64)
    return sums


def _checked(
    layout: Layout, levels: npt.ArrayLike, groups: npt.ArrayLike, n_groups: int
) -> tuple[Codes, npt.NDArray[np.intp], int]:
    codes = check_levels(levels, len(layout.items))
    n_groups = check_whole("n_groups", n_groups)
    cells = np.asarray(groups)
    if cells.shape != (len(codes),) or (cells.size and cells.dtype.kind not in "iu"):
        raise AnalysisError(
            f"groups are {cells.dtype} of shape {cells.shape}; allowed: one whole number for each of "
            f"{len(codes)} persons"
        )
    if cells.size and (int(cells.min()) < 0 or int(cells.max()) >= n_groups):
        raise AnalysisError(f"groups reach from {cells.min()} to {cells.max()}; allowed: 0 to {n_groups - 1}")
    return codes, cells.astype(np.intp, copy=False), n_groups


def _histogram(
    cells: npt.NDArray[np.intp], values: npt.NDArray[np.integer], n_groups: int, width: int
) -> Integers:
    flat = cells * width
    flat += values
    counts = np.bincount(flat, minlength=n_groups * width).reshape(n_groups, width)
    return counts.astype(np.int64, copy=False)


def _run_length(persons: int, n_groups: int) -> int:
    """Items counted jointly in one pass: as many as keep the table of counts no larger than the answers."""
    length = 1
    while length < _LONGEST_RUN and max(n_groups, 1) * _CODES ** (length + 1) <= 2 * persons:
        length += 1
    return length


def _joint_codes(columns: Codes) -> npt.NDArray[np.uint16]:
    """One number for the codes of several items: the first is the highest digit to base 7."""
    joint: npt.NDArray[np.uint16] = columns[0].astype(np.uint16)
    for column in columns[1:]:
        joint *= _CODES
        joint += column
    return joint


def _marginals(counts: Integers, length: int) -> Integers:
    """Counts of codes 1–6 by item from joint counts, shape (groups, items, 6)."""
    # Whole numbers below 2**53: exact in double precision, and fast.
    found = counts.astype(np.float64) @ _indicator(length)
    return found.astype(np.int64).reshape(len(counts), length, PER_ITEM)


@cache
def _digits(length: int) -> npt.NDArray[np.intp]:
    """Code of each item for each joint code, shape (joint codes, items)."""
    joint = np.arange(_CODES**length)
    return np.stack([joint // _CODES ** (length - 1 - item) % _CODES for item in range(length)], axis=1)


@cache
def _indicator(length: int) -> npt.NDArray[np.float64]:
    digits = _digits(length)
    found: npt.NDArray[np.float64] = (digits[:, :, None] == np.arange(1, _CODES)).astype(np.float64)
    return found.reshape(len(digits), -1)


@cache
def _valid_satisfied(size: int, length: int) -> npt.NDArray[np.uint16]:
    """For each joint code of ``length`` items v·(``size`` + 1) + t, with v valid and t satisfied."""
    step = (VALID_BY_CODE * (size + 1) + SATISFIED_BY_CODE).astype(np.uint16)
    found: npt.NDArray[np.uint16] = step[_digits(length)].sum(axis=1, dtype=np.uint16)
    return found


def _within(codes: Codes, levels: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Whether each code is one of ``levels``, which follow each other without a gap."""
    # A code below the first level wraps around to a large number, so one comparison does.
    return codes - np.uint8(levels[0]) < len(levels)


@cache
def _largest_square(layout: Layout) -> int:
    return max(max(HIGHEST * size, person_share_unit(size)) ** 2 for size in layout.sizes)


def _coordinate_matrix(
    layout: Layout, columns: Codes, precision: type[np.floating]
) -> npt.NDArray[np.floating]:
    """``g`` of each person, shape (coordinates, persons), in a precision in which its products are exact."""
    n_items, n_dimensions = len(layout.items), len(layout.sizes)
    matrix = np.empty((2 * n_items + 4 * n_dimensions, columns.shape[1]), precision)
    satisfied = _within(columns, SATISFIED)
    valid = _within(columns, LEVELS)
    matrix[:n_items] = satisfied
    matrix[n_items : 2 * n_items] = valid & ~satisfied
    score = columns * valid
    for place, (name, size) in enumerate(zip(layout.dimension_names, layout.sizes, strict=True), 2 * n_items):
        inside = layout.item_slice(name)
        v = valid[inside].sum(axis=0, dtype=np.uint16)
        t = satisfied[inside].sum(axis=0, dtype=np.uint16)
        total = score[inside].sum(axis=0, dtype=np.uint16)
        share = _share_by_pattern(size)[v * np.uint16(size + 1) + t]
        matrix[place] = total
        matrix[place + n_dimensions] = HIGHEST * v - total
        matrix[place + 2 * n_dimensions] = share
        matrix[place + 3 * n_dimensions] = person_share_unit(size) * (v > 0) - share
    return matrix


@cache
def _share_by_pattern(size: int) -> Integers:
    unit = person_share_unit(size)
    shares = np.zeros((size + 1) ** 2, np.int64)
    for v, t in valid_satisfied_pairs(size):
        shares[v * (size + 1) + t] = unit * t // v
    return shares

"""The form in which a unit reports upward: months of five answers or more, squares already summed.

A row holds one stratum (desk) in one month: weighted totals, and sums of squares and products that are
already added up over its clusters and persons. There is no day and no single answer in it and no row of
fewer than five persons; every index, variance and interval of the months together follows exactly.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis._encoding import decode_rows, encode
from analysis._stratum_sums import stratum_sums
from analysis._sum_parts import coordinate_names, linear_width
from analysis._validation import AnalysisError
from analysis.design import DesignSums, StratumSums
from analysis.layout import Layout

Integers = npt.NDArray[np.int64]

MINIMUM_PERSONS = 5
# Whole numbers are exact in double precision up to here.
_EXACT = 2**53
_BLOCKS = ("linear", "totals", "cluster_products", "person_products", "spread", "valid_clusters")
_COUNTS = ("file_clusters", "file_persons")


@dataclass(frozen=True, slots=True)
class UpwardSums:
    """Rows of stratum sums by stratum and month.

    Attributes
    ----------
    stratum
        Number of each row's stratum, unique in the country for what is added up, shape (rows,).
    month
        Month of each row, for example 202603, shape (rows,).
    sums
        The sums, in the same order.

    Examples
    --------
    >>> from analysis.layout import SIPAS_LAYOUT
    >>> nothing = UpwardSums.of(SIPAS_LAYOUT, {})
    >>> (nothing + nothing).encode()
    []
    """

    stratum: Integers
    month: Integers
    sums: StratumSums

    @classmethod
    def of(cls, layout: Layout, months: Mapping[int, tuple[Sequence[int], DesignSums]]) -> UpwardSums:
        """Build the form from the design sums of each month.

        Parameters
        ----------
        layout
            The questionnaire.
        months
            For each month the numbers of its strata and its design sums, with the full file of that month.
            A stratum of fewer than five persons in a month is left out of it.

        Raises
        ------
        AnalysisError
            Another layout, another number of strata, or sums that do not fit each other.
        """
        found = _empty(layout)
        for month, (strata, design) in sorted(months.items()):
            if design.layout != layout or len(strata) != len(design.file_clusters):
                raise AnalysisError(
                    f"month {month} has {len(strata)} strata for sums of {len(design.file_clusters)}; "
                    "allowed: one number for each stratum, and the same layout in every month"
                )
            sums = stratum_sums(design)
            enough = np.flatnonzero(sums.linear[0] >= MINIMUM_PERSONS)
            numbers = np.asarray(strata, np.int64)[enough]
            found += cls(numbers, np.full(len(enough), month, np.int64), _rows(sums, enough))
        return found

    def __add__(self, other: UpwardSums) -> UpwardSums:
        """Rows of both; a stratum and month must not be in both, so that nothing counts twice."""
        if self.sums.layout != other.sums.layout:
            raise AnalysisError("upward sums have different layouts; allowed: one questionnaire")
        mine, theirs = self._keys(), other._keys()
        twice = set(mine) & set(theirs)
        if twice:
            stratum, month = min(twice)
            raise AnalysisError(f"stratum {stratum}, month {month} is in both; allowed: each once")
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(self.sums, name), getattr(other.sums, name)], axis=-1)
            for name in (*_BLOCKS, *_COUNTS)
        }
        return UpwardSums(
            np.concatenate([self.stratum, other.stratum]),
            np.concatenate([self.month, other.month]),
            replace(self.sums, **joined),
        )

    def by_stratum(self, months: Collection[int] | None = None) -> tuple[Integers, StratumSums]:
        """Sum over months, all or those named: the strata in order, and one row for each.

        The result goes to :func:`analysis.estimate.estimate_many`, whose domains say which strata belong
        together.
        """
        wanted = np.ones(len(self.month), np.bool_)
        if months is not None:
            wanted = np.isin(self.month, np.array(sorted(months), np.int64))
        chosen = np.flatnonzero(wanted)
        chosen = chosen[np.argsort(self.stratum[chosen], kind="stable")]
        ordered = self.stratum[chosen]
        starts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
        parts = _rows(self.sums, chosen)
        if not len(chosen):
            return ordered, parts
        summed: dict[str, Any] = {
            name: np.add.reduceat(getattr(parts, name), starts, axis=-1) for name in (*_BLOCKS, *_COUNTS)
        }
        return ordered[starts], replace(parts, **summed)

    def encode(self) -> list[bytes]:
        """Bytes of each row, in the order of stratum and month: equal sums have equal bytes.

        Raises
        ------
        AnalysisError
            Sums that are no whole numbers, because a weight was none, or larger than double precision holds.
        """
        order = np.lexsort((self.month, self.stratum))
        parts = [self.stratum[None], self.month[None]]
        parts += [_whole(name, getattr(self.sums, name)) for name in _BLOCKS]
        parts += [getattr(self.sums, name)[None] for name in _COUNTS]
        return [encode(row) for row in np.concatenate(parts).T[order]]

    def _keys(self) -> list[tuple[int, int]]:
        return list(zip(self.stratum.tolist(), self.month.tolist(), strict=True))


def decode_upward(layout: Layout, blobs: Sequence[bytes]) -> UpwardSums:
    """Upward sums from the bytes of :meth:`UpwardSums.encode`.

    Raises
    ------
    AnalysisError
        A blob of another version or length, or a stratum and month that occurs twice.
    """
    rows = decode_rows(blobs, width=2 + _width(layout), name="upward").T
    found = _empty(layout)
    arrays: dict[str, Any] = {}
    start = 2
    for name in _BLOCKS:
        block = getattr(found.sums, name)
        size = math.prod(block.shape[:-1])
        shape = (*block.shape[:-1], rows.shape[1])
        arrays[name] = np.ascontiguousarray(rows[start : start + size]).reshape(shape).astype(block.dtype)
        start += size
    for place, name in enumerate(_COUNTS):
        arrays[name] = rows[start + place].copy()
    upward = UpwardSums(rows[0].copy(), rows[1].copy(), StratumSums(layout, **arrays))
    if len(set(upward._keys())) < rows.shape[1]:
        raise AnalysisError("a stratum and month occurs twice; allowed: each once")
    return upward


def _width(layout: Layout) -> int:
    empty = _empty(layout).sums
    shapes: list[tuple[int, ...]] = [getattr(empty, name).shape for name in _BLOCKS]
    return sum(math.prod(shape[:-1]) for shape in shapes) + len(_COUNTS)


def _empty(layout: Layout) -> UpwardSums:
    k, n_dimensions = len(coordinate_names(layout)), len(layout.sizes)
    none = np.zeros(0, np.int64)
    sums = StratumSums(
        layout=layout,
        linear=np.zeros((linear_width(layout), 0), np.int64),
        totals=np.zeros((k, 0)),
        cluster_products=np.zeros((k * (k + 1) // 2, 0)),
        person_products=np.zeros((k * (k + 1) // 2, 0)),
        spread=np.zeros((3, n_dimensions, 0)),
        valid_clusters=np.zeros((len(layout.items) + n_dimensions + 1, 0), np.int64),
        file_clusters=none,
        file_persons=none,
    )
    return UpwardSums(none, none, sums)


def _rows(sums: StratumSums, chosen: Integers) -> StratumSums:
    parts = {part.name: getattr(sums, part.name) for part in fields(StratumSums) if part.name != "layout"}
    return replace(sums, **{name: values[..., chosen] for name, values in parts.items()})


def _whole(name: str, values: npt.NDArray[np.generic]) -> Integers:
    flat = values.reshape(math.prod(values.shape[:-1]), values.shape[-1])
    whole = np.rint(flat.astype(np.float64))
    if (whole != flat).any() or (whole >= _EXACT).any():
        raise AnalysisError(
            f"{name} holds {flat.max()!s}; allowed: whole numbers below 2**53 (whole weights)"
        )
    return whole.astype(np.int64)

"""From the cells of a domain to one row for each stratum: weights applied, squares summed over clusters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from analysis._sum_parts import coordinate_names, coordinate_rows, packed_place, triangle, valid_and_satisfied
from analysis.design import DesignSums, StratumSums, check_file_clusters, checked
from analysis.layout import Layout

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.float64)


def stratum_sums(sums: DesignSums) -> StratumSums:
    """Sum the cells of a domain over clusters and forms.

    Raises
    ------
    AnalysisError
        Sums that do not fit each other, or a domain larger than its full file.
    """
    sums = checked(sums)
    clusters = _Clusters.of(sums)
    in_domain = np.bincount(clusters.stratum, minlength=clusters.n_strata)
    check_file_clusters(sums, in_domain.astype(np.int64))
    weights = sums.weights[:, dimension_of_coordinate(sums.layout)]
    totals, cluster_products = _cluster_squares(clusters, weights)
    person_products, spread = _person_squares(sums, weights)
    return StratumSums(
        layout=sums.layout,
        linear=clusters.by_stratum(clusters.summed(clusters.linear)),
        totals=totals,
        cluster_products=cluster_products,
        person_products=person_products,
        spread=spread,
        valid_clusters=_valid_clusters(clusters),
        file_clusters=sums.file_clusters,
        file_persons=sums.file_persons,
    )


@cache
def dimension_of_coordinate(layout: Layout) -> tuple[int, ...]:
    """For each coordinate the index of its dimension."""
    return 2 * layout.dimension_of_item() + 4 * tuple(range(len(layout.sizes)))


@dataclass(frozen=True, slots=True)
class _Clusters:
    """Rows of linear sums in the order of their clusters: one column a row, so that sums run along memory.

    Attributes
    ----------
    linear, form
        Linear sums, shape (L, rows), and the form of each row.
    starts
        Where each cluster starts.
    stratum, n_strata
        Stratum of each cluster, and how many strata there are.
    """

    layout: Layout
    linear: Integers
    form: Integers
    starts: Integers
    stratum: Integers
    n_strata: int

    @classmethod
    def of(cls, sums: DesignSums) -> _Clusters:
        order = np.lexsort((sums.cluster_id, sums.cluster_stratum))
        stratum, cluster = sums.cluster_stratum[order], sums.cluster_id[order]
        new = np.ones(len(order), np.bool_)
        new[1:] = (stratum[1:] != stratum[:-1]) | (cluster[1:] != cluster[:-1])
        starts = np.flatnonzero(new)
        return cls(
            layout=sums.layout,
            linear=np.ascontiguousarray(sums.linear[order].T),
            form=sums.cluster_form[order],
            starts=starts,
            stratum=stratum[starts],
            n_strata=len(sums.file_clusters),
        )

    def summed(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """Sums of the rows of each cluster, shape (values, clusters)."""
        if len(self.starts) == values.shape[1]:
            return values
        return np.add.reduceat(values, self.starts, axis=1)

    def by_stratum(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """Sums of the clusters of each stratum, shape (values, strata)."""
        found = np.zeros((len(values), self.n_strata), values.dtype)
        edges = self._edges()[:-1]
        if len(edges):
            found[:, self.stratum[edges]] = np.add.reduceat(values, edges, axis=1)
        return found

    def strata(self) -> list[tuple[int, slice]]:
        """Each stratum that has clusters, and the slice of its clusters."""
        pairs = pairwise(self._edges().tolist())
        return [(int(self.stratum[start]), slice(start, stop)) for start, stop in pairs]

    def _edges(self) -> npt.NDArray[np.intp]:
        return np.flatnonzero(np.diff(self.stratum, prepend=-1, append=-1))


def _cluster_squares(clusters: _Clusters, weights: Floats) -> tuple[Floats, Floats]:
    """Weighted totals (K, H), and the packed triangle of Σ G Gᵀ over clusters."""
    values = coordinate_rows(clusters.layout, clusters.linear) * weights.T[:, clusters.form]
    of_cluster = clusters.summed(values)
    upper = triangle(weights.shape[1])
    products = np.zeros((clusters.n_strata, len(upper[0])))
    for stratum, inside in clusters.strata():
        part = of_cluster[:, inside]
        products[stratum] = (part @ part.T)[upper]
    return clusters.by_stratum(of_cluster), np.ascontiguousarray(products.T)


def _valid_clusters(clusters: _Clusters) -> Integers:
    persons, _ = valid_and_satisfied(clusters.layout, clusters.linear)
    return clusters.by_stratum((clusters.summed(persons) > 0).astype(np.int64))


def _sum_rows(values: Integers, groups: Integers, n_groups: int) -> Integers:
    """Sum of the rows of each group, shape (``n_groups``, columns)."""
    found = np.zeros((n_groups, values.shape[1]), values.dtype)
    if len(values):
        order = np.argsort(groups, kind="stable")
        ordered = groups[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        found[ordered[starts]] = np.add.reduceat(values[order], starts, axis=0)
    return found


def _person_squares(sums: DesignSums, weights: Floats) -> tuple[Floats, Floats]:
    """Σ w² g gᵀ, and Σ w t², Σ w t x, Σ w x² of each dimension, by stratum."""
    n_strata = len(sums.file_persons)
    rows, columns = triangle(weights.shape[1])
    products = np.zeros((len(rows), n_strata))
    spread = np.zeros((3, len(sums.layout.sizes), n_strata))
    for form in np.unique(sums.product_form).tolist():
        inside = sums.product_form == form
        cells = _sum_rows(sums.products[inside, 1:], sums.product_stratum[inside], n_strata)
        part = cells.T.astype(np.float64)
        products += part * (weights[form, rows] * weights[form, columns])[:, None]
        for number, places in enumerate(_spread_places(sums.layout)):
            for kind, chosen in enumerate(places):
                spread[kind, number] += sums.weights[form, number] * part[chosen].sum(axis=0)
    return products, spread


@cache
def _spread_places(layout: Layout) -> tuple[tuple[Integers, ...], ...]:
    """For each dimension the packed places that add up to t², t·x and x²."""
    size, n_items = len(coordinate_names(layout)), len(layout.items)

    def square(left: range, right: range) -> Integers:
        pairs = np.array([(min(a, b), max(a, b)) for a in left for b in right])
        return packed_place(pairs[:, 0], pairs[:, 1], size)

    places = []
    for name in layout.dimension_names:
        inside = layout.item_slice(name)
        y = range(inside.start, inside.stop)
        x = range(n_items + inside.start, n_items + inside.stop)
        places.append((square(y, y), square(y, x), square(x, x)))
    return tuple(places)

"""Design sums of a domain: what a caller hands over, and the same summed to one row for each stratum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._sum_parts import check_width, linear_width, product_width, valid_and_satisfied
from analysis._validation import AnalysisError
from analysis.layout import Layout

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DesignSums:
    """The sums of one domain with what the design says about them.

    Attributes
    ----------
    layout
        The questionnaire.
    weights
        Design weight 1/π of each dimension in each form class, shape (F, D).
    cluster_stratum, cluster_id, cluster_form
        For each row of ``linear`` its stratum 0 … H − 1, its cluster (any number, unique within the stratum)
        and its form class 0 … F − 1; shape (C,). A cluster may have any number of rows.
    linear
        Linear sums, shape (C, L).
    product_stratum, product_form
        For each row of ``products`` its stratum and form class; shape (R,).
    products
        Product sums, shape (R, P), of the same persons as ``linear``.
    file_clusters, file_persons
        Clusters and persons of each stratum in the full file; shape (H,).
    """

    layout: Layout
    weights: Floats
    cluster_stratum: Integers
    cluster_id: Integers
    cluster_form: Integers
    linear: Integers
    product_stratum: Integers
    product_form: Integers
    products: Integers
    file_clusters: Integers
    file_persons: Integers


@dataclass(frozen=True, slots=True)
class StratumSums:
    """Sums by stratum and domain, with squares already summed over clusters and over persons.

    One row is the part of one stratum in one domain. Rows of the same stratum and domain add up field by
    field while their clusters differ (months of one desk, for example). Rows are the last axis, so that a
    formula runs over all of them at once.

    Attributes
    ----------
    layout
        The questionnaire.
    linear
        Unweighted linear sums, shape (L, rows).
    totals
        Weighted sums of the K coordinates, shape (K, rows).
    cluster_products, person_products
        Upper triangle of Σ G Gᵀ over clusters and of Σ w² g gᵀ over persons, shape (K (K + 1)/2, rows).
    spread
        Σ w t², Σ w t x and Σ w x² over persons by dimension, with t satisfied and x other valid answers;
        shape (3, D, rows). They serve the design effect.
    valid_clusters
        Clusters with a valid answer: by item, by dimension, and to anything; shape (items + D + 1, rows).
    file_clusters, file_persons
        Clusters and persons of the stratum in the full file, shape (rows,).
    """

    layout: Layout
    linear: Integers
    totals: Floats
    cluster_products: Floats
    person_products: Floats
    spread: Floats
    valid_clusters: Integers
    file_clusters: Integers
    file_persons: Integers

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.file_clusters.shape[0])


def checked(sums: DesignSums) -> DesignSums:
    """Return ``sums`` with arrays of the right type, or raise.

    Raises
    ------
    AnalysisError
        A shape, place or weight outside what :class:`DesignSums` says; the message names the field.
    """
    layout = sums.layout
    weights = np.asarray(sums.weights, np.float64)
    if weights.ndim != 2 or weights.shape[1] != len(layout.sizes):
        raise AnalysisError(f"weights have shape {weights.shape}; allowed: (forms, {len(layout.sizes)})")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise AnalysisError(f"weights are {weights.tolist()}; allowed: finite numbers from 0")
    file_clusters = np.asarray(sums.file_clusters)
    n_strata, n_forms = len(file_clusters), len(weights)
    linear = check_width("linear", sums.linear, linear_width(layout))
    products = check_width("products", sums.products, product_width(layout))
    found = DesignSums(
        layout=layout,
        weights=weights,
        cluster_stratum=_places("cluster_stratum", sums.cluster_stratum, len(linear), n_strata),
        cluster_id=_places("cluster_id", sums.cluster_id, len(linear), None),
        cluster_form=_places("cluster_form", sums.cluster_form, len(linear), n_forms),
        linear=linear,
        product_stratum=_places("product_stratum", sums.product_stratum, len(products), n_strata),
        product_form=_places("product_form", sums.product_form, len(products), n_forms),
        products=products,
        file_clusters=_places("file_clusters", file_clusters, n_strata, None),
        file_persons=_places("file_persons", sums.file_persons, n_strata, None),
    )
    _check_same_persons(found)
    _check_asked(found)
    return found


def _places(name: str, values: Integers, length: int, limit: int | None) -> Integers:
    array = np.asarray(values)
    if array.shape != (length,) or (length and array.dtype.kind not in "iu"):
        raise AnalysisError(
            f"{name} is {array.dtype} of shape {array.shape}; allowed: {length} whole numbers"
        )
    if limit is not None and length and (int(array.min()) < 0 or int(array.max()) >= limit):
        raise AnalysisError(f"{name} reaches from {array.min()} to {array.max()}; allowed: 0 to {limit - 1}")
    return array.astype(np.int64, copy=False)


def _check_same_persons(sums: DesignSums) -> None:
    n_strata, n_forms = len(sums.file_clusters), len(sums.weights)
    from_linear = np.zeros((n_strata, n_forms), np.int64)
    from_products = np.zeros((n_strata, n_forms), np.int64)
    np.add.at(from_linear, (sums.cluster_stratum, sums.cluster_form), sums.linear[:, 0])
    np.add.at(from_products, (sums.product_stratum, sums.product_form), sums.products[:, 0])
    if (from_linear != from_products).any():
        stratum, form = (int(place[0]) for place in np.nonzero(from_linear != from_products))
        raise AnalysisError(
            f"stratum {stratum}, form {form} has {from_linear[stratum, form]} persons in linear sums and "
            f"{from_products[stratum, form]} in product sums; allowed: the same persons in both"
        )
    _check_file("file_persons", sums.file_persons, from_linear.sum(axis=1))


def _check_asked(sums: DesignSums) -> None:
    """Weight 0 says that nobody of the form was asked, so there can be no answers to weigh."""
    suspects = np.flatnonzero((sums.weights == 0).any(axis=1)[sums.cluster_form])
    n_items = len(sums.layout.items)
    persons, _ = valid_and_satisfied(sums.layout, np.ascontiguousarray(sums.linear[suspects].T))
    forbidden = (persons[n_items:-1].T > 0) & (sums.weights[sums.cluster_form[suspects]] == 0)
    if forbidden.any():
        place, dimension = (int(first[0]) for first in np.nonzero(forbidden))
        row = int(suspects[place])
        raise AnalysisError(
            f"form {sums.cluster_form[row]} has weight 0 in {sums.layout.dimension_names[dimension]} "
            f"and answers to it in row {row}; allowed: a weight above 0 where there are answers"
        )


def _check_file(name: str, whole: Integers, part: Integers) -> None:
    if (whole < part).any():
        stratum = int(np.flatnonzero(whole < part)[0])
        raise AnalysisError(
            f"{name} of stratum {stratum} is {whole[stratum]}; allowed: {part[stratum]} (domain) or more"
        )


def check_file_clusters(sums: DesignSums, clusters: Integers) -> None:
    """Raise when a stratum of the full file has fewer clusters than its domain."""
    _check_file("file_clusters", sums.file_clusters, clusters)

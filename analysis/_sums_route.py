"""The route from sums: evidence of many domains at once, without a single answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from analysis._batch import batches
from analysis._conclude import Evidence, pooled_design_effect
from analysis._sum_parts import coordinate_names, packed_place, person_share_unit, valid_and_satisfied
from analysis._variance import stratum_variance
from analysis.design import StratumSums
from analysis.index import Target
from analysis.layout import Layout

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True)
class SumsRoute:
    """Stratum rows, the domain that each belongs to, and what several indices ask of them.

    Attributes
    ----------
    sums, domain, n_domains
        The rows, their domains 0 … ``n_domains`` − 1, and how many there are.
    totals
        Weighted totals of the coordinates, shape (K, domains).
    persons
        Persons with a valid answer by item, by dimension and to anything, shape (items + D + 1, rows).
    satisfied
        Satisfied answers by item, shape (items, rows).
    """

    sums: StratumSums
    domain: Integers
    n_domains: int
    totals: Floats
    persons: Integers
    satisfied: Integers

    @classmethod
    def of(cls, sums: StratumSums, domain: Integers, n_domains: int) -> SumsRoute:
        """Prepare the route; ``domain`` has one entry for each row of ``sums``."""
        persons, satisfied = valid_and_satisfied(sums.layout, sums.linear)
        return cls(
            sums=sums,
            domain=domain,
            n_domains=n_domains,
            totals=by_domain(sums.totals, domain, n_domains),
            persons=persons,
            satisfied=satisfied,
        )

    def evidence(self, targets: tuple[Target, ...]) -> Evidence:
        """Evidence of every target in every domain."""
        sums = self.sums
        index, cluster, respondent = (np.empty((len(targets), self.n_domains)) for _ in range(3))
        for batch in batches(targets):
            places = list(batch.places)
            index[places], gradient = batch.index_and_gradient(self.totals)
            by_row = self._of_row(gradient)
            for variance, products, units in (
                (cluster, sums.cluster_products, sums.file_clusters),
                (respondent, sums.person_products, sums.file_persons),
            ):
                parts = stratum_variance(batch, by_row, sums.totals, products, units)
                variance[places] = self._by_domain(parts)
        answered = self.persons[[self._place(target) for target in targets]]
        clusters = sums.valid_clusters[[self._place(target) for target in targets]]
        n, strata = self._by_domain(answered), self._by_domain((answered > 0).astype(np.int64))
        return Evidence.of(
            index=index,
            n=n,
            valid=self._by_domain(_summed(self.persons, targets)),
            satisfied=self._by_domain(_summed(self.satisfied, targets)),
            cluster_variance=cluster,
            respondent_variance=respondent,
            cluster_df=self._by_domain(clusters) - strata,
            respondent_df=n - strata,
        )

    def persons_in_domain(self) -> Integers:
        """All persons, with and without a valid answer, shape (domains,)."""
        found: Integers = self._by_domain(self.sums.linear[:1])[0]
        return found

    def item_counts(self) -> Integers:
        """Valid answers by item, shape (items, domains)."""
        return self._by_domain(self.persons[: len(self.sums.layout.items)])

    def design_effect(self, target: Target, pooled: tuple[Target, ...]) -> Floats:
        """Stand-in design effect in each domain: its dimensions' pooled ones, at least its own weights'."""
        found = self._weighting_effect(target)
        for number in target.dimensions:
            found = np.fmax(found, self._pooled_effect(number, pooled[number]))
        return found

    def _place(self, target: Target) -> int:
        """Row of ``persons`` and ``valid_clusters`` that counts the answers of the target."""
        n_items = len(self.sums.layout.items)
        places = {"item": target.items[0], "dimension": n_items + target.dimensions[0], "overall": -1}
        return places[target.kind]

    def _by_domain(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        return by_domain(values, self.domain, self.n_domains)

    def _of_row(self, by_domain_values: Floats) -> Floats:
        """Values of each domain spread over its rows, along the last axis."""
        return by_domain_values[..., self.domain]

    def _weighting_effect(self, target: Target) -> Floats:
        """Effect of unequal weights, n Σ (w v)² / (Σ w v)² (Kish 1965, section 11.7)."""
        places = _square_places(self.sums.layout, target.items)
        squares = self._by_domain(self.sums.person_products[places].sum(axis=0)[None])[0]
        n_items = len(self.sums.layout.items)
        whole = self.totals[[*target.items, *(n_items + place for place in target.items)]].sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            n = self._by_domain(self.persons[[self._place(target)]])[0]
            found: Floats = n * squares / (whole * whole)
        return found

    def _pooled_effect(self, number: int, pooled: Target) -> Floats:
        layout = self.sums.layout
        names, name = coordinate_names(layout), layout.dimension_names[number]
        shares = self.totals[names.index(f"M:{name}")] + self.totals[names.index(f"L-M:{name}")]
        spread = self._by_domain(self.sums.spread[:, number])
        return pooled_design_effect(
            self.evidence((pooled,)),
            weight=shares / person_share_unit(layout.sizes[number]),
            whole=self.totals[list(pooled.coordinates)].sum(axis=0),
            spread=(spread[0], spread[1], spread[2]),
        )


def _summed(by_item: Integers, targets: tuple[Target, ...]) -> Integers:
    """Sum over the items of each target, shape (targets, rows)."""
    starts = np.cumsum([0, *(len(target.items) for target in targets)])[:-1]
    found: Integers = np.add.reduceat(
        by_item[[i for target in targets for i in target.items]], starts, axis=0
    )
    return found


def by_domain(values: npt.NDArray[Number], domain: Integers, n_domains: int) -> npt.NDArray[Number]:
    """Sums of the columns of each domain, shape (rows of ``values``, ``n_domains``)."""
    if len(domain) == n_domains and (domain == np.arange(n_domains)).all():
        return values
    found = np.zeros((len(values), n_domains), values.dtype)
    if len(domain):
        order = np.argsort(domain, kind="stable")
        ordered = domain[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        found[:, ordered[starts]] = np.add.reduceat(values[:, order], starts, axis=1)
    return found


@cache
def _square_places(layout: Layout, items: tuple[int, ...]) -> Integers:
    """Packed places of Σ (w v)² with v = Σ (y + x) over ``items``: each product as often as it occurs."""
    size, n_items = len(coordinate_names(layout)), len(layout.items)
    inside = np.array([*items, *(n_items + item for item in items)])
    low, high = np.minimum.outer(inside, inside).ravel(), np.maximum.outer(inside, inside).ravel()
    return packed_place(low, high, size)

"""The route from answers: the same evidence, computed person by person with any weights.

It shares the definitions of the indices with the route from sums, and none of its arithmetic: linearised
values are formed for each person, summed to clusters, and centred by stratum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._batch import batches
from analysis._conclude import Evidence, pooled_design_effect, stacked
from analysis._stratum_sums import dimension_of_coordinate
from analysis._units import Units, sum_at
from analysis.index import Target
from analysis.scale import HIGHEST, SATISFIED_BY_CODE, VALID_BY_CODE
from analysis.tables import RatingTable

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RowsRoute:
    """The answers of every domain, with what several indices ask of them.

    Attributes
    ----------
    domain, n_domains
        Domain of each chosen row, and how many there are.
    valid, satisfied
        By chosen row and item.
    dimension_weights
        By chosen row and dimension.
    weighted
        Coordinates times weight, by chosen row.
    totals
        Weighted totals of the coordinates, shape (K, domains).
    units
        Clusters and persons: the sampling units of both variances.
    chosen
        Row in the file of each chosen row.
    whole
        Units of the whole file as one domain, where weights were fitted to margins: their residuals reach
        beyond a domain.
    """

    table: RatingTable
    domain: Integers
    n_domains: int
    valid: Truths
    satisfied: Truths
    dimension_weights: Floats
    weighted: Floats
    totals: Floats
    units: tuple[Units, Units]
    chosen: Integers
    whole: tuple[Units, Units] | None

    @classmethod
    def of(cls, table: RatingTable, domain: Integers, n_domains: int) -> RowsRoute:
        """Prepare the route; ``domain`` is −1 for rows of the file that lie in no domain."""
        chosen = domain >= 0
        layout, weights = table.layout, table.weights[chosen]
        counts = weights[:, layout.dimension_of_item()] > 0
        codes = table.levels[chosen]
        values = _coordinates(table, codes, counts)
        weighted = values * weights[:, dimension_of_coordinate(layout)]
        inside = domain[chosen]
        totals = np.stack([sum_at(inside, column, n_domains) for column in weighted.T])
        return cls(
            table=table,
            domain=inside,
            n_domains=n_domains,
            valid=VALID_BY_CODE[codes] & counts,
            satisfied=SATISFIED_BY_CODE[codes] & counts,
            dimension_weights=weights,
            weighted=weighted,
            totals=totals,
            units=_units(table, domain),
            chosen=np.flatnonzero(chosen),
            whole=None if table.calibration is None else _units(table, np.zeros(len(domain), np.int64)),
        )

    def evidence(self, targets: tuple[Target, ...]) -> Evidence:
        """Evidence of every target in every domain."""
        return stacked([self._evidence(target) for target in targets])

    def persons_in_domain(self) -> Integers:
        """All persons, with and without a valid answer, shape (domains,)."""
        return self._count(np.ones(len(self.domain), np.bool_))

    def item_counts(self) -> Integers:
        """Valid answers by item, shape (items, domains)."""
        return np.stack([self._count(column) for column in self.valid.T])

    def design_effect(self, target: Target, pooled: tuple[Target, ...]) -> Floats:
        """Stand-in design effect in each domain: its dimensions' pooled ones, at least its own weights'."""
        n_items, items = self.valid.shape[1], list(target.items)
        g = self.weighted[:, [*items, *(n_items + item for item in items)]].sum(axis=1)
        whole = self._sum(g)
        n = self._count(_any(self.valid[:, items]))
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = n * self._sum(g * g) / (whole * whole)
        for number in target.dimensions:
            found = np.fmax(found, self._pooled_effect(number, pooled[number]))
        return found

    def _evidence(self, target: Target) -> Evidence:
        (batch,) = batches((target,))
        index, gradient = batch.index_and_gradient(self.totals)
        u = (self.weighted[:, batch.coordinates[0]] * gradient[0][:, self.domain].T).sum(axis=1)
        cluster, person = self._variances(u)
        valid, items = self.valid[:, target.items], list(target.items)
        answered = _any(valid)
        return Evidence.of(
            index=index,
            n=self._count(answered)[None],
            valid=self._sum(valid.sum(axis=1)).astype(np.int64)[None],
            satisfied=self._sum(self.satisfied[:, items].sum(axis=1)).astype(np.int64)[None],
            cluster_variance=cluster[None],
            respondent_variance=person[None],
            cluster_df=self.units[0].df(answered, self.n_domains)[None],
            respondent_df=self.units[1].df(answered, self.n_domains)[None],
        )

    def _variances(self, u: Floats) -> tuple[Floats, Floats]:
        """V between clusters and between persons of each domain."""
        calibration = self.table.calibration
        if calibration is None or self.whole is None:
            cluster, person = (units.variance(u, self.n_domains) for units in self.units)
            return cluster, person
        found = np.empty((2, self.n_domains))
        for number in range(self.n_domains):
            inside = self.domain == number
            full = np.zeros(len(calibration.weights))
            full[self.chosen[inside]] = u[inside]
            residuals = calibration.residuals(full)
            found[:, number] = [units.variance(residuals, 1)[0] for units in self.whole]
        return found[0], found[1]

    def _pooled_effect(self, number: int, pooled: Target) -> Floats:
        items = list(pooled.items)
        weight = self.dimension_weights[:, number]
        t = self.satisfied[:, items].sum(axis=1).astype(np.float64)
        x = self.valid[:, items].sum(axis=1) - t
        answered = _any(self.valid[:, items])
        return pooled_design_effect(
            self.evidence((pooled,)),
            weight=self._sum(weight * answered),
            whole=self._sum(weight * (t + x)),
            spread=(self._sum(weight * t * t), self._sum(weight * t * x), self._sum(weight * x * x)),
        )

    def _sum(self, values: npt.NDArray[np.generic]) -> Floats:
        return sum_at(self.domain, values, self.n_domains)

    def _count(self, rows: Truths) -> Integers:
        return np.bincount(self.domain[rows], minlength=self.n_domains).astype(np.int64)


def _units(table: RatingTable, domain: Integers) -> tuple[Units, Units]:
    return (
        Units.of(table.cluster, table.stratum, domain, table.cluster_population),
        Units.of(np.arange(len(domain)), table.stratum, domain, table.person_population),
    )


def _any(answers: Truths) -> Truths:
    found: Truths = np.logical_or.reduce(answers, axis=1)
    return found


def _coordinates(table: RatingTable, codes: npt.NDArray[np.uint8], counts: Truths) -> Floats:
    """Coordinates of each person; a share t/v stands for M and its distance to 1 for L − M."""
    layout = table.layout
    valid = VALID_BY_CODE[codes] & counts
    y = SATISFIED_BY_CODE[codes] & counts
    starts = [layout.item_slice(name).start for name in layout.dimension_names]
    v, t, score = (
        np.add.reduceat(values.astype(np.float64), starts, axis=1) for values in (valid, y, codes * valid)
    )
    share = t / np.maximum(v, 1)
    return np.concatenate([y, valid & ~y, score, HIGHEST * v - score, share, (v > 0) - share], axis=1)

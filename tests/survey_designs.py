"""Made-up answers in full and split forms, as a table of rows and as the sums of the same persons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.design import DesignSums
from analysis.layout import SIPAS_LAYOUT, Layout
from analysis.sums import tabulate_linear, tabulate_products
from analysis.tables import RatingTable

FULL, SPLIT = 0, 1


@dataclass(frozen=True)
class Answers:
    """Persons with their levels, form, stratum and cluster; ``inside`` says who is in the domain."""

    layout: Layout
    levels: np.ndarray
    form: np.ndarray
    stratum: np.ndarray
    cluster: np.ndarray
    inside: np.ndarray

    @property
    def form_weights(self) -> np.ndarray:
        return np.array([[1.0] * len(self.layout.sizes), [float(size) for size in self.layout.sizes]])

    def table(self) -> RatingTable:
        return RatingTable.of(
            self.layout,
            self.levels,
            weights=self.form_weights[self.form],
            stratum=self.stratum,
            cluster=self.cluster,
        )

    def domain(self) -> np.ndarray:
        return np.where(self.inside, 0, -1)

    def reordered(self, order: np.ndarray) -> Answers:
        parts = (self.levels, self.form, self.stratum, self.cluster, self.inside)
        return Answers(self.layout, *(part[order] for part in parts))

    def sums(self, *, product_cells: np.ndarray | None = None) -> DesignSums:
        """Sums of the domain; ``product_cells`` splits its products further, for example by month."""
        n_strata = int(self.stratum.max()) + 1
        file = np.unique(np.stack([self.stratum, self.cluster]), axis=1)
        levels = self.levels[self.inside]
        form, stratum, cluster = (part[self.inside] for part in (self.form, self.stratum, self.cluster))
        cells, cell = _distinct(stratum, cluster, form)
        extra = np.zeros(len(form), int) if product_cells is None else product_cells[self.inside]
        parts, part = _distinct(stratum, form, extra)
        return DesignSums(
            layout=self.layout,
            weights=self.form_weights,
            cluster_stratum=cells[0],
            cluster_id=cells[1],
            cluster_form=cells[2],
            linear=tabulate_linear(self.layout, levels, cell, cells.shape[1]),
            product_stratum=parts[0],
            product_form=parts[1],
            products=tabulate_products(self.layout, levels, part, parts.shape[1]),
            file_clusters=np.bincount(file[0], minlength=n_strata),
            file_persons=np.bincount(self.stratum, minlength=n_strata),
        )


def _distinct(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, place = np.unique(np.stack(columns), axis=1, return_inverse=True)
    return values.astype(np.int64), place.reshape(-1).astype(np.int64)


def make_answers(
    seed: int = 0,
    *,
    layout: Layout = SIPAS_LAYOUT,
    persons: int = 400,
    strata: int = 3,
    clusters: int = 12,
    share_split: float = 0.5,
    satisfied: float = 0.85,
    missing: float = 0.1,
    inside: float = 0.7,
) -> Answers:
    """Draw answers: levels 1–5, blanks and "not applicable" in both forms, kiosk answers split."""
    rng = np.random.default_rng(seed)
    n_items = len(layout.items)
    good = rng.random((persons, n_items)) < satisfied
    levels = np.where(good, rng.integers(4, 6, good.shape), rng.integers(1, 4, good.shape)).astype(np.uint8)
    levels[rng.random(levels.shape) < missing / 2] = 0
    levels[rng.random(levels.shape) < missing / 2] = 6
    form = (rng.random(persons) < share_split).astype(np.int64)
    for name, size in zip(layout.dimension_names, layout.sizes, strict=True):
        drawn = rng.integers(0, size, persons)
        hidden = (form[:, None] == SPLIT) & (np.arange(size) != drawn[:, None])
        levels[:, layout.item_slice(name)][hidden] = 0
    stratum = rng.integers(0, strata, persons)
    cluster = rng.integers(0, clusters, persons)
    return Answers(layout, levels, form, stratum, cluster, rng.random(persons) < inside)

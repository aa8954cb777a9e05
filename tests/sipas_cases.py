"""The answers of set A (sipas_A_*.csv), read through the product's own file reader, by survey design."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import reference_cases

from analysis.layout import Layout
from analysis.ratings_file import read_ratings
from analysis.specification import Specification
from analysis.tables import RatingTable


@dataclass(frozen=True)
class Design:
    """One of the designs of ``sipas_A_estimates``: which columns of the CSV make it."""

    weight: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    cluster_population: str | None = None
    person_population: str | None = None
    expanded: bool = False  # weights N_field / n_field


# Designs with calibrated weights need residuals of the calibration in the variance, which is not offered.
DESIGNS = {
    "naive_srs_unweighted": Design(),
    "clustered_unweighted": Design(cluster="psu"),
    "clustered": Design("w", "field", "psu"),
    "clustered_fpc": Design("w", "field", "psu", cluster_population="M"),
    "element_no_fpc": Design("w", "field"),
    "element_fpc": Design(None, "field", person_population="N_field", expanded=True),
}


def layout(file: dict[str, Any]) -> Layout:
    """Layout of a case file that lists the numbers of the items of each dimension."""
    return Layout(
        dimensions=tuple(
            (name, tuple(f"q{number:02d}" for number in numbers))
            for name, numbers in file["dimensions"].items()
        )
    )


@cache
def columns(year: str) -> dict[str, np.ndarray]:
    """Every column of a year as text."""
    with reference_cases.file_path(f"sipas_A_{year}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@cache
def table(items: Layout, design: str, *, year: str = "current") -> RatingTable:
    """The answers of a year under a design."""
    chosen = DESIGNS[design]
    specification = Specification(items, chosen.weight, chosen.stratum, chosen.cluster)
    path = reference_cases.file_path(f"sipas_A_{year}.csv")
    found = read_ratings(path, specification).table
    text = columns(year)
    if chosen.expanded:
        _, place, count = np.unique(text["field"], return_inverse=True, return_counts=True)
        weight = text["N_field"].astype(float) / count[place]
        found = replace(found, weights=np.repeat(weight[:, None], len(items.sizes), axis=1))
    if chosen.cluster_population:
        found = replace(found, cluster_population=text[chosen.cluster_population].astype(float))
    if chosen.person_population:
        population = text[chosen.person_population].astype(float)
        found = replace(found, cluster_population=population, person_population=population)
    return found

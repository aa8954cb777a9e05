"""The answers of set A (sipas_A_*.csv), read through the product's own file reader, by survey design."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import reference_cases

from analysis.calibration import Calibration
from analysis.layout import Layout
from analysis.ratings_file import read_ratings
from analysis.specification import Specification
from analysis.tables import RatingTable
from analysis.weight_margins import Margin
from analysis.weighting import post_stratify, rake


@dataclass(frozen=True)
class Design:
    """One of the designs of ``sipas_A_estimates``: which columns of the CSV make it."""

    weight: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    cluster_population: str | None = None
    person_population: str | None = None
    expanded: bool = False  # weights N_field / n_field
    margins: tuple[str, ...] = ()  # weights fitted to the dossiers of these columns


DESIGNS = {
    "naive_srs_unweighted": Design(),
    "clustered_unweighted": Design(cluster="psu"),
    "clustered": Design("w", "field", "psu"),
    "clustered_fpc": Design("w", "field", "psu", cluster_population="M"),
    "element_no_fpc": Design("w", "field"),
    "element_fpc": Design(None, "field", person_population="N_field", expanded=True),
    "poststratified_field": Design(None, "field", "psu", margins=("field",)),
    "raked_field_channel": Design(None, "field", "psu", margins=("field", "channel")),
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
    if chosen.margins:
        margins = [dossiers(name, text[name]) for name in chosen.margins]
        fitted = post_stratify(margins[0]) if len(margins) == 1 else rake(margins, tolerance=1e-12)
        weights = np.repeat(fitted.values[:, None], len(items.sizes), axis=1)
        found = replace(found, weights=weights, calibration=Calibration(tuple(margins), fitted.values))
    return found


def dossiers(name: str, values: np.ndarray) -> Margin:
    """The dossiers of each category of a column, as the cases give them."""
    rows = reference_cases.load("sipas_A_weights_replication")["margins"][name]
    categories = [row[name] for row in rows]
    codes = np.array([categories.index(value) for value in values])
    return Margin(name, codes, np.array([row["N"] for row in rows]))

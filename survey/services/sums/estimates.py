"""From sums to estimates: hand the cells of a domain to `analysis` with strata, clusters and weights.

Stratum = desk, cluster = desk × day. Strata and clusters are those of the full file (every answer of the
period, at every stage); filters make a domain of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from analysis.estimate import DesignSums, estimate
from analysis.results import SurveyEstimate
from survey.enums import Form, Part
from survey.instrument import Instrument
from survey.queries.ratings import Mark, Ratings

LEVEL = 0.95
ALPHA = 0.05

_FORM_CLASSES = tuple((form, part) for form in Form for part in Part)
_CLASS_INDEX = {pair: place for place, pair in enumerate(_FORM_CLASSES)}


@dataclass(frozen=True, slots=True)
class File:
    """The full file that domains are cut from: how many clusters and persons each stratum has."""

    strata: tuple[int, ...]  # desk ids
    clusters: np.ndarray
    persons: np.ndarray

    @classmethod
    def of(cls, ratings: Ratings, desk_ids: Sequence[int]) -> File:
        strata = tuple(desk_ids)
        days: dict[int, set[date]] = {desk_id: set() for desk_id in strata}
        persons = dict.fromkeys(strata, 0)
        for mark, n in zip(ratings.days.marks, ratings.days.n.tolist(), strict=True):
            days[mark.desk_id].add(mark.time)
            persons[mark.desk_id] += n
        return cls(
            strata,
            np.array([len(days[desk_id]) for desk_id in strata], dtype=np.int64),
            np.array([persons[desk_id] for desk_id in strata], dtype=np.int64),
        )


def form_weights(instrument: Instrument) -> np.ndarray:
    """Give the design weight of each dimension in each class of form and part, shape (F, D)."""
    return np.array([instrument.weights(form, part) for form, part in _FORM_CLASSES], dtype=np.float64)


def forms_of(marks: Sequence[Mark]) -> np.ndarray:
    """Give the class of form and part of each cell: its row in `form_weights`, shape (cells,)."""
    return np.array([_CLASS_INDEX[mark.form, mark.part] for mark in marks], dtype=np.int64)


def design_sums(domain: Ratings, file: File, instrument: Instrument) -> DesignSums:
    stratum = {desk_id: place for place, desk_id in enumerate(file.strata)}
    days, months = domain.days, domain.months

    def strata(marks: Sequence[Mark]) -> np.ndarray:
        return np.array([stratum[mark.desk_id] for mark in marks], dtype=np.int64)

    return DesignSums(
        layout=domain.layout,
        weights=form_weights(instrument),
        cluster_stratum=strata(days.marks),
        cluster_id=np.array([mark.time.toordinal() for mark in days.marks], dtype=np.int64),
        cluster_form=forms_of(days.marks),
        linear=days.sums,
        product_stratum=strata(months.marks),
        product_form=forms_of(months.marks),
        products=months.sums,
        file_clusters=file.clusters,
        file_persons=file.persons,
    )


def estimate_domain(
    domain: Ratings, file: File, instrument: Instrument, methods: Mapping[str, str] | str
) -> SurveyEstimate:
    return estimate(design_sums(domain, file, instrument), methods=methods, level=LEVEL, alpha=ALPHA)

"""Estimates of every index of a domain, from sums or from answers, with the evidence beside each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._conclude import conclude
from analysis._estimate_table import KINDS, EstimateTable
from analysis._rows_route import RowsRoute
from analysis._stratum_sums import stratum_sums
from analysis._sums_route import SumsRoute
from analysis._validation import AnalysisError, check_choice, check_level
from analysis.design import DesignSums, StratumSums
from analysis.index import METHODS, OVERALL, Targets, targets
from analysis.intervals import INTERVALS
from analysis.layout import Layout
from analysis.results import SurveyEstimate
from analysis.tables import RatingTable

__all__ = [
    "INTERVALS",
    "KINDS",
    "METHODS",
    "OVERALL",
    "DesignSums",
    "EstimateTable",
    "StratumSums",
    "estimate",
    "estimate_many",
    "estimate_rows",
    "stratum_sums",
]

Integers = npt.NDArray[np.int64]


def estimate(
    sums: DesignSums,
    *,
    methods: Mapping[str, str] | str = "item-mean",
    overall: str = "mean-of-dimensions",
    level: float = 0.95,
    alpha: float = 0.05,
    interval: str = "wilson-t",
) -> SurveyEstimate:
    """Estimate every index of one domain from its sums.

    Parameters
    ----------
    sums
        Cells of the domain, with the strata and clusters of the full file.
    methods
        ``item-mean`` (mean of the shares of the items), ``pooled`` (share of all answers),
        ``respondent-mean`` (mean of each person's share t/v) or ``mean-over-5`` (mean level / 5): one for all
        dimensions, or a mapping that names each.
    overall
        ``mean-of-dimensions``, or ``pooled`` over all items.
    level
        Confidence level of ``lower`` and ``upper``.
    alpha
        Error of each one-sided limit.
    interval
        ``wilson-t``, ``korn-graubard``, ``logit-t`` or ``t``; mean scores always have ``t``.

    Returns
    -------
    SurveyEstimate
        Items, dimensions and the overall index. An index without answers is ``nan``, and so is an item mean
        with an item without answers; limits are ``nan`` without a degree of freedom.

    Raises
    ------
    AnalysisError
        Sums that do not fit the layout or each other, or an unknown method, interval or level.

    Notes
    -----
    Variance: :mod:`analysis._variance` (Woodruff 1971; Särndal, Swensson and Wretman 1992). The variance is
    the larger of that between clusters and that between respondents, because an accidentally negative
    correlation within clusters must not shrink an interval. Limits: :func:`analysis.intervals.wilson_t` on
    n_eff = p (1 − p)/V, at most n for an item. At 0 %, at 100 % and at V = 0 it is n by the design effect of
    the pooled dimension, at least 1.

    Examples
    --------
    >>> from analysis.layout import Layout
    >>> from analysis.sums import tabulate_linear, tabulate_products
    >>> layout = Layout(dimensions=(("staff", ("C1", "C2")),))
    >>> levels = np.tile([[5, 4], [4, 3], [2, 5], [4, 4]], (15, 1))
    >>> day = np.repeat(np.arange(12), 5)
    >>> sums = DesignSums(
    ...     layout=layout,
    ...     weights=np.array([[1.0]]),
    ...     cluster_stratum=np.zeros(12, int),
    ...     cluster_id=np.arange(12),
    ...     cluster_form=np.zeros(12, int),
    ...     linear=tabulate_linear(layout, levels, day, 12),
    ...     product_stratum=np.zeros(1, int),
    ...     product_form=np.zeros(1, int),
    ...     products=tabulate_products(layout, levels, np.zeros(60, int), 1),
    ...     file_clusters=np.array([12]),
    ...     file_persons=np.array([60]),
    ... )
    >>> staff = estimate(sums).dimensions["staff"]
    >>> staff.index, staff.n, staff.df
    (0.75, 60, 59.0)
    >>> round(staff.lower, 4), round(staff.upper, 4)
    (0.6798, 0.8091)
    """
    found = stratum_sums(sums)
    domain = np.zeros(found.rows, np.int64)
    settings = _Settings.of(found.layout, methods, overall, level, alpha, interval)
    return settings.table(SumsRoute.of(found, domain, 1), KINDS).survey_estimate(0)


def estimate_many(
    sums: StratumSums,
    domain: npt.ArrayLike,
    n_domains: int,
    *,
    kinds: tuple[str, ...] = ("dimension",),
    methods: Mapping[str, str] | str = "item-mean",
    overall: str = "mean-of-dimensions",
    level: float = 0.95,
    alpha: float = 0.05,
    interval: str = "wilson-t",
) -> EstimateTable:
    """Estimate many domains at once from rows of stratum sums.

    Parameters
    ----------
    sums
        Any number of rows; two rows of one domain are two strata of it.
    domain
        Domain 0 … ``n_domains`` − 1 of each row, shape (rows,).
    n_domains
        Number of domains.
    kinds
        Any of ``item``, ``dimension`` and ``overall``.
    methods, overall, level, alpha, interval
        As in :func:`estimate`.

    Returns
    -------
    EstimateTable
        The numbers of :func:`estimate` for each domain, as arrays.

    Raises
    ------
    AnalysisError
        A domain or option outside what is said above.
    """
    places = _domains(domain, sums.rows, n_domains, lowest=0)
    for kind in kinds:
        check_choice("kinds", kind, KINDS)
    settings = _Settings.of(sums.layout, methods, overall, level, alpha, interval)
    return settings.table(SumsRoute.of(sums, places, n_domains), kinds)


def estimate_rows(
    table: RatingTable,
    domain: npt.ArrayLike | None = None,
    n_domains: int = 1,
    *,
    kinds: tuple[str, ...] = KINDS,
    methods: Mapping[str, str] | str = "item-mean",
    overall: str = "mean-of-dimensions",
    level: float = 0.95,
    alpha: float = 0.05,
    interval: str = "wilson-t",
) -> EstimateTable:
    """Estimate domains of a table of ratings, person by person, with any weights.

    Parameters
    ----------
    table
        The full file: its strata and clusters hold for every domain.
    domain
        Domain 0 … ``n_domains`` − 1 of each row, −1 for rows in none; by default all rows are one domain.
    n_domains
        Number of domains.
    kinds, methods, overall, level, alpha, interval
        As in :func:`estimate_many` and :func:`estimate`.

    Raises
    ------
    AnalysisError
        A domain or option outside what is said above.

    Examples
    --------
    >>> from analysis.layout import Layout
    >>> layout = Layout(dimensions=(("staff", ("C1", "C2")),))
    >>> levels = np.tile([[5, 4], [4, 3], [2, 5], [4, 4]], (15, 1))
    >>> table = RatingTable.of(layout, levels, cluster=np.repeat(np.arange(12), 5))
    >>> staff = estimate_rows(table).survey_estimate(0).dimensions["staff"]
    >>> round(staff.lower, 4), round(staff.upper, 4)
    (0.6798, 0.8091)
    """
    rows = len(table.levels)
    given = np.zeros(rows, np.int64) if domain is None else domain
    places = _domains(given, rows, n_domains, lowest=-1)
    for kind in kinds:
        check_choice("kinds", kind, KINDS)
    settings = _Settings.of(table.layout, methods, overall, level, alpha, interval)
    return settings.table(RowsRoute.of(table, places, n_domains), kinds)


@dataclass(frozen=True, slots=True)
class _Settings:
    layout: Layout
    targets: Targets
    level: float
    alpha: float
    interval: str

    @classmethod
    def of(
        cls,
        layout: Layout,
        methods: Mapping[str, str] | str,
        overall: str,
        level: float,
        alpha: float,
        interval: str,
    ) -> _Settings:
        check_level(level)
        if not 0 < check_level(alpha, name="alpha") < 0.5:
            raise AnalysisError(f"alpha is {alpha!r}; allowed: above 0 and below 0.5")
        check_choice("interval", interval, INTERVALS)
        return cls(layout, targets(layout, methods, overall), level, alpha, interval)

    def table(self, route: SumsRoute | RowsRoute, kinds: tuple[str, ...]) -> EstimateTable:
        every = {
            "item": self.targets.items,
            "dimension": self.targets.dimensions,
            "overall": (self.targets.overall,),
        }
        wanted = tuple(target for kind in KINDS if kind in kinds for target in every[kind])
        evidence = route.evidence(wanted)
        conclusions = conclude(
            wanted,
            evidence,
            level=self.level,
            alpha=self.alpha,
            interval=self.interval,
            design_effect=lambda number: route.design_effect(wanted[number], self.targets.pooled),
        )
        return EstimateTable(
            layout=self.layout,
            targets=wanted,
            evidence=evidence,
            conclusions=conclusions,
            persons=route.persons_in_domain(),
            item_counts=route.item_counts(),
            level=self.level,
            alpha=self.alpha,
            interval=self.interval,
        )


def _domains(values: npt.ArrayLike, rows: int, n_domains: int, *, lowest: int) -> Integers:
    array = np.asarray(values)
    if array.shape != (rows,) or (rows and array.dtype.kind not in "iu"):
        raise AnalysisError(f"domain is {array.dtype} of shape {array.shape}; allowed: {rows} whole numbers")
    if rows and (int(array.min()) < lowest or int(array.max()) >= n_domains):
        raise AnalysisError(
            f"domain reaches from {array.min()} to {array.max()}; allowed: {lowest} to {n_domains - 1}"
        )
    return array.astype(np.int64, copy=False)

"""Result types shared by the package: frozen, unrounded, with the evidence beside the number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Raised whenever a formula, a rule or an encoding of this package changes the figures it returns.
ANALYSIS_VERSION = "1"


@dataclass(frozen=True, slots=True)
class ConfidenceInterval:
    """Two limits of a share or of a difference of shares, on the 0–1 (or −1–1) scale."""

    lower: float
    upper: float
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class IndexEstimate:
    """One index (an item, a dimension or the overall index) with the evidence behind it.

    Shares lie on the 0–1 scale; an undefined value is ``nan``, never a guess.

    Attributes
    ----------
    index
        The estimate: satisfied share, or mean score / 5 for ``mean-over-5``.
    n
        Persons with at least one valid answer to one of the items.
    valid, satisfied
        Valid answers and answers at level 4 or 5, unweighted, summed over the items.
    se_cluster, se_respondent
        Linearised standard errors with desk × day clusters and with respondents as clusters.
    df
        Degrees of freedom that belong to the larger of the two variances.
    n_eff
        Effective sample size p(1 − p)/V with V the larger variance (by rule at 0 %, at 100 % and at V = 0).
    lower, upper
        Two-sided limits at ``level``.
    one_sided_lower, one_sided_upper
        The limits that the verdict uses: each one-sided at 1 − ``alpha``.
    method_version
        Name and version of the index method, for example ``item-mean/1``.
    flags
        Names of rules that fired, for example ``df-below-8``, ``single-day``, ``item-below-30:E2``.
    """

    index: float
    n: int
    valid: int
    satisfied: int
    se_cluster: float
    se_respondent: float
    df: float
    n_eff: float
    lower: float
    upper: float
    one_sided_lower: float
    one_sided_upper: float
    level: float
    alpha: float
    method_version: str
    interval_method: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyEstimate:
    """Every index of one domain. ``items`` maps item name to its estimate, ``n`` counts persons."""

    n: int
    dimensions: Mapping[str, IndexEstimate]
    items: Mapping[str, IndexEstimate]
    overall: IndexEstimate
    by: Mapping[str, str] = field(default_factory=dict)

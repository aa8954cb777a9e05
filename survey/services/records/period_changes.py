"""The dimensions of a period against the period before of the same length."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis import goals
from analysis.goal_results import Baseline, GoalAssessment
from analysis.results import IndexEstimate
from survey.enums import Dimension
from survey.services.figures.disclosure import SHOWN_FROM


@dataclass(frozen=True, slots=True)
class ChangeSince:
    """One dimension against the period before of the same length."""

    dimension: Dimension
    before: IndexEstimate
    diff: float
    diff_lower: float
    diff_upper: float
    found: str  # improved, declined, no_shown_change, points_only


def changes(
    estimates: Iterable[tuple[Dimension, IndexEstimate | None]], before: Mapping[str, IndexEstimate]
) -> tuple[ChangeSince, ...]:
    """Hold what is shown of a period against the estimates of the one before, where enough answered."""
    found = []
    for dimension, estimate in estimates:
        earlier = before.get(dimension.value)
        if estimate is None or earlier is None or earlier.n < SHOWN_FROM or math.isnan(earlier.index):
            continue
        held = against_before(estimate, earlier)
        found.append(
            ChangeSince(
                dimension, earlier, held.diff, held.diff_lower, held.diff_upper, held.verdict_year_on_year
            )
        )
    return tuple(found)


def against_before(estimate: IndexEstimate, earlier: IndexEstimate) -> GoalAssessment:
    """Hold a dimension against the period before; the threshold plays no part in the change."""
    return goals.assess(
        estimate,
        threshold=0.5,
        baseline=Baseline.from_estimate(earlier, source="measured"),
        require_improvement=True,
    )

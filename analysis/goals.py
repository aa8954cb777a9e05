"""One goal of the plan: the plain point result, and beside it what the answers show beyond doubt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from analysis._goal_rules import change_part, refusals, threshold_part
from analysis._validation import AnalysisError, check_choice, check_share
from analysis.goal_results import (
    REASON_WORDS,
    Baseline,
    GoalAssessment,
    Operator,
    Point,
    Reason,
    Verdict,
    YearOnYear,
)
from analysis.results import IndexEstimate

__all__ = [
    "REASON_WORDS",
    "Baseline",
    "GoalAssessment",
    "Operator",
    "Point",
    "Reason",
    "Verdict",
    "YearOnYear",
    "assess",
]

_OPERATORS: Final = (">=", ">")
_YEAR_AS_VERDICT: Final[Mapping[YearOnYear, Verdict]] = MappingProxyType(
    {
        "improved": "met_with_confidence",
        "declined": "missed",
        "no_shown_change": "not_shown",
        "points_only": "not_shown",
        "no_baseline": "not_shown",
    }
)


def assess(
    current: IndexEstimate,
    *,
    threshold: float,
    operator: Operator = ">=",
    baseline: Baseline | None = None,
    require_improvement: bool = True,
    improvement_operator: Operator = ">",
) -> GoalAssessment:
    r"""Hold an estimate against a threshold and against last year.

    With :math:`L, U` the one-sided limits at :math:`1 - \alpha`:

    * threshold :math:`T`: ``met_with_confidence`` if :math:`L \ge T`, ``missed`` if :math:`U < T`, else
      ``not_shown`` (for the operator ``>``: :math:`L > T` and :math:`U \le T`);
    * last year: with the MOVER limits of this year minus last year, ``improved`` if :math:`L_D > 0`
      (``>=``: :math:`L_D \ge 0`), ``declined`` if :math:`U_D < 0`, else ``no_shown_change``;
    * both together are an intersection–union test: each part at :math:`\alpha`, no adjustment, the verdict
      is the worse one and the p-value the larger one. What cannot be compared counts as ``not_shown``.

    The plain point rule (:math:`p \ge T`, :math:`p > q`) stands beside it in fields of its own. Everything
    is compared unrounded.

    Parameters
    ----------
    current
        This year's estimate with its two-sided and one-sided limits.
    threshold
        :math:`T`, above 0 and up to 1.
    operator
        ``>=`` ("from T up") or ``>`` ("above T").
    baseline
        Last year's figure; ``None`` gives ``no_baseline`` and the point ``unknown``, never ``missed``.
        Without persons, by another method, or too thin for a verdict, only the points are compared
        (``points_only``). With persons but no estimate its limits are Wilson's for a simple sample.
    require_improvement
        Whether "above last year" is part of the goal. The comparison is reported either way.
    improvement_operator
        ``>`` ("above last year") or ``>=`` ("not below last year").

    Returns
    -------
    GoalAssessment
        ``verdict`` is ``refused`` with fewer than 30 persons, with an item of an item mean below 30
        answers, with all answers from one day, or with an undefined index.

    Raises
    ------
    AnalysisError
        Threshold outside (0, 1], ``>`` with threshold 1, or an unknown operator.

    Notes
    -----
    p-values invert the same limits (score test with t; MOVER), so they agree with the verdicts at
    ``current.alpha``; they are ``nan`` where the estimate's limits are not ``wilson-t``.

    References
    ----------
    R. L. Berger, Technometrics 24 (1982) 295–300 (intersection–union test).
    R. G. Newcombe, Statist. Med. 17 (1998) 873–890, method 10 (difference).

    Examples
    --------
    >>> from analysis.results import IndexEstimate
    >>> year = IndexEstimate(
    ...     index=0.86, n=200, valid=200, satisfied=172, se_cluster=0.0245, se_respondent=0.0245, df=40,
    ...     n_eff=200, lower=0.8049, upper=0.9015, one_sided_lower=0.8147, one_sided_upper=0.8956,
    ...     level=0.95, alpha=0.05, method_version="item-mean/1", interval_method="wilson-t")
    >>> found = assess(year, threshold=0.85)
    >>> found.point_threshold, found.verdict_threshold, found.verdict_year_on_year, found.point
    ('reached', 'not_shown', 'no_baseline', 'unknown')
    """
    _check_goal(threshold, operator, improvement_operator)
    refused = refusals(current)
    against = threshold_part(current, threshold, operator, refused=bool(refused))
    change = change_part(current, baseline, improvement_operator, refused=bool(refused))
    point, verdict, p_value = against.point, against.verdict, against.p_value
    if require_improvement:
        point = _worse_point(point, change.point)
        verdict = _worse_verdict(verdict, _YEAR_AS_VERDICT[change.verdict])
        p_value = math.nan if math.isnan(change.p_value) else max(p_value, change.p_value)
    return GoalAssessment(
        index=current.index,
        threshold=threshold,
        operator=operator,
        point_threshold=against.point,
        verdict_threshold=against.verdict,
        p_threshold=against.p_value,
        point_year_on_year=change.point,
        verdict_year_on_year=change.verdict,
        p_year_on_year=change.p_value,
        diff=change.diff,
        diff_lower=change.two_sided[0],
        diff_upper=change.two_sided[1],
        diff_one_sided_lower=change.one_sided[0],
        diff_one_sided_upper=change.one_sided[1],
        point=point,
        verdict=verdict,
        p_value=p_value,
        require_improvement=require_improvement,
        level=current.level,
        alpha=current.alpha,
        method_version=current.method_version,
        reasons=refused + against.reasons + change.reasons,
    )


def _check_goal(threshold: float, operator: str, improvement_operator: str) -> None:
    check_choice("operator", operator, _OPERATORS)
    check_choice("improvement_operator", improvement_operator, _OPERATORS)
    check_share("threshold", threshold)
    if threshold == 0 or (threshold == 1 and operator == ">"):
        raise AnalysisError(
            f"no index can fail {operator} 0 or pass > 1: {operator} {threshold!r} is no goal"
        )


def _worse_point(*points: Point) -> Point:
    worst_first: tuple[Point, ...] = ("not_reached", "unknown", "reached")
    return min(points, key=worst_first.index)


def _worse_verdict(*verdicts: Verdict) -> Verdict:
    worst_first: tuple[Verdict, ...] = ("refused", "missed", "not_shown", "met_with_confidence")
    return min(verdicts, key=worst_first.index)

"""The rules of a verdict: what refuses one, the threshold, and the comparison with last year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from analysis._one_sided import Evidence, one_sided_limits, p_above, p_higher
from analysis._validation import AnalysisError
from analysis.compare import mover
from analysis.goal_results import TIE, Baseline, Point, Reason, Verdict, YearOnYear
from analysis.results import ConfidenceInterval, IndexEstimate

# Fewer persons (or answers to one item of an item mean) allow no verdict: NCHS, Parker et al. (2017).
MINIMUM_N: Final = 30
_UNKNOWN_LIMITS: Final = (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class ThresholdPart:
    """One half of a goal."""

    point: Point
    verdict: Verdict
    p_value: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ChangePart:
    """The half that compares with last year."""

    point: Point
    verdict: YearOnYear
    p_value: float
    diff: float
    two_sided: tuple[float, float]
    one_sided: tuple[float, float]
    reasons: tuple[Reason, ...]


def _passes(value: float, mark: float, operator: str) -> bool:
    return value >= mark - TIE if operator == ">=" else value > mark + TIE


def _point(value: float, mark: float, operator: str) -> Point:
    if math.isnan(value):
        return "unknown"
    return "reached" if _passes(value, mark, operator) else "not_reached"


def _thin_items(estimate: IndexEstimate) -> tuple[str, ...]:
    """Items below 30 answers; the estimate flags them only where its index weighs items equally."""
    flags = (flag.partition(":") for flag in estimate.flags)
    return tuple(name for rule, _, name in flags if rule == "item-below-30")


def refusals(current: IndexEstimate) -> tuple[Reason, ...]:
    reasons = []
    if math.isnan(current.index):
        reasons.append(Reason("undefined_index"))
    elif not _has_limits(current):
        reasons.append(Reason("no_limits"))
    if current.n < MINIMUM_N:
        reasons.append(Reason("n_below_30", {"n": current.n, "required": MINIMUM_N}))
    reasons += [Reason("item_below_30", {"required": MINIMUM_N}, name) for name in _thin_items(current)]
    if "single-day" in current.flags:
        reasons.append(Reason("single_day"))
    return tuple(reasons)


def threshold_part(
    current: IndexEstimate, threshold: float, operator: str, *, refused: bool
) -> ThresholdPart:
    point = _point(current.index, threshold, operator)
    if refused:
        return ThresholdPart(point, "refused", math.nan, ())
    lower, upper = current.one_sided_lower, current.one_sided_upper
    verdict: Verdict
    if _passes(lower, threshold, operator):
        verdict, code = "met_with_confidence", "above_threshold"
    elif not _passes(upper, threshold, operator):
        verdict, code = "missed", "below_threshold"
    else:
        verdict, code = "not_shown", "threshold_within_limits"
    numbers = {"index": current.index, "threshold": threshold, "lower": lower, "upper": upper}
    reasons = [Reason(code, numbers)]
    if "df-below-8" in current.flags:
        reasons.append(Reason("df_below_8", {"df": current.df}))
    evidence = _evidence(current)
    return ThresholdPart(
        point, verdict, p_above(evidence, threshold) if evidence else math.nan, tuple(reasons)
    )


def _evidence(estimate: IndexEstimate) -> Evidence | None:
    """What p-values invert; ``None`` where the estimate's limits are not Wilson's with t."""
    evidence = Evidence(estimate.index, estimate.n_eff, estimate.df)
    expected = one_sided_limits(evidence, alpha=estimate.alpha)
    distance = abs(expected.lower - estimate.one_sided_lower) + abs(expected.upper - estimate.one_sided_upper)
    return evidence if distance < 1e-9 else None


def change_part(
    current: IndexEstimate, baseline: Baseline | None, operator: str, *, refused: bool
) -> ChangePart:
    if baseline is None:
        nothing = (Reason("no_baseline"),)
        return ChangePart(
            "unknown", "no_baseline", math.nan, math.nan, _UNKNOWN_LIMITS, _UNKNOWN_LIMITS, nothing
        )
    diff = current.index - baseline.value
    point = _point(diff, 0.0, operator)
    obstacle = _obstacle(current, baseline)
    if refused or obstacle:
        why = (obstacle,) if obstacle else ()
        return ChangePart(point, "points_only", math.nan, diff, _UNKNOWN_LIMITS, _UNKNOWN_LIMITS, why)
    previous = _baseline_limits(current, baseline)
    two_sided = mover(current.index, current, baseline.value, previous.two_sided)
    now = ConfidenceInterval(
        current.one_sided_lower, current.one_sided_upper, 1 - 2 * current.alpha, current.interval_method
    )
    one_sided = mover(current.index, now, baseline.value, previous.one_sided)
    verdict, reason = _year_verdict(diff, one_sided, operator)
    evidence = _evidence(current)
    p_value = p_higher(evidence, previous.evidence) if evidence and previous.evidence else math.nan
    reasons = (reason, *previous.reasons)
    return ChangePart(point, verdict, p_value, diff, two_sided, one_sided, reasons)


def _year_verdict(diff: float, limits: tuple[float, float], operator: str) -> tuple[YearOnYear, Reason]:
    numbers = {"diff": diff, "lower": limits[0], "upper": limits[1]}
    if _passes(limits[0], 0.0, operator):
        return "improved", Reason("above_last_year", numbers)
    if limits[1] < -TIE:
        return "declined", Reason("below_last_year", numbers)
    return "no_shown_change", Reason("no_change_within_limits", numbers)


def _obstacle(current: IndexEstimate, baseline: Baseline) -> Reason | None:
    """What forbids a verdict against this baseline, if anything does."""
    estimate = baseline.estimate
    if baseline.method_version != current.method_version:
        return Reason("baseline_other_method", {"value": baseline.value}, baseline.method_version)
    if estimate is None:
        if baseline.n is None:
            return Reason("baseline_without_n", {"value": baseline.value})
        return Reason("baseline_below_30", {"n": baseline.n}) if baseline.n < MINIMUM_N else None
    if estimate.n < MINIMUM_N or _thin_items(estimate):
        return Reason("baseline_below_30", {"n": estimate.n})
    if "single-day" in estimate.flags:
        return Reason("baseline_single_day")
    if not _has_limits(estimate):
        return Reason("baseline_without_limits")
    same_level = (current.level, current.alpha) == (estimate.level, estimate.alpha)
    return None if same_level else Reason("baseline_other_level")


def _has_limits(estimate: IndexEstimate) -> bool:
    limits = (estimate.lower, estimate.upper, estimate.one_sided_lower, estimate.one_sided_upper)
    return not any(math.isnan(limit) for limit in limits)


@dataclass(frozen=True, slots=True)
class _BaselineLimits:
    two_sided: ConfidenceInterval
    one_sided: ConfidenceInterval
    evidence: Evidence | None
    reasons: tuple[Reason, ...]


def _baseline_limits(current: IndexEstimate, baseline: Baseline) -> _BaselineLimits:
    estimate = baseline.estimate
    if estimate is not None:
        return _BaselineLimits(
            ConfidenceInterval(estimate.lower, estimate.upper, estimate.level, estimate.interval_method),
            ConfidenceInterval(
                estimate.one_sided_lower,
                estimate.one_sided_upper,
                1 - 2 * estimate.alpha,
                estimate.interval_method,
            ),
            _evidence(estimate),
            (),
        )
    if baseline.n is None:
        raise AnalysisError("limits of a baseline need its number of persons")
    evidence = Evidence(baseline.value, baseline.n, math.inf)
    return _BaselineLimits(
        one_sided_limits(evidence, alpha=(1 - current.level) / 2),
        one_sided_limits(evidence, alpha=current.alpha),
        evidence,
        (Reason("baseline_as_simple_sample", {"n": baseline.n}),),
    )

"""Rules of a goal: two results kept apart, refusals, kinds of baselines, ties, p-values."""

from __future__ import annotations

import dataclasses
import math

import pytest
from analysis_inputs import make_baseline, make_estimate
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.goals import REASON_WORDS, Baseline, GoalAssessment, assess
from analysis.results import IndexEstimate

SHARES = st.integers(0, 1000).map(lambda k: k / 1000)
SIZES = st.integers(30, 3000)


def without_limits(estimate: IndexEstimate) -> IndexEstimate:
    return dataclasses.replace(
        estimate, lower=math.nan, upper=math.nan, one_sided_lower=math.nan, one_sided_upper=math.nan
    )


def codes(found: GoalAssessment) -> set[str]:
    return {reason.code for reason in found.reasons}


@pytest.mark.parametrize(
    ("index", "n", "point", "verdict"),
    [
        (0.90, 1000, "reached", "met_with_confidence"),
        (0.86, 200, "reached", "not_shown"),
        (0.84, 200, "not_reached", "not_shown"),
        (0.75, 1000, "not_reached", "missed"),
        (1.00, 30, "reached", "met_with_confidence"),
        (0.00, 30, "not_reached", "missed"),
    ],
)
def test_point_and_verdict_are_two_results(index: float, n: int, point: str, verdict: str) -> None:
    found = assess(make_estimate(index, n=n), threshold=0.85, require_improvement=False)
    assert (found.point, found.verdict) == (point, verdict)


def test_unrounded_index_below_the_threshold_is_not_reached() -> None:
    assert assess(make_estimate(0.8496, n=5000), threshold=0.85).point_threshold == "not_reached"


def test_binary_rounding_does_not_fail_an_index_that_equals_the_threshold() -> None:
    mean = (0.1 + 0.7 + 0.8 + 1.6) / 4  # 0.7999999999999999 or 0.8000000000000002 in binary
    for index in (mean, math.nextafter(0.8, 0), math.nextafter(0.8, 1)):
        assert assess(make_estimate(index), threshold=0.8).point_threshold == "reached"
        assert assess(make_estimate(index), threshold=0.8, operator=">").point_threshold == "not_reached"


def test_same_index_as_last_year_is_reached_only_for_not_below() -> None:
    year = make_estimate(0.8)
    baseline = make_baseline(0.8, n=200)
    above = assess(year, threshold=0.5, baseline=baseline)
    not_below = assess(year, threshold=0.5, baseline=baseline, improvement_operator=">=")
    assert (above.point_year_on_year, not_below.point_year_on_year) == ("not_reached", "reached")
    assert above.p_year_on_year == 0.5


def test_goal_as_a_whole_is_the_worse_part_without_adjustment() -> None:
    found = assess(make_estimate(0.90, n=2000), threshold=0.85, baseline=make_baseline(0.895, n=2000))
    assert (found.verdict_threshold, found.verdict_year_on_year) == ("met_with_confidence", "no_shown_change")
    assert found.verdict == "not_shown"
    assert found.p_value == max(found.p_threshold, found.p_year_on_year)


def test_goal_without_improvement_ignores_last_year_but_reports_it() -> None:
    found = assess(
        make_estimate(0.90, n=2000),
        threshold=0.85,
        baseline=make_baseline(0.95, n=2000),
        require_improvement=False,
    )
    assert (found.point, found.verdict) == ("reached", "met_with_confidence")
    assert (found.point_year_on_year, found.verdict_year_on_year) == ("not_reached", "declined")


def test_both_parts_beyond_doubt_meet_the_goal() -> None:
    found = assess(make_estimate(0.92, n=2000), threshold=0.85, baseline=make_baseline(0.85, n=2000))
    assert (found.point, found.verdict) == ("reached", "met_with_confidence")


def test_no_baseline_is_unknown_and_never_missed() -> None:
    found = assess(make_estimate(0.95, n=2000), threshold=0.85)
    assert (found.point_year_on_year, found.verdict_year_on_year) == ("unknown", "no_baseline")
    assert (found.point, found.verdict) == ("unknown", "not_shown")
    assert math.isnan(found.diff)
    assert math.isnan(found.p_value)
    assert "no_baseline" in codes(found)


def test_a_missed_threshold_stays_missed_without_a_baseline() -> None:
    found = assess(make_estimate(0.70, n=2000), threshold=0.85)
    assert (found.point, found.verdict) == ("not_reached", "missed")


@pytest.mark.parametrize(
    ("baseline", "code"),
    [
        (make_baseline(0.80), "baseline_without_n"),
        (make_baseline(0.80, n=900, method_version="mean-over-5/1"), "baseline_other_method"),
        (make_baseline(0.80, n=29), "baseline_below_30"),
        (Baseline.from_estimate(make_estimate(0.80, n=29), source="s"), "baseline_below_30"),
        (
            Baseline.from_estimate(make_estimate(0.80, flags=("item-below-30:E2",)), source="s"),
            "baseline_below_30",
        ),
        (
            Baseline.from_estimate(make_estimate(0.80, flags=("single-day",)), source="s"),
            "baseline_single_day",
        ),
        (Baseline.from_estimate(make_estimate(0.80, level=0.9), source="s"), "baseline_other_level"),
        (Baseline.from_estimate(without_limits(make_estimate(0.8)), source="s"), "baseline_without_limits"),
    ],
)
def test_weak_baseline_compares_the_points_and_says_so(baseline: Baseline, code: str) -> None:
    found = assess(make_estimate(0.95, n=2000), threshold=0.85, baseline=baseline)
    assert (found.point_year_on_year, found.verdict_year_on_year) == ("reached", "points_only")
    assert (found.point, found.verdict) == ("reached", "not_shown")
    assert found.diff == pytest.approx(0.15)
    assert math.isnan(found.diff_lower)
    assert code in codes(found)


def test_baseline_with_persons_only_is_taken_as_a_simple_sample() -> None:
    found = assess(make_estimate(0.90, n=900), threshold=0.85, baseline=make_baseline(0.80, n=900))
    assert found.verdict_year_on_year == "improved"
    assert "baseline_as_simple_sample" in codes(found)


@pytest.mark.parametrize(
    ("estimate", "code"),
    [
        (make_estimate(0.99, n=29), "n_below_30"),
        (make_estimate(0.99, flags=("item-below-30:E2",)), "item_below_30"),
        (
            make_estimate(0.99, method_version="mean-of-dimensions/1", flags=("item-below-30:E2",)),
            "item_below_30",
        ),
        (make_estimate(0.99, flags=("single-day",)), "single_day"),
        (make_estimate(math.nan), "undefined_index"),
        (without_limits(make_estimate(0.70)), "no_limits"),
    ],
)
def test_verdict_is_refused_and_says_why(estimate: object, code: str) -> None:
    found = assess(estimate, threshold=0.85, baseline=make_baseline(0.80, n=900))  # type: ignore[arg-type]
    assert (found.verdict_threshold, found.verdict) == ("refused", "refused")
    assert found.verdict_year_on_year == "points_only"
    assert math.isnan(found.p_value)
    assert code in codes(found)


def test_undefined_index_has_an_unknown_point() -> None:
    found = assess(make_estimate(math.nan), threshold=0.85, baseline=make_baseline(0.80, n=900))
    assert (found.point_threshold, found.point_year_on_year, found.point) == ("unknown",) * 3


def test_few_days_are_noted_not_refused() -> None:
    found = assess(make_estimate(0.99, df=5, flags=("df-below-8",)), threshold=0.85)
    assert found.verdict_threshold == "met_with_confidence"
    assert "df_below_8" in codes(found)


def test_another_interval_family_has_a_verdict_and_no_p_value() -> None:
    estimate = dataclasses.replace(make_estimate(0.95), one_sided_lower=0.91, interval_method="logit-t")
    found = assess(estimate, threshold=0.85, baseline=make_baseline(0.80, n=900))
    assert (found.verdict_threshold, found.verdict_year_on_year) == ("met_with_confidence", "improved")
    assert math.isnan(found.p_threshold)
    assert math.isnan(found.p_year_on_year)


def test_threshold_of_everybody_can_be_reached_but_never_shown() -> None:
    found = assess(make_estimate(1.0, n=5000), threshold=1.0, require_improvement=False)
    assert (found.point, found.verdict, found.p_threshold) == ("reached", "not_shown", 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 80},
        {"threshold": 0},
        {"threshold": math.nan},
        {"threshold": 1, "operator": ">"},
        {"threshold": 0.8, "operator": "<"},
        {"threshold": 0.8, "improvement_operator": "="},
    ],
)
def test_goal_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AnalysisError):
        assess(make_estimate(), **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 84},
        {"value": 0.84, "n": 0},
        {"value": 0.84, "estimate": make_estimate(0.85)},
    ],
)
def test_baseline_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AnalysisError):
        Baseline(method_version="item-mean/1", source="s", **wrong)  # type: ignore[arg-type]


@given(p=SHARES, q=SHARES, n=SIZES, m=SIZES, df=st.integers(1, 500), threshold=st.integers(1, 99))
def test_p_values_agree_with_the_verdicts(
    p: float, q: float, n: int, m: int, df: int, threshold: int
) -> None:
    baseline = Baseline.from_estimate(make_estimate(q, n=m, df=df), source="s")
    found = assess(make_estimate(p, n=n, df=df), threshold=threshold / 100, baseline=baseline)
    if abs(found.p_threshold - 0.05) > 1e-9:
        assert (found.p_threshold < 0.05) == (found.verdict_threshold == "met_with_confidence")
    if abs(found.p_year_on_year - 0.05) > 1e-9:
        assert (found.p_year_on_year < 0.05) == (found.verdict_year_on_year == "improved")
    if abs(found.p_year_on_year - 0.95) > 1e-9:
        assert (found.p_year_on_year > 0.95) == (found.verdict_year_on_year == "declined")


@given(p=SHARES, q=SHARES, n=SIZES, m=SIZES)
def test_a_verdict_never_contradicts_its_point(p: float, q: float, n: int, m: int) -> None:
    baseline = Baseline.from_estimate(make_estimate(q, n=m), source="s")
    found = assess(make_estimate(p, n=n), threshold=0.85, baseline=baseline)
    if found.verdict == "met_with_confidence":
        assert found.point == "reached"
    if found.verdict == "missed":
        assert found.point == "not_reached"


def test_every_reason_has_words_and_its_numbers_fill_them() -> None:
    seen = [
        assess(make_estimate(p, n=n, flags=flags), threshold=0.85, baseline=baseline)
        for p, n, flags in (
            (0.99, 900, ("df-below-8",)),
            (0.10, 900, ()),
            (0.85, 40, ()),
            (math.nan, 5, ("single-day", "item-below-30:A1")),
        )
        for baseline in (
            None,
            make_baseline(0.5),
            make_baseline(0.5, n=10),
            make_baseline(0.8, n=100),
            make_baseline(0.5, n=90, method_version="pooled/1"),
            Baseline.from_estimate(make_estimate(0.5, flags=("single-day",)), source="s"),
            Baseline.from_estimate(make_estimate(0.5, level=0.9), source="s"),
            Baseline.from_estimate(without_limits(make_estimate(0.5)), source="s"),
        )
    ]
    seen.append(assess(without_limits(make_estimate(0.5)), threshold=0.85))
    reasons = [reason for found in seen for reason in found.reasons]
    assert {reason.code for reason in reasons} == set(REASON_WORDS)
    for reason in reasons:
        words = REASON_WORDS[reason.code].format(**reason.numbers, subject=reason.subject)
        assert "{" not in words


def test_assessment_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        assess(make_estimate(), threshold=0.85).verdict = "missed"  # type: ignore[misc]

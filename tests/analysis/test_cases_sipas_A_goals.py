"""Verdicts of two years of set A: the recommended Wilson-t limits, MOVER, and what R's own tests say."""

from __future__ import annotations

from typing import Any

import pytest
import reference_cases

from analysis._one_sided import Evidence, one_sided_limits
from analysis.compare import holm
from analysis.goals import Baseline, GoalAssessment, assess
from analysis.results import ConfidenceInterval, IndexEstimate

NAME = "sipas_A_goals"
CASES = reference_cases.params(
    NAME, lambda file: file["recommended_wilson_t"], label=lambda case: str(case["dimension"])
)


def estimate(given: dict[str, Any]) -> IndexEstimate:
    """An estimate of the case's year: index, effective n and df as given, limits by our formula."""
    evidence = Evidence(given["est"], given["n_eff"], given["df"])
    two_sided, one_sided = (one_sided_limits(evidence, alpha=alpha) for alpha in (0.025, 0.05))
    return IndexEstimate(
        index=given["est"],
        n=1000,
        valid=1000,
        satisfied=0,
        se_cluster=given["se_cluster"],
        se_respondent=given["se_respondent"],
        df=given["df"],
        n_eff=given["n_eff"],
        lower=two_sided.lower,
        upper=two_sided.upper,
        one_sided_lower=one_sided.lower,
        one_sided_upper=one_sided.upper,
        level=0.95,
        alpha=0.05,
        method_version="pooled/1",
        interval_method="wilson-t",
    )


def assessed(case: dict[str, Any], threshold: str) -> GoalAssessment:
    baseline = Baseline.from_estimate(estimate(case["previous95"]), source="last year")
    return assess(estimate(case["current95"]), threshold=float(threshold), baseline=baseline)


@pytest.mark.parametrize("year", ["current95", "previous95"])
@pytest.mark.parametrize("case", CASES)
def test_limits_of_a_year(case: dict[str, Any], year: str) -> None:
    found = estimate(case[year])
    assert found.lower == pytest.approx(case[year]["lower"], abs=1e-9)
    assert found.upper == pytest.approx(case[year]["upper"], abs=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_one_sided_limits(case: dict[str, Any]) -> None:
    found = estimate(case["current95"])
    assert found.one_sided_lower == pytest.approx(case["current_one_sided"]["lower"], abs=1e-9)
    assert found.one_sided_upper == pytest.approx(case["current_one_sided"]["upper"], abs=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_limits_of_the_change(case: dict[str, Any]) -> None:
    found = assessed(case, "0.80")
    assert found.diff == pytest.approx(case["diff"], abs=1e-12)
    two_sided, one_sided = case["mover95"], case["mover_one_sided"]
    assert (found.diff_lower, found.diff_upper) == pytest.approx(tuple(two_sided.values()), abs=1e-9)
    assert (found.diff_one_sided_lower, found.diff_one_sided_upper) == pytest.approx(
        tuple(one_sided.values()), abs=1e-9
    )


@pytest.mark.parametrize("case", CASES)
def test_verdicts(case: dict[str, Any]) -> None:
    for threshold, verdict in case["verdict_threshold"].items():
        found = assessed(case, threshold)
        assert found.verdict_threshold == verdict
        assert found.verdict_year_on_year == case["verdict_year_on_year"]


@pytest.mark.parametrize("case", CASES)
def test_p_values_are_near_the_design_based_ones(case: dict[str, Any]) -> None:
    # R tests on the logit scale and with Wald's error of the change: the same question, another family.
    file = reference_cases.load(NAME)
    [year] = [row for row in file["year_on_year"] if row["dimension"] == case["dimension"]]
    assert assessed(case, "0.80").p_year_on_year == pytest.approx(year["p_one_sided_improved"], abs=2e-3)
    for row in (
        row for block in file["thresholds"] for row in block if row["dimension"] == case["dimension"]
    ):
        found = assessed(case, str(row["threshold"]))
        assert found.p_threshold == pytest.approx(row["p_one_sided_ge"], abs=1e-3)
        assert found.verdict_threshold == row["verdict"]


@pytest.mark.parametrize(
    "block", reference_cases.params(NAME, lambda file: [file["thresholds"]], label=lambda _: "")
)
def test_verdict_rule_on_limits_of_another_family(block: list[list[dict[str, Any]]]) -> None:
    for row in (row for rows in block for row in rows):
        limits = ConfidenceInterval(
            row["one_sided_lower95_logit"], row["one_sided_upper95_logit"], 0.90, "logit-t"
        )
        current = IndexEstimate(
            index=row["est"], n=1000, valid=1000, satisfied=0, se_cluster=0.01, se_respondent=0.01, df=700,
            n_eff=1000, lower=limits.lower, upper=limits.upper, one_sided_lower=limits.lower,
            one_sided_upper=limits.upper, level=0.95, alpha=0.05, method_version="pooled/1",
            interval_method="logit-t",
        )  # fmt: skip
        assert assess(current, threshold=row["threshold"]).verdict_threshold == row["verdict"]


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        (
            lambda file: [r["p_one_sided_improved"] for r in file["year_on_year"]],
            "holm_year_on_year_5_dimensions",
        ),
        (
            lambda file: [r["p_one_sided_ge"] for r in file["thresholds"][0]],
            "holm_threshold_0.80_5_dimensions",
        ),
    ],
    ids=["year-on-year", "threshold"],
)
def test_holm_over_the_five_dimensions(p_values: Any, adjusted: str) -> None:
    if not reference_cases.exists(NAME):
        pytest.skip(f"{NAME} is not in {reference_cases.folder()}")
    file = reference_cases.load(NAME)
    # The overall index comes last in the file and is a claim of its own.
    assert holm(p_values(file)[:-1]) == pytest.approx(file[adjusted], rel=1e-9)

"""Intervals of one share and its one-sample tests against R (binom, prop.test, binom.test, ratesci)."""

from __future__ import annotations

from typing import Any

import pytest
import reference_cases

from analysis.proportions import METHODS, against_threshold, interval

# ratesci stops its mid-p search at six decimals; all others are closed forms or beta quantiles.
TOLERANCE = {"midp": 1e-5}


def described(case: dict[str, Any]) -> str:
    return "-".join(str(value) for value in case["input"].values())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "case", reference_cases.params("single_proportion", lambda file: file["cases"], label=described)
)
def test_interval_agrees_with_r(case: dict[str, Any], method: str) -> None:
    given, expected = case["input"], case["expected"][method]
    found = interval(given["x"], given["n"], level=given["level"], method=method)
    tolerance = TOLERANCE.get(method, 1e-9)
    assert found.lower == pytest.approx(expected["lower"], abs=tolerance)
    assert found.upper == pytest.approx(expected["upper"], abs=tolerance)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("z", "z_score"),
        ("p_score_greater", "p_score_greater"),
        ("p_score_less", "p_score_less"),
        ("p_exact_greater", "p_exact_greater"),
        ("p_exact_less", "p_exact_less"),
        ("p_midp_greater", "p_midp_greater"),
        ("posterior_jeffreys", "posterior_prob_p_gt_p0_jeffreys"),
        ("posterior_uniform", "posterior_prob_p_gt_p0_uniform"),
    ],
)
@pytest.mark.parametrize(
    "case", reference_cases.params("single_proportion", lambda file: file["tests"], label=described)
)
def test_test_against_a_threshold_agrees_with_r(case: dict[str, Any], ours: str, theirs: str) -> None:
    given = case["input"]
    found = against_threshold(given["x"], given["n"], threshold=given["p0"])
    assert getattr(found, ours) == pytest.approx(case["expected"][theirs], abs=1e-9)


@pytest.mark.parametrize(("method", "short"), [("wilson", "wilson"), ("clopper_pearson", "cp")])
@pytest.mark.parametrize(
    "case", reference_cases.params("single_proportion", lambda file: file["tests"], label=described)
)
def test_one_sided_limits_are_the_ends_of_the_90_percent_interval(
    case: dict[str, Any], method: str, short: str
) -> None:
    given, expected = case["input"], case["expected"]
    found = interval(given["x"], given["n"], level=0.90, method=method)
    assert found.lower == pytest.approx(expected[f"{short}_one_sided_lower95"], abs=1e-9)
    assert found.upper == pytest.approx(expected[f"{short}_one_sided_upper95"], abs=1e-9)

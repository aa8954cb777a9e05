"""Differences of two shares against R (ratesci, PropCIs), and their one-sided tests."""

from __future__ import annotations

from typing import Any

import pytest
import reference_cases

from analysis.compare import METHODS, difference, superiority

# ratesci searches its score limits to ten decimals; the others are closed forms.
TOLERANCE = {"miettinen_nurminen": 1e-6, "mee": 1e-6}


def described(case: dict[str, Any]) -> str:
    return "-".join(str(value) for value in case["input"].values())


CASES = reference_cases.params("difference", lambda file: file["cases"], label=described)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES)
def test_difference_agrees_with_r(case: dict[str, Any], method: str) -> None:
    expected = case["expected"][method]
    found = difference(**case["input"], method=method)
    tolerance = TOLERANCE.get(method, 1e-9)
    assert found.estimate == pytest.approx(case["estimate"], abs=1e-12)
    assert found.lower == pytest.approx(expected["lower"], abs=tolerance)
    assert found.upper == pytest.approx(expected["upper"], abs=tolerance)


@pytest.mark.parametrize("case", CASES)
def test_one_sided_tests_agree_with_r(case: dict[str, Any]) -> None:
    given, expected = case["input"], case["tests"]
    counts = given["x1"], given["n1"], given["x2"], given["n2"]
    found = superiority(*counts)
    mirrored = superiority(*counts[2:], *counts[:2])
    assert found.p_fisher == pytest.approx(expected["p_fisher_greater"], abs=1e-9)
    assert found.p_miettinen_nurminen == pytest.approx(expected["p_mn_right"], abs=1e-6)
    assert mirrored.p_miettinen_nurminen == pytest.approx(expected["p_mn_left"], abs=1e-6)
    # prop.test has no answer where both groups are at 0 or at 100 %; ours is then ½, as for the others.
    pooled = expected["p_score_pooled_greater"]
    assert found.p_score == pytest.approx(0.5 if pooled is None else pooled, abs=1e-9)

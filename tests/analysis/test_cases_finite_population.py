"""Random draws from a known number of dossiers against R (phyper, survey with fpc)."""

from __future__ import annotations

from typing import Any

import pytest
import reference_cases

from analysis.finite_population import exact_count, standard_error, wilson
from analysis.intervals import effective_n, korn_graubard, logit_t


def described(case: dict[str, Any]) -> str:
    return "-".join(str(value) for value in case["input"].values())


CASES = reference_cases.params("finite_population", lambda file: file["cases"], label=described)


def counts(case: dict[str, Any]) -> tuple[int, int, int]:
    return case["input"]["x"], case["input"]["n"], case["input"]["N"]


@pytest.mark.parametrize("case", CASES)
def test_exact_limits_agree_with_phyper(case: dict[str, Any]) -> None:
    found = exact_count(*counts(case), level=case["input"]["level"])
    expected = case["expected"]
    assert [found.lower_count, found.upper_count] == expected["hypergeometric_exact_counts"]
    assert found.lower == pytest.approx(expected["hypergeometric_exact"]["lower"], abs=1e-12)
    assert found.upper == pytest.approx(expected["hypergeometric_exact"]["upper"], abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_lower_count_is_not_the_rejected_one_of_another_program(case: dict[str, Any]) -> None:
    found = exact_count(*counts(case), level=case["input"]["level"])
    assert found.lower_count == case["expected"]["sprop_exact_counts"][0] + 1


@pytest.mark.parametrize("case", CASES)
def test_standard_error_agrees_with_survey(case: dict[str, Any]) -> None:
    assert standard_error(*counts(case)) == pytest.approx(case["expected"]["srs_se"], rel=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_wilson_agrees_with_svyciprop(case: dict[str, Any]) -> None:
    expected = case["expected"].get("svyciprop_wilson")
    if expected is None:
        pytest.skip("svyciprop has no answer at 0 and 100 %")
    found = wilson(*counts(case), level=case["input"]["level"])
    assert found.lower == pytest.approx(expected["lower"], abs=1e-9)
    assert found.upper == pytest.approx(expected["upper"], abs=1e-9)


@pytest.mark.parametrize("method", ["svyciprop_xlogit", "svyciprop_beta"])
@pytest.mark.parametrize("case", CASES)
def test_design_based_intervals_take_the_corrected_variance(case: dict[str, Any], method: str) -> None:
    expected = case["expected"].get(method)
    if expected is None:
        pytest.skip("svyciprop has no answer at 0 and 100 %")
    x, n, population = counts(case)
    share, variance, level = x / n, standard_error(x, n, population) ** 2, case["input"]["level"]
    if method == "svyciprop_xlogit":
        lower, upper = logit_t(share, variance, n - 1, level=level)
    else:
        size = effective_n(share, variance)
        lower, upper = korn_graubard(share, size, n, n - 1, level=level, capped=False)
    assert float(lower) == pytest.approx(expected["lower"], abs=1e-9)
    assert float(upper) == pytest.approx(expected["upper"], abs=1e-9)

"""Planned numbers of answers against R (qbinom, binom.wilson, power.prop.test, samplingbook)."""

from __future__ import annotations

from typing import Any

import pytest
import reference_cases

from analysis.power import exact_for_threshold
from analysis.remaining import Standing, still_needed
from analysis.sample_size import cochran, for_threshold, for_year_on_year, yamane


def described(case: dict[str, Any]) -> str:
    return "-".join(str(value) for value in case["input"].values())


def cases(block: str) -> list[Any]:
    return reference_cases.params("sample_size", lambda file: file[block], label=described)


@pytest.mark.parametrize("case", cases("one_sample"))
def test_threshold_by_the_normal_approximation(case: dict[str, Any]) -> None:
    given, expected = case["input"], case["expected"]
    found = for_threshold(
        given["p_true"], given["p0"], alpha=1 - given["one_sided_level"], power=given["power"]
    )
    assert found.needed == pytest.approx(expected["n_normal_approx"], rel=1e-9)
    assert found.persons == expected["n_normal_ceiling"]


@pytest.mark.parametrize("case", cases("one_sample"))
def test_threshold_by_the_exact_test_and_by_wilson(case: dict[str, Any]) -> None:
    given, expected = case["input"], case["expected"]
    plan = {"alpha": 1 - given["one_sided_level"], "power": given["power"]}
    exact = exact_for_threshold(given["p_true"], given["p0"], **plan)
    assert (exact.first, exact.stays) == (expected["n_exact_first"], expected["n_exact_stays"])
    assert exact.power_at_first == pytest.approx(expected["power_at_n_exact_first"], abs=1e-9)
    wilson = exact_for_threshold(given["p_true"], given["p0"], **plan, rule="wilson")
    assert wilson.first == expected["n_wilson_lower_first"]
    assert wilson.power_at_first == pytest.approx(expected["power_at_n_wilson"], abs=1e-9)


@pytest.mark.parametrize("case", cases("more_needed"))
def test_persons_still_needed(case: dict[str, Any]) -> None:
    given, expected = case["input"], case["expected"]
    found = still_needed(
        Standing.of_counts(given["x"], given["n"]),
        threshold=given["p0"],
        operator=">",
        future_share=given["rate_future"],
    )
    assert found.persons == expected["m_first"]
    assert found.lower_now == pytest.approx(expected["lower_now"], abs=1e-9)
    assert found.lower_then == pytest.approx(expected["lower_at_m"], abs=1e-9)


@pytest.mark.parametrize("case", cases("margin"))
def test_margin_of_error(case: dict[str, Any]) -> None:
    given, expected = case["input"], case["expected"]
    population = float(given["N"])
    plan = {"share": given["P"], "level": given["level"]}
    assert cochran(given["e"], **plan).needed == pytest.approx(expected["cochran_n0"], rel=1e-9)
    found = cochran(given["e"], **plan, population=population)
    assert found.needed == pytest.approx(expected["cochran_fpc"], rel=1e-9)
    assert found.persons == expected["samplingbook_n"]
    assert yamane(given["e"], population=population) == pytest.approx(expected["yamane"], rel=1e-9)


@pytest.mark.parametrize("case", cases("two_sample"))
def test_year_on_year(case: dict[str, Any]) -> None:
    given = case["input"]
    found = for_year_on_year(given["p1"], given["p2"], alpha=given["sig"], power=given["power"])
    # power.prop.test searches its root to about 1e-4 of the size.
    assert found.needed == pytest.approx(case["expected"]["n_per_group"], rel=1e-6)

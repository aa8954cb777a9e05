"""Values printed in papers, to the last digit they print: shares, differences, coverage, plans."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import reference_cases
from analysis_inputs import wald

from analysis.compare import benjamini_hochberg, difference
from analysis.coverage import exact_coverage
from analysis.proportions import interval
from analysis.sample_size import yamane

# The papers' names of the methods we offer, and the digits of the sources that print more or fewer than four.
SHARES = {"score": "wilson", "score_cc": "wilson_cc", "mid_p": "midp", "clopper_pearson": "clopper_pearson"}
DIFFERENCES = {
    "newcombe_method10": "newcombe",
    "newcombe_cc_method11": "newcombe_cc",
    "miettinen_nurminen": "miettinen_nurminen",
    "mee": "mee",
    "agresti_caffo": "agresti_caffo",
    "score_without_N_over_N_minus_1": "mee",
    "PropCIs_diffscoreci_with_factor": "miettinen_nurminen",
}


def agrees(found: tuple[float, float], printed: list[float]) -> bool:
    """Whether both limits round to what is printed; a bare 0 or 1 is taken with the digits of the other."""
    decimals = [len(repr(number).partition(".")[2]) for number in printed]
    return all(
        abs(ours - theirs) <= 0.5 * 10.0 ** -(max(decimals) if theirs in (0, 1) else digits) * (1 + 1e-9)
        for ours, theirs, digits in zip(found, printed, decimals, strict=True)
    )


def intervals(block: str, names: dict[str, str]) -> list[Any]:
    def cases(file: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for source in file[block]:
            for case in source["cases"]:
                for printed, method in names.items():
                    if printed in case:
                        counts = {key: case[key] for key in ("x", "n", "x1", "n1", "x2", "n2") if key in case}
                        yield {"counts": counts, "method": method, "printed": case[printed]}

    return reference_cases.params("published", cases, label=lambda case: case["method"])


@pytest.mark.parametrize("case", intervals("single_proportion", SHARES))
def test_interval_as_printed(case: dict[str, Any]) -> None:
    found = interval(**case["counts"], method=case["method"])
    assert agrees((found.lower, found.upper), case["printed"]), found


@pytest.mark.parametrize("case", intervals("difference", DIFFERENCES))
def test_difference_as_printed(case: dict[str, Any]) -> None:
    found = difference(**case["counts"], method=case["method"])
    assert agrees((found.lower, found.upper), case["printed"]), found


@pytest.mark.parametrize(
    "case", reference_cases.params("published", lambda file: file["coverage"][0]["cases"], label=str)
)
def test_wald_coverage_as_printed(case: dict[str, Any]) -> None:
    found = exact_coverage(case["p"], case["n"], interval=partial(wald, level=0.95))
    assert found == pytest.approx(case["coverage"], abs=0.0005)


@pytest.mark.parametrize(
    "case", reference_cases.params("published", lambda file: file["multiplicity"], label=str)
)
def test_rejections_as_printed_by_benjamini_and_hochberg(case: dict[str, Any]) -> None:
    [listed] = [
        entry["input"]["p"]
        for entry in reference_cases.load("multiplicity")["cases"]
        if entry["id"].startswith("Benjamini & Hochberg 1995")
    ]
    rejected = sum(p <= 0.05 for p in benjamini_hochberg(listed))
    assert rejected == case["BH_rejections_at_0.05"]


@pytest.mark.parametrize(
    "case", reference_cases.params("published", lambda file: file["sample_size"][0]["cases"], label=str)
)
def test_ministry_sample_size_as_printed(case: dict[str, Any]) -> None:
    assert yamane(case["e"], population=case["N"]) == pytest.approx(case["n"], abs=0.005)

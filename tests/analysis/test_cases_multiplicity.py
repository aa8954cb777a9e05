"""Adjusted p-values against R's p.adjust."""

from __future__ import annotations

from typing import Any

import pytest
import reference_cases

from analysis.compare import benjamini_hochberg, holm

CASES = reference_cases.params("multiplicity", lambda file: file["cases"])


@pytest.mark.parametrize("case", CASES)
def test_holm_agrees_with_p_adjust(case: dict[str, Any]) -> None:
    assert holm(case["input"]["p"]) == pytest.approx(case["expected"]["holm"], abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_benjamini_hochberg_agrees_with_p_adjust(case: dict[str, Any]) -> None:
    assert benjamini_hochberg(case["input"]["p"]) == pytest.approx(case["expected"]["BH"], abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_adjustment_follows_the_p_values_in_any_order(case: dict[str, Any]) -> None:
    p = case["input"]["p"]
    for adjust in (holm, benjamini_hochberg):
        assert adjust(p[::-1]) == pytest.approx(adjust(p)[::-1], abs=0)

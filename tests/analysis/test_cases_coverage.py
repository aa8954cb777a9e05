"""Exact coverage against binom::binom.coverage, Wald's interval included to show why it is not offered."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import reference_cases
from analysis_inputs import wald

from analysis.coverage import exact_coverage
from analysis.proportions import interval


@pytest.mark.parametrize("case", reference_cases.params("coverage", lambda file: file["cases"]))
def test_coverage_agrees_with_r(case: dict[str, Any]) -> None:
    given = case["input"]
    level, method = given["level"], given["method"]
    made = (
        partial(wald, level=level)
        if method == "asymptotic"
        else partial(interval, level=level, method=method)
    )
    found = exact_coverage(given["p"], given["n"], interval=made)
    assert found == pytest.approx(case["expected"]["coverage"], abs=1e-9)


def test_exact_interval_never_covers_less_than_it_says() -> None:
    exact = partial(interval, method="clopper_pearson")
    assert min(exact_coverage(share / 100, 40, interval=exact) for share in range(50, 100)) >= 0.95

"""Year-end forecasts against R (extraDistr, VGAM)."""

from __future__ import annotations

import math
from typing import Any

import pytest
import reference_cases

from analysis.forecast import Forecast, beta_binomial, year_end


def described(case: dict[str, Any]) -> str:
    return "-".join(str(value) for value in case["input"].values())


CASES = reference_cases.params("forecast", lambda file: file["cases"], label=described)


def forecast(given: dict[str, Any]) -> Forecast:
    return year_end(
        given["x"] / given["n"],
        given["n"],
        remaining=given["m_remaining"],
        threshold=given["threshold"],
        prior=(given["prior_a"], given["prior_b"]),
    )


@pytest.mark.parametrize("case", CASES)
def test_forecast_agrees_with_r(case: dict[str, Any]) -> None:
    found, expected = forecast(case["input"]), case["expected"]
    assert found.posterior_a == pytest.approx(expected["post_a"], abs=1e-9)
    assert found.posterior_b == pytest.approx(expected["post_b"], abs=1e-9)
    assert found.probability == pytest.approx(expected["predictive_prob_year_end_share_ge_thr"], abs=1e-9)
    assert found.mean_satisfied == pytest.approx(expected["predictive_mean_k"], rel=1e-9)
    assert found.sd_satisfied == pytest.approx(expected["predictive_sd_k"], rel=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_word_follows_from_the_probability(case: dict[str, Any]) -> None:
    probability = case["expected"]["predictive_prob_year_end_share_ge_thr"]
    word = "likely" if probability > 0.8 else "unlikely" if probability < 0.2 else "open"
    assert forecast(case["input"]).outlook == word


@pytest.mark.parametrize("case", CASES)
def test_persons_needed_are_counted_whole(case: dict[str, Any]) -> None:
    # The file leaves a need below 0 or above the persons to come as it is.
    assert forecast(case["input"]).needed == case["expected"]["need_more"]


@pytest.mark.parametrize("case", CASES)
def test_fan_agrees_with_r(case: dict[str, Any]) -> None:
    found, expected = forecast(case["input"]), case["expected"]
    for quantile in ("q05", "q50", "q95"):
        assert getattr(found.satisfied, quantile) == expected["k_quantiles"][quantile]
        share = expected["year_end_share_quantiles"][quantile]
        assert getattr(found.year_end, quantile) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_distribution_has_the_moments_of_the_textbook(case: dict[str, Any]) -> None:
    found, m = forecast(case["input"]), case["input"]["m_remaining"]
    a, b = found.posterior_a, found.posterior_b
    assert beta_binomial(m, a, b).sum() == pytest.approx(1.0, abs=1e-12)
    assert found.mean_satisfied == pytest.approx(m * a / (a + b), rel=1e-9)
    spread = math.sqrt(m * a * b * (a + b + m) / (a + b + 1)) / (a + b)
    assert found.sd_satisfied == pytest.approx(spread, rel=1e-9)

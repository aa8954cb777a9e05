"""Forecasts at the ends: nothing yet, nothing to come, already certain, out of reach, large numbers."""

from __future__ import annotations

import math

import pytest
from analysis_inputs import make_estimate
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.forecast import beta_binomial, of_estimate, prior_from_last_year, year_end


def test_binary_rounding_asks_for_no_extra_person() -> None:
    # 0.35 × 100 is 35.0, 0.55 × 100 is 55.00000000000001 and 0.29 × 100 is 28.999999999999996.
    for percent in range(1, 100):
        assert year_end(0.5, 0, remaining=100, threshold=percent / 100).needed == percent
        assert year_end(0.5, 0, remaining=100, threshold=percent / 100, operator=">").needed == percent + 1


def test_certain_and_out_of_reach() -> None:
    sure = year_end(1.0, 100, remaining=10, threshold=0.8)
    assert (sure.probability, sure.outlook) == (1.0, "likely")
    assert sure.needed <= 0
    lost = year_end(0.5, 100, remaining=10, threshold=0.8)
    assert (lost.probability, lost.outlook) == (0.0, "unlikely")
    assert lost.needed > lost.remaining


@pytest.mark.parametrize(("share", "probability"), [(0.85, 1.0), (0.84, 0.0)])
def test_closed_year_is_its_point(share: float, probability: float) -> None:
    found = year_end(share, 100, remaining=0, threshold=0.85)
    assert found.probability == probability
    assert found.year_end.q05 == found.year_end.q95 == share


def test_before_the_first_answer_only_the_prior_speaks() -> None:
    found = year_end(math.nan, 0, remaining=100, threshold=0.85)
    # A uniform prior makes every count of 0..100 equally likely: 85..100 are 16 of 101.
    assert found.probability == pytest.approx(16 / 101)


def test_year_without_any_person_is_refused() -> None:
    with pytest.raises(AnalysisError, match="remaining"):
        year_end(0.5, 0, remaining=0, threshold=0.85)


def test_clustered_answers_widen_the_fan() -> None:
    plain = of_estimate(make_estimate(0.86, n=200), remaining=300, threshold=0.85)
    clustered = of_estimate(make_estimate(0.86, n=200, n_eff=80), remaining=300, threshold=0.85)
    assert clustered.year_end.q05 < plain.year_end.q05
    assert clustered.year_end.q95 > plain.year_end.q95
    assert clustered.posterior_a + clustered.posterior_b == pytest.approx(80 + 2)


def test_effective_size_above_the_persons_is_not_believed() -> None:
    found = year_end(0.86, 200, remaining=300, threshold=0.85, n_eff=260)
    assert found.posterior_a + found.posterior_b == pytest.approx(202)


@pytest.mark.parametrize(("n", "weight"), [(50, 5), (200, 20), (5000, 20)])
def test_last_year_weighs_a_tenth_and_at_most_twenty(n: int, weight: float) -> None:
    assert sum(prior_from_last_year(0.8, n)) == pytest.approx(weight)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_prior_of_a_year_at_the_end_of_the_scale_is_still_a_distribution(share: float) -> None:
    assert min(prior_from_last_year(share, 500)) > 0


def test_a_whole_country_is_still_a_distribution() -> None:
    chances = beta_binomial(1_000_000, 860_000.0, 140_000.0)
    assert chances.sum() == pytest.approx(1.0, abs=1e-12)
    found = year_end(0.86, 1_000_000, remaining=1_000_000, threshold=0.85)
    assert found.probability == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 85},
        {"remaining": -1},
        {"prior": (0.0, 1.0)},
        {"operator": "="},
        {"n_eff": -3.0},
    ],
)
def test_wrong_input_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AnalysisError):
        year_end(0.86, 200, **{"remaining": 10, "threshold": 0.85} | wrong)  # type: ignore[arg-type]


@given(
    x=st.integers(0, 300),
    more=st.integers(0, 300),
    remaining=st.integers(0, 400),
    threshold=st.integers(1, 99),
)
def test_fan_is_ordered_and_a_better_year_is_likelier(
    x: int, more: int, remaining: int, threshold: int
) -> None:
    n = x + more + 1
    found = year_end(x / n, n, remaining=remaining, threshold=threshold / 100)
    assert 0 <= found.satisfied.q05 <= found.satisfied.q50 <= found.satisfied.q95 <= remaining
    better = year_end((x + 1) / n, n, remaining=remaining, threshold=threshold / 100)
    assert better.probability >= found.probability - 1e-12
    assert -1e-12 <= found.probability <= 1 + 1e-12

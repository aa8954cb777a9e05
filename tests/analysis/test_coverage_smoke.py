"""A short run of the coverage simulation: it must see a good interval pass and the naive one fail."""

import numpy as np
import pytest

from benchmarks.coverage_designs import (
    FIELD_SHARES,
    RESULT_SHARE,
    Survey,
    full_surveys,
    mix_surveys,
    petition_surveys,
    simulate,
    split_surveys,
)
from benchmarks.coverage_simulation import Outcome, run_design


def outcome(survey: Survey, runs: int = 400) -> Outcome:
    return run_design(survey, runs=runs, seed=1)


def test_clustered_interval_covers_and_the_one_on_all_ratings_does_not() -> None:
    found = outcome(Survey("smoke", "full", 200, 0.88))
    assert 0.91 < found.coverage < 0.99
    assert found.false_met < 0.10
    assert found.naive_coverage < 0.86


@pytest.mark.parametrize("kiosk", [0.0, 0.5, 1.0])
def test_split_forms_give_the_true_index_at_every_mix(kiosk: float) -> None:
    survey = Survey(
        "smoke", "split", 500, 0.9, kiosk_share=kiosk, item_factor=(1.0, 0.9, 0.8, 0.7),
        filing_factor=0.8, result_only=(3,),
    )  # fmt: skip
    found = outcome(survey)
    assert abs(found.bias) < 4 * found.bias_error


def test_design_that_misses_is_called_a_miss() -> None:
    found = outcome(Survey("smoke", "full", 200, 0.88))
    bad = Outcome(**{**{name: getattr(found, name) for name in found.__dataclass_fields__},
                     "coverage": 0.80, "false_met": 0.20})  # fmt: skip
    assert bad.misses() == ["coverage", "false met"]
    assert found.misses() == []


@pytest.mark.parametrize("population", ["latent", "all-or-nothing"])
def test_population_has_the_share_that_it_claims(population: str) -> None:
    survey = Survey("smoke", "full", 4000, 0.9, population=population, item_factor=(1.0, 0.9, 0.8, 0.7))
    batch = simulate(survey, np.random.default_rng(2), 50)
    share = batch.naive_satisfied.sum() / batch.naive_valid.sum()
    assert share == pytest.approx(survey.truth(), abs=0.004)


def test_truth_of_items_asked_of_some_is_a_mean_over_those_asked() -> None:
    pooled, mean = petition_surveys("pooled")[0], petition_surveys("item-mean")[0]
    assert mean.truth() == pytest.approx(0.88 * (1 + 0.85 + 0.85) / 3)
    weight = pooled.senders
    assert pooled.truth() == pytest.approx(0.88 * (1 + 2 * 0.85 * weight) / (1 + 2 * weight))
    later = Survey("x", "x", 9, 0.9, filing_factor=0.5, result_only=(3,))
    both = 0.9 * (RESULT_SHARE + 0.5 * (1 - RESULT_SHARE))
    assert later.truth() == pytest.approx((3 * both + 0.9) / 4)
    assert pytest.approx(1.0) == FIELD_SHARES.sum()


def test_designs_are_those_that_the_benchmark_promises() -> None:
    assert len(full_surveys()) == 28
    assert {survey.n for survey in full_surveys()} >= {50, 2000}
    assert {survey.share for survey in full_surveys()} >= {0.80, 0.98}
    everything = [
        *full_surveys(),
        *split_surveys(),
        *petition_surveys("pooled"),
        *mix_surveys(design_weights=True),
    ]
    names = [survey.name for survey in everything]
    assert len(set(names)) == len(names)

"""Weighting: margins are met, small categories are merged, dear or impossible weights are refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.weight_margins import RESPONSE_MODES, Margin, merge_small_categories
from analysis.weighting import WeightVerdict, kish_effective_n, post_stratify, rake, trim, weigh_to_dossiers


def margin(name: str, codes: list[int] | np.ndarray, *totals: float) -> Margin:
    return Margin(name, np.array(codes, dtype=np.int64), np.array(totals))


@given(
    answers=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=40, max_size=120),
    dossiers=st.lists(st.integers(1, 900), min_size=6, max_size=6),
)
def test_raked_weights_meet_both_margins(answers: list[tuple[int, int]], dossiers: list[int]) -> None:
    table = np.array(dossiers, dtype=float).reshape(3, 2)
    # Every crossing is answered at least once, so that the margins cannot contradict.
    codes = np.array([*answers, *((f, c) for f in range(3) for c in range(2))])
    field = margin("field", codes[:, 0], *table.sum(axis=1))
    channel = margin("channel", codes[:, 1], *table.sum(axis=0))
    weights = rake([field, channel]).values
    np.testing.assert_allclose(np.bincount(codes[:, 0], weights=weights), table.sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(np.bincount(codes[:, 1], weights=weights), table.sum(axis=0), rtol=1e-9)
    reversed_weights = rake([channel, field]).values
    np.testing.assert_allclose(reversed_weights, weights, rtol=1e-7)


def test_one_margin_raked_is_post_stratified() -> None:
    field = margin("field", [0, 0, 1, 1, 1], 70, 30)
    np.testing.assert_allclose(rake([field]).values, post_stratify(field).values, rtol=1e-12)


def test_base_weights_keep_their_ratio_within_a_category() -> None:
    weights = post_stratify(margin("field", [0, 0, 1], 12, 3), base=[1.0, 3.0, 5.0]).values
    assert weights.tolist() == pytest.approx([3.0, 9.0, 3.0])


@pytest.mark.parametrize("name", sorted(RESPONSE_MODES))
def test_response_mode_is_never_a_margin(name: str) -> None:
    with pytest.raises(AnalysisError, match="response mode"):
        margin(name, [0, 1], 10, 10)


@pytest.mark.parametrize(
    ("codes", "totals", "message"),
    [
        ([0, 0], (10, 5), "no answer"),
        ([0, 1], (10, 0), "no dossier"),
        ([0, 2], (10, 5), "reach"),
        ([-1, 0], (10, 5), "reach"),
        ([0, 1], (10, -5), "from 0"),
        ([0, 1], (0, 0), "from 0"),
    ],
)
def test_margin_that_cannot_be_met_is_refused(
    codes: list[int], totals: tuple[float, ...], message: str
) -> None:
    with pytest.raises(AnalysisError, match=message):
        post_stratify(margin("field", codes, *totals))


def test_margins_of_different_totals_are_refused() -> None:
    with pytest.raises(AnalysisError, match="one number of dossiers"):
        rake([margin("field", [0, 1], 10, 10), margin("channel", [0, 1], 10, 11)])


def test_margins_that_contradict_are_refused() -> None:
    # Field 0 was only filed at the counter here, so no weights can give it more than the counter has.
    with pytest.raises(AnalysisError, match="does not settle"):
        rake([margin("field", [0, 0, 1], 90, 10), margin("channel", [0, 0, 1], 50, 50)])


@pytest.mark.parametrize("base", [[1.0, 0.0], [1.0, -1.0], [1.0, np.nan], [1.0], []])
def test_base_weights_that_are_none_are_refused(base: list[float]) -> None:
    with pytest.raises(AnalysisError, match="allowed"):
        post_stratify(margin("field", [0, 1], 10, 10), base=base)


@pytest.mark.parametrize(
    ("answers", "totals", "merged"),
    [
        ((30, 25, 40), (30.0, 25.0, 40.0), ()),
        ((30, 5, 40), (35.0, 40.0), ("field:0+1",)),
        ((40, 5, 30), (40.0, 35.0), ("field:1+2",)),
        ((5, 30, 40), (35.0, 40.0), ("field:0+1",)),
        ((5, 6, 40), (51.0,), ("field:0+1+2",)),
        ((50, 0, 40), (50.0, 40.0), ("field:1+2",)),
        ((3, 4), (7.0,), ("field:0+1",)),
        ((3,), (3.0,), ()),
    ],
)
def test_small_categories_are_merged_with_the_smaller_neighbour(
    answers: tuple[int, ...], totals: tuple[float, ...], merged: tuple[str, ...]
) -> None:
    codes = np.repeat(np.arange(len(answers)), answers)
    found, names = merge_small_categories(margin("field", codes, *map(float, answers)), minimum=20)
    assert (tuple(found.totals), names) == (totals, merged)
    assert np.bincount(found.codes).tolist() == list(totals)


def weighed(answers: list[list[int]], dossiers: list[list[float]]) -> Any:
    counts, table = np.array(answers), np.array(dossiers)
    field, channel = (codes.ravel() for codes in np.indices(counts.shape))
    return weigh_to_dossiers(
        margin("field", np.repeat(field, counts.ravel()), *table.sum(axis=1)),
        margin("channel", np.repeat(channel, counts.ravel()), *table.sum(axis=0)),
    )


def test_answers_like_the_dossiers_cost_nothing() -> None:
    found = weighed([[60, 40], [30, 20]], [[600, 400], [300, 200]])
    assert (found.verdict, found.trimmed, found.merged) == (WeightVerdict.USE, 0, ())
    assert found.design_effect == pytest.approx(1.0)


def test_lopsided_answers_are_trimmed_and_warned_of() -> None:
    found = weighed([[400, 60], [60, 60]], [[300, 300], [300, 300]])
    assert found.trimmed > 0
    assert found.method == "raked-trimmed"
    assert found.verdict is WeightVerdict.WARN
    assert found.design_effect == pytest.approx(580 / found.kish_n)


def test_trimming_lowers_the_price_of_lopsided_answers() -> None:
    counts, dossiers = [[400, 60], [60, 60]], [[300.0, 300.0], [300.0, 300.0]]
    field, channel = (codes.ravel() for codes in np.indices((2, 2)))
    untrimmed = rake(
        [
            margin("field", np.repeat(field, np.ravel(counts)), 600, 600),
            margin("channel", np.repeat(channel, np.ravel(counts)), 600, 600),
        ]
    )
    assert weighed(counts, dossiers).design_effect < untrimmed.design_effect


def test_refusal_starts_above_a_design_effect_of_three() -> None:
    found = weighed([[400, 25], [25, 25]], [[300, 300], [300, 300]])
    assert 3.0 < found.design_effect < 4.0
    assert found.verdict is WeightVerdict.REFUSE


def test_weights_that_cost_most_of_the_answers_are_refused() -> None:
    found = weighed([[2000, 20], [20, 20]], [[30, 300], [300, 3000]])
    assert found.verdict is WeightVerdict.REFUSE
    assert found.design_effect > 3.0


def test_empty_channel_is_merged_before_raking() -> None:
    found = weighed([[60, 40, 0], [30, 20, 0]], [[600, 350, 50], [300, 180, 20]])
    assert found.merged == ("channel:1+2",)
    assert found.values.sum() == pytest.approx(1500)


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=50))
def test_kish_n_is_at_most_n_and_free_of_scale(weights: list[float]) -> None:
    n = kish_effective_n(weights)
    assert 1.0 - 1e-9 <= n <= len(weights) * (1 + 1e-9)
    assert kish_effective_n(np.array(weights) * 7.0) == pytest.approx(n)


def test_trimmed_weights_lie_within_a_third_and_three_times_the_mean() -> None:
    weights, cut = trim([0.1, 1.0, 1.0, 1.9, 9.0])
    assert weights.tolist() == pytest.approx([2.6 / 3, 1.0, 1.0, 1.9, 7.8])
    assert cut.tolist() == [True, False, False, False, True]

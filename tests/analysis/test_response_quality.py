"""Signals of implausible answers and units: edges of each rule, and that nothing is dropped."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis._validation import AnalysisError
from analysis.response_quality import (
    burst_limit,
    device_rate,
    flag_bursts,
    flag_fast,
    flag_straight,
    longest_run,
    within_person_spread,
)
from analysis.unit_quality import check_inflation, check_mode_gap, find_excess


def person(*levels: int) -> np.ndarray:
    return np.array([levels], dtype=np.uint8)


@pytest.mark.parametrize(
    ("levels", "is_straight"),
    [
        (person(*[4] * 10), True),
        (person(*[4] * 9, 0), False),
        (person(*[4] * 9, 6), False),
        (person(*[4] * 10, 6, 0), True),
        (person(*[4] * 10, 5), False),
        (person(5, 5, 5, 5, 5), False),
        (person(*[0] * 16), False),
    ],
)
def test_straight_line_needs_ten_valid_items_of_one_level(levels: np.ndarray, is_straight: bool) -> None:
    assert flag_straight(levels).tolist() == [is_straight]


@pytest.mark.parametrize(
    ("levels", "run"),
    [(person(0, 0, 0), 0), (person(6, 6, 6), 0), (person(3, 3, 0, 3, 3, 3), 3), (person(1), 1)],
)
def test_blank_ends_a_run_and_is_none_itself(levels: np.ndarray, run: int) -> None:
    assert longest_run(levels).tolist() == [run]


def test_spread_of_one_answer_is_undefined() -> None:
    assert np.isnan(within_person_spread(person(5, 0, 6))[0])


@pytest.mark.parametrize(
    ("seconds", "answered", "median", "is_fast"),
    [
        (9.9, 5, None, True),
        (10.0, 5, None, False),
        (19.9, 5, 60.0, True),
        (20.0, 5, 60.0, False),
        (9.9, 5, 3.0, True),
        (math.nan, 5, 60.0, False),
        (1.0, 0, 60.0, False),
    ],
)
def test_fast_is_below_two_seconds_an_item_or_a_third_of_the_median(
    seconds: float, answered: int, median: float | None, is_fast: bool
) -> None:
    flagged = flag_fast(np.array([seconds]), np.array([answered]), median_seconds=median)
    assert flagged.tolist() == [is_fast]


@given(rate=st.floats(0.0, 200.0))
def test_burst_limit_is_the_first_count_that_leaves_one_in_ten_thousand(rate: float) -> None:
    limit = burst_limit(rate)
    assert stats.poisson.sf(limit, rate) <= 1e-4 * (1 + 1e-9)
    assert limit == 4 or stats.poisson.sf(limit - 1, rate) > 1e-4 * (1 - 1e-9)


@pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf])
def test_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(AnalysisError, match="rate"):
        burst_limit(rate)


def test_new_device_is_judged_by_its_peers_and_an_old_one_by_itself() -> None:
    assert device_rate(0, 0, peer_rate=0.7) == pytest.approx(0.7)
    assert device_rate(30_000, 10_000, peer_rate=0.7) == pytest.approx(3.0, abs=0.02)


def minutes(*values: float) -> np.ndarray:
    return np.array(values) * 60.0


def test_burst_is_judged_by_the_own_rate_of_each_device() -> None:
    times = minutes(0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5)
    devices = ["busy"] * 6 + ["quiet"] * 6
    flagged = flag_bursts(times, devices, {"busy": 3.0, "quiet": 0.05})
    assert flagged.tolist() == [False] * 6 + [True] * 6


@pytest.mark.parametrize(("last", "flagged"), [(9.99, True), (10.0, False)])
def test_window_is_ten_minutes_open_at_its_end(last: float, flagged: bool) -> None:
    assert flag_bursts(minutes(last, 0, 1, 2, 3), ["a"] * 5, {"a": 0.0}).tolist() == [flagged] * 5


def test_answer_without_a_device_is_never_a_burst() -> None:
    assert not flag_bursts(minutes(*[0] * 9), [None] * 9, {}).any()


@pytest.mark.parametrize(("times", "devices"), [(minutes(1), ["unknown"]), (minutes(1, 2), ["a"])])
def test_burst_without_rate_or_time_is_refused(times: np.ndarray, devices: list[str]) -> None:
    with pytest.raises(AnalysisError):
        flag_bursts(times, devices, {"a": 1.0})


@given(st.permutations(range(12)))
def test_order_of_answers_does_not_matter(order: list[int]) -> None:
    times = minutes(0, 1, 2, 3, 4, 30, 31, 60, 61, 62, 63, 64)
    devices = np.array(["a"] * 7 + ["b"] * 5)
    rates = {"a": 0.1, "b": 0.1}
    straight = flag_bursts(times, devices.tolist(), rates)
    shuffled = flag_bursts(times[order], devices[order].tolist(), rates)
    np.testing.assert_array_equal(shuffled, straight[order])


@pytest.mark.parametrize("n", [1, 40, 700])
def test_inflation_is_the_beta_binomial_probability_of_a_perfect_score(n: int) -> None:
    found = check_inflation(n, n, alpha=74.76, beta=9.57)
    assert found.probability == pytest.approx(stats.betabinom.pmf(n, n, 74.76, 9.57), rel=1e-9)
    assert found.flagged is (found.probability < 1e-3)


def test_one_dissatisfied_answer_or_none_at_all_is_no_inflation() -> None:
    assert not check_inflation(699, 700, alpha=74.76, beta=9.57).flagged
    assert not check_inflation(0, 0, alpha=74.76, beta=9.57).flagged


def test_more_answers_than_dossiers_is_found_where_dossiers_are_known() -> None:
    found = find_excess({"a": 5, "b": 5, "c": 5}, {"a": 5, "b": 4})
    assert [(excess.key, excess.answers, excess.dossiers) for excess in found] == [("b", 5, 4)]


@pytest.mark.parametrize(
    ("counts", "flagged"),
    [
        ((196, 200, 160, 200), True),
        ((160, 200, 196, 200), False),
        ((48, 50, 42, 50), False),  # 12 points, but the lower limit is below 5
        ((1900, 2000, 1720, 2000), False),  # sure, but only 9 points
        ((200, 200, 160, 200), True),
    ],
)
def test_mode_gap_is_large_and_sure_or_no_signal(counts: tuple[int, int, int, int], flagged: bool) -> None:
    assert check_mode_gap(*counts).flagged is flagged

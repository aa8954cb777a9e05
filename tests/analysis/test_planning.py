"""Numbers of answers: how they grow, when none is enough, and what the rest of a year can still do."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from analysis_inputs import make_estimate
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.intervals import wilson_t
from analysis.power import exact_for_threshold, threshold_power
from analysis.proportions import interval
from analysis.remaining import Standing, share_needed, still_needed
from analysis.sample_size import cochran, for_threshold, for_year_on_year, yamane


def test_index_at_the_threshold_can_never_be_shown() -> None:
    found = for_threshold(0.85, 0.85)
    assert (found.persons, found.reachable) == (None, False)
    assert math.isinf(found.needed)


def test_design_effect_multiplies_and_the_population_caps() -> None:
    plain, clustered = (for_threshold(0.88, 0.85, deff=deff) for deff in (1.0, 1.5))
    assert clustered.needed == pytest.approx(1.5 * plain.needed)
    assert for_threshold(0.88, 0.85, population=823).reachable is False
    assert for_threshold(0.88, 0.85, population=824).reachable is True


def test_a_whole_number_of_persons_is_not_rounded_up_by_one() -> None:
    plain = for_threshold(0.88, 0.85).needed
    assert [for_threshold(0.88, 0.85, deff=k / plain).persons for k in range(1, 500)] == list(range(1, 500))


def test_small_gain_against_a_small_year_cannot_be_shown() -> None:
    assert for_year_on_year(0.85, 0.88, previous_n=200).persons is None
    assert for_year_on_year(0.88, 0.85).persons is None


@pytest.mark.parametrize("deff", [1.0, 1.4])
def test_given_year_of_the_planned_size_asks_for_the_same_size_again(deff: float) -> None:
    both = for_year_on_year(0.80, 0.85, deff=deff)
    again = for_year_on_year(0.80, 0.85, previous_n=both.needed, deff=deff)
    assert again.needed == pytest.approx(both.needed, rel=1e-6)


def test_larger_last_year_asks_for_fewer_now() -> None:
    sizes = [for_year_on_year(0.80, 0.85, previous_n=n).needed for n in (400, 1000, 10_000)]
    assert sizes == sorted(sizes, reverse=True)


def test_unknown_and_endless_population_are_the_same() -> None:
    assert cochran(0.05) == cochran(0.05, population=math.inf)
    assert yamane(0.05, population=math.inf) == pytest.approx(400)


@given(x=st.integers(0, 60), threshold=st.integers(50, 95))
def test_power_by_wilson_agrees_with_the_interval_itself(x: int, threshold: int) -> None:
    n, mark = 60, threshold / 100
    power = threshold_power(np.array(n), expected=0.9, threshold=mark, rule="wilson")
    met = [k for k in range(n + 1) if interval(k, n, level=0.90).lower > mark]
    chances = [math.comb(n, k) * 0.9**k * 0.1 ** (n - k) for k in met]
    assert float(power) == pytest.approx(math.fsum(chances), abs=1e-9)


def test_exact_size_for_a_hair_above_the_threshold_is_refused_not_searched() -> None:
    with pytest.raises(AnalysisError, match=r"0\.8501"):
        exact_for_threshold(0.8501, 0.85)
    with pytest.raises(AnalysisError):
        exact_for_threshold(0.85, 0.85)


def test_exact_size_may_be_one_person() -> None:
    """Against a threshold of 1 % a single satisfied person shows it, and no size fails."""
    found = exact_for_threshold(1.0, 0.01)
    assert (found.first, found.power_at_first, found.stays) == (1, 1.0, 1)


def test_present_share_is_the_default_for_those_to_come() -> None:
    found = still_needed(Standing.of_counts(410, 500), threshold=0.80)
    assert found.future_share == 0.82
    assert found.state == "needed"


def test_goal_shown_already_needs_nobody() -> None:
    found = still_needed(Standing.of_counts(480, 500), threshold=0.80, limit=0)
    assert (found.state, found.persons, found.share_needed) == ("already", 0, 0.0)


def test_goal_out_of_reach_says_so_and_names_the_share_it_would_take() -> None:
    found = still_needed(Standing.of_counts(172, 200), threshold=0.85, limit=400)
    assert (found.state, found.persons) == ("not_reachable", None)
    assert math.isnan(found.lower_then)
    assert found.share_needed == pytest.approx(353 / 400)


def test_not_even_everybody_would_do() -> None:
    found = still_needed(Standing.of_counts(50, 200), threshold=0.85, limit=100)
    assert found.state == "not_reachable"
    assert math.isnan(found.share_needed)


def test_share_needed_is_the_first_that_is_enough() -> None:
    standing = Standing.of_counts(172, 200)
    needed = round(share_needed(standing, persons=400, threshold=0.85) * 400)
    limits = [interval(172 + k, 600, level=0.90).lower for k in (needed - 1, needed)]
    assert limits[0] < 0.85 <= limits[1]


def test_fewer_satisfied_may_still_show_a_goal_soon_but_not_in_the_end() -> None:
    # The interval narrows at first, before the lower share pulls it down: every number must be tried.
    standing = Standing.of_counts(43, 50)
    found = still_needed(standing, threshold=0.78, future_share=0.82, limit=200)
    assert found.state == "needed"
    lower = standing.lower_after(np.arange(201), np.floor(np.arange(201) * 0.82 + 1e-9))
    assert lower[found.persons] >= 0.78
    assert np.all(lower[: found.persons] < 0.78)


@given(
    x=st.integers(0, 60), percent=st.integers(0, 100), threshold=st.integers(1, 99), limit=st.integers(0, 300)
)
def test_persons_needed_are_the_first_of_all_that_were_tried(
    x: int, percent: int, threshold: int, limit: int
) -> None:
    n, mark = 60, threshold / 100
    found = still_needed(Standing.of_counts(x, n), threshold=mark, future_share=percent / 100, limit=limit)
    # Whole persons by whole numbers: 29 of 100 at 0.29, which is 28.999999999999996 in binary.
    lower = [interval(x + m * percent // 100, n + m, level=0.90).lower for m in range(limit + 1)]
    first = next((m for m, limit_at_m in enumerate(lower) if limit_at_m >= mark), None)
    assert found.persons == first


@given(x=st.integers(1, 400), distance=st.integers(-20, 40), limit=st.integers(0, 3000))
def test_what_is_left_out_of_the_search_was_never_enough(x: int, distance: int, limit: int) -> None:
    # At the present share and with limits of an estimate, as pages ask: the search begins where it may end.
    standing = Standing(x / 400, 400, effective=0.7, df_per_person=0.1)
    mark = min(max(x / 400 - distance / 1000, 0.01), 0.99)
    found = still_needed(standing, threshold=mark, limit=limit)
    enough = np.flatnonzero(standing.lower_at_rate(np.arange(limit + 1), standing.share) >= mark)
    assert found.persons == (int(enough[0]) if len(enough) else None)


def test_binary_rounding_loses_no_person() -> None:
    standing, more = Standing.of_counts(50, 60), np.array(100)
    for percent in range(101):
        exact = standing.lower_after(more, np.array(percent))
        assert standing.lower_at_rate(more, percent / 100) == exact


def test_degrees_of_freedom_grow_with_the_persons() -> None:
    estimate = make_estimate(0.85, n=500, n_eff=300, df=10)
    found = still_needed(Standing.of_estimate(estimate), threshold=0.82)
    n = 500 + (found.persons or 0)
    share = (425 + math.floor((n - 500) * 0.85)) / n
    expected, _ = wilson_t(share, n * 0.6, n * 0.02, level=0.90)
    assert found.lower_then == pytest.approx(float(expected), abs=1e-12)
    assert found.persons


def test_clustered_answers_need_more_persons() -> None:
    plain = still_needed(Standing.of_estimate(make_estimate(0.85, n=500, df=math.inf)), threshold=0.80)
    clustered = still_needed(
        Standing.of_estimate(make_estimate(0.85, n=500, n_eff=100, df=40)), threshold=0.80
    )
    assert plain.state == "already"
    assert clustered.state == "needed"


def test_standing_of_an_estimate_starts_at_its_own_limit() -> None:
    estimate = make_estimate(0.85, n=500, n_eff=300, df=40)
    now = still_needed(Standing.of_estimate(estimate), threshold=0.99, limit=0).lower_now
    assert now == pytest.approx(estimate.one_sided_lower, abs=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: for_threshold(88, 0.85),
        lambda: for_threshold(0.88, 0.85, deff=0),
        lambda: for_threshold(0.88, 0.85, power=1),
        lambda: for_threshold(0.88, 0.85, population=0),
        lambda: for_year_on_year(0.8, 0.9, previous_n=0),
        lambda: threshold_power(np.array(10), expected=0.9, threshold=0.8, rule="wald"),
        lambda: cochran(5),
        lambda: yamane(0.05, population=-1),
        lambda: Standing(0.8, 0),
        lambda: Standing(0.8, 10, df_per_person=0),
        lambda: Standing.of_estimate(dataclasses.replace(make_estimate(), n=0)),
        lambda: Standing.of_estimate(make_estimate(math.nan)),
        lambda: still_needed(Standing.of_counts(8, 10), threshold=1.0),
        lambda: still_needed(Standing.of_counts(8, 10), threshold=0.8, operator="<"),
        lambda: share_needed(Standing.of_counts(8, 10), persons=-1, threshold=0.8),
    ],
)
def test_wrong_input_is_refused(call: object) -> None:
    with pytest.raises(AnalysisError):
        call()  # type: ignore[operator]

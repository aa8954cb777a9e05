"""Communes side by side: what the groups, the shrinkage and the rank sets must do on any data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.communes import Group, funnel, funnel_limits
from analysis.ranks import rank_sets
from analysis.shrinkage import fit_beta_binomial, shrink

counts = st.lists(
    st.integers(5, 800).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))),
    min_size=3,
    max_size=20,
)


@given(counts)
def test_swapping_satisfied_and_not_mirrors_the_funnel(pairs: list[tuple[int, int]]) -> None:
    x, n = np.array(pairs).T
    one, other = funnel(x, n), funnel(n - x, n)
    assert other.z_adjusted == pytest.approx([-z for z in one.z_adjusted], abs=1e-9)
    assert other.between_variance == pytest.approx(one.between_variance, abs=1e-12)


@given(counts)
def test_order_of_communes_does_not_matter(pairs: list[tuple[int, int]]) -> None:
    x, n = np.array(pairs).T
    backwards = funnel(x[::-1], n[::-1])
    assert backwards.z_adjusted[::-1] == pytest.approx(funnel(x, n).z_adjusted, abs=1e-9)


def test_chance_alone_leaves_no_variance_between_and_one_group() -> None:
    rng = np.random.default_rng(7)
    n = rng.integers(50, 900, size=200)
    found = funnel(rng.binomial(n, 0.85), n)
    assert found.between_variance < 1e-4
    assert sum(group is not Group.MIDDLE for group in found.groups) <= 3


def test_one_bad_commune_among_equal_ones_is_named() -> None:
    n = np.full(40, 400)
    x = np.full(40, 340)
    x[:20] += np.arange(20) % 5
    x[7] = 250
    found = funnel(x, n)
    assert [i for i, group in enumerate(found.groups) if group is Group.BELOW] == [7]


def test_exact_limits_narrow_with_size_and_hold_the_centre() -> None:
    lower, upper = funnel_limits(0.9, np.array([20, 80, 320, 1280]))
    assert np.all(np.diff(upper - lower) < 0)
    assert np.all((lower < 0.9) & (upper >= 0.9) & (upper <= 1.0))


def test_fit_without_variation_between_says_so_and_shrinks_to_the_common_share() -> None:
    n = np.full(30, 400)
    x = np.full(30, 340)
    fit = fit_beta_binomial(x, n)
    assert fit.flags == ("no-variation-between",)
    found = shrink(np.array([1, 399]), np.array([400, 400]), alpha=fit.alpha, beta=fit.beta)
    assert found.means == pytest.approx((0.85, 0.85), abs=1e-3)


@given(counts)
def test_shrunken_share_lies_between_its_own_and_the_common_one(pairs: list[tuple[int, int]]) -> None:
    x, n = np.array(pairs).T
    fit = fit_beta_binomial(x, n)
    means = np.array(shrink(x, n, alpha=fit.alpha, beta=fit.beta).means)
    low, high = np.minimum(x / n, fit.mean), np.maximum(x / n, fit.mean)
    assert np.all((means >= low - 1e-9) & (means <= high + 1e-9))


def test_fit_recovers_the_distribution_that_made_the_data() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(100, 900, size=3000)
    fit = fit_beta_binomial(rng.binomial(n, rng.beta(60, 10, size=3000)), n)
    assert (fit.mean, fit.precision) == pytest.approx((6 / 7, 70), rel=0.05)


@pytest.mark.parametrize("simultaneous", [False, True])
def test_rank_sets_hold_the_rank_and_are_wide_where_nothing_is_known(simultaneous: bool) -> None:
    unknown = rank_sets(np.linspace(0.8, 0.9, 12), np.full(12, 0.5), simultaneous=simultaneous, draws=2000)
    assert set(zip(unknown.lowest, unknown.highest, strict=True)) == {(1, 12)}
    known = rank_sets(np.linspace(0.1, 0.9, 12), np.full(12, 1e-4), simultaneous=simultaneous, draws=2000)
    assert known.lowest == known.highest == known.ranks


def test_rank_sets_are_the_same_for_one_seed() -> None:
    values, errors = np.linspace(0.8, 0.9, 9), np.full(9, 0.02)
    assert rank_sets(values, errors, draws=500) == rank_sets(values, errors, draws=500)


@pytest.mark.parametrize(
    ("x", "n"),
    [
        ([5], [9]),
        ([5, 10], [9, 9]),
        ([5, 5], [9, 0]),
        ([-1, 5], [9, 9]),
        ([0.5, 1], [9, 9]),
        ([0, 0], [9, 9]),
    ],
)
def test_impossible_counts_are_refused(x: list[float], n: list[int]) -> None:
    for use in (funnel, fit_beta_binomial):
        with pytest.raises(AnalysisError, match="allowed"):
            use(np.array(x), np.array(n))


@pytest.mark.parametrize("errors", [[0.1, 0.0], [0.1, -0.1], [0.1, np.nan], [0.1]])
def test_standard_errors_that_are_none_are_refused(errors: list[float]) -> None:
    with pytest.raises(AnalysisError, match="allowed"):
        rank_sets([0.8, 0.9], errors)

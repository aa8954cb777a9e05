"""Properties of the intervals of one share, and the ends written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.proportions import METHODS, interval, wilson_limits

# These two are quantiles of a posterior, and do not reach the estimate at 0 and 100 %.
POSTERIOR = {"jeffreys", "uniform_bayes"}

counts = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
methods = st.sampled_from(METHODS)


@given(counts=counts, level=levels, method=methods)
def test_interval_contains_the_estimate(counts: tuple[int, int], level: float, method: str) -> None:
    x, n = counts
    found = interval(x, n, level=level, method=method)
    assert found.lower < found.upper
    if method not in POSTERIOR or 0 < x < n:
        assert found.lower <= x / n <= found.upper


@given(counts=counts, level=levels, method=methods)
def test_interval_is_mirrored_when_satisfied_and_dissatisfied_swap(
    counts: tuple[int, int], level: float, method: str
) -> None:
    x, n = counts
    found, swapped = (interval(k, n, level=level, method=method) for k in (x, n - x))
    assert swapped.lower == pytest.approx(1 - found.upper, abs=1e-9)
    assert swapped.upper == pytest.approx(1 - found.lower, abs=1e-9)


@given(counts=counts, level=levels, method=methods, times=st.integers(2, 9))
def test_interval_shrinks_with_n_at_the_same_share(
    counts: tuple[int, int], level: float, method: str, times: int
) -> None:
    x, n = counts
    few, many = (interval(k * x, k * n, level=level, method=method) for k in (1, times))
    assert many.upper - many.lower < few.upper - few.lower


@given(counts=counts, method=methods)
def test_interval_grows_with_the_level(counts: tuple[int, int], method: str) -> None:
    x, n = counts
    narrow, wide = (interval(x, n, level=level, method=method) for level in (0.8, 0.95))
    # Limits outside the scale (Agresti and Coull's at few persons) say nothing, and are not nested there.
    assert max(wide.lower, 0.0) <= max(narrow.lower, 0.0)
    assert min(narrow.upper, 1.0) <= min(wide.upper, 1.0)


@given(counts=counts, level=levels)
def test_exact_interval_holds_the_mid_p_one(counts: tuple[int, int], level: float) -> None:
    x, n = counts
    exact, midp = (interval(x, n, level=level, method=method) for method in ("clopper_pearson", "midp"))
    assert exact.lower <= midp.lower + 1e-12
    assert midp.upper <= exact.upper + 1e-12


@pytest.mark.parametrize("method", sorted({*METHODS} - POSTERIOR - {"agresti_coull"}))
def test_none_and_all_reach_the_end_exactly_and_say_how_sure(method: str) -> None:
    none, everyone = (interval(x, 50, method=method) for x in (0, 50))
    assert none.lower == 0.0
    assert everyone.upper == 1.0
    assert none.upper > 0.05
    assert everyone.lower < 0.95


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
def test_wilson_ends_are_exact_for_every_size(level: float) -> None:
    for n in range(1, 400):
        assert interval(0, n, level=level).lower == 0.0
        assert interval(n, n, level=level).upper == 1.0


@pytest.mark.parametrize("method", METHODS)
def test_nobody_asked_is_total_ignorance(method: str) -> None:
    found = interval(0, 0, method=method)
    assert (found.lower, found.upper) == (0.0, 1.0)


def test_counts_of_numpy_and_whole_floats_are_counts() -> None:
    assert interval(np.int64(172), np.int32(200)) == interval(172, 200) == interval(172.0, 200.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"x": 3, "n": 2}, "3"),
        ({"x": -1, "n": 2}, "-1"),
        ({"x": 1.5, "n": 2}, "1.5"),
        ({"x": 1, "n": 2, "level": 95}, "95"),
        ({"x": 1, "n": 2, "level": 1.0}, "1.0"),
        ({"x": 1, "n": 2, "method": "wald"}, "wilson"),
    ],
)
def test_wrong_input_is_named(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        interval(**wrong)  # type: ignore[arg-type]


def test_wilson_limits_broadcast() -> None:
    shares = np.array([0.0, 0.5, 1.0])
    lower, upper = wilson_limits(shares, np.array([[50.0], [500.0]]), np.array(1.96))
    assert lower.shape == upper.shape == (2, 3)
    assert np.all((lower <= shares) & (shares <= upper))
    assert np.all((lower[1] > lower[0]) | (shares == 0))

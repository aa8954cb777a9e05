"""Properties of differences at every corner, the likelihood behind the score methods, and adjustments."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis._score_difference import restricted_shares
from analysis._validation import AnalysisError
from analysis.compare import METHODS, benjamini_hochberg, difference, holm, mover, superiority
from analysis.proportions import interval

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
corners = st.integers(1, 400).flatmap(lambda n: st.tuples(st.sampled_from([0, n]), st.just(n)))
methods = st.sampled_from(METHODS)
p_values = st.lists(st.floats(0, 1), max_size=20)


@given(first=counts | corners, second=counts | corners, method=methods)
def test_difference_is_defined_everywhere_and_holds_the_estimate(
    first: tuple[int, int], second: tuple[int, int], method: str
) -> None:
    found = difference(*first, *second, method=method)
    if method != "agresti_caffo":  # it is centred at shrunk shares, and not clipped
        assert -1 <= found.lower <= found.estimate <= found.upper <= 1
    assert found.lower < found.upper


@given(first=counts | corners, second=counts | corners, method=methods)
def test_difference_is_mirrored_by_swapping_the_groups_and_by_swapping_the_answers(
    first: tuple[int, int], second: tuple[int, int], method: str
) -> None:
    (x1, n1), (x2, n2) = first, second
    found = difference(x1, n1, x2, n2, method=method)
    for mirrored in (
        difference(x2, n2, x1, n1, method=method),
        difference(n1 - x1, n1, n2 - x2, n2, method=method),
    ):
        assert mirrored.lower == pytest.approx(-found.upper, abs=1e-7)
        assert mirrored.upper == pytest.approx(-found.lower, abs=1e-7)


@given(first=counts | corners, second=counts | corners, delta=st.floats(-0.999, 0.999))
def test_restricted_shares_are_the_most_likely_ones(
    first: tuple[int, int], second: tuple[int, int], delta: float
) -> None:
    (x1, n1), (x2, n2) = first, second
    p1, p2 = restricted_shares(x1, n1, x2, n2, delta)
    assert p1 - p2 == pytest.approx(delta, abs=1e-12)
    grid = np.linspace(max(0.0, -delta), min(1.0, 1.0 - delta), 2001)

    def likelihood(second_share: np.ndarray) -> np.ndarray:
        pairs = ((x1, n1, second_share + delta), (x2, n2, second_share))
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [np.where(k > 0, k * np.log(np.clip(p, 0, 1)), 0.0) for x, n, q in pairs
                     for k, p in ((x, q), (n - x, 1 - q))]  # fmt: skip
        return np.sum(parts, axis=0)

    assert float(likelihood(np.array(p2))) >= float(np.max(likelihood(grid))) - 1e-7 * (n1 + n2)


@given(first=counts, second=counts)
def test_score_interval_without_zero_is_a_small_p_value(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    found = difference(*first, *second, level=0.90, method="miettinen_nurminen")
    p = superiority(*first, *second).p_miettinen_nurminen
    if abs(p - 0.05) > 1e-6:
        assert (p < 0.05) == (found.lower > 0)


@given(first=counts, second=counts)
def test_mover_on_wilson_is_newcombe(first: tuple[int, int], second: tuple[int, int]) -> None:
    parts = [(x / n, interval(x, n)) for x, n in (first, second)]
    found = difference(*first, *second)
    assert mover(*parts[0], *parts[1]) == (found.lower, found.upper)


def test_all_against_none_ends_at_one() -> None:
    for method in ("newcombe", "newcombe_cc", "miettinen_nurminen", "mee"):
        assert difference(10, 10, 0, 20, method=method).upper == 1.0
        assert difference(0, 20, 10, 10, method=method).lower == -1.0


def test_undefined_part_makes_an_undefined_difference() -> None:
    assert all(math.isnan(limit) for limit in mover(math.nan, interval(0, 0), 0.5, interval(5, 10)))


@pytest.mark.parametrize("method", METHODS)
def test_empty_group_leaves_everything_open(method: str) -> None:
    found = difference(5, 10, 0, 0, method=method)
    assert math.isnan(found.estimate)
    assert (found.lower, found.upper) == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("counts", "options"),
    [((3, 2, 1, 2), {}), ((1, 2, 1, 2), {"level": 95}), ((1, 2, 1, 2), {"method": "wald"})],
)
def test_wrong_input_is_refused(counts: tuple[int, int, int, int], options: dict[str, object]) -> None:
    with pytest.raises(AnalysisError):
        difference(*counts, **options)  # type: ignore[arg-type]


@given(p_values=p_values)
def test_adjusted_values_are_larger_keep_the_order_and_holm_is_the_stricter(p_values: list[float]) -> None:
    strict, mild = holm(p_values), benjamini_hochberg(p_values)
    for raw, bh, h in zip(p_values, mild, strict, strict=True):
        assert raw <= bh * (1 + 1e-12)
        assert bh <= h + 1e-12
        assert h <= min(1.0, raw * len(p_values)) * (1 + 1e-12)
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for adjusted in (strict, mild):
        assert all(adjusted[a] <= adjusted[b] for a, b in itertools.pairwise(order))


@pytest.mark.parametrize("wrong", [[1.2], [-0.1], [math.nan], [[0.1], [0.2]]])
@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_values_that_are_no_p_values_are_refused(adjust: object, wrong: list[float]) -> None:
    with pytest.raises(AnalysisError):
        adjust(wrong)  # type: ignore[operator]

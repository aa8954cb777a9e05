"""Groups side by side: p-values that agree with their intervals, adjusted for how many are compared."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from analysis import AnalysisError
from analysis.compare import mover
from analysis.group_differences import compare_pairs
from analysis.intervals import wilson_t
from analysis.results import IndexEstimate


def share(x: int, n: int, df: float | None = None) -> IndexEstimate:
    df = n - 1 if df is None else df
    lower, upper = wilson_t(x / n, n, df)
    return IndexEstimate(
        index=x / n,
        n=n,
        valid=n,
        satisfied=x,
        se_cluster=math.sqrt(x / n * (1 - x / n) / n),
        se_respondent=math.sqrt(x / n * (1 - x / n) / n),
        df=df,
        n_eff=n,
        lower=float(lower),
        upper=float(upper),
        one_sided_lower=0,
        one_sided_upper=1,
        level=0.95,
        alpha=0.05,
        method_version="pooled/1",
        interval_method="wilson-t",
    )


def test_the_interval_is_movers_and_the_p_value_its_edge() -> None:
    first, second = share(120, 160), share(134, 160)
    (found,) = compare_pairs([(first, second)])
    assert (found.lower, found.upper) == pytest.approx(mover(first.index, first, second.index, second))
    edges = []
    for part in (first, second):
        lower, upper = wilson_t(part.index, part.n_eff, part.df, level=1 - found.p_value)
        edges.append(replace(part, lower=float(lower), upper=float(upper)))
    _lower, upper = mover(first.index, edges[0], second.index, edges[1])
    assert upper == pytest.approx(0, abs=1e-9)


def test_one_pair_is_different_exactly_when_its_interval_leaves_zero_out() -> None:
    for satisfied in range(100, 151):
        (found,) = compare_pairs([(share(satisfied, 160), share(134, 160))])
        assert found.certain == (found.lower > 0 or found.upper < 0), satisfied


def test_many_pairs_ask_for_more() -> None:
    pair = (share(112, 150), share(128, 150))
    alone = compare_pairs([pair])[0]
    among = compare_pairs([pair, *[(share(80, 100), share(81, 100))] * 9])[0]
    assert alone.certain
    assert not among.certain
    assert among.p_adjusted == pytest.approx(10 * alone.p_value)


def test_few_persons_are_never_certain() -> None:
    found = compare_pairs([(share(5, 29), share(280, 300))])[0]
    assert found.upper < 0
    assert not found.certain


def test_what_is_undefined_is_not_counted_as_compared() -> None:
    unknown = replace(share(40, 50), df=0.5)
    known = (share(112, 150), share(128, 150))
    found = compare_pairs([(unknown, known[1]), known])
    assert math.isnan(found[0].p_value)
    assert not found[0].certain
    assert found[1].p_adjusted == pytest.approx(found[1].p_value)
    assert compare_pairs([]) == ()


def test_two_methods_are_not_compared() -> None:
    with pytest.raises(AnalysisError, match="one method"):
        compare_pairs([(share(40, 50), replace(share(40, 50), method_version="item-mean/1"))])

"""The latest period against the earlier ones: MOVER with weights, stretched for several looks."""

from dataclasses import replace

import numpy as np
import pytest

from analysis._validation import AnalysisError
from analysis.compare import mover
from analysis.latest_change import latest_change
from analysis.layout import Layout
from analysis.short_periods import estimate_short
from analysis.sums import tabulate_linear

LAYOUT = Layout(dimensions=(("staff", ("C1",)),))


def period(satisfied: int, of: int):
    levels = np.array([[5]] * satisfied + [[2]] * (of - satisfied), np.uint8)
    cells = tabulate_linear(LAYOUT, levels, np.zeros(of, int), 1)
    return estimate_short(LAYOUT, cells, weights=np.ones((1, 1)), domain=[0], n_domains=1)["staff"][0]


def test_one_earlier_period_is_movers_difference():
    now, then = period(60, 100), period(150, 180)
    found = latest_change(now, [then])
    assert (found.lower, found.upper) == pytest.approx(mover(now.index, now, then.index, then), abs=1e-12)
    assert found.difference == pytest.approx(0.6 - 150 / 180)
    assert found.differs


def test_earlier_periods_count_by_their_persons_and_more_looks_ask_for_more():
    now, many, few = period(80, 100), period(270, 300), period(5, 10)
    found = latest_change(now, [many, few])
    assert found.earlier_index == pytest.approx(275 / 310)
    assert found.earlier_n == 310
    five = latest_change(now, [many, few], looked_at=5)
    assert (five.upper - five.difference) / (found.upper - found.difference) == pytest.approx(
        1.3142, abs=1e-4
    )


def test_by_chance_alone_one_of_five_is_named_at_most_once_in_twenty():
    chance = np.random.default_rng(7)
    named = 0
    for _ in range(300):
        looks = [
            latest_change(
                period(int(chance.binomial(60, 0.85)), 60),
                [period(int(chance.binomial(60, 0.85)), 60) for _month in range(3)],
                looked_at=5,
            ).differs
            for _dimension in range(5)
        ]
        named += any(looks)
    assert named / 300 <= 0.06


def test_what_cannot_be_compared_is_refused():
    now = period(60, 100)
    with pytest.raises(AnalysisError, match="no earlier"):
        latest_change(now, [])
    with pytest.raises(AnalysisError, match="methods"):
        latest_change(now, [replace(now, method_version="item-mean/1")])
    with pytest.raises(AnalysisError, match="limits"):
        latest_change(now, [replace(now, lower=float("nan"))])

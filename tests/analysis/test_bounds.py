"""Participation, worst-case bounds and the tipping point, with its special readings and its errors."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.bounds import bounds, exactness_of


@pytest.mark.parametrize(
    ("share", "n", "population", "operator", "reading"),
    [
        (0.90, 200, 500, ">=", "open"),
        (0.95, 450, 500, ">=", "already_sure"),
        (0.10, 450, 500, ">=", "impossible"),
        # 400 of 500 are satisfied already: at least 80 % is sure, more than 80 % is not.
        (1.00, 400, 500, ">=", "already_sure"),
        (1.00, 400, 500, ">", "open"),
        # All 100 silent ones would have to be satisfied: just enough for at least, not for more than.
        (0.75, 400, 500, ">=", "open"),
        (0.75, 400, 500, ">", "impossible"),
        (math.nan, 0, 500, ">=", "open"),
    ],
)
def test_reading_of_the_tipping_point(
    share: float, n: int, population: int, operator: str, reading: str
) -> None:
    assert bounds(share, n, population, threshold=0.8, operator=operator).reading == reading


@pytest.mark.parametrize("n", [500, 501])
def test_as_many_answers_as_dossiers_is_an_error_to_look_into(n: int) -> None:
    found = bounds(0.9, n, 500, threshold=0.8)
    assert found.flags == ("answers-not-below-dossiers",)
    assert found.reading == "undefined"
    assert all(math.isnan(value) for value in (found.lower, found.upper, found.tipping_point))
    assert found.participation == n / 500


@pytest.mark.parametrize(
    ("n", "flags"),
    [
        (49, ("participation-below-5%",)),
        (50, ("participation-below-20%",)),
        (199, ("participation-below-20%",)),
        (200, ()),
    ],
)
def test_low_participation_is_flagged(n: int, flags: tuple[str, ...]) -> None:
    assert bounds(0.9, n, 1000, threshold=0.8).flags == flags


@pytest.mark.parametrize(
    ("one_answer_per_dossier", "complete", "expected"),
    [(True, True, "exact"), (True, False, "estimate"), (False, True, "at_most"), (False, False, "at_most")],
)
def test_exactness(one_answer_per_dossier: bool, complete: bool, expected: str) -> None:
    assert exactness_of(one_answer_per_dossier=one_answer_per_dossier, complete=complete) == expected


@given(
    population=st.integers(2, 5000),
    fraction=st.floats(0, 1, exclude_max=True),
    satisfied=st.floats(0, 1),
    silent=st.floats(0, 1),
    threshold=st.floats(0, 1),
)
def test_whatever_the_silent_ones_think_the_truth_lies_within_and_tips_where_said(
    population: int, fraction: float, satisfied: float, silent: float, threshold: float
) -> None:
    n = int(fraction * population)
    x, rest = round(satisfied * n), round(silent * (population - n))
    found = bounds(x / n if n else math.nan, n, population, threshold=threshold)
    truth = (x + rest) / population
    assert found.lower - 1e-12 <= truth <= found.upper + 1e-12
    if abs(truth - threshold) > 1e-9:
        assert (truth >= threshold) == (rest / (population - n) >= found.tipping_point)
    if found.reading == "already_sure":
        assert truth >= threshold - 1e-6
    if found.reading == "impossible":
        assert truth < threshold


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": 90.0},
        {"share": math.nan},
        {"n": -1},
        {"population": 0},
        {"threshold": 80},
        {"operator": "="},
        {"exactness": "roughly"},
    ],
)
def test_wrong_input_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AnalysisError):
        bounds(**{"share": 0.9, "n": 10, "population": 100, "threshold": 0.8} | wrong)  # type: ignore[arg-type]

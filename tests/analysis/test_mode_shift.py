"""Change of service against change of mode: the mix alone, Simpson's turn, thin modes, wrong input."""

from __future__ import annotations

import math

import pytest
from analysis_inputs import make_estimate
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.compare import difference
from analysis.mode_shift import mode_shift


def test_change_of_the_mix_alone_is_no_change_at_the_same_mix() -> None:
    found = mode_shift(
        {"kiosk": make_estimate(0.9, n=700), "phone": make_estimate(0.8, n=300)},
        {"kiosk": make_estimate(0.9, n=300), "phone": make_estimate(0.8, n=700)},
    )
    assert found.diff == pytest.approx(0.04)
    assert found.diff_same_mix == pytest.approx(0.0, abs=1e-12)
    assert found.diff_by_mix == pytest.approx(0.04)
    assert found.shift == pytest.approx(0.4)
    assert found.lower < 0 < found.upper
    assert found.flags == ("mode-mix-shifted",)


def test_direction_that_turns_at_the_same_mix_is_flagged() -> None:
    found = mode_shift(
        {"kiosk": make_estimate(0.88, n=700), "phone": make_estimate(0.78, n=300)},
        {"kiosk": make_estimate(0.90, n=300), "phone": make_estimate(0.80, n=700)},
    )
    assert found.diff > 0 > found.diff_same_mix
    assert "direction-differs-at-same-mix" in found.flags


def test_one_mode_alone_is_the_plain_difference() -> None:
    found = mode_shift(
        {"kiosk": make_estimate(0.86, n=200, df=math.inf)}, {"kiosk": make_estimate(0.80, n=200, df=math.inf)}
    )
    plain = difference(172, 200, 160, 200)
    assert (found.diff, found.diff_same_mix) == pytest.approx((plain.estimate, plain.estimate))
    assert (found.lower, found.upper) == pytest.approx((plain.lower, plain.upper))
    assert found.shift == 0
    assert found.flags == ()


def test_limits_of_the_standardised_change_weigh_each_mode_by_its_share() -> None:
    found = mode_shift(
        {"kiosk": make_estimate(0.9, n=300), "phone": make_estimate(0.8, n=100)},
        {"kiosk": make_estimate(0.85, n=200), "phone": make_estimate(0.85, n=200)},
    )
    kiosk, phone = found.modes
    assert found.diff_same_mix == pytest.approx(0.75 * kiosk.diff + 0.25 * phone.diff)
    below = math.hypot(0.75 * (kiosk.diff - kiosk.lower), 0.25 * (phone.diff - phone.lower))
    above = math.hypot(0.75 * (kiosk.upper - kiosk.diff), 0.25 * (phone.upper - phone.diff))
    assert found.lower == pytest.approx(found.diff_same_mix - below)
    assert found.upper == pytest.approx(found.diff_same_mix + above)


def test_thin_and_new_modes_are_named_and_left_out_of_the_standardised_change() -> None:
    found = mode_shift(
        {
            "kiosk": make_estimate(0.9, n=500),
            "phone": make_estimate(0.5, n=29),
            "paper": make_estimate(1.0, n=50),
        },
        {"kiosk": make_estimate(0.8, n=500), "phone": make_estimate(0.9, n=500)},
    )
    assert found.diff_same_mix == pytest.approx(0.1)
    assert {"mode-not-comparable:phone", "mode-not-comparable:paper"} <= set(found.flags)
    [paper] = [mode for mode in found.modes if mode.mode == "paper"]
    assert (paper.share_previous, math.isnan(paper.diff), math.isnan(paper.lower)) == (0, True, True)


def test_nothing_in_common_is_undefined() -> None:
    found = mode_shift({"phone": make_estimate(0.9)}, {"paper": make_estimate(0.8)})
    assert found.shift == 1
    assert math.isnan(found.diff_same_mix)
    assert math.isnan(found.lower)


@pytest.mark.parametrize("points", [9, 10])
def test_shift_is_flagged_from_ten_points(points: int) -> None:
    found = mode_shift(
        {"kiosk": make_estimate(0.9, n=500 + points * 10), "phone": make_estimate(0.9, n=500 - points * 10)},
        {"kiosk": make_estimate(0.9, n=500), "phone": make_estimate(0.9, n=500)},
    )
    assert ("mode-mix-shifted" in found.flags) == (points == 10)


@pytest.mark.parametrize(
    ("current", "previous"),
    [
        ({}, {}),
        ({"kiosk": make_estimate(0.9)}, {}),
        ({"kiosk": make_estimate(0.9)}, {"kiosk": make_estimate(0.9, level=0.9)}),
        ({"kiosk": make_estimate(0.9)}, {"kiosk": make_estimate(0.9, method_version="pooled/1")}),
    ],
)
def test_years_that_cannot_be_compared_are_refused(current: object, previous: object) -> None:
    with pytest.raises(AnalysisError):
        mode_shift(current, previous)  # type: ignore[arg-type]


SHARES = st.integers(0, 100).map(lambda k: k / 100)
YEAR = st.dictionaries(
    st.sampled_from(["kiosk", "phone", "paper"]), st.tuples(SHARES, st.integers(30, 900)), min_size=1
)


@given(current=YEAR, previous=YEAR)
def test_parts_add_up_and_limits_hold_the_change(
    current: dict[str, tuple[float, int]], previous: dict[str, tuple[float, int]]
) -> None:
    years = [{m: make_estimate(p, n=n) for m, (p, n) in year.items()} for year in (current, previous)]
    found, turned = mode_shift(*years), mode_shift(*reversed(years))
    assert found.diff == pytest.approx(-turned.diff, abs=1e-12)
    if set(current) & set(previous):
        assert found.diff_same_mix + found.diff_by_mix == pytest.approx(found.diff, abs=1e-12)
        assert found.lower <= found.diff_same_mix <= found.upper

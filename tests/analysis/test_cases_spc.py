"""Control charts against qcc, qicharts2, NHSRplotthedots and spc (spc.json)."""

from typing import Any

import numpy as np
import pytest
import reference_cases

from analysis.chart_signals import Signal, check_runs, find_signals
from analysis.control_charts import share_chart, xmr_chart
from analysis.memory_charts import cusum_chart, cusum_run_length, ewma_chart, ewma_run_length
from analysis.trend import Assurance, TrendPoint, Variation, chart_trend

Case = dict[str, Any]

NHS_RULE = {
    "Common Cause": Signal.NONE,
    "Above UCL": Signal.ABOVE_UPPER_LIMIT,
    "Below LCL": Signal.BELOW_LOWER_LIMIT,
    "7 Point Trend (Increasing)": Signal.RISING,
    "7 Point Trend (Decreasing)": Signal.FALLING,
    "2 in 3 Above CL": Signal.TWO_OF_THREE_HIGH,
    "2 in 3 Below CL": Signal.TWO_OF_THREE_LOW,
    "7 Points Above CL": Signal.SEVEN_ABOVE,
    "7 Points Below CL": Signal.SEVEN_BELOW,
}
NHS_VARIATION = {
    "common_cause": Variation.COMMON_CAUSE,
    "special_cause_improvement": Variation.IMPROVEMENT,
    "special_cause_concern": Variation.CONCERN,
}
NHS_ASSURANCE = {
    "consistent_pass": Assurance.CONSISTENTLY_MET,
    "consistent_fail": Assurance.CONSISTENTLY_MISSED,
    "inconsistent": Assurance.INCONSISTENT,
}


def close(value: Any) -> Any:
    return pytest.approx(value, abs=1e-9)


def positions(signals: tuple[Signal, ...], *wanted: Signal) -> list[int]:
    """Positions from 1, as R counts."""
    return [i for i, signal in enumerate(signals, start=1) if signal in wanted]


@pytest.fixture(params=reference_cases.params("spc", lambda file: file["p"]))
def share_case(request: pytest.FixtureRequest) -> Case:
    return request.param


def counts(case: Case) -> tuple[np.ndarray, np.ndarray]:
    return np.array(case["input"]["x"]), np.array(case["input"]["n"])


def test_p_chart_has_the_limits_and_signals_of_qcc(share_case: Case) -> None:
    chart, expected = share_chart(*counts(share_case), laney=False), share_case["expected"]
    assert chart.centre == close(expected["center"])
    assert chart.lower == close(expected["p_lcl"])
    assert chart.upper == close(expected["p_ucl"])
    outside = positions(chart.signals, Signal.ABOVE_UPPER_LIMIT, Signal.BELOW_LOWER_LIMIT)
    assert outside == expected["p_violations_beyond_limits"]
    one_sided_runs = positions(chart.signals, Signal.SEVEN_ABOVE, Signal.SEVEN_BELOW)
    assert bool(one_sided_runs) == bool(expected["p_violating_runs_qcc"])


def test_p_prime_chart_has_the_limits_of_qicharts2(share_case: Case) -> None:
    chart, expected = share_chart(*counts(share_case), narrowing_points=0), share_case["expected"]
    assert chart.sigma_z == close(expected["laney_sigma_z_formula"])
    assert [chart.centre] * len(chart.shares) == close(expected["laney_cl"])
    assert chart.lower == close(expected["laney_lcl"])
    assert chart.upper == close(expected["laney_ucl"])


def test_runs_rules_have_the_numbers_of_qicharts2(share_case: Case) -> None:
    chart, expected = share_chart(*counts(share_case)), share_case["expected"]["anhoej"]
    runs = check_runs(np.array(chart.shares), centre=chart.centre)
    assert (runs.points, runs.longest_run, runs.longest_run_limit, runs.crossings, runs.crossings_limit) == (
        expected["n_useful"],
        expected["longest_run"],
        expected["longest_run_max"],
        expected["n_crossings"],
        expected["n_crossings_min"],
    )
    assert runs.signal == expected["runs_signal"]


@pytest.fixture(params=reference_cases.params("spc", lambda file: file["xmr"]))
def xmr_case(request: pytest.FixtureRequest) -> Case:
    return request.param


def test_xmr_has_the_limits_and_rules_of_nhs_r(xmr_case: Case) -> None:
    expected = xmr_case["expected"]
    chart = xmr_chart(np.array(xmr_case["input"]["y"]), screen=xmr_case["input"]["screen_outliers"])
    assert chart.centre == close(expected["mean"])
    assert (chart.lower, chart.upper) == close((expected["lpl"], expected["upl"]))
    assert list(chart.signals) == [NHS_RULE[rule] for rule in expected["special_cause"]]


def test_xmr_without_screening_has_the_spread_of_qcc(xmr_case: Case) -> None:
    expected = xmr_case["expected"]
    chart = xmr_chart(np.array(xmr_case["input"]["y"]), screen=False)
    assert chart.centre == close(expected["qcc_center"])
    assert chart.mean_moving_range / 1.128 == close(expected["qcc_std_dev"])
    # qcc divides by 1.128 where the NHS multiplies by the rounded 2.66.
    assert chart.upper == pytest.approx(expected["qcc_ucl"], abs=2e-3 * chart.mean_moving_range)
    assert chart.lower == pytest.approx(expected["qcc_lcl"], abs=2e-3 * chart.mean_moving_range)


def test_trend_has_the_variation_and_assurance_of_nhs_r(xmr_case: Case) -> None:
    given, expected = xmr_case["input"], xmr_case["expected"]
    if given["improvement"] != "increase":
        pytest.skip("a satisfaction index improves upwards only")
    if not given["screen_outliers"]:
        # Screening is part of the trend; these cases take part where it changes nothing.
        assert xmr_chart(np.array(given["y"])).screened == 0
    points = [TrendPoint(f"{2000 + i}", value, n=10) for i, value in enumerate(given["y"])]
    trend = chart_trend(points, target=given["target"], chart="xmr")
    assert trend.variation is NHS_VARIATION[expected["point_type"][-1]]
    assert trend.assurance is NHS_ASSURANCE[expected["assurance"]]
    directions = [point.signal.direction for point in trend.points]
    expected_directions = {"common_cause": 0, "special_cause_improvement": 1, "special_cause_concern": -1}
    assert directions == [expected_directions[kind] for kind in expected["point_type"]]


@pytest.mark.parametrize("case", reference_cases.params("spc", lambda file: file["ewma_cusum"]))
def test_ewma_and_cusum_have_the_paths_of_qcc(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    values, process = np.array(given["y"]), {"centre": given["center"], "sigma": given["sd"]}
    ewma = ewma_chart(values, **process, weight=given["lambda"], width=given["nsigmas"])
    assert ewma.averages == close(expected["ewma"])
    assert (ewma.lower, ewma.upper) == (close(expected["ewma_lcl"]), close(expected["ewma_ucl"]))
    assert [i + 1 for i in ewma.signals] == as_list(expected["ewma_violations"])
    cusum = cusum_chart(values, **process, slack=given["k"], decision=given["h"])
    assert cusum.high == close(expected["cusum_pos"])
    assert cusum.low == close(expected["cusum_neg"])
    assert [i + 1 for i in cusum.high_signals] == as_list(expected["cusum_violations_upper"])
    assert [i + 1 for i in cusum.low_signals] == as_list(expected["cusum_violations_lower"])


def as_list(value: Any) -> list[int]:
    """R writes a vector of length one as a bare number."""
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("case", reference_cases.params("spc", lambda file: file["arl"]))
def test_average_run_length_matches_spc(case: Case) -> None:
    given = case["input"]
    length = (
        cusum_run_length(slack=given["k"], decision=given["h"], shift=given["mu"])
        if given["type"] == "cusum"
        else ewma_run_length(weight=given["l"], width=given["c"], shift=given["mu"])
    )
    assert length == pytest.approx(case["expected"]["arl"], rel=1e-8)


def test_published_limits_of_montgomery() -> None:
    """Thirty samples of 50 cans, p̄ = 347/1500: Montgomery prints 0.2313, 0.0524 and 0.4102."""
    defects = np.array([347 // 30 + (1 if i < 347 % 30 else 0) for i in range(30)])
    chart = share_chart(defects, np.full(30, 50), laney=False)
    assert [round(value, 4) for value in (chart.centre, chart.lower[0], chart.upper[0])] == [
        0.2313,
        0.0524,
        0.4102,
    ]


def test_turning_point_is_named_by_the_later_trend() -> None:
    values = np.array([1.0, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
    signals = find_signals(values, centre=4.0, half_width=np.array([50.0]))
    assert signals[5] is Signal.RISING
    assert signals[6] is Signal.FALLING

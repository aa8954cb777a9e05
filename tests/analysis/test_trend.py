"""Trend: which chart, which limits, phases, verdicts, and the same month last year."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.chart_signals import Signal, Turn, check_runs, last_turn
from analysis.control_charts import share_chart, xmr_chart
from analysis.memory_charts import cusum_chart, ewma_chart
from analysis.results import IndexEstimate
from analysis.seasonality import compare_with_year_earlier, period_a_year_earlier
from analysis.trend import Assurance, Phase, Standing, Trend, TrendPoint, Variation, chart_trend

STEADY = (0.86, 0.88, 0.87)


def months(*indices: float, n: int = 200, year: int = 2025, n_eff: float = math.nan) -> list[TrendPoint]:
    return [
        TrendPoint(f"{year + i // 12}-{i % 12 + 1:02d}", index, 0 if math.isnan(index) else n, n_eff)
        for i, index in enumerate(indices)
    ]


def steady(count: int, **values: Any) -> list[TrendPoint]:
    return months(*(STEADY[i % 3] for i in range(count)), **values)


@pytest.mark.parametrize(
    ("count", "standing"),
    [(11, Standing.TOO_FEW), (12, Standing.PROVISIONAL), (14, Standing.PROVISIONAL), (15, Standing.TRUSTED)],
)
def test_limits_start_at_twelve_points_and_are_trusted_at_fifteen(count: int, standing: Standing) -> None:
    trend = chart_trend(steady(count), target=0.5)
    assert trend.phases[0].standing is standing
    has_limits = standing is not Standing.TOO_FEW
    assert all(math.isfinite(point.lower) is has_limits for point in trend.points)
    assert (trend.variation is Variation.UNKNOWN) is not has_limits
    assert (trend.assurance is Assurance.UNKNOWN) is not has_limits


@pytest.mark.parametrize(
    ("points", "chart"),
    [
        (steady(12, n=20), "p-prime"),
        (steady(12, n=19), "xmr"),
        (steady(12, n=200, n_eff=19.0), "xmr"),
        (steady(12, n=10, n_eff=25.0), "p-prime"),
        ([], "xmr"),
    ],
)
def test_shares_of_enough_answers_get_the_share_chart(points: list[TrendPoint], chart: str) -> None:
    assert chart_trend(points).chart == chart


def test_month_without_answers_leaves_a_gap_and_no_trace_in_the_limits() -> None:
    without = chart_trend(steady(15))
    points = steady(15)
    points.insert(7, TrendPoint("2025-07b", math.nan, 0))
    trend = chart_trend(points)
    assert math.isnan(trend.points[7].lower)
    assert trend.points[7].signal is Signal.NONE
    assert trend.phases == without.phases
    assert [p.upper for p in trend.points if p.n] == [p.upper for p in without.points]


def trend_with_step(*, phases: tuple[Phase, ...]) -> Trend:
    return chart_trend(
        months(*[STEADY[i % 3] for i in range(15)], *[0.06 + STEADY[i % 3] for i in range(15)]), phases=phases
    )


def test_step_is_a_signal_without_a_phase_and_none_with_one() -> None:
    flat = trend_with_step(phases=())
    assert any(point.signal is not Signal.NONE for point in flat.points)
    split = trend_with_step(phases=(Phase("2026-04", "a second counter opened"),))
    assert all(point.signal is Signal.NONE for point in split.points)
    assert [phase.reason for phase in split.phases] == ["", "a second counter opened"]
    assert split.phases[1].centre == pytest.approx(split.phases[0].centre + 0.06)
    assert {point.phase for point in split.points[:15]} == {0}


def test_phase_from_the_first_month_makes_no_empty_one_before_it() -> None:
    trend = chart_trend(steady(12), phases=(Phase("2025-01", "merged communes"),))
    assert [phase.start for phase in trend.phases] == ["2025-01"]


@pytest.mark.parametrize(
    ("phase", "message"),
    [(Phase("2025-03", "  "), "reason"), (Phase("2024-03", "new form"), "2024-03")],
)
def test_phase_needs_a_reason_and_a_period_of_the_series(phase: Phase, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        chart_trend(steady(12), phases=(phase,))


def test_two_phases_from_one_month_are_refused() -> None:
    with pytest.raises(AnalysisError, match="once"):
        chart_trend(steady(12), phases=(Phase("2025-03", "a"), Phase("2025-03", "b")))


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([TrendPoint("2025-02", 0.8, 9), TrendPoint("2025-01", 0.8, 9)], "rising"),
        ([TrendPoint("2025-02", 0.8, 9), TrendPoint("2025-02", 0.8, 9)], "rising"),
        ([TrendPoint("2025-02", 83.9, 9)], "83.9"),
        ([TrendPoint("2025-02", math.nan, 9)], "nan"),
        ([TrendPoint("2025-02", 0.8, -1)], "-1"),
    ],
)
def test_series_that_cannot_be_charted_is_refused(points: list[TrendPoint], message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        chart_trend(points)


@pytest.mark.parametrize("last", [0.60, 0.999])
def test_last_point_outside_the_limits_is_the_variation_verdict(last: float) -> None:
    trend = chart_trend(months(*[STEADY[i % 3] for i in range(15)], last), target=0.8)
    assert trend.variation is (Variation.CONCERN if last < 0.8 else Variation.IMPROVEMENT)


@pytest.mark.parametrize(
    ("target", "assurance"),
    [
        (0.70, Assurance.CONSISTENTLY_MET),
        (0.87, Assurance.INCONSISTENT),
        (0.99, Assurance.CONSISTENTLY_MISSED),
        (None, Assurance.UNKNOWN),
    ],
)
def test_assurance_compares_the_goal_with_the_limits(target: float | None, assurance: Assurance) -> None:
    assert chart_trend(steady(15), target=target).assurance is assurance


def test_low_variation_narrows_the_limits_only_from_24_points() -> None:
    def chart(points: int) -> tuple[float, float]:
        drawn = share_chart(np.full(points, 170) + np.arange(points) % 2, np.full(points, 200))
        return drawn.sigma_z, drawn.sigma_z_used

    sigma_z, used = chart(23)
    assert sigma_z < 1.0
    assert used == 1.0
    sigma_z, used = chart(24)
    assert used == sigma_z < 1.0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_share_chart_at_the_end_of_the_scale_has_no_width_and_no_signal(share: float) -> None:
    chart = share_chart(np.full(12, 40 * share), np.full(12, 40))
    assert chart.lower == chart.upper == (share,) * 12
    assert set(chart.signals) == {Signal.NONE}


@pytest.mark.parametrize("values", [[0.9], [0.9] * 12])
def test_xmr_of_values_that_do_not_vary_has_no_signal(values: list[float]) -> None:
    assert set(xmr_chart(np.array(values)).signals) == {Signal.NONE}


@pytest.mark.parametrize(
    ("satisfied", "sizes"), [([5], [4]), ([-1], [4]), ([0], [0]), ([1, 2], [4]), ([], []), ([math.nan], [4])]
)
def test_share_chart_refuses_impossible_counts(satisfied: list[float], sizes: list[float]) -> None:
    with pytest.raises(AnalysisError):
        share_chart(np.array(satisfied), np.array(sizes))


@pytest.mark.parametrize("values", [[], [0.8, math.nan]])
def test_xmr_refuses_gaps(values: list[float]) -> None:
    with pytest.raises(AnalysisError):
        xmr_chart(np.array(values))


def test_memory_charts_refuse_a_process_without_spread() -> None:
    for chart in (ewma_chart, cusum_chart):
        with pytest.raises(AnalysisError, match="sigma"):
            chart(np.array([0.8]), centre=0.8, sigma=0.0)


def test_runs_of_an_empty_series_are_no_signal() -> None:
    assert not check_runs(np.array([]), centre=0.5).signal


@given(st.lists(st.floats(0.5, 0.95), min_size=12, max_size=30))
def test_mirrored_series_has_mirrored_limits_and_signals(values: list[float]) -> None:
    y = np.round(np.array(values), 6)
    chart, mirror = xmr_chart(y), xmr_chart(1.0 - y)
    assert (mirror.lower, mirror.upper) == pytest.approx((1.0 - chart.upper, 1.0 - chart.lower), abs=1e-9)
    assert chart.mean_moving_range == pytest.approx(mirror.mean_moving_range, abs=1e-12)


@given(
    shares=st.lists(st.floats(0.2, 0.9), min_size=2, max_size=30),
    size=st.integers(20, 2000),
    factor=st.integers(2, 9),
)
def test_more_answers_at_the_same_shares_never_widen_a_p_chart(
    shares: list[float], size: int, factor: int
) -> None:
    p, n = np.array(shares), np.full(len(shares), size)
    small, large = share_chart(p * n, n, laney=False), share_chart(p * n * factor, n * factor, laney=False)
    assert large.upper[0] - large.lower[0] <= small.upper[0] - small.lower[0] + 1e-12


def estimate(index: float, half_width: float = 0.05) -> IndexEstimate:
    return IndexEstimate(
        index=index, n=100, valid=100, satisfied=80, se_cluster=0.02, se_respondent=0.02, df=20.0, n_eff=99.0,
        lower=index - half_width, upper=index + half_width, one_sided_lower=index, one_sided_upper=index,
        level=0.95, alpha=0.05, method_version="item-mean/1", interval_method="wilson-t",
    )  # fmt: skip


def test_month_is_set_beside_the_same_month_last_year() -> None:
    pairs = compare_with_year_earlier(
        {
            "2026-02": estimate(0.70),
            "2025-02": estimate(0.72),
            "2026-03": estimate(0.90),
            "2025-03": estimate(0.80),
            "2026-04": estimate(0.90),
            "2025-05": estimate(math.nan),
            "2026-05": estimate(0.90),
        }
    )
    assert [(pair.period, pair.earlier, pair.differs) for pair in pairs] == [
        ("2026-02", "2025-02", False),
        ("2026-03", "2025-03", True),
    ]
    # Equal half-widths h on both sides give h·√2.
    assert pairs[1].lower == pytest.approx(0.10 - 0.05 * math.sqrt(2.0))


def test_period_without_a_year_is_refused() -> None:
    with pytest.raises(AnalysisError, match="03-2026"):
        period_a_year_earlier("03-2026")


@pytest.mark.parametrize(
    ("directions", "turn"),
    [
        ([-1] * 7 + [0, 1, 0, 1, 0], Turn(7, 1)),
        ([0] * 5 + [1] * 7, Turn(5, 1)),
        ([-1] * 7 + [1] * 7, Turn(7, 1)),
        ([1] * 8 + [0] * 4, Turn(8, -1)),
        ([1] * 6 + [0] * 6, None),
        ([1] * 12, None),
        ([], None),
    ],
)
def test_a_turn_is_where_a_long_stretch_ends_or_begins(directions: list[int], turn: Turn | None) -> None:
    assert last_turn(directions) == turn

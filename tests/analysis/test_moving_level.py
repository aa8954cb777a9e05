"""The level of the months ahead, against the same model computed whole: one normal vector, conditioned."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from analysis import AnalysisError, forecast
from analysis.moving_level import STEPS, STRAYS, USUAL, level_ahead, unit_variance
from analysis.results import IndexEstimate

NAN = float("nan")
START = (0.5, 1 / 12)


def month(index: float, n: int = 100) -> IndexEstimate:
    return IndexEstimate(
        index=index, n=n, valid=n, satisfied=round(n * index) if index == index else 0, se_cluster=NAN,
        se_respondent=NAN, df=20, n_eff=float(n), lower=NAN, upper=NAN, one_sided_lower=NAN, one_sided_upper=NAN,
        level=0.95, alpha=0.05, method_version="item-mean/1", interval_method="wilson-t", flags=(),
    )  # fmt: skip


def by_one_vector(months: list[IndexEstimate | None], variance: float, horizon: int) -> tuple[float, float]:
    """Mean and variance of the months ahead from the joint normal distribution of levels, months and future."""
    total, places = len(months) + horizon, np.arange(len(months) + horizon)
    seen = [place for place, one in enumerate(months) if one is not None]
    values = np.array([one.index for one in months if one is not None])
    noise = np.array([variance / one.n for one in months if one is not None])
    weights, means, variances = [], [], []
    edges = [np.concatenate([g[:1], (g[1:] + g[:-1]) / 2, g[-1:]]) for g in (STEPS, STRAYS)]
    for i, step in enumerate(STEPS):
        for k, stray in enumerate(STRAYS):
            levels = START[1] + step**2 * np.minimum.outer(places, places)
            joint = levels + np.diag(np.full(total, stray**2))
            known = joint[np.ix_(seen, seen)] + np.diag(noise)
            average = np.zeros(total)
            average[len(months) :] = 1 / horizon
            across = (joint @ average)[seen]
            solved = np.linalg.solve(known, np.column_stack([across, values - START[0]]))
            means.append(START[0] + float(across @ solved[:, 1]))
            variances.append(float(average @ joint @ average - across @ solved[:, 0]))
            log = -0.5 * (np.linalg.slogdet(known)[1] + (values - START[0]) @ solved[:, 1])
            prior = math.exp(-0.5 * (step**2 + stray**2) / USUAL**2)
            weights.append(math.exp(log) * prior * np.diff(edges[0])[i] * np.diff(edges[1])[k])
    share = np.array(weights) / sum(weights)
    centre = float(share @ means)
    return centre, float(share @ (np.array(variances) + np.square(np.array(means) - centre)))


@pytest.mark.parametrize(
    "shown",
    [
        [month(0.8), month(0.84), month(0.79)],
        [month(0.7 + 0.02 * place, n=80 + place) for place in range(9)],
        [month(0.9), None, month(0.86, n=12), None, month(0.88)],
        [month(1.0), month(1.0)],
    ],
    ids=["three", "rising", "gaps", "all satisfied"],
)
@pytest.mark.parametrize("horizon", [1, 3, 9])
def test_filter_is_the_conditional_distribution(shown, horizon):
    found = level_ahead(shown, variance_of_one=0.15, months_ahead=horizon, start=START)
    mean, variance = by_one_vector(shown, 0.15, horizon)
    assert found.mean == pytest.approx(mean, abs=1e-10)
    assert found.variance == pytest.approx(variance, rel=1e-9)


def test_a_rising_year_is_expected_to_go_on_from_where_it_is():
    rising = [month(0.70 + 0.02 * place) for place in range(9)]
    so_far = month(0.78, n=900)
    found = forecast.of_months(so_far, rising, remaining=300, months_ahead=3, threshold=0.8)
    still = forecast.year_end(0.78, 900, remaining=300, threshold=0.8)
    level = found.posterior_a / (found.posterior_a + found.posterior_b)
    assert 0.81 < level < rising[-1].index, "of late, not of the mean of 0.78"
    assert found.year_end.q50 > still.year_end.q50 + 0.01
    assert found.probability > 5 * still.probability


def test_the_further_ahead_the_wider():
    shown = [month(0.8), month(0.85), month(0.8), month(0.86)]
    widths = [
        level_ahead(shown, variance_of_one=0.15, months_ahead=h, start=START).variance for h in (1, 4, 8)
    ]
    assert widths == sorted(widths)
    assert level_ahead(shown, variance_of_one=0.15, months_ahead=0.2, start=START).variance == widths[0]


def test_nobody_left_to_come_is_certain():
    found = forecast.of_months(
        month(0.81, n=500), [month(0.81, n=500)], remaining=0, months_ahead=1, threshold=0.8
    )
    assert (found.probability, found.remaining, found.year_end.q50) == (1.0, 0, pytest.approx(0.81))


@pytest.mark.parametrize("index", [0.0, 1.0])
def test_a_year_of_all_or_nothing_stays_inside(index):
    shown = [month(index) for _ in range(4)]
    found = forecast.of_months(month(index, n=400), shown, remaining=200, months_ahead=6, threshold=0.5)
    assert 0 <= found.year_end.q05 <= found.year_end.q95 <= 1
    assert unit_variance(month(index, n=400)) > 0
    assert found.probability == pytest.approx(index, abs=1e-6)


def test_what_cannot_be_is_refused():
    with pytest.raises(AnalysisError, match="months"):
        level_ahead([None], variance_of_one=0.1, months_ahead=1, start=START)
    with pytest.raises(AnalysisError, match="n_eff"):
        unit_variance(replace(month(0.8), n_eff=NAN))
    with pytest.raises(AnalysisError, match="months_ahead"):
        level_ahead([month(0.8)], variance_of_one=0.1, months_ahead=0, start=START)

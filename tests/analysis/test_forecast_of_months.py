"""A level that moves, and days whose persons are alike: the fan of the months holds what it promises."""

import numpy as np
import pytest

from analysis import forecast
from analysis.estimate import DesignSums, estimate
from analysis.layout import Layout
from analysis.results import IndexEstimate
from analysis.sums import tabulate_linear, tabulate_products

LAYOUT = Layout(dimensions=(("staff", ("C1", "C2", "C3")),))
MONTHS, DAYS, PERSONS, KNOWN = 12, 20, 5, 9


def year(chance: np.random.Generator, by_day: float, by_month: float) -> np.ndarray:
    """Levels of a year, shape (months, days, persons, items); beta spread by day and by month, 0 for none."""

    def spread(p: np.ndarray, size: float) -> np.ndarray:
        return chance.beta(p * size, (1 - p) * size) if size else p

    months = spread(np.full(MONTHS, 0.85), by_month)
    days = spread(np.repeat(months[:, None], DAYS, axis=1), by_day)
    persons = spread(np.repeat(days[:, :, None], PERSONS, axis=2), 8.0)
    satisfied = chance.random((*persons.shape, 3)) < persons[..., None]
    return np.where(satisfied, 4, 2).astype(np.uint8)


def estimated(levels: np.ndarray) -> IndexEstimate:
    rows = levels.reshape(-1, 3)
    days = len(rows) // PERSONS
    cluster = np.repeat(np.arange(days), PERSONS)
    return estimate(
        DesignSums(
            layout=LAYOUT,
            weights=np.array([[1.0]]),
            cluster_stratum=np.zeros(days, int),
            cluster_id=np.arange(days),
            cluster_form=np.zeros(days, int),
            linear=tabulate_linear(LAYOUT, rows, cluster, days),
            product_stratum=np.zeros(1, int),
            product_form=np.zeros(1, int),
            products=tabulate_products(LAYOUT, rows, np.zeros(len(rows), int), 1),
            file_clusters=np.array([days]),
            file_persons=np.array([len(rows)]),
        )
    ).dimensions["staff"]


def held(by_day: float, by_month: float, years: int, *, moving: bool) -> float:
    """Share of years whose end lies in the 90 % fan of September."""
    chance, inside = np.random.default_rng(5), 0
    for _ in range(years):
        levels = year(chance, by_day, by_month)
        known, end = estimated(levels[:KNOWN]), estimated(levels).index
        left = (MONTHS - KNOWN) * DAYS * PERSONS
        if moving:
            months = [estimated(levels[month]) for month in range(KNOWN)]
            found = forecast.of_months(
                known, months, remaining=left, months_ahead=MONTHS - KNOWN, threshold=0.8
            ).year_end
        else:
            found = forecast.year_end(
                known.index, known.n, remaining=left, threshold=0.8, n_eff=known.n_eff
            ).year_end
        inside += found.q05 - 1e-9 <= end <= found.q95 + 1e-9
    return inside / years


@pytest.mark.soak
@pytest.mark.parametrize(("by_day", "by_month"), [(0, 0), (20, 0), (20, 150), (20, 60)])
def test_the_fan_holds_nine_years_of_ten(by_day, by_month):
    assert held(by_day, by_month, 150, moving=True) >= 0.88


@pytest.mark.soak
def test_a_fan_that_takes_months_as_alike_does_not():
    assert held(20, 60, 150, moving=False) < 0.8

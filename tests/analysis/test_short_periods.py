"""Days and weeks: the pooled index and its variance between persons, against the person-by-person route."""

import numpy as np
import pytest

from analysis._validation import AnalysisError
from analysis.estimate import estimate_rows
from analysis.layout import Layout
from analysis.short_periods import estimate_short
from analysis.sums import tabulate_linear
from analysis.tables import RatingTable

LAYOUT = Layout(dimensions=(("staff", ("C1", "C2", "C3")), ("petitions", ("E1", "E2"))))


def rows(seed: int, count: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    levels = chance.choice([0, 1, 2, 3, 4, 5, 6], size=(count, 5), p=[0.2, 0.05, 0.05, 0.1, 0.3, 0.25, 0.05])
    return levels.astype(np.uint8)


@pytest.mark.parametrize("dimension", ["staff", "petitions"])
def test_one_domain_is_that_of_the_persons(dimension):
    levels, form = rows(3, 80), np.repeat([0, 1], 40)
    weights = np.array([[1.0, 1.0], [3.0, 2.0]])
    cells = tabulate_linear(LAYOUT, levels, form, 2)
    found = estimate_short(LAYOUT, cells, weights=weights, domain=[0, 0], n_domains=1)[dimension][0]
    number = LAYOUT.dimension_names.index(dimension)
    table = RatingTable.of(LAYOUT, levels, weights=weights[form, number])
    whole = estimate_rows(table, methods="pooled").survey_estimate(0).dimensions[dimension]
    assert found.index == pytest.approx(whole.index, abs=1e-12)
    assert (found.n, found.valid, found.satisfied) == (whole.n, whole.valid, whole.satisfied)
    # The full route counts everybody in the file as a person of the stratum, also who skipped the dimension.
    m = len(levels)
    correction = (found.n / (found.n - 1)) / (m / (m - 1))
    assert found.se_respondent**2 == pytest.approx(whole.se_respondent**2 * correction, rel=1e-9)


def test_domains_are_apart_and_cells_add_up():
    levels, day = rows(5, 90), np.arange(90) % 9
    cells = tabulate_linear(LAYOUT, levels, day, 9)
    ones = np.ones((9, 2))
    together = estimate_short(LAYOUT, cells, weights=ones, domain=[0] * 3 + [1] * 6, n_domains=2)
    alone = estimate_short(LAYOUT, cells[:3], weights=ones[:3], domain=[0] * 3, n_domains=1)
    assert repr(together["staff"][0]) == repr(alone["staff"][0])
    assert together["staff"][1].n != together["staff"][0].n


def test_everybody_alike_and_nobody():
    cells = tabulate_linear(LAYOUT, np.full((12, 5), 5, np.uint8), np.zeros(12, int), 1)
    full, empty = estimate_short(LAYOUT, cells, weights=np.ones((1, 2)), domain=[0], n_domains=2)["staff"]
    assert (full.index, full.n, full.n_eff, full.upper) == (1.0, 12, 12.0, 1.0)
    assert 0.7 < full.lower < 0.8
    assert empty.n == 0
    assert np.isnan([empty.index, empty.lower, empty.upper]).all()


def test_arrays_must_fit():
    cells = tabulate_linear(LAYOUT, rows(1, 4), np.zeros(4, int), 1)
    with pytest.raises(AnalysisError, match="weights"):
        estimate_short(LAYOUT, cells, weights=np.ones((1, 3)), domain=[0], n_domains=1)

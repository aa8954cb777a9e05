"""Residuals of weights fitted to margins: what the margins explain is not uncertain any more."""

import numpy as np
import pytest

from analysis._validation import AnalysisError
from analysis.calibration import Calibration
from analysis.estimate import estimate_rows
from analysis.layout import Layout
from analysis.ratios import ratio
from analysis.tables import RatingTable
from analysis.weight_margins import Margin
from analysis.weighting import post_stratify, rake

RNG = np.random.default_rng(7)
FIELD = Margin("field", RNG.integers(0, 3, 400), np.array([500.0, 300.0, 200.0]))
CHANNEL = Margin("channel", RNG.integers(0, 2, 400), np.array([800.0, 200.0]))


def test_what_the_margin_decides_has_no_error_left() -> None:
    fitted = post_stratify(FIELD)
    by_field = np.array([0.9, 0.5, 0.7])[FIELD.codes]
    plain = ratio(by_field, weights=fitted.values)
    calibrated = ratio(by_field, weights=fitted.values, calibration=Calibration((FIELD,), fitted.values))
    assert calibrated.value == pytest.approx(plain.value)
    assert plain.se > 0.005
    assert calibrated.se < 1e-12


def test_residuals_of_two_margins_are_balanced_in_both() -> None:
    fitted = rake([FIELD, CHANNEL])
    residuals = Calibration((FIELD, CHANNEL), fitted.values).residuals(fitted.values * RNG.normal(size=400))
    for margin in (FIELD, CHANNEL):
        sums = np.bincount(margin.codes, residuals / fitted.values)
        assert sums == pytest.approx(np.zeros(len(sums)), abs=1e-11)


def test_a_domain_is_the_same_alone_and_among_others() -> None:
    layout = Layout(dimensions=(("staff", ("C1", "C2")),))
    fitted = rake([FIELD, CHANNEL])
    table = RatingTable.of(
        layout,
        RNG.integers(1, 6, (400, 2)),
        weights=fitted.values,
        cluster=np.arange(400) // 10,
        calibration=Calibration((FIELD, CHANNEL), fitted.values),
    )
    both = estimate_rows(table, domain=CHANNEL.codes, n_domains=2)
    alone = estimate_rows(table, domain=np.where(CHANNEL.codes == 1, 0, -1), n_domains=1)
    found, expected = (
        both.survey_estimate(1).dimensions["staff"],
        alone.survey_estimate(0).dimensions["staff"],
    )
    assert found.se_cluster == pytest.approx(expected.se_cluster, rel=1e-12)
    y = (table.levels >= 4).sum(axis=1)
    direct = ratio(
        y,
        np.full(400, 2),
        weights=fitted.values,
        cluster=table.cluster,
        domain=CHANNEL.codes == 1,
        calibration=table.calibration,
    )
    assert found.se_cluster == pytest.approx(direct.se, rel=1e-9)


@pytest.mark.parametrize(
    ("margins", "weights"),
    [((), [1.0]), ((FIELD,), np.ones(3)), ((FIELD,), np.zeros(400)), ((FIELD,), np.full(400, np.nan))],
)
def test_what_cannot_be_a_calibration_is_refused(margins, weights) -> None:
    with pytest.raises(AnalysisError):
        Calibration(margins, np.asarray(weights))


def test_a_table_and_its_calibration_have_the_same_rows() -> None:
    layout = Layout(dimensions=(("staff", ("C1",)),))
    with pytest.raises(AnalysisError, match="calibration has 400 rows"):
        RatingTable.of(layout, [[5]], calibration=Calibration((FIELD,), np.ones(400)))
    with pytest.raises(AnalysisError, match="linearised has shape"):
        Calibration((FIELD,), np.ones(400)).residuals(np.ones(3))

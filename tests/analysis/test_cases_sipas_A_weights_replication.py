"""Weights and standard errors against R survey (sipas_A_weights_replication.json)."""

import csv
from typing import Any

import numpy as np
import pytest
import reference_cases

from analysis.estimate import estimate_rows
from analysis.layout import Layout
from analysis.results import IndexEstimate
from analysis.tables import RatingTable
from analysis.weight_margins import Margin
from analysis.weighting import kish_effective_n, post_stratify, rake

if not reference_cases.exists("sipas_A_weights_replication"):
    pytest.skip(f"no weights in {reference_cases.folder()}", allow_module_level=True)

DIMENSIONS = {"access": 4, "procedure": 4, "officer": 5, "result": 4, "feedback": 3}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return reference_cases.load("sipas_A_weights_replication")


@pytest.fixture(scope="module")
def answers(expected: dict[str, Any]) -> list[dict[str, str]]:
    with reference_cases.file_path("sipas_A_current.csv").open(encoding="utf-8", newline="") as file:
        by_id = {int(row["id"]): row for row in csv.DictReader(file)}
    return [by_id[i] for i in expected["weights"]["id"]]


def margin(name: str, expected: dict[str, Any], answers: list[dict[str, str]]) -> Margin:
    categories = [entry[name] for entry in expected["margins"][name]]
    codes = np.array([categories.index(row[name]) for row in answers])
    return Margin(name, codes, np.array([entry["N"] for entry in expected["margins"][name]]))


def test_raked_weights_match(expected: dict[str, Any], answers: list[dict[str, str]]) -> None:
    raked = rake([margin("field", expected, answers), margin("channel", expected, answers)])
    np.testing.assert_allclose(raked.values, expected["weights"]["raked"], atol=1e-6)
    assert raked.kish_n == pytest.approx(expected["kish_effective_n"]["raked_field_channel"], rel=1e-6)
    assert raked.design_effect == pytest.approx(expected["deff_kish"]["raked_field_channel"], rel=1e-6)


def test_post_stratified_weights_match(expected: dict[str, Any], answers: list[dict[str, str]]) -> None:
    weighted = post_stratify(margin("field", expected, answers))
    np.testing.assert_allclose(weighted.values, expected["weights"]["poststrat_field"], atol=1e-6)
    assert weighted.kish_n == pytest.approx(expected["kish_effective_n"]["poststratified_field"], rel=1e-9)
    assert weighted.design_effect == pytest.approx(expected["deff_kish"]["poststratified_field"], rel=1e-9)


@pytest.mark.parametrize("column", [None, "w"])
def test_kish_n_of_the_base_weights(
    expected: dict[str, Any], answers: list[dict[str, str]], column: str | None
) -> None:
    weights = np.array([float(row[column]) if column else 1.0 for row in answers])
    name = "clustered" if column else "clustered_unweighted"
    assert kish_effective_n(weights) == pytest.approx(expected["kish_effective_n"][name], rel=1e-9)


def pooled_estimates(answers: list[dict[str, str]], weights: np.ndarray) -> dict[str, IndexEstimate]:
    items = iter(f"q{number:02d}" for number in range(1, 21))
    layout = Layout(tuple((name, tuple(next(items) for _ in range(n))) for name, n in DIMENSIONS.items()))
    levels = np.array([[int(row[item] or 0) for item in layout.items] for row in answers], dtype=np.uint8)
    codes = {
        name: np.unique([row[name] for row in answers], return_inverse=True)[1] for name in ("field", "psu")
    }
    table = RatingTable.of(layout, levels, weights=weights, stratum=codes["field"], cluster=codes["psu"])
    found = estimate_rows(table, methods="pooled", overall="pooled").survey_estimate(0)
    return {**found.dimensions, "overall": found.overall}


def test_linearised_errors_match_and_lie_near_the_replicated_ones(
    expected: dict[str, Any], answers: list[dict[str, str]]
) -> None:
    found = pooled_estimates(answers, np.array([float(row["w"]) for row in answers]))
    assert expected["replication"]
    for case in expected["replication"]:
        estimate = found.get(case["dimension"], found["overall"])
        assert estimate.se_cluster == pytest.approx(case["taylor_se"], rel=1e-9), case["dimension"]
        # The jackknife and the bootstrap are other estimators: agreement shows that linearising is sound.
        assert estimate.se_cluster == pytest.approx(case["jkn_se"], rel=0.01)
        assert estimate.se_cluster == pytest.approx(case["subbootstrap_1000_se_montecarlo"], rel=0.05)

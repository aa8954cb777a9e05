"""Estimates of set A against R survey: shares, standard errors and intervals under eight designs."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

import pytest
import reference_cases
import sipas_cases

from analysis import intervals
from analysis.estimate import EstimateTable, estimate_rows
from analysis.layout import Layout
from analysis.results import IndexEstimate, SurveyEstimate

NAME = "sipas_A_estimates"
FILE = reference_cases.load(NAME) if reference_cases.exists(NAME) else {"results": {}}
LAYOUT = sipas_cases.layout(FILE) if FILE["results"] else None
# Designs that differ from the named one only in having no clusters and no correction of clusters.
OF_PERSONS = {
    "clustered": "element_no_fpc",
    "clustered_fpc": "element_no_fpc",
    "clustered_unweighted": "naive_srs_unweighted",
}
# R gives no design of persons alone for calibrated weights.
UNCALIBRATED = [name for name, design in sipas_cases.DESIGNS.items() if not design.margins]
METHODS = {"pooled": "pooled", "respondent_mean": "respondent-mean", "mean_over_5": "mean-over-5"}


def cases(part: str, names: Any) -> list[Any]:
    found = [
        pytest.param(design, case, id=f"{design}-{name}")
        for design in sipas_cases.DESIGNS
        if design in FILE["results"]
        for name, case in names(FILE["results"][design][part] or [])
    ]
    return found or [pytest.param(None, None, marks=pytest.mark.skip(reason=f"no {part} in {NAME}.json"))]


ITEMS = cases("items", lambda items: [(item["item"], item) for item in items])
DIMENSIONS = cases(
    "dimensions", lambda rows: [(row["dimension"], row) for row in rows if row["dimension"] != "all"]
)
ALL_ANSWERS = cases(
    "dimensions", lambda rows: [(row["dimension"], row) for row in rows if row["dimension"] == "all"]
)
COMPOSITES = cases("composites", lambda rows: [(name, (name, case)) for name, case in rows.items()])


@cache
def table(design: str, methods: str = "item-mean", overall: str = "mean-of-dimensions") -> EstimateTable:
    return estimate_rows(sipas_cases.table(LAYOUT, design), methods=methods, overall=overall)


def survey(design: str, methods: str = "item-mean", *, overall: str = "mean-of-dimensions") -> SurveyEstimate:
    return table(design, methods, overall).survey_estimate(0)


def cluster_df(design: str, methods: str, name: str) -> int:
    found = table(design, methods)
    return int(found.evidence.cluster_df[found.row(name), 0])


def assert_index(found: IndexEstimate, expected: dict[str, Any], design: str) -> None:
    assert found.index == pytest.approx(expected["est"], abs=1e-9)
    # R fits raked weights to 1e-10 and takes their residuals in ten sweeps; ours go on until nothing changes.
    exact = 1e-9 if len(sipas_cases.DESIGNS[design].margins) > 1 else 1e-10
    assert found.se_cluster == pytest.approx(expected["se"], rel=exact)


def assert_limits(estimate: IndexEstimate, expected: dict[str, Any], df: float, n: int) -> None:
    """Limits of every method R gives, from our share and standard error and R's degrees of freedom."""
    p, variance = estimate.index, estimate.se_cluster**2
    size = intervals.effective_n(p, variance)
    made = {
        "t": lambda: intervals.student_t(p, variance, df),
        "svyciprop_mean": lambda: intervals.student_t(p, variance, df),
        "xlogit": lambda: intervals.logit_t(p, variance, df),
        "svyciprop_xlogit": lambda: intervals.logit_t(p, variance, df),
        "korn_graubard": lambda: intervals.korn_graubard(p, size, n, df, capped=False),
        "svyciprop_beta": lambda: intervals.korn_graubard(p, size, n, df, capped=False),
        "korn_graubard_capped_n": lambda: intervals.korn_graubard(p, size, n, df, capped=True),
        "wilson_neff": lambda: intervals.wilson_t(p, size, df),
        "svyciprop_wilson": lambda: intervals.wilson_t(p, size, df),
    }
    for name, interval in made.items():
        if name in expected:
            lower, upper = interval()
            assert (float(lower), float(upper)) == pytest.approx(tuple(expected[name].values()), abs=1e-8), (
                name
            )


@pytest.mark.parametrize(("design", "case"), ITEMS)
def test_item_shares(design: str, case: dict[str, Any]) -> None:
    found = survey(design).items[case["item"]]
    assert_index(found, {"est": case["top2"], "se": case["se"]}, design)
    assert (found.n, cluster_df(design, "item-mean", case["item"])) == (case["n_valid"], case["df"])
    assert_limits(found, case, case["df"], case["n_valid"])


@pytest.mark.parametrize(("design", "case"), DIMENSIONS)
def test_dimensions(design: str, case: dict[str, Any]) -> None:
    name = case["dimension"]
    for kind in METHODS.keys() & case.keys():
        found = survey(design, METHODS[kind]).dimensions[name]
        assert_index(found, case[kind], design)
        assert (found.n, cluster_df(design, METHODS[kind], name)) == (case["n_respondents"], case["df"])
        assert_limits(found, case[kind], case["df"], case["n_respondents"])


@pytest.mark.parametrize(("design", "case"), ALL_ANSWERS)
@pytest.mark.parametrize("kind", ["pooled", "mean_over_5"])
def test_all_answers_pooled(design: str, case: dict[str, Any], kind: str) -> None:
    found = survey(design, METHODS[kind], overall="pooled").overall
    assert_index(found, case[kind], design)
    assert_limits(found, case[kind], case["df"], case["n_respondents"])


@pytest.mark.parametrize(("design", "case"), [p for p in DIMENSIONS if p.values[0] in (None, *UNCALIBRATED)])
def test_the_larger_variance_makes_the_limits(design: str, case: dict[str, Any]) -> None:
    found = survey(design, "pooled").dimensions[case["dimension"]]
    alone = found.se_respondent > found.se_cluster * (1 + 1e-9)
    by_person = survey(OF_PERSONS.get(design, design), "pooled").dimensions[case["dimension"]]
    assert found.se_respondent == pytest.approx(by_person.se_cluster, rel=1e-10)
    expected = asdict(by_person) if alone else case["pooled"]["wilson_neff"]
    assert (found.lower, found.upper) == pytest.approx((expected["lower"], expected["upper"]), abs=1e-9)


@pytest.mark.parametrize(("design", "case"), COMPOSITES)
def test_composites(design: str, case: tuple[str, dict[str, Any]]) -> None:
    name, expected = case
    if name in LAYOUT.dimension_names:
        found = survey(design).dimensions[name]
    elif name == "overall_mean_of_20_items":
        whole = Layout(dimensions=(("all", LAYOUT.items),))
        found = estimate_rows(sipas_cases.table(whole, design)).survey_estimate(0).dimensions["all"]
    elif name == "overall_mean_of_5_pooled_dimensions":
        found = survey(design, "pooled").overall
    elif name == "overall_mean_over_5_of_5_dimensions":
        found = survey(design, "mean-over-5").overall
    else:
        pytest.skip(f"{name}: no index of this package")
    assert_index(found, expected, design)
    # R keeps the degrees of freedom of the whole design for a composite.
    assert_limits(found, expected, FILE["results"][design]["df"], FILE["results"][design]["n"])

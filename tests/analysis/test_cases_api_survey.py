"""The api data sets of R survey: means, ratios, proportions and domains, with and without finite population.

The data (GPL) are not kept here; the cases run where ``SIPAS_REFERENCE_CASES`` points to a folder that has
``apistrat.csv`` and ``apiclus1.csv``. Left out are totals (the package estimates ratios), intervals that it
does not offer (``logit`` of a fitted model, ``likelihood``, ``asin``), and calibration to a mean of a
continuous variable (``calibrate_stype_api99``): dossiers are counted by category.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
import reference_cases

from analysis import intervals
from analysis.calibration import Calibration
from analysis.ratios import RatioEstimate, ratio
from analysis.weight_margins import Margin
from analysis.weighting import post_stratify, rake

NAME = "api_survey"


@dataclass(frozen=True)
class Data:
    columns: dict[str, np.ndarray]
    stratum: np.ndarray | None
    cluster: np.ndarray | None

    def number(self, name: str) -> np.ndarray:
        return self.columns[name].astype(float)

    def ratio(
        self, design: str, numerator: np.ndarray, denominator: Any = None, domain: Any = None
    ) -> RatioEstimate:
        return ratio(
            numerator,
            denominator,
            weights=self.number("pw"),
            stratum=self.stratum,
            cluster=self.cluster,
            population=None if re.search("without fpc|no fpc", design) else self.number("fpc"),
            domain=domain,
        )


@cache
def data(name: str) -> Data:
    with reference_cases.file_path(f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = {column: np.array([row[column] for row in rows]) for column in rows[0]}
    if name == "apistrat":
        return Data(columns, np.unique(columns["stype"], return_inverse=True)[1], None)
    return Data(columns, None, columns["dnum"].astype(int))


def of_design(design: str) -> Data:
    return data(design.split(":")[0].split(" ")[0])


QUANTITIES = {
    "schwide": lambda found: found.columns["sch.wide"] == "Yes",
    "compimp": lambda found: found.columns["comp.imp"] == "Yes",
    "api00_ge_800": lambda found: found.number("api00") >= 800,
    "api00_ge_450": lambda found: found.number("api00") >= 450,
    "api00": lambda found: found.number("api00"),
    "api99": lambda found: found.number("api99"),
    "growth": lambda found: found.number("api00") - found.number("api99"),
}


def named(prefixes: tuple[str, ...]) -> Any:
    return lambda file: [
        {"id": f"{design['design'].split(',')[0]}-{name}", "design": design, "name": name, **design[name]}
        for design in file["designs"]
        for name in design
        if name.startswith(prefixes)
    ]


@pytest.mark.parametrize("case", reference_cases.params(NAME, named(("mean_", "ratio_"))))
def test_means_and_ratios(case: dict[str, Any]) -> None:
    design = case["design"]["design"]
    found = of_design(design)
    if case["name"].startswith("ratio_"):
        made = found.ratio(design, found.number("api.stu"), found.number("enroll"))
    else:
        made = found.ratio(design, QUANTITIES[case["name"].removeprefix("mean_")](found))
    assert made.value == pytest.approx(case["est"], rel=1e-12)
    assert made.se == pytest.approx(case["se"], rel=1e-10)
    assert (made.df, made.n) == (case["design"]["df"], case["design"]["n"])
    half = float(intervals.student_quantile(made.df, 0.975)) * made.se
    assert (made.value - half, made.value + half) == pytest.approx((case["lower"], case["upper"]), rel=1e-9)


@pytest.mark.parametrize("case", reference_cases.params(NAME, named(("prop_", "domain_"))))
def test_proportions(case: dict[str, Any]) -> None:
    design, name = case["design"]["design"], case["name"]
    found = of_design(design)
    level = 0.90 if name.endswith("90") else 0.95
    kind, _, rest = name.partition("_")
    domain = found.columns["stype"] == rest[0] if kind == "domain" else None
    quantity = rest[2:] if kind == "domain" else rest.removesuffix("95").removesuffix("90")
    made = found.ratio(design, QUANTITIES[quantity](found).astype(float), domain=domain)
    assert made.value == pytest.approx(case["est"], rel=1e-12)
    assert made.se == pytest.approx(case["se"], rel=1e-10)
    assert (made.df, made.n) == (case["df"], case["n"])
    p, variance, df = made.value, made.se**2, made.df
    size = intervals.effective_n(p, variance)
    assert float(size) == pytest.approx(case["n_eff"], rel=1e-9)
    for method, (lower, upper) in {
        "mean": intervals.student_t(p, variance, df, level=level),
        "xlogit": intervals.logit_t(p, variance, df, level=level),
        "beta": intervals.korn_graubard(p, size, made.n, df, level=level, capped=False),
        "wilson": intervals.wilson_t(p, size, df, level=level),
    }.items():
        # R's "mean" is not clipped to 0–1.
        limits = (
            np.clip([case[method]["lower"], case[method]["upper"]], 0, 1)
            if method == "mean"
            else (
                case[method]["lower"],
                case[method]["upper"],
            )
        )
        assert (float(lower), float(upper)) == pytest.approx(tuple(limits), abs=1e-8), method


@pytest.mark.parametrize("case", reference_cases.params(NAME, named(("by_stype_",))))
def test_domains(case: dict[str, Any]) -> None:
    design = case["design"]["design"]
    found = of_design(design)
    quantity = QUANTITIES[case["name"].removeprefix("by_stype_").removeprefix("mean_")](found).astype(float)
    for stype, est, se in zip(case["stype"], case["est"], case["se"], strict=True):
        made = found.ratio(design, quantity, domain=found.columns["stype"] == stype)
        assert made.value == pytest.approx(est, rel=1e-12)
        assert made.se == pytest.approx(se, rel=1e-10)


@pytest.mark.parametrize("case", reference_cases.params("published", lambda file: file["survey"][0]["cases"]))
def test_printed_in_the_vignette(case: dict[str, Any]) -> None:
    found = data(case["data"])
    made = found.ratio(case["design"], found.number("api00"))
    assert made.value == pytest.approx(case["mean_api00"], abs=0.005)
    assert made.se == pytest.approx(case["se"], abs=0.5 * 10 ** -len(str(case["se"]).partition(".")[2]))


@pytest.mark.parametrize("fit", ["poststratify_stype", "rake_stype_schwide"])
@pytest.mark.parametrize("case", reference_cases.params(NAME, lambda file: file["calibration"]))
def test_calibrated_weights(case: dict[str, Any], fit: str) -> None:
    found, expected = data(case["design"]), case[fit]
    names = ["stype"] if fit.startswith("post") else ["stype", "sch.wide"]
    margins = [margin(name, case["margins"][name], found.columns[name]) for name in names]
    base = found.number("pw")
    fitted = rake(margins, base=base) if len(margins) > 1 else post_stratify(margins[0], base=base)
    assert fitted.values[:12] == pytest.approx(expected["weights_first12"], rel=1e-6)
    assert fitted.kish_n == pytest.approx(expected["kish_ess"], rel=1e-6)
    for name in ("mean_api00", "prop_compimp"):
        made = ratio(
            QUANTITIES[name.split("_")[1]](found).astype(float),
            weights=fitted.values,
            stratum=found.stratum,
            cluster=found.cluster,
            population=found.number("fpc"),
            calibration=Calibration(tuple(margins), fitted.values),
        )
        # R rakes to one school in a million, so its raked weights agree in some seven digits.
        exact = {"rel": 1e-10} if len(margins) == 1 else {"rel": 1e-6}
        assert made.value == pytest.approx(expected[name]["est"], **exact)
        assert made.se == pytest.approx(expected[name]["se"], **exact)


def margin(name: str, rows: list[dict[str, Any]], values: np.ndarray) -> Margin:
    categories = [row[name] for row in rows]
    codes = np.array([categories.index(value) for value in values])
    return Margin(name, codes, np.array([row["Freq"] for row in rows]))

"""Domains of set A (month, commune, field, mode) against R survey: strata and clusters of the full file."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import reference_cases
import sipas_cases

from analysis import intervals
from analysis.estimate import EstimateTable, estimate_rows

NAME = "sipas_A_domains"
METHODS = {"pooled": "pooled", "respondent_mean": "respondent-mean", "mean_over_5": "mean-over-5"}


def domains(file: dict[str, Any]) -> list[Any]:
    return [
        {
            "id": f"{part}={value}-{row['dimension']}-{kind}",
            "by": part.removeprefix("by_"),
            "value": value,
            "kind": kind,
            **row,
        }
        for part in file
        if part.startswith("by_")
        for value, domain in file[part].items()
        for row in domain["dimensions"]
        for kind in METHODS
        if kind in row
    ]


CASES = reference_cases.params(NAME, domains)


@cache
def estimates(by: str, methods: str, overall: str) -> tuple[list[str], EstimateTable]:
    layout = sipas_cases.layout(reference_cases.load("sipas_A_estimates"))
    values, domain = np.unique(sipas_cases.columns("current")[by], return_inverse=True)
    table = sipas_cases.table(layout, reference_cases.load(NAME)["design"])
    found = estimate_rows(table, domain, len(values), methods=methods, overall=overall)
    return values.tolist(), found


@pytest.mark.parametrize("case", CASES)
def test_domain(case: dict[str, Any]) -> None:
    every, kind = case["dimension"] == "all", case["kind"]
    values, found = estimates(case["by"], METHODS[kind], "pooled" if every else "mean-of-dimensions")
    row, domain = found.row("overall" if every else case["dimension"]), values.index(case["value"])
    expected = case[kind]
    p, variance = found.evidence.index[row, domain], found.evidence.cluster_variance[row, domain]
    df = found.evidence.cluster_df[row, domain]
    assert p == pytest.approx(expected["est"], abs=1e-9)
    assert np.sqrt(variance) == pytest.approx(expected["se"], rel=1e-10)
    assert (found.evidence.n[row, domain], df) == (case["n_respondents"], case["df"])
    size = intervals.effective_n(p, variance)
    made = {
        "t": intervals.student_t(p, variance, df),
        "xlogit": intervals.logit_t(p, variance, df),
        "korn_graubard": intervals.korn_graubard(p, size, case["n_respondents"], df, capped=False),
        "korn_graubard_capped_n": intervals.korn_graubard(p, size, case["n_respondents"], df),
        "wilson_neff": intervals.wilson_t(p, size, df),
    }
    for name in made.keys() & expected.keys():
        # R does not keep the t interval of a small domain within 0 and 1.
        limits = tuple(np.clip(list(expected[name].values()), 0, 1))
        lower, upper = made[name]
        assert (float(lower), float(upper)) == pytest.approx(limits, abs=1e-8), name

"""Precision gate: the rules in their order, each at its edge."""

import math
from dataclasses import replace
from typing import Any

import pytest

from analysis._validation import AnalysisError
from analysis.intervals import korn_graubard
from analysis.precision import (
    PrecisionDecision,
    Presentation,
    gate_estimate,
    gate_share,
)
from analysis.results import IndexEstimate

COMPLEMENT = "complement-relative-width-above-1.30"


def gated(share: float = 0.8, width: float = 0.1, **values: Any) -> PrecisionDecision:
    limits = {"lower": max(0.0, share - width / 2), "upper": min(1.0, share + width / 2)}
    return gate_share(share, **{"n": 200, "n_eff": 150.0, "df": 40.0, **limits, **values})


def make_estimate(**values: Any) -> IndexEstimate:
    known: dict[str, Any] = {
        "index": 0.8, "n": 400, "valid": 400, "satisfied": 320, "se_cluster": 0.02, "se_respondent": 0.02,
        "df": 40.0, "n_eff": 400.0, "lower": 0.757, "upper": 0.837, "one_sided_lower": 0.764,
        "one_sided_upper": 0.831, "level": 0.95, "alpha": 0.05, "method_version": "item-mean/1",
        "interval_method": "wilson-t",
    }  # fmt: skip
    return IndexEstimate(**{**known, **values})


@pytest.mark.parametrize(
    ("decision", "presentation", "rules"),
    [
        (gated(), Presentation.SHOW, ()),
        (gated(n=29), Presentation.SUPPRESS, ("n-below-30",)),
        (gated(n=30, n_eff=30.0), Presentation.SHOW, ()),
        (gated(n_eff=29.9), Presentation.SUPPRESS, ("effective-n-below-30",)),
        (gated(n=30, n_eff=29.9, width=0.04), Presentation.SUPPRESS, ("effective-n-below-30",)),
        (gated(share=0.03, lower=0.01, upper=0.05), Presentation.SHOW, ()),
        (gated(share=0.5, lower=0.34, upper=0.65), Presentation.SUPPRESS, ("width-0.30-or-more",)),
        (gated(share=0.1, lower=0.05, upper=0.20), Presentation.SUPPRESS, ("relative-width-above-1.30",)),
        (gated(share=0.9, lower=0.80, upper=0.95), Presentation.FOOTNOTE, (COMPLEMENT,)),
        (gated(df=7.9), Presentation.REVIEW, ("df-below-8",)),
        (gated(df=8.0), Presentation.SHOW, ()),
        (gated(n=29, df=2.0), Presentation.SUPPRESS, ("n-below-30",)),
        (gated(share=1.0, lower=0.9, upper=1.0), Presentation.REVIEW, ("share-0-or-100",)),
        (gated(share=1.0, lower=0.9, upper=1.0, n=20), Presentation.SUPPRESS, ("n-below-30",)),
        (
            gated(share=0.9, lower=0.80, upper=0.95, df=3.0),
            Presentation.REVIEW,
            ("df-below-8", COMPLEMENT),
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Presentation) else "",
)
def test_rule_at_its_edge(
    decision: PrecisionDecision, presentation: Presentation, rules: tuple[str, ...]
) -> None:
    assert (decision.presentation, decision.rules) == (presentation, rules)


def test_composite_with_more_effective_than_real_persons_counts_as_real_ones() -> None:
    decision = gate_estimate(make_estimate(n_eff=900.0))
    assert decision.n_eff == 400.0
    assert (decision.lower, decision.upper) == korn_graubard(0.8, 400.0, 400, 399)


@pytest.mark.parametrize("unknown", [{"index": math.nan}, {"n_eff": math.nan}, {"df": 0.0}, {"n": 0}])
def test_estimate_without_value_or_variance_is_suppressed(unknown: dict[str, Any]) -> None:
    decision = gate_estimate(replace(make_estimate(), **unknown))
    assert (decision.presentation, decision.rules) == (Presentation.SUPPRESS, ("undefined",))


def test_estimate_of_one_person_is_suppressed_for_its_n() -> None:
    decision = gate_estimate(replace(make_estimate(), n=1, n_eff=1.0, df=1.0))
    assert decision.rules == ("n-below-30",)


@pytest.mark.parametrize(
    "wrong",
    [{"share": 1.2}, {"lower": 0.9}, {"upper": 0.7}, {"upper": 1.1}, {"share": math.nan}],
)
def test_limits_out_of_order_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(AnalysisError, match="allowed"):
        gate_share(**{"share": 0.8, "n": 50, "n_eff": 50.0, "df": 20.0, "lower": 0.7, "upper": 0.9, **wrong})

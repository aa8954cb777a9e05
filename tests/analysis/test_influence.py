"""An index beside itself: without flagged answers, and weighted."""

from dataclasses import replace
from typing import Any

import pytest

from analysis._validation import AnalysisError
from analysis.influence import compare_weighted, compare_without_flagged
from analysis.results import IndexEstimate, SurveyEstimate


def index(value: float, n: int, **values: Any) -> IndexEstimate:
    plain = IndexEstimate(
        index=value, n=n, valid=n, satisfied=n, se_cluster=0.02, se_respondent=0.02, df=20.0, n_eff=90.0,
        lower=0.7, upper=0.9, one_sided_lower=0.7, one_sided_upper=0.9, level=0.95, alpha=0.05,
        method_version="item-mean/1", interval_method="wilson-t",
    )  # fmt: skip
    return replace(plain, **values)


def survey(*estimates: IndexEstimate) -> SurveyEstimate:
    names = ("access", "staff")
    return SurveyEstimate(
        n=estimates[0].n, dimensions=dict(zip(names, estimates, strict=False)), items={}, overall=estimates[0]
    )


def test_index_is_shown_with_and_without_the_flagged() -> None:
    found = compare_without_flagged(
        survey(index(0.90, 100), index(0.80, 90)), survey(index(0.85, 70), index(0.81, 66))
    )
    assert [(line.name, line.n, line.n_after) for line in found] == [
        ("access", 100, 70),
        ("staff", 90, 66),
        ("overall", 100, 70),
    ]
    assert [line.change for line in found] == pytest.approx([-0.05, 0.01, -0.05])


@pytest.mark.parametrize(
    "without",
    [
        survey(index(0.85, 101)),
        survey(index(0.85, 70, method_version="pooled/1")),
        survey(index(0.85, 70), index(0.85, 70)),
    ],
)
def test_index_without_flagged_must_be_the_same_index_of_fewer(without: SurveyEstimate) -> None:
    with pytest.raises(AnalysisError, match="allowed"):
        compare_without_flagged(survey(index(0.9, 100)), without)


def test_weighted_index_stands_beside_the_unweighted_of_the_same_answers() -> None:
    found = compare_weighted(survey(index(0.90, 100)), survey(index(0.87, 100)))
    assert [line.change for line in found] == pytest.approx([-0.03, -0.03])
    with pytest.raises(AnalysisError, match="same answers"):
        compare_weighted(survey(index(0.90, 100)), survey(index(0.87, 99)))

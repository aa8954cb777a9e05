"""The route from sums and the route from answers: one result, whatever the data look like."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from survey_designs import Answers, make_answers

from analysis.estimate import (
    INTERVALS,
    METHODS,
    OVERALL,
    estimate,
    estimate_rows,
)
from analysis.layout import SIPAS_LAYOUT
from analysis.results import IndexEstimate, SurveyEstimate

MIXED = dict(zip(SIPAS_LAYOUT.dimension_names, (*METHODS, "item-mean"), strict=True))


def indices(survey: SurveyEstimate) -> dict[str, IndexEstimate]:
    return {**survey.items, **survey.dimensions, "overall": survey.overall}


def assert_same(one: SurveyEstimate, other: SurveyEstimate, *, relative: float = 1e-12) -> None:
    assert one.n == other.n
    for name, left in indices(one).items():
        right = indices(other)[name]
        for field in dataclasses.fields(IndexEstimate):
            a, b = getattr(left, field.name), getattr(right, field.name)
            if isinstance(a, float):
                assert a == pytest.approx(b, rel=relative, abs=1e-13, nan_ok=True), (name, field.name)
            else:
                assert a == b, (name, field.name)


def both_routes(answers: Answers, **options: object) -> tuple[SurveyEstimate, SurveyEstimate]:
    from_sums = estimate(answers.sums(), **options)
    from_rows = estimate_rows(answers.table(), answers.domain(), 1, **options).survey_estimate(0)
    return from_sums, from_rows


@pytest.mark.parametrize("methods", [*METHODS, MIXED], ids=[*METHODS, "mixed"])
@pytest.mark.parametrize("overall", OVERALL)
@pytest.mark.parametrize("interval", INTERVALS)
def test_both_routes_agree_for_full_and_split_forms_mixed(
    methods: object, overall: str, interval: str
) -> None:
    answers = make_answers(7)
    assert_same(*both_routes(answers, methods=methods, overall=overall, interval=interval))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    persons=st.integers(0, 60),
    strata=st.integers(1, 5),
    clusters=st.integers(1, 6),
    share_split=st.sampled_from([0.0, 0.5, 1.0]),
    satisfied=st.sampled_from([0.0, 0.5, 0.9, 1.0]),
    missing=st.sampled_from([0.0, 0.3, 1.0]),
    inside=st.sampled_from([0.3, 1.0]),
    methods=st.sampled_from([*METHODS, MIXED]),
)
def test_both_routes_agree_on_lonely_clusters_blanks_and_ends(methods: object, **design: float) -> None:
    answers = make_answers(**design) if design["persons"] else make_answers(persons=1, inside=0.0)
    assert_same(*both_routes(answers, methods=methods))

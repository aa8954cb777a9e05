"""Sums for the level above: exact for the months they hold, silent about small ones, never counted twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from survey_designs import Answers, make_answers

from analysis._validation import AnalysisError
from analysis.design import DesignSums
from analysis.estimate import KINDS, estimate, estimate_many
from analysis.layout import SIPAS_LAYOUT, Layout
from analysis.results import SurveyEstimate
from analysis.upward import UpwardSums, decode_upward

MONTHS = (202601, 202602, 202603)
STRATA = (101, 102)


def month_of(answers: Answers) -> np.ndarray:
    return np.array(MONTHS)[answers.cluster % 3]


def of_month(answers: Answers, month: int) -> DesignSums:
    """Design sums of one month, whose file is that of the month."""
    inside = month_of(answers) == month
    part = Answers(
        answers.layout,
        answers.levels[inside],
        answers.form[inside],
        answers.stratum[inside],
        answers.cluster[inside],
        answers.inside[inside],
    )
    return part.sums()


def upward(answers: Answers, months: tuple[int, ...] = MONTHS) -> UpwardSums:
    return UpwardSums.of(answers.layout, {month: (STRATA, of_month(answers, month)) for month in months})


def whole_year(sums: UpwardSums, methods: str = "item-mean") -> SurveyEstimate:
    _, rows = sums.by_stratum()
    return estimate_many(rows, np.zeros(rows.rows, int), 1, kinds=KINDS, methods=methods).survey_estimate(0)


@pytest.mark.parametrize("methods", ["item-mean", "respondent-mean", "mean-over-5"])
def test_months_together_give_the_estimate_of_the_year(methods: str) -> None:
    answers = make_answers(3, persons=600, strata=2, clusters=30)
    assert whole_year(upward(answers), methods) == estimate(answers.sums(), methods=methods)


def test_bytes_come_back_and_equal_sums_have_equal_bytes() -> None:
    answers = make_answers(4, persons=500, strata=2, clusters=30)
    sent = upward(answers).encode()
    back = decode_upward(SIPAS_LAYOUT, sent)
    assert back.encode() == sent
    assert whole_year(back) == whole_year(upward(answers))
    shuffled = upward(answers.reordered(np.random.default_rng(1).permutation(500)))
    assert shuffled.encode() == sent


def test_units_add_up_in_any_order() -> None:
    answers = make_answers(5, persons=500, strata=2, clusters=30)
    first, second, third = (upward(answers, (month,)) for month in MONTHS)
    assert ((third + first) + second).encode() == upward(answers).encode()


def test_a_month_below_five_answers_is_not_sent() -> None:
    answers = make_answers(6, persons=300, strata=2, clusters=30)
    small = (month_of(answers) == MONTHS[1]) & (answers.stratum == 1)
    few = replace(answers, inside=answers.inside & ~(small & (np.cumsum(small & answers.inside) > 4)))
    found = upward(few)
    rows = set(zip(found.stratum.tolist(), found.month.tolist(), strict=True))
    assert rows == {(stratum, month) for stratum in STRATA for month in MONTHS} - {(102, MONTHS[1])}
    assert found.sums.linear[0].min() >= 5


def test_chosen_months_alone() -> None:
    answers = make_answers(7, persons=500, strata=2, clusters=30)
    strata, rows = upward(answers).by_stratum([MONTHS[2]])
    assert strata.tolist() == list(STRATA)
    found = estimate_many(rows, [0, 0], 1, kinds=KINDS).survey_estimate(0)
    assert found == estimate(of_month(answers, MONTHS[2]))
    assert upward(answers).by_stratum([])[1].rows == 0


def test_what_would_count_twice_is_refused() -> None:
    found = upward(make_answers(8, persons=300, strata=2, clusters=30))
    with pytest.raises(AnalysisError, match="stratum 101, month 202601 is in both"):
        found + found
    with pytest.raises(AnalysisError, match="occurs twice"):
        decode_upward(SIPAS_LAYOUT, found.encode() * 2)


def test_sums_that_do_not_belong_together_are_refused() -> None:
    answers = make_answers(9, persons=300, strata=2, clusters=30)
    other = Layout(dimensions=(("staff", ("C1",)),))
    with pytest.raises(AnalysisError, match="different layouts"):
        upward(answers) + UpwardSums.of(other, {})
    with pytest.raises(AnalysisError, match="month 202601 has 1 strata for sums of 2"):
        UpwardSums.of(SIPAS_LAYOUT, {MONTHS[0]: ((101,), of_month(answers, MONTHS[0]))})
    broken = replace(of_month(answers, MONTHS[0]), weights=np.full((2, 5), 1.5))
    with pytest.raises(AnalysisError, match="whole numbers below"):
        UpwardSums.of(SIPAS_LAYOUT, {MONTHS[0]: (STRATA, broken)}).encode()
    with pytest.raises(AnalysisError, match="blob 0 of upward"):
        decode_upward(SIPAS_LAYOUT, [b"\x01\x01\x00"])

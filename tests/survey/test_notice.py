"""What the sheet for the waiting room says, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reported_year import YEAR, close_all, report_of

from survey.reports.periodic import notice
from survey.services.records.period_figures import PeriodFigures, ReasonFigures


@pytest.fixture
def figures(database, store) -> PeriodFigures:
    close_all(database, store)
    return report_of(database, store, f"{YEAR}-Q1").figures


def test_a_reason_that_few_tapped_is_not_named_in_public(figures):
    counts = {"nhiều": 40, "đủ": 10, "ít": 9, "vừa": 12, "khá": 11}
    reasons = tuple(
        ReasonFigures(row.dimension, text, {"vi": text}, count)
        for row in figures.rows[:1]
        for text, count in counts.items()
    )
    made = notice(
        replace(figures, reasons=reasons), closed_on="11/04/2025", hotline="0262", petition_address=""
    )
    assert made.reasons == ("nhiều", "vừa", "khá")
    few = notice(replace(figures, reasons=reasons[1:3]), closed_on="", hotline="", petition_address="")
    assert few.reasons == ("đủ",)
    assert few.contact == ""

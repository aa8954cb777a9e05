"""Every verdict and every reason has its words, in both languages, and the words say what was found."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from analysis_inputs import make_baseline, make_estimate

from analysis.goal_results import REASON_WORDS, Reason
from survey.enums import Dimension, Operator
from survey.i18n import LOCALES
from survey.reports.overview.sentence import listed, sentence
from survey.reports.periodic.proposals import proposed_texts
from survey.reports.words.verdicts import change_limit, goal_words, reason_words, verdict_words
from survey.services.figures import goal_figures
from survey.services.figures.goal_figures import GoalRow, LastYear
from survey.services.office.plans import GoalView
from survey.services.records.period_reports import Part

# What the two parts of a verdict say themselves.
SAID_BY_THE_PARTS = {
    "above_threshold",
    "below_threshold",
    "threshold_within_limits",
    "above_last_year",
    "below_last_year",
    "no_change_within_limits",
    "no_baseline",
    "baseline_as_simple_sample",
}
GOAL = GoalView(
    dimension=Dimension.ACCESS,
    threshold=0.8,
    operator=Operator.AT_LEAST,
    require_improvement=True,
    improvement_operator=Operator.ABOVE,
    method="item-mean",
    wording="",
    note="",
    lead_role="",
    supporting_roles="",
    timing="",
    tasks=(),
)


def row(
    share: float, *, n: int = 400, before: float | None = 0.75, goal: GoalView = GOAL, **changes
) -> GoalRow:
    past = None if before is None else LastYear(make_baseline(before, n=900), measured_here=False)
    found = make_estimate(share, n=n)
    values = {
        "dimension": Dimension.ACCESS,
        "name": {"vi": "Tiếp cận dịch vụ", "en": "Access"},
        "short": {"vi": "Tiếp cận", "en": "Access"},
        "estimate": found,
        "goal": goal,
        "assessment": goal_figures.assess(found, goal, past),
        "last_year": past,
        "hidden_below": None,
    }
    return GoalRow(**{**values, **changes})


def said(one: GoalRow, locale: str = "vi"):
    return verdict_words(one, year=2026, locale=locale)


@pytest.mark.parametrize(
    ("one", "state", "verdict", "point"),
    [
        (row(0.9), "safe", "Chắc chắn đạt", "Đạt"),
        (row(0.82), "open", "Đạt về điểm số, chưa chắc chắn", "Đạt"),
        (row(0.79), "open", "Chưa đạt về điểm số, chưa chắc chắn", "Chưa đạt"),
        (row(0.6), "lost", "Chắc chắn chưa đạt", "Chưa đạt"),
        (row(0.9, n=20), "open", "Chưa đủ phiếu để kết luận", "Đạt"),
        (row(0.9, before=None), "open", "Chưa kết luận được", "Chưa rõ"),
        (row(0.9, estimate=None, assessment=None, hidden_below=5), "none", "Quá ít phiếu để hiển thị", "–"),
        (row(0.9, estimate=None, assessment=None), "none", "Chưa có phiếu", "–"),
        (replace(row(0.9), assessment=None, goal=None), "none", "Chưa có mục tiêu cho năm này", "–"),
    ],
)
def test_a_verdict_reads_as_it_was_found(one, state, verdict, point):
    words = said(one)
    assert (words.state, words.verdict, words.point) == (state, verdict, point)


def test_no_figure_of_last_year_is_never_not_met():
    words = said(row(0.9, before=None))
    assert words.parts == ("≥ 80%: chắc chắn đạt", "Chưa có số năm trước")
    assert "hưa đạt" not in words.verdict + words.point


@pytest.mark.parametrize(
    ("share", "before", "operator", "part"),
    [
        (0.9, 0.75, Operator.ABOVE, "So với 2025 (75,0%): cao hơn, chắc chắn"),
        (0.9, 0.89, Operator.ABOVE, "So với 2025 (89,0%): cao hơn, chưa chắc chắn"),
        (0.9, 0.9, Operator.ABOVE, "So với 2025 (90,0%): không cao hơn, chưa chắc chắn"),
        (0.9, 0.9, Operator.AT_LEAST, "So với 2025 (90,0%): không thấp hơn, chưa chắc chắn"),
        (0.82, 0.9, Operator.ABOVE, "So với 2025 (90,0%): thấp hơn, chắc chắn"),
    ],
)
def test_last_year_is_compared_as_the_plan_means_it(share, before, operator, part):
    goal = replace(GOAL, improvement_operator=operator)
    assert said(row(share, before=before, goal=goal)).parts[1] == part


@pytest.mark.parametrize("code", REASON_WORDS)
def test_every_reason_has_words_or_is_said_by_a_part(code):
    words = {reason_words(Reason(code, subject="E2"), locale) for locale in LOCALES}
    if code in SAID_BY_THE_PARTS:
        assert words == {""}
    else:
        assert len(words) == len(LOCALES), "translated"
        assert "" not in words


@pytest.mark.parametrize(
    ("threshold", "operator", "text"),
    [
        (0.8, Operator.AT_LEAST, "≥ 80%"),
        (0.955, Operator.ABOVE, "> 95,5%"),
        (0.07, Operator.AT_LEAST, "≥ 7%"),
    ],
)
def test_a_goal_is_written_as_the_plan_means_it(threshold, operator, text):
    assert goal_words(replace(GOAL, threshold=threshold, operator=operator), locale="vi") == text


def test_the_sentence_names_every_dimension_once():
    shares = {"Một": 0.9, "Hai": 0.82, "Ba": 0.79, "Bốn": 0.6}
    rows = [row(share, short={"vi": name}) for name, share in shares.items()]
    rows.append(row(0.9, short={"vi": "Năm"}, assessment=None, estimate=None))
    assert sentence(rows, locale="vi") == (
        "Chắc chắn đạt: Một. Đạt về điểm số nhưng chưa chắc chắn: Hai. "
        "Chưa đạt về điểm số nhưng chưa chắc chắn: Ba. Chắc chắn chưa đạt: Bốn. "
        "Chưa có số liệu hoặc mục tiêu: Năm."
    )


def test_a_name_with_a_comma_is_set_apart_in_a_list():
    assert listed(["Thủ tục", "Kết quả"], locale="vi") == "Thủ tục, Kết quả"
    assert (
        listed(["Thủ tục", "Kết quả", "Phản ánh, kiến nghị"], locale="vi")
        == "Thủ tục, Kết quả và Phản ánh, kiến nghị"
    )
    assert listed(["Phản ánh, kiến nghị"], locale="vi") == "Phản ánh, kiến nghị"
    assert listed([], locale="vi") == ""


@pytest.mark.parametrize(
    ("limit", "said"), [(0.0004, "+0,04"), (-0.0004, "−0,04"), (0.004, "+0,4"), (0.0, "0,0")]
)
def test_a_limit_never_hides_its_sign_by_rounding(limit, said):
    found = row(0.86).assessment
    assert found is not None
    assert change_limit(replace(found, diff=0.06, diff_one_sided_lower=limit), locale="vi") == f"{said} điểm"


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((0.93, 0.785, 0.829), "tiêu chí còn thấp: kết quả công bằng"),
        ((0.93, 0.785, 0.71), "tiêu chí còn thấp: kết quả đầy đủ; kết quả công bằng"),
        ((0.95, 0.93, 0.94), "tiêu chí thấp nhất: kết quả công bằng"),
    ],
)
def test_no_item_above_the_goal_is_called_low(shares, said):
    texts = ("Đúng hẹn", "Kết quả công bằng", "Kết quả đầy đủ")
    items = [
        SimpleNamespace(dimension=Dimension.ACCESS, estimate=make_estimate(share, n=40), text={"vi": text})
        for share, text in zip(shares, texts, strict=True)
    ]
    figures = SimpleNamespace(rows=[row(0.82, n=60)], items=items, reasons=[], without_signals=None)
    assert f"- Tiếp cận: {said}." in proposed_texts(figures)[Part.CAUSES].splitlines()

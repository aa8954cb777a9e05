"""The sheet for the waiting room: what people said in a closed period, and what the office does about it.

It is read by whoever waits, so it is Vietnamese like the report, short, and every figure is the report's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.enums import Operator
from survey.reports.periodic.proposals import lost, not_sure, standing
from survey.reports.periodic.prose import lowered, number, percent, period_words, span_of_days
from survey.reports.words.needs import span
from survey.reports.words.verdicts import goal_words
from survey.services.figures.goal_figures import GoalRow
from survey.services.office.periods import PeriodKind
from survey.services.records.period_figures import PeriodFigures

VI = "vi"
# A reason is named in public where it was tapped as often as any counter that is shown outside.
LEAST_TAPS, MOST_REASONS = 10, 3
STANDINGS = {"safe": "Đạt mục tiêu", "open": "Chưa chắc đạt", "lost": "Chưa đạt mục tiêu"}


@dataclass(frozen=True, slots=True)
class NoticeLine:
    name: str
    index: str
    span: str
    persons: str
    goal: str
    standing: str
    why: str  # where the threshold alone is surely reached: what else the goal asks
    state: str  # safe, open, lost; empty without a goal


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    thanks: str
    lines: tuple[NoticeLine, ...]
    reasons: tuple[str, ...]
    measures: tuple[str, ...]
    cautions: str
    contact: str
    heads: tuple[str, ...] = ("Nội dung", "Hài lòng", "Số người", "Mục tiêu", "Kết quả")
    reasons_title: str = "Điều nhiều người chưa hài lòng nhất"
    measures_title: str = "Việc cơ quan đang làm"


def notice(figures: PeriodFigures, *, closed_on: str, hotline: str, petition_address: str) -> Notice:
    """Compose the sheet; what has no figure or no goal is said in words or left out."""
    return Notice(
        title=f"Người dân đánh giá việc phục vụ {period_words(figures)}",
        thanks=_thanks(figures),
        lines=tuple(_line(row, figures.period.year) for row in figures.rows if row.estimate is not None),
        reasons=_reasons(figures),
        measures=_measures((*lost(figures), *not_sure(figures))),
        cautions=_cautions(figures, closed_on),
        contact=_contact(hotline, petition_address),
    )


def _thanks(figures: PeriodFigures) -> str:
    if not figures.persons:
        return "Kỳ này chưa đủ người trả lời để công bố. Mời ông/bà đánh giá khi nhận kết quả."
    return (
        f"{number(figures.persons)} người nhận kết quả đã trả lời, {span_of_days(figures)}. "
        "Cảm ơn ông/bà. Số dưới đây là tỷ lệ người hài lòng và rất hài lòng."
    )


def _line(row: GoalRow, year: int) -> NoticeLine:
    estimate = row.estimate
    if estimate is None:
        raise ValueError("a dimension without an estimate is not on the sheet")
    known = estimate.index == estimate.index
    state = standing(row)
    return NoticeLine(
        name=row.name[VI],
        index=percent(estimate.index) if known else "–",
        span=span(estimate.lower, estimate.upper, locale=VI) if known else "",
        persons=number(estimate.n),
        goal=goal_words(row.goal, locale=VI) if row.goal else "–",
        standing=STANDINGS.get(state, "–"),
        why=_against_last_year(row, year),
        state=state,
    )


def _against_last_year(row: GoalRow, year: int) -> str:
    """Say what keeps a goal open or lost although its threshold is surely reached: the year before."""
    found = row.assessment
    if row.goal is None or found is None or not found.require_improvement or row.last_year is None:
        return ""
    if found.verdict == "met_with_confidence" or found.verdict_threshold != "met_with_confidence":
        return ""
    if found.verdict_year_on_year == "declined":
        return f"thấp hơn năm {year - 1}"
    as_good = row.goal.improvement_operator is Operator.AT_LEAST
    return f"chưa chắc {'bằng' if as_good else 'hơn'} năm {year - 1}"


def _reasons(figures: PeriodFigures) -> tuple[str, ...]:
    often = sorted(figures.reasons, key=lambda one: -one.count)
    return tuple(one.text[VI] for one in often if one.count >= LEAST_TAPS)[:MOST_REASONS]


def _measures(rows: Sequence[GoalRow]) -> tuple[str, ...]:
    """Name the first task of the plan for each goal that is not reached for sure."""
    said = []
    for row in rows:
        if row.goal and row.goal.tasks:
            task = row.goal.tasks[0]
            said.append(f"{row.short[VI]}: {lowered((task.short or task.text).rstrip('.'))}.")
    return tuple(said)


def _cautions(figures: PeriodFigures, closed_on: str) -> str:
    text = (
        "Khảo sát tại quầy, không phải mẫu ngẫu nhiên. Trong ngoặc là khoảng tin cậy 95%: chỉ nói về dao "
        "động ngẫu nhiên, không nói về người không trả lời. “Chưa chắc đạt”: số người trả lời chưa đủ để "
        f"khẳng định. Số liệu chốt ngày {closed_on}."
    )
    if any(row.assessment and row.assessment.require_improvement and row.last_year for row in figures.rows):
        text += " Ngoài mức ghi ở bảng, mục tiêu còn so với năm trước."
    if figures.period.kind is not PeriodKind.YEAR and figures.plan_year is not None:
        text += " Mục tiêu là của cả năm; kỳ này mới cho thấy hướng."
    return text


def _contact(hotline: str, petition_address: str) -> str:
    ways = [f"điện thoại {hotline}"] if hotline else []
    ways += [petition_address] if petition_address else []
    return f"Phản ánh, kiến nghị: {'; '.join(ways)}." if ways else ""

"""What a verdict says in words: the goal as a whole, its two parts, and what makes it weaker."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.goal_results import GoalAssessment, Reason
from survey.enums import Operator
from survey.i18n import format_percent, format_points, shown_percentage, translations
from survey.reports.charts.interval import State
from survey.services.figures.goal_figures import GoalRow
from survey.services.office.plans import GoalView

_STATES: dict[str, State] = {
    "met_with_confidence": "safe",
    "missed": "lost",
    "not_shown": "open",
    "refused": "open",
}


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """`state` chooses mark and colour; the words say the same without them."""

    state: State
    verdict: str
    point: str
    parts: tuple[str, ...] = ()


def verdict_words(row: GoalRow, *, year: int, locale: str, limits: bool = False) -> VerdictWords:
    """Say what was found of a goal; with `limits` also the one-sided limits that the verdict rests on."""
    _ = translations(locale).gettext
    if row.hidden_below:
        return VerdictWords("none", _("Quá ít phiếu để hiển thị"), "–")
    if row.estimate is None:
        return VerdictWords("none", _("Chưa có phiếu"), "–")
    if row.goal is None or row.assessment is None:
        return VerdictWords("none", _("Chưa có mục tiêu cho năm này"), "–")
    found = row.assessment
    parts = [
        _threshold_part(found, row.goal, locale) + (threshold_limit(row, locale=locale) if limits else ""),
        _year_part(row, found, year, locale, limits=limits),
    ]
    parts += [text for reason in _joined(found.reasons) if (text := reason_words(reason, locale))]
    return VerdictWords(
        _STATES[found.verdict], _whole(found, locale), _point(found.point, locale), tuple(parts)
    )


def _whole(found: GoalAssessment, locale: str) -> str:
    _ = translations(locale).gettext
    if found.verdict == "met_with_confidence":
        return _("Chắc chắn đạt")
    if found.verdict == "missed":
        return _("Chắc chắn chưa đạt")
    if found.verdict == "refused":
        return _("Chưa đủ phiếu để kết luận")
    return {
        "reached": _("Đạt về điểm số, chưa chắc chắn"),
        "not_reached": _("Chưa đạt về điểm số, chưa chắc chắn"),
        "unknown": _("Chưa kết luận được"),
    }[found.point]


def _point(point: str, locale: str) -> str:
    _ = translations(locale).gettext
    return {"reached": _("Đạt"), "not_reached": _("Chưa đạt"), "unknown": _("Chưa rõ")}[point]


def goal_words(goal: GoalView, *, locale: str) -> str:
    """Write a threshold as the plan means it: "≥ 80%" or "> 80%"."""
    sign = "≥" if goal.operator is Operator.AT_LEAST else ">"
    digits = 0 if round(goal.threshold * 100, 6).is_integer() else 1
    return f"{sign} {format_percent(goal.threshold, digits, locale=locale)}"


def _threshold_part(found: GoalAssessment, goal: GoalView, locale: str) -> str:
    _ = translations(locale).gettext
    said = {
        "met_with_confidence": _("chắc chắn đạt"),
        "missed": _("chắc chắn chưa đạt"),
        "not_shown": _("đạt, chưa chắc chắn")
        if found.point_threshold == "reached"
        else _("chưa đạt, chưa chắc chắn"),
        "refused": {
            "reached": _("đạt về điểm số"),
            "not_reached": _("chưa đạt về điểm số"),
            "unknown": _("chưa tính được"),
        }[found.point_threshold],
    }[found.verdict_threshold]
    return _("%(goal)s: %(result)s") % {"goal": goal_words(goal, locale=locale), "result": said}


def threshold_limit(row: GoalRow, *, locale: str) -> str:
    """Write the one-sided limit that decides on the threshold: " (một phía: từ 87,1%)"."""
    _ = translations(locale).gettext
    if row.estimate is None or row.assessment is None or not math.isfinite(row.estimate.lower):
        return ""
    below = row.assessment.point_threshold == "not_reached"
    value = row.estimate.one_sided_upper if below else row.estimate.one_sided_lower
    text = _(" (một phía: đến %(limit)s)") if below else _(" (một phía: từ %(limit)s)")
    return text % {"limit": format_percent(value, locale=locale)}


def change_limit(found: GoalAssessment, *, locale: str) -> str:
    """Write the one-sided limit of the change in points: "+0,4" for a rise, "−0,3" for a fall."""
    value = found.diff_one_sided_lower if found.diff >= 0 else found.diff_one_sided_upper
    if not math.isfinite(value):
        return ""
    # "Surely more, at least 0.0" would contradict itself: the first digit that is not zero is written.
    hidden_by_rounding = shown_percentage(value, 1) == 0
    digits = next((one for one in (2, 3) if shown_percentage(value, one)), 1) if hidden_by_rounding else 1
    return format_points(value, digits, locale=locale)


def _change_limit_words(found: GoalAssessment, *, always: bool, locale: str) -> str:
    """Give the limit where asked for, or where the two-sided interval alone would contradict the words."""
    _ = translations(locale).gettext
    limit = change_limit(found, locale=locale)
    holds_nothing = found.diff_lower <= 0.0 <= found.diff_upper
    surely = found.verdict_year_on_year in {"improved", "declined"}
    if not limit or not (always or (surely and holds_nothing)):
        return ""
    text = _(" (một phía: ít nhất %(limit)s)") if found.diff >= 0 else _(" (một phía: nhiều nhất %(limit)s)")
    return text % {"limit": limit}


def _year_part(row: GoalRow, found: GoalAssessment, year: int, locale: str, *, limits: bool) -> str:
    _ = translations(locale).gettext
    if row.last_year is None:
        return _("Chưa có số năm trước")
    said = {
        "improved": _("%(change)s, chắc chắn"),
        "declined": _("thấp hơn, chắc chắn"),
        "no_shown_change": _("%(change)s, chưa chắc chắn"),
        "points_only": _("%(change)s về điểm số"),
    }[found.verdict_year_on_year] % {"change": _change_words(row.goal, found, locale)}
    before = format_percent(row.last_year.baseline.value, locale=locale)
    text = _("So với %(year)s (%(share)s): %(result)s") % {"year": year - 1, "share": before, "result": said}
    text += _change_limit_words(found, always=limits, locale=locale)
    return text if found.require_improvement else _("%(text)s; không phải mục tiêu") % {"text": text}


def _change_words(goal: GoalView | None, found: GoalAssessment, locale: str) -> str:
    _ = translations(locale).gettext
    reached = found.point_year_on_year == "reached"
    if goal is not None and goal.improvement_operator is Operator.AT_LEAST:
        return _("không thấp hơn") if reached else _("thấp hơn")
    return _("cao hơn") if reached else _("không cao hơn")


def _joined(reasons: Sequence[Reason]) -> list[Reason]:
    """Say of several items at once that they have too few answers."""
    thin = [reason.subject for reason in reasons if reason.code == "item_below_30"]
    joined = [Reason("item_below_30", subject=", ".join(thin))] if thin else []
    return [*joined, *(reason for reason in reasons if reason.code != "item_below_30")]


def reason_words(reason: Reason, locale: str) -> str:
    """Say what makes a verdict weaker or impossible; empty where the parts have said it already."""
    _ = translations(locale).gettext
    return {
        "undefined_index": _("Có mục chưa ai trả lời nên chưa tính được chỉ số"),
        "no_limits": _("Chưa tính được khoảng tin cậy"),
        "n_below_30": _("Cần ít nhất 30 người"),
        "item_below_30": _("Mục %(item)s có dưới 30 câu trả lời") % {"item": reason.subject},
        "single_day": _("Mới có một ngày"),
        "df_below_8": _("Ít ngày: đọc khoảng này thận trọng"),
        "baseline_without_n": _("Số năm trước không kèm số phiếu: chỉ so điểm số"),
        "baseline_other_method": _("Số năm trước tính theo cách khác: chỉ so điểm số"),
        "baseline_other_level": _("Số năm trước có khoảng tin cậy khác loại: chỉ so điểm số"),
        "baseline_without_limits": _("Số năm trước không có khoảng tin cậy: chỉ so điểm số"),
        "baseline_below_30": _("Năm trước quá ít phiếu: chỉ so điểm số"),
        "baseline_single_day": _("Năm trước chỉ có một ngày: chỉ so điểm số"),
    }.get(reason.code, "")

"""What is still needed, in words: persons at the present mix, a higher share, what silence could change."""

from __future__ import annotations

import math

from analysis.bounds import Bounds
from survey.i18n import format_number, format_percent, translations
from survey.services.figures.outlook import Need, Outlook


def need_words(found: Outlook, *, locale: str) -> tuple[str, ...]:
    lines = [_missing(found, locale)]
    if found.bounds is not None:
        lines.append(_tipping(found.bounds, locale))
    return tuple(line for line in lines if line)


def _missing(found: Outlook, locale: str) -> str:
    _ = translations(locale).gettext
    if found.persons is not None:
        return _("Khoảng %(persons)s người nữa nếu mức hài lòng giữ nguyên") % {
            "persons": format_number(found.persons, locale=locale)
        }
    if found.share is not None:
        return _("Từ %(share)s hài lòng ở khoảng %(persons)s người còn có thể đến") % {
            "share": format_percent(found.share, locale=locale),
            "persons": format_number(found.of_persons, locale=locale),
        }
    return {
        Need.NOTHING: _("Không cần thêm phiếu"),
        Need.LOST: _("Thêm phiếu không đủ: phải nâng mức hài lòng"),
        Need.HIGHER_SHARE: _("Thêm phiếu không đủ: phải nâng mức hài lòng"),
        Need.OUT_OF_REACH: _("Không thể chứng minh trong kỳ này"),
        Need.LAST_YEAR: _("Còn thiếu số năm trước để so"),
        Need.LAST_YEAR_POINTS: _("Thêm phiếu không đủ: số năm trước chỉ so được điểm số"),
        Need.ANSWERS_OF_ITEMS: _("Còn câu hỏi có dưới 30 câu trả lời"),
        Need.DAYS: _("Cần phiếu của thêm ngày khác"),
        Need.OVER: _("Kỳ đã kết thúc"),
    }.get(found.need, "")


def _tipping(certain: Bounds, locale: str) -> str:
    """Say what the persons who kept silent would have to think for the threshold to hold among all."""
    _ = translations(locale).gettext
    if certain.reading == "undefined":
        return ""
    if certain.reading == "already_sure":
        return _("Đã chắc, dù người chưa trả lời nghĩ gì")
    if certain.reading == "impossible":
        return _("Không thể đạt ngưỡng, dù mọi người chưa trả lời hài lòng")
    text = _("Đạt ngưỡng nếu từ %(share)s của %(silent)s người chưa trả lời hài lòng")
    return text % {
        "share": format_percent(certain.tipping_point, locale=locale),
        "silent": format_number(certain.population - certain.n, locale=locale),
    }


def participation_words(certain: Bounds | None, *, locale: str) -> str:
    _ = translations(locale).gettext
    if certain is None:
        return "–"
    counts = {
        "n": format_number(certain.n, locale=locale),
        "all": format_number(certain.population, locale=locale),
        "share": format_percent(certain.participation, locale=locale),
    }
    if certain.reading == "undefined":
        return _("%(n)s/%(all)s: cần kiểm tra, số phiếu không ít hơn số hồ sơ") % counts
    return _("%(n)s/%(all)s (%(share)s)") % counts


def bounds_words(certain: Bounds | None, *, locale: str) -> str:
    """Write the worst-case bounds and how literally they may be read: "24,5–96,9% (nhiều nhất)"."""
    _ = translations(locale).gettext
    if certain is None or certain.reading == "undefined":
        return ""
    text = span(certain.lower, certain.upper, locale=locale)
    if certain.exactness == "exact":
        return text
    said = _("nhiều nhất") if certain.exactness == "at_most" else _("ước tính")
    return f"{text} ({said})"


def span(lower: float, upper: float, *, locale: str) -> str:
    """Write two limits with one sign: "81,2–88,1%"; a dash where there are none."""
    if math.isnan(lower) or math.isnan(upper):
        return "–"
    return f"{format_percent(lower, locale=locale).removesuffix('%')}–{format_percent(upper, locale=locale)}"

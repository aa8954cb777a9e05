"""What a forecast says, in plain words, and what it does not cover."""

from __future__ import annotations

from analysis.forecast import Forecast
from survey.i18n import format_date, format_number, format_percent, translations
from survey.reports.words.names import text_of
from survey.reports.words.needs import span
from survey.services.pages.forecasts import LEAST_MONTHS, LEAST_PERSONS, ForecastPage, GoalForecast, Silence


def chance(found: Forecast | None, *, locale: str) -> str:
    """Write a chance without false exactness: never 0 % or 100 %, while somebody may still come."""
    if found is None:
        return "–"
    if found.probability < 0.01:
        return "< 1%"
    if found.probability > 0.99:
        return "> 99%"
    return format_percent(found.probability, 0, locale=locale)


def verdict(found: Forecast | None, *, locale: str) -> str:
    _ = translations(locale).gettext
    if found is None:
        return _("Chưa dự báo")
    return {
        "likely": _("Nhiều khả năng đạt"),
        "open": _("Chưa rõ"),
        "unlikely": _("Khó đạt"),
    }[found.outlook]


def silence_words(silence: Silence, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        Silence.NO_GOAL: _("Chưa có mục tiêu cho năm này."),
        Silence.TOO_EARLY: _("Còn quá sớm: cần ít nhất %(persons)s người trong %(months)s tháng.")
        % {"persons": LEAST_PERSONS, "months": LEAST_MONTHS},
        Silence.OVER: _("Năm đã kết thúc: xem kết quả ở trang Tổng quan."),
        Silence.UNDEFINED: _("Chưa tính được chỉ số nên chưa dự báo được."),
    }[silence]


def goal_sentence(one: GoalForecast, page: ForecastPage, *, locale: str) -> str:
    """Say of one goal where the year will end, how likely the goal is, and on how many persons that rests."""
    _ = translations(locale).gettext
    if one.silence is not None or one.whole is None or one.estimate is None:
        return silence_words(one.silence or Silence.UNDEFINED, locale=locale)
    end = one.whole.year_end
    said = [
        _("Cuối năm có lẽ %(span)s (khoảng 90%%, giữa %(middle)s); khả năng đạt mục tiêu: %(chance)s.")
        % {
            "span": span(end.q05, end.q95, locale=locale),
            "middle": format_percent(end.q50, locale=locale),
            "chance": chance(one.whole, locale=locale),
        },
        _("Dựa trên n = %(n)s người đến %(day)s, với khoảng %(more)s người còn đến.")
        % {
            "n": format_number(one.estimate.n, locale=locale),
            "day": format_date(page.as_of, locale=locale),
            "more": format_number(one.remaining, locale=locale),
        },
    ]
    level, whole = chance(one.level, locale=locale), chance(one.whole, locale=locale)
    if one.level is not None and level != whole:
        said.append(
            _("Riêng mức của mục tiêu: %(chance)s; cao hơn năm trước (%(share)s) thì khó hơn.")
            % {
                "chance": level,
                "share": format_percent(one.whole.threshold, locale=locale),
            }
        )
    if one.came is not None:
        inside = end.q05 <= one.came.index <= end.q95
        text = (
            _("Thực tế cuối năm: %(index)s, trong khoảng đã báo.")
            if inside
            else _("Thực tế cuối năm: %(index)s, ngoài khoảng đã báo: có thay đổi mà khi đó chưa biết.")
        )
        said.append(text % {"index": format_percent(one.came.index, locale=locale)})
    return " ".join(said)


def page_sentence(page: ForecastPage, *, locale: str) -> str:
    """Name the goals by how likely they are."""
    _ = translations(locale).gettext
    groups: dict[str, list[str]] = {}
    for one in page.goals:
        found = one.whole if one.silence is None else None
        groups.setdefault(verdict(found, locale=locale), []).append(text_of(one.short, locale))
    if not groups:
        return _("Chưa có phiếu nào trong năm. Dự báo hiện ở đây khi có ít nhất hai tháng số liệu.")
    return " ".join(f"{said}: {', '.join(names)}." for said, names in groups.items())


def caution(page: ForecastPage, *, locale: str) -> str:
    """Say what the fan leaves out, louder where few months are known."""
    _ = translations(locale).gettext
    text = _(
        "Dự báo coi người còn đến giống người đến các tháng gần đây, đến đều như từ đầu năm, và mức hài lòng "
        "chỉ đổi dần như đã thấy từ tháng này sang tháng khác. Nếu có thay đổi lớn trong phục vụ hoặc mùa "
        "vụ, kết quả có thể ra ngoài khoảng này. Dự báo không nói về người không trả lời."
    )
    if 0 < page.months_with_answers < 6:
        text += " " + _(
            "Mới có %(months)s tháng số liệu: đọc thận trọng, mỗi tháng mới có thể đổi nhiều."
        ) % {"months": page.months_with_answers}
    return text

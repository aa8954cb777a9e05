"""The panel of quality as a template needs it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.disclosure import MINIMUM_CELL
from survey.enums import Dimension
from survey.i18n import format_date, format_number, format_percent, translations
from survey.instrument import Texts
from survey.reports.charts.counts import CountRow, CountsChart, counts_chart
from survey.reports.quality.tables import all_tables
from survey.reports.tables import Table
from survey.reports.words.cautions import hidden_note, sampling_caution, simulated
from survey.reports.words.names import period_name, text_of
from survey.reports.xlsx_report import Workbook
from survey.services.inviting.callbacks import Answered, Summary
from survey.services.pages.quality_page import QualityPage
from survey.services.pages.signal_effects import BesideFigure
from survey.services.pages.signal_figures import DayFigure

# So many days are named on a page that points here: the list has all.
_MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class QualityView:
    unit: str
    demo: bool
    period: str
    sentence: str
    chart: Markup | None
    chart_sentence: str
    tables: Mapping[str, Table]
    callbacks: Sequence[str]
    slips: str
    months_known: int
    has_answers: bool


def build(page: QualityPage, *, locale: str) -> QualityView:
    return QualityView(
        unit=page.unit,
        demo=page.demo,
        period=period_name(page.period, locale=locale),
        sentence=_sentence(page, locale),
        chart=_chart(page, locale) if page.persons else None,
        chart_sentence=_chart_sentence(page, locale),
        tables=all_tables(page, locale=locale),
        callbacks=callback_words(page.callbacks, locale=locale),
        slips=_slip_words(page, locale),
        months_known=page.months_known,
        has_answers=bool(page.persons),
    )


def _sentence(page: QualityPage, locale: str) -> str:
    _ = translations(locale).gettext
    if not page.persons:
        return _("Kỳ này chưa có phiếu nào, nên chưa có gì để xem.")
    several = sum(month.several or 0 for month in page.months)
    said = []
    if not several:
        said.append(
            _("%(persons)s phiếu; không tháng nào có từ %(least)s phiếu trở lên mang nhiều dấu hiệu.")
            % {"persons": format_number(page.persons, locale=locale), "least": MINIMUM_CELL}
        )
    else:
        said.append(
            _("%(persons)s phiếu, trong đó %(several)s phiếu mang từ hai dấu hiệu trở lên.")
            % {
                "persons": format_number(page.persons, locale=locale),
                "several": format_number(several, locale=locale),
            }
        )
    if page.days:
        most = max(page.days, key=lambda one: one.several)
        said.append(
            _("Ngày cần xem lại nhất: %(day)s (%(n)s phiếu).")
            % {"day": format_date(most.day, locale=locale), "n": most.several}
        )
    said += _change_words(page, locale)
    return " ".join(said)


def day_lines(days: Sequence[DayFigure], *, locale: str) -> tuple[str, ...]:
    """Name the days with most answers of several signals, for a page that points to this one."""
    _ = translations(locale).gettext
    most = sorted(days, key=lambda one: one.several, reverse=True)[:_MOST_DAYS]
    text = _("Ngày %(day)s: %(n)s trong %(persons)s phiếu mang nhiều dấu hiệu, nên xem lại")
    lines = []
    for one in sorted(most, key=lambda one: one.day):
        said = text % {
            "day": format_date(one.day, locale=locale),
            "n": format_number(one.several, locale=locale),
            "persons": format_number(one.persons, locale=locale),
        }
        lines.append(f"{said} ({one.counter or one.desk})")
    return tuple(lines)


def hanging_words(found: Sequence[BesideFigure], names: Mapping[Dimension, Texts], *, locale: str) -> str:
    """Say which goals are reached or missed by flagged answers alone; empty where none is."""
    _ = translations(locale).gettext
    said = []
    for one in found:
        left = one.without_several
        if one.goal is None or one.dimension is None or left is None:
            continue
        reached = left.index >= one.goal.threshold
        words = _("%(name)s đạt (%(share)s)") if reached else _("%(name)s chưa đạt (%(share)s)")
        name = text_of(names[one.dimension], locale)
        said.append(words % {"name": name, "share": format_percent(left.index, locale=locale)})
    if not said:
        return ""
    return _("Nếu không tính phiếu có dấu hiệu thì %(changes)s") % {"changes": "; ".join(said)}


def _change_words(page: QualityPage, locale: str) -> list[str]:
    _ = translations(locale).gettext
    pairs = [
        (one, one.without_several)
        for one in page.beside
        if one.without_several is not None
        and one.name is not None
        and math.isfinite(one.all.index)
        and math.isfinite(one.without_several.index)
    ]
    if not pairs:
        return []
    crossed = [one for one, _without in pairs if one.crosses]
    if crossed:
        names = ", ".join(text_of(one.name or {}, locale) for one in crossed)
        return [
            _("Nếu không tính các phiếu đó thì kết quả theo điểm số (đạt, chưa đạt) đổi ở: %(names)s.")
            % {"names": names}
        ]
    most, without = max(pairs, key=lambda pair: abs(pair[1].index - pair[0].all.index))
    before, after = (format_percent(one.index, locale=locale) for one in (most.all, without))
    if before == after:  # nothing carries several signals, or nothing hangs on it that could be seen
        return []
    return [
        _(
            "Nếu không tính các phiếu đó, không mục tiêu nào đổi giữa đạt và chưa đạt; chỉ số đổi nhiều "
            "nhất: %(name)s, từ %(a)s thành %(b)s."
        )
        % {
            "name": text_of(most.name or {}, locale),
            "a": before,
            "b": after,
        }
    ]


def _chart(page: QualityPage, locale: str) -> Markup:
    _ = translations(locale).gettext
    rows = [
        CountRow(
            f"{month.month.start.month}/{month.month.start.year % 100}",
            month.flagged,
            _count_words(month.flagged, locale),
            inner=month.several,
            inner_words=_count_words(month.several, locale),
            marked=month.is_unusual,
        )
        for month in page.months
    ]
    return counts_chart(
        CountsChart(
            name="signals-by-month",
            title=_("Phiếu có dấu hiệu, theo tháng"),
            description=_chart_sentence(page, locale),
            rows=rows,
            inner_title=_("nhiều dấu hiệu"),
            outer_title=_("có dấu hiệu"),
        )
    )


def _count_words(count: int | None, locale: str) -> str:
    return f"< {MINIMUM_CELL}" if count is None else format_number(count, locale=locale)


def _chart_sentence(page: QualityPage, locale: str) -> str:
    _ = translations(locale).gettext
    unusual = [period_name(month.month, locale=locale) for month in page.months if month.is_unusual]
    if unusual:
        return _("Nhiều hơn mức thường của chính đơn vị: %(months)s.") % {"months": ", ".join(unusual)}
    if page.months_known < 12:
        return _("Mới có %(months)s tháng; từ 12 tháng mới biết thế nào là nhiều hơn thường lệ.") % {
            "months": page.months_known
        }
    return _("Không tháng nào nhiều hơn mức thường của chính đơn vị.")


def _slip_words(page: QualityPage, locale: str) -> str:
    _ = translations(locale).gettext
    if not page.slips:
        return _("Kỳ này chưa in phiếu nào theo hồ sơ.")
    return _(
        "%(slips)s hồ sơ đã trả có phiếu mời; in lại %(reprints)s lần. Phiếu cũ hết hiệu lực khi in lại."
    ) % {
        "slips": format_number(page.slips, locale=locale),
        "reprints": format_number(page.reprints, locale=locale),
    }


def callback_words(found: Summary, *, locale: str) -> list[str]:
    _ = translations(locale).gettext
    if not found.draws:
        return [_("Kỳ này chưa rút danh sách gọi lại.")]
    said = [
        _("%(draws)s danh sách, %(cases)s hồ sơ, đã gọi %(done)s.")
        % {"draws": found.draws, "cases": found.cases, "done": found.done}
    ]
    if found.spoke is None:
        return [*said, _("Kết quả hiện ra khi một danh sách đã gọi xong và có từ 5 cuộc gọi.")]
    said.append(_("Nói chuyện được với %(spoke)s người.") % {"spoke": found.spoke})
    return [*said, *(_answered_words(one, locale) for one in found.answers)]


def _answered_words(one: Answered, locale: str) -> str:
    _ = translations(locale).gettext
    names = {
        "served": _("Xác nhận đã nhận kết quả"),
        "rated": _("Nói là đã đánh giá"),
        "same": _("Sẽ chọn như lần đó"),
        "irregular": _("Nêu điều không đúng quy định"),
    }
    return _(
        "%(name)s: %(yes)s trên %(said)s người (%(share)s; khoảng tin cậy 95%% %(lower)s–%(upper)s)."
    ) % {
        "name": names[one.question],
        "yes": one.yes,
        "said": one.said,
        "share": format_percent(one.yes / one.said, locale=locale),
        "lower": format_percent(one.share.lower, locale=locale),
        "upper": format_percent(one.share.upper, locale=locale),
    }


def workbook(view: QualityView, codes: Sequence[str], *, locale: str) -> Workbook:
    """The tables of the page as a file, with the same words above them."""
    _ = translations(locale).gettext
    names = {
        "signals": _("Dấu hiệu"),
        "days": _("Ngày nên xem lại"),
        "beside": _("Có và không"),
        "months": _("Theo tháng"),
        "rates": _("Tỷ lệ trả lời"),
        "gaps": _("Quầy và điện thoại"),
    }
    notes = [
        view.period,
        view.sentence,
        *simulated(view.demo, locale=locale),
        sampling_caution(locale=locale),
        hidden_note(MINIMUM_CELL, locale=locale),
    ]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[view.tables[code] for code in codes],
        sheet_names=[names[code] for code in codes],
    )

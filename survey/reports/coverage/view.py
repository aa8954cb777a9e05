"""The ledger of coverage as a template needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_number, format_percent, translations
from survey.reports.charts.counts import CountRow, CountsChart, counts_chart
from survey.reports.coverage.over_time import time_chart, time_sentence
from survey.reports.coverage.tables import all_tables, order_words
from survey.reports.tables import Table
from survey.reports.words.cautions import simulated
from survey.reports.words.names import period_name
from survey.reports.xlsx_report import Workbook
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.coverage import CoveragePage, Grain, Order

CHART_NAMES = 210


@dataclass(frozen=True, slots=True)
class CoverageView:
    unit: str
    demo: bool
    period: str
    sentence: str
    orders: Sequence[str]
    chart: Markup | None
    time_chart: Markup | None
    time_sentence: str
    tables: Mapping[str, Table]


def build(page: CoveragePage, *, locale: str) -> CoverageView:
    total = page.total
    has_any = any((total.returned, total.invited, total.answered))
    return CoverageView(
        unit=page.unit,
        demo=page.demo,
        period=period_name(page.period, locale=locale),
        sentence=_sentence(page, locale),
        orders=_orders(page, locale),
        chart=_chart(page, locale) if has_any else None,
        time_chart=time_chart(page, locale=locale),
        time_sentence=time_sentence(page, locale=locale),
        tables=all_tables(page, locale=locale) if has_any else {},
    )


def _number(count: int | None, locale: str) -> str:
    return "–" if count is None else format_number(count, locale=locale)


def _sentence(page: CoveragePage, locale: str) -> str:
    _ = translations(locale).gettext
    total = page.total
    if not total.returned and not total.answered:
        return _("Kỳ này chưa có hồ sơ đã trả nào được nhập và chưa có phiếu nào.")
    if not total.returned:
        return _("Có %(answered)s phiếu, nhưng chưa nhập hồ sơ đã trả nên chưa biết tỷ lệ trả lời.") % {
            "answered": _number(total.answered, locale)
        }
    return _(
        "Trả %(returned)s hồ sơ; mời %(invited)s người (%(share)s); %(answered)s người gửi phiếu, trong đó "
        "%(result)s người nhận kết quả, bằng %(rate)s số hồ sơ."
    ) % {
        "returned": _number(total.returned, locale),
        "invited": _number(total.invited, locale),
        "share": format_percent((total.invited or 0) / total.returned, locale=locale),
        "answered": _number(total.answered, locale),
        "result": _number(total.with_result, locale),
        "rate": format_percent((total.with_result or 0) / total.returned, locale=locale),
    }


def _orders(page: CoveragePage, locale: str) -> list[str]:
    """Say once each what breaks the order, and in how many weeks or days."""
    _ = translations(locale).gettext
    found = []
    for order in (Order.MORE_INVITED, Order.MORE_WITH_CODE, Order.MORE_ANSWERED):
        times = sum(line.order is order for _span, line in page.by_time)
        if times:
            unit = {
                Grain.DAY: _("%(n)s ngày"),
                Grain.WEEK: _("%(n)s tuần"),
                Grain.MONTH: _("%(n)s tháng"),
            }[page.grain]
            found.append(f"{unit % {'n': times}}: {order_words(order, locale=locale)}")
    return found


def _chart(page: CoveragePage, locale: str) -> Markup:
    _ = translations(locale).gettext
    total = page.total
    steps = (
        (_("Hồ sơ đã trả"), total.returned),
        (_("Đã mời"), total.invited),
        (_("Bắt đầu (máy, điện thoại)"), total.started),
        (_("Đã gửi phiếu"), total.answered),
        (_("trong đó nhận kết quả"), total.with_result),
    )
    rows = [CountRow(name, count, _step_words(count, total.returned, locale)) for name, count in steps]
    return counts_chart(
        CountsChart(
            name="coverage",
            title=_("Từ hồ sơ đã trả đến phiếu đã gửi"),
            description="; ".join(f"{row.name}: {row.count_words}" for row in rows),
            rows=rows,
            names=CHART_NAMES,
        )
    )


def _step_words(count: int | None, returned: int | None, locale: str) -> str:
    if count is None:
        return "–"
    if not returned:
        return format_number(count, locale=locale)
    return f"{format_number(count, locale=locale)} ({format_percent(count / returned, 0, locale=locale)})"


def workbook(view: CoverageView, codes: Sequence[str], *, locale: str) -> Workbook:
    """The tables of the page as a file, with the same words above them."""
    _ = translations(locale).gettext
    names = {
        "time": _("Thời gian"),
        "channel": _("Kênh"),
        "desk": _("Bộ phận"),
        "field": _("Lĩnh vực"),
        "sample": _("Cỡ mẫu"),
    }
    notes = [
        view.period,
        view.sentence,
        *view.orders,
        *simulated(view.demo, locale=locale),
        _("Số người dưới %(least)s được ẩn.") % {"least": SHOWN_FROM},
    ]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[view.tables[code] for code in codes],
        sheet_names=[names[code] for code in codes],
    )

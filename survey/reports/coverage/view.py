"""The ledger of coverage as a template needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_number, format_percent, translations
from survey.reports import tables
from survey.reports.charts.counts import CountRow, CountsChart, counts_chart
from survey.reports.coverage.over_time import rate, span_words, time_chart, time_sentence
from survey.reports.overview import needs
from survey.reports.overview.periods import channel_name, period_name
from survey.reports.overview.tables import text_of
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.xlsx_report import Workbook
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.coverage import CoveragePage, Grain, Line, Order

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
        tables=_all_tables(page, locale) if has_any else {},
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


def order_words(order: Order, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        Order.HOLDS: "–",
        Order.MORE_INVITED: _("mời nhiều hơn số hồ sơ đã trả (phát cả cuộn phiếu, hoặc hồ sơ chưa nhập hết)"),
        Order.MORE_WITH_CODE: _("phiếu có mã nhiều hơn số lời mời (mời từ trước, nay mới trả lời)"),
        Order.MORE_ANSWERED: _(
            "người nhận kết quả trả lời nhiều hơn số hồ sơ (hồ sơ chưa nhập hết, hoặc cần xem máy)"
        ),
    }[order]


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


def _all_tables(page: CoveragePage, locale: str) -> Mapping[str, Table]:
    made = (_time_table, _channel_table, _desk_table, _field_table, _sample_table)
    found = [make(page, locale) for make in made]
    return {table.code: table for table in found if table.rows}


def _known(count: int | None, locale: str) -> Cell:
    return tables.words("–") if count is None else tables.count(count, locale=locale, hidden_below=1)


def _gated(count: int | None, line: Line, locale: str) -> Cell:
    _ = translations(locale).gettext
    return tables.words(_("ẩn")) if line.is_hidden and count is None else _known(count, locale)


def _rate(line: Line, locale: str) -> Cell:
    return tables.share(rate(line), locale=locale)


def _time_table(page: CoveragePage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column({Grain.DAY: _("Ngày"), Grain.WEEK: _("Tuần"), Grain.MONTH: _("Tháng")}[page.grain]),
        Column(_("Hồ sơ đã trả"), Kind.COUNT),
        Column(_("Đã mời"), Kind.COUNT),
        Column(_("Phiếu có mã (ít nhất)"), Kind.COUNT),
        Column(_("Người nhận kết quả gửi phiếu"), Kind.COUNT),
        Column(_("Mọi phiếu"), Kind.COUNT),
        Column(_("Trên số hồ sơ"), Kind.SHARE),
        Column(_("Thứ tự trả ≥ mời ≥ trả lời"), Kind.PROSE),
    ]
    rows = [
        [
            tables.words(span_words(span, page.grain, locale=locale)),
            _known(line.returned, locale),
            _known(line.invited, locale),
            _gated(line.with_code, line, locale),
            _gated(line.with_result, line, locale),
            _gated(line.answered, line, locale),
            _rate(line, locale),
            tables.words(order_words(line.order, locale=locale)),
        ]
        for span, line in page.by_time
    ]
    title = {
        Grain.DAY: _("Theo ngày"),
        Grain.WEEK: _("Theo tuần"),
        Grain.MONTH: _("Theo tháng"),
    }[page.grain]
    note = _("Ngày có ít phiếu được gộp vào ngày sau, nên so theo tuần và tháng thì chắc hơn.")
    return Table("time", title, columns, rows, note="" if page.grain is Grain.MONTH else note)


def _channel_table(page: CoveragePage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Kênh trả lời"), Kind.PROSE),
        Column(_("Bắt đầu (làm tròn chục)"), Kind.COUNT),
        Column(_("Đã gửi phiếu"), Kind.COUNT),
        Column(_("trong đó nhận kết quả"), Kind.COUNT),
    ]
    rows = [
        [
            tables.words(channel_name(channel, locale=locale)),
            _known(line.started, locale),
            _gated(line.answered, line, locale),
            _gated(line.with_result, line, locale),
        ]
        for channel, line in page.by_channel
        if line.started or line.answered or line.is_hidden
    ]
    note = _(
        "Lời mời không biết sẽ được trả lời bằng kênh nào. Phiếu giấy và nhập giúp không có màn hình để đếm."
    )
    return Table("channel", _("Theo kênh"), columns, rows, note=note)


def _desk_table(page: CoveragePage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Bộ phận"), Kind.PROSE),
        Column(_("Hồ sơ đã trả"), Kind.COUNT),
        Column(_("Đã mời"), Kind.COUNT),
        Column(_("Bắt đầu (làm tròn chục)"), Kind.COUNT),
        Column(_("Đã gửi phiếu"), Kind.COUNT),
        Column(_("trong đó nhận kết quả"), Kind.COUNT),
        Column(_("Trên số hồ sơ"), Kind.SHARE),
    ]
    rows = [
        [
            tables.words(name),
            _known(line.returned, locale),
            _known(line.invited, locale),
            _known(line.started, locale),
            _gated(line.answered, line, locale),
            _gated(line.with_result, line, locale),
            _rate(line, locale),
        ]
        for name, line in page.by_desk
    ]
    return Table("desk", _("Theo bộ phận"), columns, rows)


def _field_table(page: CoveragePage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Lĩnh vực"), Kind.PROSE),
        Column(_("Hồ sơ đã trả"), Kind.COUNT),
        Column(_("Người nhận kết quả gửi phiếu"), Kind.COUNT),
        Column(_("Trên số hồ sơ (ít nhất)"), Kind.SHARE),
    ]
    rows = [
        [
            tables.words(name or _("Không giữ lĩnh vực")),
            _known(line.returned, locale) if name else tables.words("–"),
            _gated(line.with_result, line, locale),
            _rate(line, locale) if name else tables.share(None, locale=locale),
        ]
        for name, line in page.by_field
    ]
    note = _("Lĩnh vực chỉ được giữ khi hôm đó có từ 5 hồ sơ cùng lĩnh vực, nên tỷ lệ là mức ít nhất.")
    return Table("field", _("Theo lĩnh vực"), columns, rows, note=note)


def _sample_table(page: CoveragePage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Nội dung"), Kind.PROSE),
        Column(_("Mục tiêu"), Kind.SHARE),
        Column(_("Đã có"), Kind.COUNT),
        Column(_("Cần, nếu hơn mục tiêu 5 điểm"), Kind.COUNT),
        Column(_("Còn cần, theo số đang có"), Kind.PROSE),
    ]
    rows = [
        [
            tables.words(text_of(one.name, locale)),
            tables.share(one.threshold, locale=locale),
            tables.count(one.n, locale=locale, hidden_below=SHOWN_FROM),
            _known(one.planned, locale),
            tables.words(". ".join(needs.need_words(one.outlook, locale=locale)) or "–"),
        ]
        for one in page.samples
        if one.threshold is not None
    ]
    note = _("Số người cần để bốn phần năm khả năng thấy rõ là đạt, khi chỉ số thật hơn mục tiêu 5 điểm.")
    return Table("sample", _("So với số người cần hỏi"), columns, rows, note=note)


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
        *([_("Dữ liệu mô phỏng")] if view.demo else []),
        _("Số người dưới %(least)s được ẩn.") % {"least": SHOWN_FROM},
    ]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[view.tables[code] for code in codes],
        sheet_names=[names[code] for code in codes],
    )

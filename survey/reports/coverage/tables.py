"""The tables of the ledger of coverage."""

from __future__ import annotations

from collections.abc import Mapping

from survey.i18n import translations
from survey.reports import tables
from survey.reports.coverage import fields
from survey.reports.coverage.over_time import rate, span_words
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words import needs
from survey.reports.words.names import channel_name, text_of
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.coverage import CoveragePage, Grain, Line, Order


def all_tables(page: CoveragePage, *, locale: str) -> Mapping[str, Table]:
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
        Column(_("ít nhất"), Kind.SHARE, _("Trên số hồ sơ")),
        Column(_("nhiều nhất"), Kind.SHARE, _("Trên số hồ sơ")),
    ]
    unknown = fields.unknown_of(page)
    rows = []
    for name, line in page.by_field:
        known = fields.bounds(line, unknown) if name else fields.Bounds(None, None)
        rows.append(
            [
                tables.words(name or _("Không rõ lĩnh vực")),
                _known(line.returned, locale) if name else tables.words("–"),
                _gated(line.with_result, line, locale),
                tables.share(known.least, locale=locale),
                tables.share(known.most, locale=locale),
            ]
        )
    return Table("field", _("Theo lĩnh vực"), columns, rows, note=fields.note(page, locale=locale))


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

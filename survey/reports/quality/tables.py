"""The tables of the panel of quality."""

from __future__ import annotations

import math
from collections.abc import Mapping

from analysis.disclosure import MINIMUM_CELL
from survey.i18n import format_date, format_number, translations
from survey.reports import tables
from survey.reports.quality.words import signal_words
from survey.reports.tables import Column, Kind, Table
from survey.reports.words.names import period_name, text_of
from survey.services.figures.strange_days import NOTEWORTHY
from survey.services.pages.quality_page import QualityPage


def all_tables(page: QualityPage, *, locale: str) -> Mapping[str, Table]:
    made = (_signals_table, _days_table, _beside_table, _months_table, _rates_table, _gaps_table)
    found = [make(page, locale) for make in made]
    return {table.code: table for table in found if table.rows}


def _signals_table(page: QualityPage, locale: str) -> Table:
    _ = translations(locale).gettext
    words = signal_words(locale=locale)
    columns = [
        Column(_("Dấu hiệu"), Kind.PROSE),
        Column(_("Số phiếu"), Kind.COUNT),
        Column(_("Trên số phiếu"), Kind.COUNT),
        Column(_("Tỷ lệ"), Kind.SHARE),
        Column(_("Nhiều hơn thường lệ"), Kind.PROSE),
        Column(_("Nghĩa là"), Kind.PROSE),
        Column(_("Nên làm"), Kind.PROSE),
    ]
    rows = [
        [
            tables.words(words[one.signal].name),
            tables.count(one.count, locale=locale, hidden_below=MINIMUM_CELL),
            tables.count(one.among, locale=locale, hidden_below=MINIMUM_CELL),
            tables.share(
                one.count / one.among if one.count is not None and one.among else None, locale=locale
            ),
            tables.words(", ".join(period_name(m, locale=locale) for m in one.unusual) or "–"),
            tables.words(words[one.signal].means),
            tables.words(words[one.signal].do),
        ]
        for one in page.signals
    ]
    return Table("signals", _("Các dấu hiệu"), columns, rows if page.persons else [])


def _days_table(page: QualityPage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Ngày")),
        Column(_("Bộ phận"), Kind.PROSE),
        Column(_("Quầy có máy"), Kind.PROSE),
        Column(_("Phiếu nhiều dấu hiệu"), Kind.COUNT),
        Column(_("Cả ngày"), Kind.COUNT),
    ]
    rows = [
        [
            tables.words(format_date(one.day, locale=locale)),
            tables.words(one.desk),
            tables.words(one.counter or "–"),
            tables.count(one.several, locale=locale, hidden_below=MINIMUM_CELL),
            tables.count(one.persons, locale=locale, hidden_below=MINIMUM_CELL),
        ]
        for one in page.days
    ]
    note = _(
        "Ngày có từ %(least)s phiếu (và từ 3%% số phiếu) mang nhiều dấu hiệu. "
        "Đây là nơi nên hỏi lại, không phải lời buộc tội ai."
    ) % {"least": NOTEWORTHY}
    return Table("days", _("Ngày nên xem lại"), columns, rows, note=note)


def _beside_table(page: QualityPage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Nội dung"), Kind.PROSE),
        *tables.estimate_columns(_("Mọi phiếu (số chính thức)"), locale=locale),
        *tables.estimate_columns(_("Không tính phiếu nhiều dấu hiệu"), locale=locale),
        *tables.estimate_columns(_("Không tính mọi phiếu có dấu hiệu"), locale=locale),
    ]
    rows = []
    for one in page.beside:
        cells = [tables.words(text_of(one.name, locale) if one.name else _("Chỉ số chung"))]
        for estimate in (one.all, one.without_several, one.without_any):
            if estimate is None:
                cells += [tables.share(None, locale=locale)] * 3 + [tables.words(_("ẩn"))]
            else:
                cells += tables.estimate_cells(estimate, estimate.n, locale=locale, hidden_below=MINIMUM_CELL)
        rows.append(cells)
    note = _("Không phiếu nào bị xóa. Cột cuối bỏ cả người hài lòng thật chọn một mức, nên thường thấp hơn.")
    return Table("beside", _("Chỉ số khi có và khi bỏ các phiếu có dấu hiệu"), columns, rows, note=note)


def _months_table(page: QualityPage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Tháng")),
        Column(_("Số phiếu"), Kind.COUNT),
        Column(_("Có dấu hiệu"), Kind.COUNT),
        Column(_("Tỷ lệ"), Kind.SHARE),
        Column(_("Nhiều dấu hiệu"), Kind.COUNT),
        Column(_("So với thường lệ"), Kind.PROSE),
    ]
    rows = [
        [
            tables.words(period_name(one.month, locale=locale)),
            tables.count(one.persons, locale=locale, hidden_below=MINIMUM_CELL),
            tables.count(one.flagged, locale=locale, hidden_below=MINIMUM_CELL),
            tables.share(
                one.flagged / one.persons if one.flagged is not None and one.persons else None, locale=locale
            ),
            tables.count(one.several, locale=locale, hidden_below=MINIMUM_CELL),
            tables.words(_("nhiều hơn") if one.is_unusual else "–"),
        ]
        for one in page.months
    ]
    return Table("months", _("Phiếu có dấu hiệu, theo tháng"), columns, rows)


def _rates_table(page: QualityPage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Tháng")),
        Column(_("Bộ phận"), Kind.PROSE),
        Column(_("Người nhận kết quả đã trả lời"), Kind.COUNT),
        Column(_("Hồ sơ đã trả"), Kind.COUNT),
        Column(_("Tỷ lệ"), Kind.SHARE),
        Column(_("Nên làm"), Kind.PROSE),
    ]
    rows = [
        [
            tables.words(period_name(one.month, locale=locale)),
            tables.words(one.desk),
            tables.count(one.answers, locale=locale, hidden_below=MINIMUM_CELL),
            tables.count(one.returned, locale=locale, hidden_below=MINIMUM_CELL),
            tables.share(one.answers / one.returned, locale=locale),
            tables.words(
                _("Nhiều hơn số hồ sơ: nhập nốt hồ sơ đã trả, hoặc xem máy tại quầy.")
                if one.answers > one.returned
                else _("Cao khác thường: xem máy tại quầy có ai bấm hộ không.")
            ),
        ]
        for one in page.rates
    ]
    return Table("rates", _("Tỷ lệ trả lời trên 90%"), columns, rows)


def _gaps_table(page: QualityPage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Nội dung"), Kind.PROSE),
        Column(_("Máy tại quầy (C)"), Kind.SHARE),
        Column(_("Điện thoại có mã (A)"), Kind.SHARE),
        Column(_("chênh lệch"), Kind.POINTS, _("C hơn A (điểm)")),
        Column(_("từ"), Kind.POINTS, _("C hơn A (điểm)")),
        Column(_("đến"), Kind.POINTS, _("C hơn A (điểm)")),
        Column(_("Cỡ mẫu hiệu dụng"), Kind.WORDS),
        Column(_("Đọc là"), Kind.PROSE),
    ]
    rows = [
        [
            tables.words(text_of(one.name, locale)),
            tables.share(one.at_desk.index, locale=locale),
            tables.share(one.alone.index, locale=locale),
            *(
                tables.points(value, locale=locale)
                for value in (one.gap.estimate, one.gap.lower, one.gap.upper)
            ),
            tables.words(
                "; ".join(
                    format_number(math.floor(of.n_eff), locale=locale) for of in (one.at_desk, one.alone)
                )
            ),
            tables.words(
                _("Cao hơn nhiều: có thể có người đứng cạnh. So trong cùng lĩnh vực trước khi kết luận.")
                if one.flagged
                else _("Không khác nhiều hơn mức thường gặp.")
            ),
        ]
        for one in page.gaps
    ]
    return Table("gaps", _("Máy tại quầy so với điện thoại"), columns, rows)

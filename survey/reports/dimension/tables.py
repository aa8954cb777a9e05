"""The tables of one dimension: its questions, its months, its groups, its reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping

from survey.i18n import format_month, translations
from survey.reports import tables
from survey.reports.dimension.words import group_kind, group_name
from survey.reports.overview.tables import hidden_below
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words.names import period_name, text_of
from survey.reports.words.signals import signal_words
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.dimension_page import DimensionPage, GroupFigure


def all_tables(page: DimensionPage, *, locale: str) -> Mapping[str, Table]:
    made = (items_table, months_table, groups_table, reasons_table)
    found = [make(page, locale=locale) for make in made]
    return {table.code: table for table in found if table.rows}


def items_table(page: DimensionPage, *, locale: str) -> Table:
    _ = translations(locale).gettext
    spread = _("Trong 100 người trả lời")
    levels = [
        _("Rất không hài lòng"),
        _("Không hài lòng"),
        _("Bình thường"),
        _("Hài lòng"),
        _("Rất hài lòng"),
    ]
    columns = [
        Column(_("Câu hỏi"), Kind.PROSE),
        *tables.estimate_columns("", locale=locale),
        *(Column(level, Kind.SHARE, spread) for level in levels),
    ]
    rows = [
        [
            tables.words(f"{one.item.code}. {text_of(one.item.label, locale)}"),
            *tables.estimate_cells(
                one.estimate, one.persons, locale=locale, hidden_below=hidden_below(page.page)
            ),
            *(tables.share(value, locale=locale) for value in one.levels or [None] * len(levels)),
        ]
        for one in page.items
    ]
    title = _("Từng câu hỏi – %(period)s") % {"period": period_name(page.page.overview.period, locale=locale)}
    return Table("items", title, columns, rows)


def months_table(page: DimensionPage, *, locale: str) -> Table:
    _ = translations(locale).gettext
    usual, earlier = _("Dải dao động ngẫu nhiên"), _("So với cùng tháng năm trước (điểm)")
    columns = [
        Column(_("Tháng")),
        *tables.estimate_columns("", locale=locale),
        Column(_("giữa"), Kind.SHARE, usual),
        Column(_("từ"), Kind.SHARE, usual),
        Column(_("đến"), Kind.SHARE, usual),
        Column(_("Dấu hiệu"), Kind.PROSE),
        Column(_("chênh lệch"), Kind.POINTS, earlier),
        Column(_("từ"), Kind.POINTS, earlier),
        Column(_("đến"), Kind.POINTS, earlier),
    ]
    rows = []
    for month, point in zip(page.months, page.trend.points, strict=True):
        pair = page.season.get(month.month.code)
        beside = (pair.difference, pair.lower, pair.upper) if pair else (None, None, None)
        rows.append(
            [
                tables.words(format_month(month.month.start, locale=locale)),
                *tables.estimate_cells(
                    month.estimate, month.persons, locale=locale, hidden_below=hidden_below(page.page)
                ),
                *(_limit(value, locale) for value in (point.centre, point.lower, point.upper)),
                tables.words(signal_words(point.signal, locale=locale)),
                *(tables.points(value, locale=locale) for value in beside),
            ]
        )
    return Table("months", _("Theo tháng"), columns, rows)


def _limit(value: float, locale: str) -> Cell:
    return tables.share(value if math.isfinite(value) else None, locale=locale)


def groups_table(page: DimensionPage, *, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Chia theo")),
        Column(_("Nhóm"), Kind.PROSE),
        *tables.estimate_columns("", locale=locale),
    ]
    rows = [
        [
            tables.words(group_kind(one.kind, locale=locale)),
            tables.words(group_name(one, locale=locale)),
            *_group_cells(one, page, locale),
        ]
        for one in page.groups
    ]
    note = _("“Ẩn”: ít người, hoặc phép trừ sẽ lộ một nhóm ít người.")
    return Table("groups", _("Ai trả lời thế nào"), columns, rows, note=note)


def _group_cells(one: GroupFigure, page: DimensionPage, locale: str) -> list[Cell]:
    _ = translations(locale).gettext
    if one.persons is None:
        # Not "fewer than": a large group is hidden too where its number would give a small one away.
        return [tables.share(None, locale=locale)] * 3 + [tables.words(_("ẩn"))]
    return tables.estimate_cells(
        one.estimate, one.persons, locale=locale, hidden_below=hidden_below(page.page)
    )


def reasons_table(page: DimensionPage, *, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [Column(_("Lý do"), Kind.PROSE), Column(_("Số lần chọn"), Kind.COUNT)]
    rows = [
        [
            tables.words(text_of(one.text, locale)),
            tables.count(one.count, locale=locale, hidden_below=SHOWN_FROM),
        ]
        for one in page.reasons
    ]
    return Table("reasons", _("Lý do khi chưa hài lòng"), columns, rows)

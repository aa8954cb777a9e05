"""One table for each dimension: every stretch of time with its interval, limits, signal and last year."""

from __future__ import annotations

import math
from collections.abc import Mapping

from analysis.disclosure import Visibility
from survey.i18n import translations
from survey.reports import tables
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.trends.slots import grain_name, slot_name, unit_word
from survey.reports.words.day_notes import Marked, note_words
from survey.reports.words.names import text_of
from survey.reports.words.signals import signal_words
from survey.services.pages.trends import DimensionTrend, SlotFigure, TrendsPage


def trend_table(one: DimensionTrend, page: TrendsPage, marked: Marked, *, locale: str) -> Table:
    _ = translations(locale).gettext
    usual, earlier = _("Dải dao động ngẫu nhiên"), _("So với cùng kỳ năm trước (điểm)")
    columns = [
        Column(grain_name(page.grain, locale=locale)),
        *tables.estimate_columns("", locale=locale),
        Column(_("giữa"), Kind.SHARE, usual),
        Column(_("từ"), Kind.SHARE, usual),
        Column(_("đến"), Kind.SHARE, usual),
        Column(_("Dấu hiệu"), Kind.PROSE),
        Column(_("Trôi chậm")),
        Column(_("chênh lệch"), Kind.POINTS, earlier),
        Column(_("từ"), Kind.POINTS, earlier),
        Column(_("đến"), Kind.POINTS, earlier),
        Column(_("Ghi chú"), Kind.PROSE),
    ]
    unit = unit_word(page.grain, locale=locale)
    rows = []
    for figure, point, drift in zip(one.figures, one.trend.points, one.drift, strict=True):
        pair = one.season.get(figure.slot.code)
        beside = (pair.difference, pair.lower, pair.upper) if pair else (None, None, None)
        rows.append(
            [
                tables.words(slot_name(figure.slot, locale=locale) + open_mark(figure, page, locale=locale)),
                *figure_cells(figure, page.least, locale=locale),
                *(_limit(value, locale) for value in (point.centre, point.lower, point.upper)),
                tables.words(signal_words(point.signal, locale=locale, unit=unit)),
                tables.words(drift_word(drift, locale=locale)),
                *(tables.points(value, locale=locale) for value in beside),
                tables.words(note_words(marked.get(figure.slot, ()), locale=locale) or "–"),
            ]
        )
    return Table(one.dimension.value, text_of(one.name, locale), columns, rows, note=_note(page, locale))


def all_tables(page: TrendsPage, marked: Marked, *, locale: str) -> Mapping[str, Table]:
    made = [trend_table(one, page, marked, locale=locale) for one in page.dimensions]
    return {table.code: table for table in made if table.rows}


def figure_cells(figure: SlotFigure, least: int, *, locale: str) -> list[Cell]:
    _ = translations(locale).gettext
    if figure.hidden is Visibility.HIDDEN:
        # Not "fewer than": a large one is hidden too where its number would give a small one away.
        return [tables.share(None, locale=locale)] * 3 + [tables.words(_("ẩn"))]
    return tables.estimate_cells(figure.estimate, figure.persons, locale=locale, hidden_below=least)


def open_mark(figure: SlotFigure, page: TrendsPage, *, locale: str) -> str:
    _ = translations(locale).gettext
    return f" ({_('tạm tính')})" if figure.slot.is_open(page.today) else ""


def drift_word(drift: int, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {0: "–", 1: _("dần cao hơn"), -1: _("dần thấp hơn")}[drift]


def _limit(value: float, locale: str) -> Cell:
    return tables.share(value if math.isfinite(value) else None, locale=locale)


def _note(page: TrendsPage, locale: str) -> str:
    _ = translations(locale).gettext
    if page.grain.is_short:
        return _("Ngày và tuần: chỉ số gộp câu trả lời (pooled/1), khoảng tin cậy giữa người với người.")
    return ""

"""The table of a comparison: one row for each group and dimension."""

from __future__ import annotations

from survey.i18n import translations
from survey.reports import tables
from survey.reports.comparison.words import against_name, by_name, difference_words, group_name
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words.names import period_name, text_of
from survey.services.pages.comparison import Comparison, Figure


def groups_table(found: Comparison, *, locale: str) -> Table:
    _ = translations(locale).gettext
    difference = _("Chênh lệch so với %(against)s (điểm)") % {"against": against_name(found, locale=locale)}
    columns = [
        Column(by_name(found.by, locale=locale), Kind.PROSE),
        Column(_("Nội dung"), Kind.PROSE),
        *tables.estimate_columns("", locale=locale),
        Column(_("chênh lệch"), Kind.POINTS, difference),
        Column(_("từ"), Kind.POINTS, difference),
        Column(_("đến"), Kind.POINTS, difference),
        Column(_("p đã hiệu chỉnh"), Kind.DECIMAL, difference),
        Column(_("Kết luận"), Kind.PROSE, difference),
    ]
    rows = [
        [
            tables.words(group_name(group, found.by, locale=locale)),
            tables.words(text_of(found.names[dimension], locale)),
            *_estimate(group.figures[dimension], found, locale),
            *_difference(group.figures[dimension], locale),
        ]
        for group in found.groups
        for dimension in found.dimensions
    ]
    note = _("“Ẩn”: ít người, hoặc phép trừ sẽ lộ một nhóm ít người.")
    if found.compared:
        adjusted = _("Kết luận đã hiệu chỉnh (Holm) cho %(pairs)s phép so sánh của cả năm nội dung.")
        note += " " + adjusted % {"pairs": found.compared}
    title = _("So sánh theo %(by)s – %(period)s") % {
        "by": by_name(found.by, locale=locale).lower(),
        "period": period_name(found.period, locale=locale),
    }
    return Table("groups", title, columns, rows, note=note)


def _estimate(figure: Figure, found: Comparison, locale: str) -> list[Cell]:
    _ = translations(locale).gettext
    if figure.persons is None:
        # Not "fewer than": a large group is hidden too where its number would give a small one away.
        return [tables.share(None, locale=locale)] * 3 + [tables.words(_("ẩn"))]
    return tables.estimate_cells(figure.estimate, figure.persons, locale=locale, hidden_below=found.least)


def _difference(figure: Figure, locale: str) -> list[Cell]:
    one = figure.difference
    if one is None:
        return [tables.share(None, locale=locale)] * 3 + [tables.words("–"), tables.words("")]
    return [
        *(tables.points(value, locale=locale) for value in (one.estimate, one.lower, one.upper)),
        tables.p_value(one.p_adjusted, locale=locale),
        tables.words(difference_words(one, locale=locale)),
    ]

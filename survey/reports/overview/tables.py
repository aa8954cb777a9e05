"""The tables of the one page: goals, months, and what stands beside the headline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analysis.results import IndexEstimate
from survey.enums import Dimension
from survey.i18n import format_month, format_percent, translations
from survey.reports import tables
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words.names import part_name, period_name, text_of
from survey.reports.words.needs import need_words, span
from survey.reports.words.verdicts import goal_words, verdict_words
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.figures.goal_figures import GoalRow
from survey.services.figures.outlook import Outlook
from survey.services.figures.satisfaction import BesideRow
from survey.services.pages.officer_page import OfficerPage


def all_tables(page: OfficerPage, *, locale: str) -> Mapping[str, Table]:
    made = (goals_table, trend_table, beside_table)
    found = [make(page, locale=locale) for make in made]
    return {table.code: table for table in found if table.rows}


def hidden_below(page: OfficerPage) -> int:
    """Give the least number of persons that the page shows."""
    return page.overview.least


def index_cell(row: GoalRow, *, locale: str) -> Cell:
    if row.estimate is None:
        return tables.share(None, locale=locale)
    if row.goal is None:
        return tables.share(row.estimate.index, locale=locale)
    return tables.share_against(
        row.estimate.index, row.goal.threshold, strict=row.goal.operator.value == ">", locale=locale
    )


def verdict_limit(row: GoalRow) -> float | None:
    """Give the one-sided limit that decides: the lower one to show a goal met, the upper one missed."""
    if row.estimate is None or row.assessment is None:
        return None
    below = row.assessment.point_threshold == "not_reached"
    return row.estimate.one_sided_upper if below else row.estimate.one_sided_lower


def persons_of(row: GoalRow) -> int | None:
    """Give the persons of a row as they may be shown: None where too few."""
    if row.estimate is not None:
        return row.estimate.n
    return None if row.hidden_below else 0


def goals_table(page: OfficerPage, *, locale: str) -> Table:
    _ = translations(locale).gettext
    found = page.overview
    columns = [
        Column(_("Nội dung")),
        Column(_("Mục tiêu")),
        Column(_("Năm trước"), Kind.SHARE),
        Column(_("Chỉ số"), Kind.SHARE),
        Column(_("Khoảng 95% từ"), Kind.SHARE),
        Column(_("đến"), Kind.SHARE),
        Column(_("Giới hạn của kết luận"), Kind.SHARE),
        Column(_("Điểm số")),
        Column(_("Kết luận"), Kind.PROSE),
        Column(_("n (người)"), Kind.COUNT),
        Column(_("Hồ sơ đã trả"), Kind.COUNT),
        Column(_("Tham gia"), Kind.SHARE),
        Column(_("Chắc chắn từ"), Kind.SHARE),
        Column(_("đến"), Kind.SHARE),
        Column(_("Còn cần"), Kind.PROSE),
        Column(_("Cách tính"), Kind.PROSE),
        Column(_("Chênh với năm trước (điểm)"), Kind.POINTS),
        Column(_("từ"), Kind.POINTS),
        Column(_("đến"), Kind.POINTS),
        Column(_("một phía"), Kind.POINTS),
    ]
    rows = [_goal_cells(row, page.outlooks[row.dimension], page, locale) for row in found.rows]
    rows.append(_overall_cells(page, locale))
    title = _("Mục tiêu – %(period)s") % {"period": period_name(found.period, locale=locale)}
    return Table("goals", title, columns, rows)


def _goal_cells(row: GoalRow, ahead: Outlook, page: OfficerPage, locale: str) -> list[Cell]:
    def share(value: float | None) -> Cell:
        return tables.share(value, locale=locale)

    said = verdict_words(row, year=page.overview.period.year, locale=locale)
    estimate, certain = row.estimate, ahead.bounds
    return [
        tables.words(text_of(row.name, locale)),
        tables.words(goal_words(row.goal, locale=locale) if row.goal else "–"),
        share(row.last_year.baseline.value if row.last_year else None),
        index_cell(row, locale=locale),
        share(estimate.lower if estimate else None),
        share(estimate.upper if estimate else None),
        share(verdict_limit(row)),
        tables.words(said.point),
        tables.words("; ".join((said.verdict, *said.parts))),
        tables.count(persons_of(row), locale=locale, hidden_below=hidden_below(page)),
        tables.count(certain.population, locale=locale, hidden_below=0) if certain else share(None),
        share(certain.participation if certain else None),
        share(certain.lower if certain else None),
        share(certain.upper if certain else None),
        tables.words("; ".join(need_words(ahead, locale=locale)) or "–"),
        tables.words("; ".join(filter(None, (_method(row), item_mean_words(row, page, locale=locale))))),
        *(tables.points(value, locale=locale) for value in _change(row)),
    ]


def _change(row: GoalRow) -> tuple[float | None, ...]:
    """Give the difference from last year with its two-sided limits and the one-sided one that decides."""
    found = row.assessment
    if found is None or row.last_year is None:
        return (None,) * 4
    side = found.diff_one_sided_lower if found.diff >= 0 else found.diff_one_sided_upper
    return found.diff, found.diff_lower, found.diff_upper, side


def _method(row: GoalRow) -> str:
    return row.estimate.method_version if row.estimate else "–"


def item_mean_words(row: GoalRow, page: OfficerPage, *, locale: str) -> str:
    """Give the mean of the item shares where the index of the year is made otherwise."""
    estimate = page.overview.item_means.get(row.dimension)
    return said_of_item_mean(estimate, locale=locale) if estimate is not None and row.estimate else ""


def said_of_item_mean(estimate: IndexEstimate, *, locale: str) -> str:
    _ = translations(locale).gettext
    return _("Tính theo trung bình các mục: %(index)s (%(span)s)") % {
        "index": format_percent(estimate.index, locale=locale),
        "span": span(estimate.lower, estimate.upper, locale=locale),
    }


def _overall_cells(page: OfficerPage, locale: str) -> list[Cell]:
    _ = translations(locale).gettext
    overall = page.overview.overall
    none = tables.share(None, locale=locale)
    cells = [tables.words(_("Chung (trung bình năm nội dung)")), *[none] * 19]
    if overall is not None:
        cells[3] = tables.share(overall.index, locale=locale)
        cells[4] = tables.share(overall.lower, locale=locale)
        cells[5] = tables.share(overall.upper, locale=locale)
        cells[15] = tables.words(overall.method_version)
    cells[9] = tables.count(page.overview.persons, locale=locale, hidden_below=hidden_below(page))
    return cells


def trend_table(page: OfficerPage, *, locale: str) -> Table:
    _ = translations(locale).gettext
    found = page.overview
    columns = [Column(_("Tháng"))]
    for row in found.rows:
        columns += tables.estimate_columns(text_of(row.short, locale), locale=locale)
    months = [point.month for point in next(iter(found.trend.values()))]
    rows = []
    for place, month in enumerate(months):
        cells = [tables.words(format_month(month.start, locale=locale))]
        for row in found.rows:
            point = found.trend[row.dimension][place]
            cells += tables.estimate_cells(
                point.estimate, point.persons, locale=locale, hidden_below=hidden_below(page)
            )
        rows.append(cells)
    title = _("Theo tháng – năm %(year)s") % {"year": found.period.year}
    return Table("trend", title, columns, rows)


def beside_table(page: OfficerPage, *, locale: str) -> Table:
    _ = translations(locale).gettext
    found = page.overview
    columns = [Column(_("Nhóm")), Column(_("n (người)"), Kind.COUNT)]
    for row in found.rows:
        columns += tables.estimate_columns(text_of(row.short, locale), locale=locale)
    rows = [_beside_cells(row, page, locale) for row in found.beside]
    title = _("Bên cạnh số chính – %(period)s") % {"period": period_name(found.period, locale=locale)}
    note = "" if replace(found.filters, past=True).is_plain else _("Của cả đơn vị, không theo bộ lọc.")
    return Table("beside", title, columns, rows, note)


def _beside_cells(row: BesideRow, page: OfficerPage, locale: str) -> list[Cell]:
    cells = [
        tables.words(part_name(row.part, row.stage, locale=locale)),
        tables.count(row.persons, locale=locale, hidden_below=SHOWN_FROM),
    ]
    for described in page.overview.rows:
        estimate = _of(row, described.dimension)
        if estimate is not None and 0 < estimate.n < SHOWN_FROM:
            cells += tables.estimate_cells(None, None, locale=locale, hidden_below=SHOWN_FROM)
        else:
            persons = estimate.n if estimate else None
            shown = estimate if persons else None
            cells += tables.estimate_cells(shown, persons, locale=locale, hidden_below=SHOWN_FROM)
    return cells


def _of(row: BesideRow, dimension: Dimension) -> IndexEstimate | None:
    return row.estimate.dimensions[dimension.value] if row.estimate else None

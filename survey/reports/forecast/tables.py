"""The forecast as tables: one row for each goal, and the path month by month."""

from __future__ import annotations

from collections.abc import Mapping

from survey.i18n import format_month, translations
from survey.reports import tables
from survey.reports.forecast.words import chance, silence_words, verdict
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words.names import text_of
from survey.reports.words.needs import need_words
from survey.reports.words.verdicts import goal_words
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.forecasts import ForecastPage, GoalForecast


def all_tables(page: ForecastPage, *, locale: str) -> Mapping[str, Table]:
    found = (_goals(page, locale), _path(page, locale))
    return {table.code: table for table in found if table.rows}


def _goals(page: ForecastPage, locale: str) -> Table:
    _ = translations(locale).gettext
    so_far, ahead = _("Đến nay"), _("Cuối năm (90%)")
    columns = [
        Column(_("Nội dung")),
        Column(_("Mục tiêu")),
        *tables.estimate_columns(so_far, locale=locale),
        Column(_("Còn đến (người)"), Kind.COUNT),
        Column(_("giữa"), Kind.SHARE, ahead),
        Column(_("từ"), Kind.SHARE, ahead),
        Column(_("đến"), Kind.SHARE, ahead),
        Column(_("Khả năng đạt mức"), Kind.WORDS),
        Column(_("Khả năng đạt mục tiêu"), Kind.WORDS),
        Column(_("Nhận định"), Kind.PROSE),
        Column(_("Còn cần"), Kind.PROSE),
        *([Column(_("Thực tế"), Kind.SHARE)] if page.looks_back and page.is_over else []),
    ]
    rows = [_row(one, page, locale) for one in page.goals]
    title = _("Dự báo cuối năm %(year)s") % {"year": page.year.year}
    return Table("goals", title, columns, rows)


def _row(one: GoalForecast, page: ForecastPage, locale: str) -> list[Cell]:
    found = one.whole if one.silence is None else None
    end = found.year_end if found else None
    said = (
        verdict(found, locale=locale)
        if found
        else silence_words(one.silence, locale=locale)
        if one.silence
        else "–"
    )
    cells = [
        tables.words(text_of(one.name, locale)),
        tables.words(goal_words(one.goal, locale=locale) if one.goal else "–"),
        *tables.estimate_cells(
            one.estimate, one.estimate.n if one.estimate else None, locale=locale, hidden_below=SHOWN_FROM
        ),
        tables.count(one.remaining, locale=locale, hidden_below=0),
        *(
            tables.share(value, locale=locale)
            for value in ((end.q50, end.q05, end.q95) if end else [None] * 3)
        ),
        tables.words(chance(one.level if found else None, locale=locale)),
        tables.words(chance(found, locale=locale)),
        tables.words(said),
        tables.words("; ".join(need_words(one.needs, locale=locale)) or "–"),
    ]
    if page.looks_back and page.is_over:
        cells.append(tables.share(one.came.index if one.came else None, locale=locale))
    return cells


def _path(page: ForecastPage, locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [Column(_("Từ đầu năm đến hết"))]
    for one in page.goals:
        name = text_of(one.short, locale)
        columns += [
            Column(_("Chỉ số"), Kind.SHARE, name),
            Column(_("từ"), Kind.SHARE, name),
            Column(_("đến"), Kind.SHARE, name),
            Column(_("n"), Kind.COUNT, name),
        ]
    rows = []
    for place, month in enumerate(page.year.months()):
        cells = [tables.words(format_month(month.start, locale=locale))]
        for one in page.goals:
            cells += _step(one, place, locale)
        rows.append(cells)
    note = _("Tháng chưa tới: trung vị và khoảng 90% của dự báo, cột n ghi “dự báo”.")
    return Table("path", _("Từng tháng của năm"), columns, rows if page.goals else [], note=note)


def _step(one: GoalForecast, place: int, locale: str) -> list[Cell]:
    _ = translations(locale).gettext
    step = one.steps[place]
    if step.fan is not None:
        values = (step.fan.q50, step.fan.q05, step.fan.q95)
        return [*(tables.share(value, locale=locale) for value in values), tables.words(_("dự báo"))]
    if step.so_far is None:
        return [tables.share(None, locale=locale)] * 3 + [tables.words("–")]
    return tables.estimate_cells(step.so_far, step.so_far.n, locale=locale, hidden_below=SHOWN_FROM)

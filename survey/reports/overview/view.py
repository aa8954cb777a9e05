"""The page as a template needs it: every figure already written, every picture already drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from survey.enums import Part
from survey.i18n import format_percent, translations
from survey.reports.charts import axis_head
from survey.reports.charts.interval import State
from survey.reports.overview import pictures
from survey.reports.overview.attention import (
    AttentionLine,
    attention_lines,
    attention_table,
    first_look,
)
from survey.reports.overview.changes import change_sentence, level_sentence
from survey.reports.overview.sentence import listed, sentence
from survey.reports.overview.tables import (
    all_tables,
    hidden_below,
    index_cell,
    item_mean_words,
    persons_of,
)
from survey.reports.tables import Table, count
from survey.reports.words import needs
from survey.reports.words.day_notes import NumberedNote, numbered
from survey.reports.words.filters import filter_words
from survey.reports.words.names import period_name, text_of
from survey.reports.words.verdicts import goal_words, verdict_words
from survey.services.figures.goal_figures import GoalRow
from survey.services.pages.officer_page import OfficerPage


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One dimension as its row reads."""

    code: str
    name: str
    goal: str
    index: str
    span: str
    picture: Markup
    state: State
    verdict: str
    parts: tuple[str, ...]
    point: str
    persons: str
    participation: str
    bounds: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrendPanel:
    name: str
    goal: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class OverviewView:
    unit: str
    unit_confirmed: bool
    demo: bool
    period: str
    code: str  # of the period, as in addresses
    is_open: bool
    is_whole: bool  # the headline of the whole unit, without filters
    is_year: bool
    filters: tuple[str, ...]
    plan_year: int | None
    copied_from: int | None  # the year whose goals were copied and are not confirmed yet
    lines: tuple[GoalLine, ...]
    sentence: str
    level: str  # what moved to another level within the year
    change: str  # what the latest month changed beyond chance
    first_look: AttentionLine | None  # where to look first, and what the plan does about it
    overall: str
    persons: str
    is_empty: bool  # nobody answered in the period, of whatever part, or nobody whom the filters let pass
    nothing_apart: bool  # others answered beside the headline, but none by poster, with help or on paper
    returned: int
    waiting: int
    axis_head: Markup
    axis_start: str
    trend: tuple[TrendPanel, ...]
    trend_start: str
    notes: tuple[NumberedNote, ...]
    tables: Mapping[str, Table]
    attention: tuple[AttentionLine, ...]
    methods: tuple[tuple[str, str], ...]
    least: int
    closed_at: datetime | None  # the figures are the record of that moment


def build(page: OfficerPage, *, locale: str) -> OverviewView:
    found = page.overview
    axis, over_time = pictures.goals_axis(found.rows), pictures.trend_axis(page)
    lines = tuple(_line(row, page, locale) for row in found.rows)
    attention = attention_lines(page, locale=locale)
    tables = dict(all_tables(page, locale=locale))
    if attention:
        tables["attention"] = attention_table(
            attention, period_name(found.period, locale=locale), locale=locale
        )
    return OverviewView(
        unit=page.unit,
        unit_confirmed=page.unit_confirmed,
        demo=page.demo,
        period=period_name(found.period, locale=locale),
        code=found.period.code,
        is_open=found.is_open,
        is_whole=found.filters.is_plain,
        is_year=found.period.code == str(found.period.year),
        filters=filter_words(found, locale=locale),
        plan_year=found.plan.year if found.plan else None,
        copied_from=found.plan.copied_from_year if found.plan and not found.plan.confirmed else None,
        lines=lines,
        sentence=sentence(found.rows, locale=locale),
        level=level_sentence(found, locale=locale),
        change=change_sentence(found, locale=locale),
        first_look=first_look(page, locale=locale),
        overall=_overall(page, locale),
        persons=count(found.persons, locale=locale, hidden_below=hidden_below(page)).text,
        is_empty=found.persons == 0 and not (found.filters.is_plain and found.beside),
        nothing_apart=found.filters.is_plain and {row.part for row in found.beside} == {Part.OTHER_STAGES},
        returned=found.returned,
        waiting=found.waiting,
        axis_head=axis_head(axis, locale=locale),
        axis_start=format_percent(axis.start, 0, locale=locale),
        trend=tuple(
            TrendPanel(
                text_of(row.name, locale),
                goal_words(row.goal, locale=locale) if row.goal else "",
                pictures.trend_picture(row, page, over_time, locale=locale),
            )
            for row in found.rows
        ),
        trend_start=format_percent(over_time.start, 0, locale=locale),
        notes=numbered(page.notes),
        tables=tables,
        attention=attention,
        methods=_methods(found.rows, locale),
        least=hidden_below(page),
        closed_at=page.closed_at,
    )


def _line(row: GoalRow, page: OfficerPage, locale: str) -> GoalLine:
    ahead = page.outlooks[row.dimension]
    said = verdict_words(row, year=page.overview.period.year, locale=locale)
    estimate, certain = row.estimate, ahead.bounds
    axis = pictures.goals_axis(page.overview.rows)
    return GoalLine(
        code=row.dimension.value,
        name=text_of(row.name, locale),
        goal=goal_words(row.goal, locale=locale) if row.goal else "–",
        index=index_cell(row, locale=locale).text,
        span=needs.span(estimate.lower, estimate.upper, locale=locale) if estimate else "–",
        picture=pictures.interval_picture(row, said, axis, locale=locale),
        state=said.state,
        verdict=said.verdict,
        parts=tuple(filter(None, (*said.parts, item_mean_words(row, page, locale=locale)))),
        point=said.point,
        persons=count(persons_of(row), locale=locale, hidden_below=hidden_below(page)).text,
        participation=needs.participation_words(certain, locale=locale),
        bounds=needs.bounds_words(certain, locale=locale),
        needs=needs.need_words(ahead, locale=locale),
    )


def _overall(page: OfficerPage, locale: str) -> str:
    overall = page.overview.overall
    if overall is None or math.isnan(overall.index):
        return ""
    index = format_percent(overall.index, locale=locale)
    return f"{index} ({needs.span(overall.lower, overall.upper, locale=locale)})"


def _methods(rows: Sequence[GoalRow], locale: str) -> tuple[tuple[str, str], ...]:
    """Name the method behind each figure, dimensions of one method together."""
    by_method: dict[str, list[str]] = {}
    for row in rows:
        if row.estimate is not None:
            by_method.setdefault(row.estimate.method_version, []).append(text_of(row.short, locale))
    _ = translations(locale).gettext
    words = {"item-mean": _("trung bình các tiêu chí"), "pooled": _("gộp mọi câu trả lời")}
    return tuple(
        (words.get(method.partition("/")[0], method), listed(names, locale=locale))
        for method, names in by_method.items()
    )

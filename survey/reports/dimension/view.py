"""The page of one dimension as a template needs it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.chart_signals import Signal
from analysis.results import IndexEstimate
from survey.i18n import format_number, format_percent, translations
from survey.reports.charts import (
    Axis,
    IntervalBar,
    LevelsBar,
    Month,
    TrendChart,
    axis_for,
    axis_head,
    interval_bar,
    levels_bar,
    trend_chart,
)
from survey.reports.charts.interval import State
from survey.reports.dimension.tables import all_tables
from survey.reports.dimension.words import group_kind, group_name, items_note, items_sentence, trend_sentence
from survey.reports.overview.pictures import FULL_FROM, month_says
from survey.reports.overview.tables import hidden_below, index_cell, persons_of, said_of_item_mean
from survey.reports.tables import Table, count
from survey.reports.words import needs
from survey.reports.words.cautions import hidden_note, sampling_caution, simulated
from survey.reports.words.day_notes import NumberedNote, mark, numbered, within
from survey.reports.words.filters import filter_words
from survey.reports.words.names import period_name, text_of
from survey.reports.words.signals import signal_words
from survey.reports.words.verdicts import goal_words, verdict_words
from survey.reports.xlsx_report import Workbook
from survey.services.figures.goal_figures import GoalRow
from survey.services.pages.dimension_page import DimensionPage, GroupFigure, ItemFigure

TREND_WIDTH = 960


@dataclass(frozen=True, slots=True)
class ItemLine:
    code: str
    text: str
    index: str
    span: str
    picture: Markup
    levels: Markup | None
    persons: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Some of the answers beside the others; `kind` is said once, at its first group."""

    kind: str
    name: str
    index: str
    span: str
    picture: Markup
    persons: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    text: str
    owner: str


@dataclass(frozen=True, slots=True)
class DimensionView:
    unit: str
    demo: bool
    code: str
    name: str
    others: tuple[tuple[str, str], ...]  # code and short name of every dimension
    period: str
    is_open: bool
    filters: tuple[str, ...]
    index: str
    span: str
    persons: str
    goal: str
    state: State
    verdict: str
    parts: tuple[str, ...]
    needs: tuple[str, ...]
    items: tuple[ItemLine, ...]
    items_sentence: str
    items_note: str
    item_mean: str
    groups: tuple[GroupLine, ...]
    groups_head: Markup
    axis_head: Markup
    axis_start: str
    trend: Markup
    trend_start: str
    trend_sentence: str
    notes: tuple[NumberedNote, ...]
    tasks: tuple[TaskLine, ...]
    timing: str
    tables: Mapping[str, Table]
    least: int


def build(page: DimensionPage, *, locale: str) -> DimensionView:
    found = page.page.overview
    row = next(one for one in found.rows if one.dimension is page.dimension)
    said = verdict_words(row, year=found.period.year, locale=locale)
    axis, over_time = _items_axis(page, row), _trend_axis(page, row)
    estimate, goal = row.estimate, row.goal
    return DimensionView(
        unit=page.page.unit,
        demo=page.page.demo,
        code=page.dimension.value,
        name=text_of(row.name, locale),
        others=tuple((one.dimension.value, text_of(one.short, locale)) for one in found.rows),
        period=period_name(found.period, locale=locale),
        is_open=found.is_open,
        filters=filter_words(found, locale=locale),
        index=index_cell(row, locale=locale).text,
        span=_span(estimate, locale),
        persons=count(persons_of(row), locale=locale, hidden_below=hidden_below(page.page)).text,
        goal=goal_words(goal, locale=locale) if goal else "–",
        state=said.state,
        verdict=said.verdict,
        parts=said.parts,
        needs=needs.need_words(page.page.outlooks[page.dimension], locale=locale),
        items=tuple(_item(one, page, row, axis, locale) for one in page.items),
        items_sentence=items_sentence(page, locale=locale) if page.items else "",
        items_note=items_note(page.items_shown, locale=locale),
        item_mean=said_of_item_mean(page.item_mean, locale=locale) if page.item_mean else "",
        groups=_groups(page, row, locale),
        groups_head=axis_head(_groups_axis(page, row), locale=locale),
        axis_head=axis_head(axis, locale=locale),
        axis_start=format_percent(axis.start, 0, locale=locale),
        trend=_trend(page, row, over_time, locale),
        trend_start=format_percent(over_time.start, 0, locale=locale),
        trend_sentence=trend_sentence(page, locale=locale),
        notes=numbered(page.page.notes),
        tasks=tuple(TaskLine(task.text, task.owner_role) for task in goal.tasks) if goal else (),
        timing=goal.timing if goal else "",
        tables=all_tables(page, locale=locale),
        least=hidden_below(page.page),
    )


def _span(estimate: IndexEstimate | None, locale: str) -> str:
    """Write the limits; nothing where an index has none."""
    if estimate is None or math.isnan(estimate.lower):
        return "–"
    return needs.span(estimate.lower, estimate.upper, locale=locale)


def _items_axis(page: DimensionPage, row: GoalRow) -> Axis:
    shares = [
        value for one in page.items if one.estimate for value in (one.estimate.index, one.estimate.lower)
    ]
    return axis_for([*shares, *([row.goal.threshold] if row.goal else [])])


def _item(one: ItemFigure, page: DimensionPage, row: GoalRow, axis: Axis, locale: str) -> ItemLine:
    _ = translations(locale).gettext
    estimate, name = one.estimate, text_of(one.item.label, locale)
    index = format_percent(estimate.index if estimate else None, locale=locale)
    limits = _span(estimate, locale)
    least = f"< {hidden_below(page.page)}"
    return ItemLine(
        code=one.item.code,
        text=name,
        index=index,
        span=limits,
        picture=interval_bar(
            IntervalBar(
                name=f"item-{one.item.code}",
                title=name,
                description=_("chỉ số %(index)s, khoảng tin cậy 95%% %(span)s")
                % {"index": index, "span": limits},
                state="none",
                locale=locale,
                share=estimate.index if estimate else None,
                lower=estimate.lower if estimate else None,
                upper=estimate.upper if estimate else None,
                threshold=row.goal.threshold if row.goal else None,
            ),
            axis,
        ),
        levels=_levels(one, name, locale),
        persons=least if one.persons is None else format_number(one.persons, locale=locale),
    )


def _groups_axis(page: DimensionPage, row: GoalRow) -> Axis:
    shares = [
        value for one in page.groups if one.estimate for value in (one.estimate.index, one.estimate.lower)
    ]
    return axis_for([*shares, *([row.goal.threshold] if row.goal else [])])


def _groups(page: DimensionPage, row: GoalRow, locale: str) -> tuple[GroupLine, ...]:
    axis, lines, before = _groups_axis(page, row), [], ""
    for place, one in enumerate(page.groups):
        kind = group_kind(one.kind, locale=locale)
        lines.append(_group(one, "" if kind == before else kind, place, axis, row, locale))
        before = kind
    return tuple(lines)


def _group(one: GroupFigure, kind: str, place: int, axis: Axis, row: GoalRow, locale: str) -> GroupLine:
    _ = translations(locale).gettext
    estimate, name = one.estimate, group_name(one, locale=locale)
    index, limits = (
        format_percent(estimate.index if estimate else None, locale=locale),
        _span(estimate, locale),
    )
    picture = interval_bar(
        IntervalBar(
            name=f"group-{place}",
            title=name,
            description=_("chỉ số %(index)s, khoảng tin cậy 95%% %(span)s") % {"index": index, "span": limits}
            if estimate
            else _("ẩn"),
            state="none",
            locale=locale,
            share=estimate.index if estimate else None,
            lower=estimate.lower if estimate else None,
            upper=estimate.upper if estimate else None,
            threshold=row.goal.threshold if row.goal else None,
        ),
        axis,
    )
    persons = _("ẩn") if one.persons is None else format_number(one.persons, locale=locale)
    return GroupLine(kind, name, index, limits, picture, persons)


def _levels(one: ItemFigure, name: str, locale: str) -> Markup | None:
    _ = translations(locale).gettext
    if one.levels is None:
        return None
    shares = ", ".join(
        f"{level}: {format_percent(share, 0, locale=locale)}"
        for level, share in enumerate(one.levels, start=1)
    )
    return levels_bar(
        LevelsBar(
            name=f"levels-{one.item.code}",
            title=_("Phân bố mức của câu: %(item)s") % {"item": name},
            description=_("Từ mức 1 (rất không hài lòng) đến mức 5 (rất hài lòng): %(shares)s")
            % {"shares": shares},
            shares=one.levels,
            locale=locale,
        )
    )


def _trend_axis(page: DimensionPage, row: GoalRow) -> Axis:
    shares = [point.estimate.index for point in page.months if point.estimate is not None]
    limits = [point.lower for point in page.trend.points if math.isfinite(point.lower)]
    return axis_for([*shares, *limits, *([row.goal.threshold] if row.goal else [])])


def _trend(page: DimensionPage, row: GoalRow, axis: Axis, locale: str) -> Markup:
    _ = translations(locale).gettext
    least = hidden_below(page.page)
    months, notes = [], numbered(page.page.notes)
    for month, point in zip(page.months, page.trend.points, strict=True):
        label = f"{month.month.start.month}/{month.month.start.year % 100}"
        persons = f"<{least}" if month.persons is None else format_number(month.persons, locale=locale)
        estimate = month.estimate
        noted = within(notes, month.month.start, month.month.end)
        beyond = "" if point.signal is Signal.NONE else signal_words(point.signal, locale=locale)
        says = month_says(month, noted, least=least, locale=locale, beyond=beyond)
        if estimate is None or math.isnan(estimate.index):
            months.append(Month(label, persons, says=says, note=mark(noted)))
            continue
        known = math.isfinite(estimate.lower)
        months.append(
            Month(
                label,
                persons,
                share=estimate.index,
                lower=estimate.lower if known else None,
                upper=estimate.upper if known else None,
                few=estimate.n < FULL_FROM,
                usual=(point.centre, point.lower, point.upper) if math.isfinite(point.centre) else None,
                signal=point.signal is not Signal.NONE,
                says=says,
                note=mark(noted),
            )
        )
    return trend_chart(
        TrendChart(
            name="trend",
            title=_("%(dimension)s theo tháng") % {"dimension": text_of(row.name, locale)},
            description=trend_sentence(page, locale=locale),
            months=months or [Month("–", "0")],
            threshold=row.goal.threshold if row.goal else None,
            persons_word=_("n"),
            width=TREND_WIDTH,
        ),
        axis,
        locale=locale,
    )


def workbook(view: DimensionView, codes: Sequence[str], *, locale: str) -> Workbook:
    """The tables of the page as a file, with the same words above them."""
    _ = translations(locale).gettext
    names = {"items": _("Câu hỏi"), "months": _("Theo tháng"), "groups": _("Nhóm"), "reasons": _("Lý do")}
    notes = [
        f"{view.name} – {view.period}",
        _("Ai trả lời: %(filters)s") % {"filters": ", ".join(view.filters)},
        *simulated(view.demo, locale=locale),
        *([_("Tạm tính: kỳ chưa khép")] if view.is_open else []),
        sampling_caution(locale=locale),
        hidden_note(view.least, locale=locale),
        *([view.items_note] if view.items_note and "items" in codes else []),
    ]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[view.tables[code] for code in codes],
        sheet_names=[names[code] for code in codes],
    )

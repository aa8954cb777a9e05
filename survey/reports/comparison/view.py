"""The page of a comparison as a template needs it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.enums import Dimension
from survey.i18n import format_number, format_percent, translations
from survey.reports.charts import Axis, IntervalBar, axis_for, axis_head, interval_bar
from survey.reports.charts.interval import State
from survey.reports.comparison import words
from survey.reports.comparison.tables import groups_table
from survey.reports.tables import Table
from survey.reports.words import needs
from survey.reports.words.cautions import sampling_caution, simulated
from survey.reports.words.names import period_name, text_of
from survey.reports.xlsx_report import Workbook
from survey.services.pages.comparison import By, Comparison, Figure, Group


@dataclass(frozen=True, slots=True)
class GroupLine:
    key: str
    name: str
    index: str
    span: str
    picture: Markup
    persons: str
    difference: str
    conclusion: str
    state: State


@dataclass(frozen=True, slots=True)
class Panel:
    """One dimension with its groups."""

    code: str
    name: str
    lines: tuple[GroupLine, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    unit: str
    demo: bool
    by: By
    by_name: str
    period: str
    is_open: bool
    against: str
    sentence: str
    panels: tuple[Panel, ...]
    axis_head: Markup
    axis_start: str
    tables: Mapping[str, Table]
    compared: int
    least: int
    method: str
    notes: tuple[str, ...]


def build(found: Comparison, *, locale: str) -> ComparisonView:
    axis = _axis(found)
    return ComparisonView(
        unit=found.unit,
        demo=found.demo,
        by=found.by,
        by_name=words.by_name(found.by, locale=locale),
        period=period_name(found.period, locale=locale),
        is_open=found.is_open,
        against=words.against_name(found, locale=locale),
        sentence=words.sentence(found, locale=locale),
        panels=tuple(_panel(dimension, found, axis, locale) for dimension in found.dimensions),
        axis_head=axis_head(axis, locale=locale),
        axis_start=format_percent(axis.start, 0, locale=locale),
        tables={"groups": groups_table(found, locale=locale)} if found.groups else {},
        compared=found.compared,
        least=found.least,
        method=_methods(found),
        notes=_notes(found, locale),
    )


def _methods(found: Comparison) -> str:
    used = {
        figure.estimate.method_version
        for group in found.groups
        for figure in group.figures.values()
        if figure.estimate is not None
    }
    return ", ".join(sorted(used))


def _notes(found: Comparison, locale: str) -> tuple[str, ...]:
    _ = translations(locale).gettext
    notes = {
        By.CHANNEL: _(
            "Khác nhau giữa các kênh có thể do cách trả lời, không chỉ do phục vụ: so một kênh với chính nó "
            "qua thời gian thì chắc hơn."
        ),
        By.TRUST_CLASS: _("Hạng P, D, E đứng riêng, không tính vào chỉ số của đơn vị."),
        By.COUNTER: _(
            "Ngày ít người không giữ quầy của phiếu: phiếu ấy được cộng vào quầy mỗi tháng một lần, từ 10 "
            "người trở lên, nên tháng đang chạy chưa có ở đây. Chỉ số của quầy là tỷ lệ gộp; phiếu trên "
            "điện thoại và phiếu chưa đủ số nằm ở dòng “Không rõ quầy”."
        ),
        By.FIELD: _(
            "Lĩnh vực chỉ được giữ ở ngày có từ 5 hồ sơ của lĩnh vực đó được trả; phiếu khác nằm ở dòng "
            "“Không rõ lĩnh vực”."
        ),
    }
    return tuple(filter(None, (notes.get(found.by),)))


def _axis(found: Comparison) -> Axis:
    shares: list[float] = []
    for group in found.groups:
        for figure in group.figures.values():
            if figure.estimate is not None:
                shares += [figure.estimate.index, figure.estimate.lower]
    return axis_for([*shares, *(found.goals[one] for one in found.dimensions if one in found.goals)])


def _panel(dimension: Dimension, found: Comparison, axis: Axis, locale: str) -> Panel:
    return Panel(
        dimension.value,
        text_of(found.names[dimension], locale),
        tuple(_line(group, dimension, found, axis, locale) for group in found.groups),
    )


def _line(group: Group, dimension: Dimension, found: Comparison, axis: Axis, locale: str) -> GroupLine:
    _ = translations(locale).gettext
    figure = group.figures[dimension]
    estimate = figure.estimate
    name = words.group_name(group, found.by, locale=locale)
    index = format_percent(estimate.index if estimate else None, locale=locale)
    limits = "–"
    if estimate is not None and not math.isnan(estimate.lower):
        limits = needs.span(estimate.lower, estimate.upper, locale=locale)
    conclusion = words.difference_words(figure.difference, locale=locale)
    described = _("chỉ số %(index)s, khoảng tin cậy 95%% %(span)s") % {"index": index, "span": limits}
    return GroupLine(
        key=group.key,
        name=name,
        index=index,
        span=limits,
        picture=interval_bar(
            IntervalBar(
                name=f"{dimension.value}-{found.by.value}-{group.key}".replace("*", "any"),
                title=f"{name}: {text_of(found.names[dimension], locale)}",
                description=_("Quá ít người trả lời để cho thấy.")
                if figure.persons is None
                else "; ".join(filter(None, (described, conclusion))),
                state=_state(figure),
                locale=locale,
                share=estimate.index if estimate else None,
                lower=estimate.lower if estimate else None,
                upper=estimate.upper if estimate else None,
                threshold=found.goals.get(dimension),
            ),
            axis,
        ),
        persons=_("ẩn") if figure.persons is None else format_number(figure.persons, locale=locale),
        difference=words.difference_span(figure.difference, locale=locale),
        conclusion=conclusion,
        state=_state(figure),
    )


def _state(figure: Figure) -> State:
    """Colour only what is certain; the words say it as well."""
    if figure.difference is None or not figure.difference.certain:
        return "none"
    return "lost" if figure.difference.estimate < 0 else "safe"


def workbook(view: ComparisonView, codes: Sequence[str], *, locale: str) -> Workbook:
    """The table of the page as a file, with the same words above it."""
    _ = translations(locale).gettext
    notes = [
        f"{view.by_name} – {view.period}",
        *simulated(view.demo, locale=locale),
        *([_("Tạm tính: kỳ chưa khép")] if view.is_open else []),
        view.sentence,
        *view.notes,
        sampling_caution(locale=locale),
    ]
    names = {"fields": _("Cơ cấu lĩnh vực"), "remarks": _("Do giải pháp")}
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[view.tables[code] for code in codes],
        sheet_names=[names.get(code, _("So sánh")) for code in codes],
    )

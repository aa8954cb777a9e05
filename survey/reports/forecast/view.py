"""The page of forecasts as a template needs it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_date, format_month, format_percent, translations
from survey.reports.charts import Axis, axis_for
from survey.reports.charts.fan import FanChart, FanStep, fan_chart
from survey.reports.charts.interval import State
from survey.reports.forecast.tables import all_tables
from survey.reports.forecast.words import caution, chance, goal_sentence, page_sentence, verdict
from survey.reports.tables import Table
from survey.reports.words.cautions import simulated
from survey.reports.words.names import text_of
from survey.reports.words.needs import need_words, span
from survey.reports.words.points import point_words
from survey.reports.words.verdicts import goal_words
from survey.reports.xlsx_report import Workbook
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.forecasts import ForecastPage, GoalForecast, Step

_STATES: Mapping[str, State] = {"likely": "safe", "open": "open", "unlikely": "lost"}


@dataclass(frozen=True, slots=True)
class ForecastLine:
    code: str
    name: str
    goal: str
    state: State
    verdict: str
    chance: str
    sentence: str
    needs: tuple[str, ...]
    picture: Markup | None


@dataclass(frozen=True, slots=True)
class ForecastView:
    unit: str
    demo: bool
    year: int
    as_of: str
    looks_back: bool
    is_over: bool
    sentence: str
    caution: str
    lines: tuple[ForecastLine, ...]
    axis_start: str
    tables: Mapping[str, Table]


def build(page: ForecastPage, *, locale: str) -> ForecastView:
    axis = _axis(page)
    return ForecastView(
        unit=page.unit,
        demo=page.demo,
        year=page.year.year,
        as_of=format_date(page.as_of, locale=locale),
        looks_back=page.looks_back,
        is_over=page.is_over,
        sentence=page_sentence(page, locale=locale),
        caution=caution(page, locale=locale),
        lines=tuple(_line(one, page, axis, locale) for one in page.goals),
        axis_start=format_percent(axis.start, 0, locale=locale),
        tables=all_tables(page, locale=locale),
    )


def _axis(page: ForecastPage) -> Axis:
    shares: list[float] = []
    for one in page.goals:
        shares += [step.so_far.index for step in one.steps if step.so_far is not None]
        shares += [step.fan.q05 for step in one.steps if step.fan is not None]
        shares += [one.goal.threshold] if one.goal else []
    return axis_for(shares)


def _line(one: GoalForecast, page: ForecastPage, axis: Axis, locale: str) -> ForecastLine:
    found = one.whole if one.silence is None else None
    return ForecastLine(
        code=one.dimension.value,
        name=text_of(one.name, locale),
        goal=goal_words(one.goal, locale=locale) if one.goal else "–",
        state=_STATES[found.outlook] if found else "none",
        verdict=verdict(found, locale=locale),
        chance=chance(found, locale=locale),
        sentence=goal_sentence(one, page, locale=locale),
        needs=need_words(one.needs, locale=locale),
        picture=_picture(one, page, axis, locale),
    )


def _picture(one: GoalForecast, page: ForecastPage, axis: Axis, locale: str) -> Markup | None:
    _ = translations(locale).gettext
    if not any(step.so_far for step in one.steps):
        return None
    return fan_chart(
        FanChart(
            name=f"fan-{one.dimension.value}",
            title=_("%(dimension)s: từ đầu năm và dự báo đến cuối năm")
            % {"dimension": text_of(one.name, locale)},
            description=goal_sentence(one, page, locale=locale),
            steps=[_step(step, locale) for step in one.steps],
            threshold=one.goal.threshold if one.goal else None,
            threshold_words=goal_words(one.goal, locale=locale) if one.goal else "",
            came=one.came.index if one.came else None,
        ),
        axis,
        locale=locale,
    )


def _step(step: Step, locale: str) -> FanStep:
    _ = translations(locale).gettext
    label, name = str(step.month.start.month), format_month(step.month.start, locale=locale)
    if step.fan is not None:
        values = {
            "month": name,
            "middle": format_percent(step.fan.q50, locale=locale),
            "span": span(step.fan.q05, step.fan.q95, locale=locale),
        }
        says = _("dự báo đến hết %(month)s: %(span)s, giữa %(middle)s") % values
        return FanStep(label, says, fan=(step.fan.q05, step.fan.q50, step.fan.q95))
    found = step.so_far
    if found is None or math.isnan(found.index):
        return FanStep(label, "")
    said = point_words(name, found, found.n, least=SHOWN_FROM, locale=locale)
    says = _("từ đầu năm đến hết %(figures)s") % {"figures": said}
    known = math.isfinite(found.lower)
    return FanStep(
        label,
        says,
        share=found.index,
        lower=found.lower if known else None,
        upper=found.upper if known else None,
    )


def workbook(view: ForecastView, codes: Sequence[str], *, locale: str) -> Workbook:
    """The tables of the page as a file, with the same words above them."""
    _ = translations(locale).gettext
    names = {"goals": _("Dự báo"), "path": _("Theo tháng")}
    notes = [
        _("Dự báo từ ngày %(day)s") % {"day": view.as_of},
        *simulated(view.demo, locale=locale),
        view.caution,
    ]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[view.tables[code] for code in codes],
        sheet_names=[names[code] for code in codes],
    )

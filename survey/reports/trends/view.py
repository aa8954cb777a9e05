"""The page of trends as a template needs it: every figure written, every picture drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from analysis.chart_signals import last_turn
from survey.i18n import format_percent, translations
from survey.reports.charts import Axis, Month, TrendChart, axis_for, trend_chart
from survey.reports.dimension.words import series_sentence
from survey.reports.tables import Table
from survey.reports.trends.points import months
from survey.reports.trends.slots import grain_name, slot_name, unit_word
from survey.reports.trends.tables import all_tables
from survey.reports.words.cautions import hidden_note, sampling_caution, simulated
from survey.reports.words.day_notes import Marked, NumberedNote, numbered, within
from survey.reports.words.filters import filter_words
from survey.reports.words.names import period_name, text_of
from survey.reports.words.points import season_words
from survey.reports.words.verdicts import goal_words
from survey.reports.xlsx_report import Workbook
from survey.services.figures.time_slots import Grain
from survey.services.pages.trends import DimensionTrend, TrendsPage

# A year of months stands beside another chart; more points take the whole width.
NARROW, WIDE, NARROW_POINTS = 600, 1180, 14

# So many stretches of strange points are named in the first sentence, the latest ones.
_MOST_STRETCHES = 4


@dataclass(frozen=True, slots=True)
class TrendPanel:
    code: str
    name: str
    goal: str
    picture: Markup
    sentence: str


@dataclass(frozen=True, slots=True)
class Turn:
    """From about which month on a dimension has another level."""

    dimension: str
    month: str  # its code, as in addresses
    words: str


@dataclass(frozen=True, slots=True)
class TrendsView:
    unit: str
    demo: bool
    grain: str
    grains: tuple[tuple[str, str], ...]  # code and name of every grain
    span: str
    filters: tuple[str, ...]
    sentence: str
    turns: tuple[Turn, ...]
    has_open: bool
    is_short: bool
    is_wide: bool
    panels: tuple[TrendPanel, ...]
    is_empty: bool  # nothing may be drawn yet
    axis_start: str
    notes: tuple[NumberedNote, ...]
    tables: Mapping[str, Table]
    least: int
    period: str


def build(page: TrendsPage, *, locale: str) -> TrendsView:
    notes = numbered(page.notes)
    marked: Marked = {
        figure.slot: within(notes, figure.slot.start, figure.slot.end)
        for one in page.dimensions
        for figure in one.figures
    }
    axis = _axis(page)
    panels = tuple(_panel(one, page, marked, axis, locale) for one in page.dimensions)
    return TrendsView(
        unit=page.unit,
        demo=page.demo,
        grain=page.grain.value,
        grains=tuple((grain.value, grain_name(grain, locale=locale)) for grain in Grain),
        span=_span(page, locale),
        filters=filter_words(page, locale=locale),
        sentence=_sentence(page, locale),
        turns=_turns(page, locale),
        has_open=any(figure.slot.is_open(page.today) for one in page.dimensions for figure in one.figures),
        is_short=page.grain.is_short,
        is_wide=is_wide(page),
        panels=panels,
        is_empty=not any(figure.estimate for one in page.dimensions for figure in one.figures),
        axis_start=format_percent(axis.start, 0, locale=locale),
        notes=notes,
        tables=all_tables(page, marked, locale=locale),
        least=page.least,
        period=period_name(page.period, locale=locale),
    )


def _span(page: TrendsPage, locale: str) -> str:
    """Say from when to when there is something to see."""
    slots = [figure.slot for one in page.dimensions for figure in one.figures]
    if not slots:
        return period_name(page.period, locale=locale)
    first, last = slot_name(min(slots), locale=locale), slot_name(max(slots), locale=locale)
    if first == last:
        return first
    _ = translations(locale).gettext
    return _("%(first)s đến %(last)s") % {"first": first, "last": last}


def _axis(page: TrendsPage) -> Axis:
    shares: list[float] = []
    for one in page.dimensions:
        shares += [figure.estimate.index for figure in one.figures if figure.estimate is not None]
        shares += [point.lower for point in one.trend.points if math.isfinite(point.lower)]
        shares += [one.goal.threshold] if one.goal else []
    return axis_for(shares)


def _sentence(page: TrendsPage, locale: str) -> str:
    """Name every dimension with a point that chance does not explain; say it where there is none."""
    _ = translations(locale).gettext
    unit = unit_word(page.grain, locale=locale)
    said, without = [], []
    for one in page.dimensions:
        strange = _strange(one, locale)
        name = text_of(one.short, locale)
        if strange:
            said.append(f"{name} ({strange})")
        elif all(math.isnan(point.centre) for point in one.trend.points):
            without.append(name)
    text = []
    if said:
        text.append(_("Vượt khỏi dao động ngẫu nhiên: %(named)s.") % {"named": "; ".join(said)})
    elif len(without) < len(page.dimensions):
        text.append(_("Không %(unit)s nào vượt khỏi dao động ngẫu nhiên.") % {"unit": unit})
    if without:
        words = _("Chưa đủ 12 %(unit)s để vẽ giới hạn: %(named)s.")
        text.append(words % {"unit": unit, "named": ", ".join(without)})
    return " ".join(text)


def _strange(one: DimensionTrend, locale: str) -> str:
    """Name the stretches of points that chance does not explain, and their side: "thấp 01 – 07/2024"."""
    _ = translations(locale).gettext
    stretches: list[tuple[int, str]] = []
    pairs = zip(one.figures, one.trend.points, strict=True)
    for side, run in groupby(pairs, key=lambda pair: pair[1].signal.direction):
        names = [slot_name(figure.slot, locale=locale) for figure, _point in run]
        if side:
            stretches.append((side, names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"))
    said = ["…"] if len(stretches) > _MOST_STRETCHES else []
    for side, of_side in groupby(stretches[-_MOST_STRETCHES:], key=lambda stretch: stretch[0]):
        when = ", ".join(when for _side, when in of_side)
        said.append((_("cao %(when)s") if side > 0 else _("thấp %(when)s")) % {"when": when})
    return "; ".join(said)


def _turns(page: TrendsPage, locale: str) -> tuple[Turn, ...]:
    """Say for each dimension where its last long stretch on one side ended, or where it began."""
    if page.grain is not Grain.MONTH or not page.filters.is_plain:
        return ()
    _ = translations(locale).gettext
    found = []
    for one in page.dimensions:
        slots = [figure.slot for figure in one.figures]
        turn = last_turn([point.signal.direction for point in one.trend.points])
        if turn is not None:
            words = _("%(name)s đổi mức từ khoảng %(month)s.") % {
                "name": text_of(one.short, locale),
                "month": slot_name(slots[turn.place], locale=locale),
            }
            found.append(Turn(one.dimension.value, slots[turn.place].code, words))
    return tuple(found)


def is_wide(page: TrendsPage) -> bool:
    return max(len(one.figures) for one in page.dimensions) > NARROW_POINTS


def _panel(one: DimensionTrend, page: TrendsPage, marked: Marked, axis: Axis, locale: str) -> TrendPanel:
    _ = translations(locale).gettext
    sentence = _panel_sentence(one, page, locale)
    chart = TrendChart(
        name=f"trend-{one.dimension.value}",
        title=_("%(dimension)s theo %(unit)s")
        % {"dimension": text_of(one.name, locale), "unit": unit_word(page.grain, locale=locale)},
        description=sentence,
        months=months(one, page, marked, locale=locale) or [Month("–", "0")],
        threshold=one.goal.threshold if one.goal else None,
        persons_word=_("n"),
        width=WIDE if is_wide(page) else NARROW,
    )
    return TrendPanel(
        one.dimension.value,
        text_of(one.name, locale),
        goal_words(one.goal, locale=locale) if one.goal else "",
        trend_chart(chart, axis, locale=locale),
        sentence,
    )


def _panel_sentence(one: DimensionTrend, page: TrendsPage, locale: str) -> str:
    """Say what the chart says, then the slow drift, then the same time last year."""
    _ = translations(locale).gettext
    labels = [slot_name(figure.slot, locale=locale) for figure in one.figures]
    unit = unit_word(page.grain, locale=locale)
    said = [series_sentence(one.trend, labels, locale=locale, unit=unit)]
    drifting = [label for label, drift in zip(labels, one.drift, strict=True) if drift]
    if drifting and one.drift[-1]:
        words = (
            _("Trung bình trượt dần cao hơn mức giữa từ %(since)s.")
            if one.drift[-1] > 0
            else _("Trung bình trượt dần thấp hơn mức giữa từ %(since)s.")
        )
        said.append(words % {"since": labels[_run_start(one.drift)]})
    last = one.figures[-1].slot.code if one.figures else ""
    pair = one.season.get(last)
    if pair is not None:
        said.append(season_words(pair, locale=locale))
    return " ".join(said)


def _run_start(drift: Sequence[int]) -> int:
    """Find where the last run of a drift began."""
    at = len(drift) - 1
    while at > 0 and drift[at - 1] == drift[-1]:
        at -= 1
    return at


def workbook(view: TrendsView, found: Mapping[str, Table], codes: Sequence[str], *, locale: str) -> Workbook:
    """The tables of the page as a file, with the same words above them."""
    _ = translations(locale).gettext
    notes = [
        view.span,
        _("Ai trả lời: %(filters)s") % {"filters": ", ".join(view.filters)},
        *simulated(view.demo, locale=locale),
        *([_("Có kỳ còn tạm tính")] if view.has_open else []),
        sampling_caution(locale=locale),
        hidden_note(view.least, locale=locale),
    ]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[found[code] for code in codes],
        sheet_names=[found[code].title for code in codes],
    )

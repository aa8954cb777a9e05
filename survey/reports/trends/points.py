"""The points of a trend: what is drawn at each stretch of time, and what is said near it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.chart_signals import Signal
from analysis.disclosure import Visibility
from survey.i18n import format_number, translations
from survey.reports.charts import Month
from survey.reports.overview.pictures import FULL_FROM
from survey.reports.trends.slots import slot_label, slot_name, unit_word
from survey.reports.words import needs
from survey.reports.words.day_notes import Marked, NumberedNote, mark, note_words
from survey.reports.words.points import point_words
from survey.reports.words.signals import signal_words
from survey.services.pages.trends import DimensionTrend, SlotFigure, TrendsPage


def _says(
    figure: SlotFigure, marked: Sequence[NumberedNote], extra: Sequence[str], page: TrendsPage, locale: str
) -> str:
    """Write what is said near one point: its figures, what is unusual, what was noted."""
    _ = translations(locale).gettext
    name = slot_name(figure.slot, locale=locale)
    if figure.hidden is Visibility.HIDDEN:
        parts = [f"{name}: {_('ẩn')}"]
    else:
        least = page.least
        parts = [point_words(name, figure.estimate, figure.persons, least=least, locale=locale)]
    if figure.slot.is_open(page.today):
        parts.append(_("tạm tính"))
    parts += extra
    if marked:
        parts.append(note_words(marked, locale=locale))
    return "; ".join(parts)


def _beyond(one: DimensionTrend, place: int, page: TrendsPage, locale: str) -> list[str]:
    _ = translations(locale).gettext
    point = one.trend.points[place]
    extra = []
    if math.isfinite(point.centre):
        limits = needs.span(point.lower, point.upper, locale=locale)
        extra.append(_("dải ngẫu nhiên %(span)s") % {"span": limits})
    if point.signal is not Signal.NONE:
        unit = unit_word(page.grain, locale=locale)
        extra.append(signal_words(point.signal, locale=locale, unit=unit))
    return extra


def _month(
    one: DimensionTrend, place: int, page: TrendsPage, notes: Sequence[NumberedNote], locale: str
) -> Month:
    _ = translations(locale).gettext
    figure, point = one.figures[place], one.trend.points[place]
    estimate = figure.estimate
    persons = (
        _("ẩn")
        if figure.hidden is Visibility.HIDDEN
        else f"<{page.least}"
        if figure.persons is None
        else format_number(figure.persons, locale=locale)
    )
    says = _says(figure, notes, _beyond(one, place, page, locale), page, locale)
    label, noted = slot_label(figure.slot), mark(notes)
    if estimate is None or math.isnan(estimate.index):
        return Month(label, persons, says=says, note=noted)
    known = math.isfinite(estimate.lower)
    return Month(
        label,
        persons,
        share=estimate.index,
        lower=estimate.lower if known else None,
        upper=estimate.upper if known else None,
        few=estimate.n < FULL_FROM,
        usual=(point.centre, point.lower, point.upper) if math.isfinite(point.centre) else None,
        signal=point.signal is not Signal.NONE,
        says=says,
        note=noted,
    )


def months(one: DimensionTrend, page: TrendsPage, marked: Marked, locale: str) -> list[Month]:
    return [
        _month(one, place, page, marked.get(figure.slot, ()), locale)
        for place, figure in enumerate(one.figures)
    ]

"""The page's pictures: one interval for each goal, one trend for each dimension, all on a common axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from survey.i18n import format_month, format_number, format_percent, translations
from survey.reports.charts import Axis, IntervalBar, Month, TrendChart, axis_for, interval_bar, trend_chart
from survey.reports.overview.tables import hidden_below, verdict_limit
from survey.reports.words.day_notes import NumberedNote, mark, note_words, numbered, within
from survey.reports.words.names import text_of
from survey.reports.words.needs import span
from survey.reports.words.points import point_words
from survey.reports.words.verdicts import VerdictWords, goal_words
from survey.services.figures.goal_figures import GoalRow
from survey.services.figures.satisfaction import TrendPoint
from survey.services.pages.officer_page import OfficerPage

# From this many persons a month's point is drawn full; with fewer it is drawn hollow.
FULL_FROM = 30


def goals_axis(rows: Sequence[GoalRow]) -> Axis:
    return axis_for(_shares_of(rows))


def _shares_of(rows: Sequence[GoalRow]) -> Iterable[float]:
    for row in rows:
        if row.estimate is not None:
            yield from (row.estimate.index, row.estimate.lower, row.estimate.one_sided_lower)
        if row.goal is not None:
            yield row.goal.threshold
        if row.last_year is not None:
            yield row.last_year.baseline.value


def interval_picture(row: GoalRow, said: VerdictWords, axis: Axis, *, locale: str) -> Markup:
    name = f"interval-{row.dimension.value}"
    title = text_of(row.name, locale)
    estimate = row.estimate
    return interval_bar(
        IntervalBar(
            name=name,
            title=title,
            description=_description(row, said, locale),
            state=said.state,
            locale=locale,
            share=estimate.index if estimate else None,
            lower=estimate.lower if estimate else None,
            upper=estimate.upper if estimate else None,
            verdict_limit=verdict_limit(row),
            threshold=row.goal.threshold if row.goal else None,
            last_year=row.last_year.baseline.value if row.last_year else None,
        ),
        axis,
    )


def _description(row: GoalRow, said: VerdictWords, locale: str) -> str:
    _ = translations(locale).gettext
    parts = [said.verdict]
    if row.estimate is not None:
        parts.append(
            _("chỉ số %(index)s, khoảng tin cậy 95%% %(span)s")
            % {
                "index": format_percent(row.estimate.index, locale=locale),
                "span": span(row.estimate.lower, row.estimate.upper, locale=locale),
            }
        )
    if row.goal is not None:
        parts.append(_("mục tiêu %(goal)s") % {"goal": goal_words(row.goal, locale=locale)})
    if row.last_year is not None:
        before = format_percent(row.last_year.baseline.value, locale=locale)
        parts.append(_("năm trước %(share)s") % {"share": before})
    return "; ".join(parts)


def trend_axis(page: OfficerPage) -> Axis:
    """Start low enough for every point; an interval that reaches further is cut and marked."""
    points = [point for points in page.overview.trend.values() for point in points]
    shares = [point.estimate.index for point in points if point.estimate is not None]
    goals = [row.goal.threshold for row in page.overview.rows if row.goal is not None]
    return axis_for([*shares, *goals])


def trend_picture(row: GoalRow, page: OfficerPage, axis: Axis, *, locale: str) -> Markup:
    _ = translations(locale).gettext
    points, notes = page.overview.trend[row.dimension], numbered(page.notes)
    return trend_chart(
        TrendChart(
            name=f"trend-{row.dimension.value}",
            title=_("%(dimension)s theo tháng") % {"dimension": text_of(row.name, locale)},
            description=_trend_description(points, locale),
            months=[_month(point, page, notes, locale) for point in points],
            threshold=row.goal.threshold if row.goal else None,
            persons_word=_("n"),
        ),
        axis,
        locale=locale,
    )


def _month(point: TrendPoint, page: OfficerPage, notes: Sequence[NumberedNote], locale: str) -> Month:
    least = hidden_below(page)
    label = str(point.month.start.month)
    persons = f"<{least}" if point.persons is None else format_number(point.persons, locale=locale)
    estimate = point.estimate
    noted = within(notes, point.month.start, point.month.end)
    says = month_says(point, noted, least=least, locale=locale)
    if estimate is None or math.isnan(estimate.index):
        return Month(label, persons, says=says, note=mark(noted))
    limits = (estimate.lower, estimate.upper)
    known = all(map(math.isfinite, limits))
    return Month(
        label,
        persons,
        share=estimate.index,
        lower=limits[0] if known else None,
        upper=limits[1] if known else None,
        few=estimate.n < FULL_FROM,
        says=says,
        note=mark(noted),
    )


def month_says(
    point: TrendPoint, noted: Sequence[NumberedNote], *, least: int, locale: str, beyond: str = ""
) -> str:
    """Write what is said near a month: its figures, what is unusual, what was noted."""
    name = format_month(point.month.start, locale=locale)
    said = point_words(name, point.estimate, point.persons, least=least, locale=locale)
    return "; ".join(filter(None, (said, beyond, note_words(noted, locale=locale))))


def _trend_description(points: Sequence[TrendPoint], locale: str) -> str:
    _ = translations(locale).gettext
    shown = [(point.estimate.index, point) for point in points if point.estimate is not None]
    if not shown:
        return _("Chưa có tháng nào đủ phiếu để hiển thị.")
    (low, lowest), (high, highest) = min(shown, key=_index), max(shown, key=_index)
    text = _("Thấp nhất %(low)s (%(low_month)s), cao nhất %(high)s (%(high_month)s). Số liệu ở bảng dưới.")
    return text % {
        "low": format_percent(low, locale=locale),
        "low_month": format_month(lowest.month.start, locale=locale),
        "high": format_percent(high, locale=locale),
        "high_month": format_month(highest.month.start, locale=locale),
    }


def _index(shown: tuple[float, TrendPoint]) -> float:
    return shown[0]

"""One dimension by month on the common axis: points with their intervals, persons under each, the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.axis import Axis
from survey.reports.charts.svg import add, line, markup, picture, words

WIDTH = 430
_LEFT, _RIGHT = 44, 8
_TOP, _BOTTOM = 8, 150
HEIGHT = 190
_MONTH_BASELINE, _PERSONS_BASELINE = _BOTTOM + 17, _BOTTOM + 34
_RADIUS = 4.5
_ARROW = 4


@dataclass(frozen=True, slots=True)
class Month:
    """One place on the time axis; `share` is None where nothing may or can be drawn."""

    label: str
    persons: str  # as written under the point: "12", "< 5", "0"
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    few: bool = False  # few persons: drawn hollow


@dataclass(frozen=True, slots=True)
class TrendChart:
    name: str
    title: str
    description: str
    months: Sequence[Month]
    threshold: float | None
    persons_word: str


def trend_chart(chart: TrendChart, axis: Axis, *, locale: str) -> Markup:
    axis = axis.between(_BOTTOM, _TOP)
    root = picture(
        WIDTH, HEIGHT, name=chart.name, title=chart.title, description=chart.description, kind="trend-chart"
    )
    for share in axis.marks:
        line(root, "axis-line", _LEFT, axis.at(share), WIDTH - _RIGHT, axis.at(share))
        label = format_percent(share, 0, locale=locale)
        words(root, "axis-words", _LEFT - 6, axis.at(share) + 4, label, anchor="end")
    if chart.threshold is not None:
        at = axis.at(chart.threshold)
        line(root, "threshold", _LEFT, at, WIDTH - _RIGHT, at)
    words(root, "axis-words", _LEFT - 6, _PERSONS_BASELINE, chart.persons_word, anchor="end")
    _draw_path(root, chart.months, axis)
    for place, month in enumerate(chart.months):
        _draw_month(root, month, _x(place, len(chart.months)), axis)
    return markup(root)


def _x(place: int, count: int) -> float:
    width = (WIDTH - _LEFT - _RIGHT) / count
    return _LEFT + width * (place + 0.5)


def _draw_path(root: Element, months: Sequence[Month], axis: Axis) -> None:
    """Join neighbours only: a hidden or empty month leaves a gap, not a guess."""
    run: list[str] = []
    for place, month in enumerate([*months, Month("", "")]):
        if month.share is not None:
            run.append(f"{_x(place, len(months)):.1f},{axis.at(month.share):.1f}")
            continue
        if len(run) > 1:
            add(root, "polyline", "trend-line", points=" ".join(run))
        run = []


def _draw_month(root: Element, month: Month, x: float, axis: Axis) -> None:
    words(root, "axis-words", x, _MONTH_BASELINE, month.label)
    crowded = "persons-words persons-many" if len(month.persons) > 3 else "persons-words"
    words(root, crowded, x, _PERSONS_BASELINE, month.persons)
    if month.share is None:
        return
    if month.lower is not None and month.upper is not None:
        line(root, "whisker", x, axis.at(month.lower), x, axis.at(month.upper))
        if axis.cuts(month.lower):
            low = axis.at(month.lower)
            arrow = ((x - _ARROW, low - _ARROW), (x, low), (x + _ARROW, low - _ARROW))
            add(root, "polyline", "whisker-cut", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in arrow))
    kind = "estimate estimate-few" if month.few else "estimate"
    add(root, "circle", kind, cx=x, cy=axis.at(month.share), r=_RADIUS)

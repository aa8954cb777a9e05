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
    usual: tuple[float, float, float] | None = None  # centre and control limits
    signal: bool = False  # a change that chance does not explain: a ring around the point


@dataclass(frozen=True, slots=True)
class TrendChart:
    name: str
    title: str
    description: str
    months: Sequence[Month]
    threshold: float | None
    persons_word: str
    width: float = WIDTH


def trend_chart(chart: TrendChart, axis: Axis, *, locale: str) -> Markup:
    axis = axis.between(_BOTTOM, _TOP)
    root = picture(
        chart.width,
        HEIGHT,
        name=chart.name,
        title=chart.title,
        description=chart.description,
        kind="trend-chart",
    )
    for share in axis.marks:
        line(root, "axis-line", _LEFT, axis.at(share), chart.width - _RIGHT, axis.at(share))
        label = format_percent(share, 0, locale=locale)
        words(root, "axis-words", _LEFT - 6, axis.at(share) + 4, label, anchor="end")
    if chart.threshold is not None:
        at = axis.at(chart.threshold)
        line(root, "threshold", _LEFT, at, chart.width - _RIGHT, at)
    words(root, "axis-words", _LEFT - 6, _PERSONS_BASELINE, chart.persons_word, anchor="end")
    places = [_x(place, len(chart.months), chart.width) for place in range(len(chart.months))]
    _draw_usual(root, chart, axis)
    _draw_path(root, chart.months, places, axis)
    for x, month in zip(places, chart.months, strict=True):
        _draw_month(root, month, x, axis)
    return markup(root)


def _x(place: float, count: int, whole: float) -> float:
    width = (whole - _LEFT - _RIGHT) / count
    return _LEFT + width * (place + 0.5)


def _draw_usual(root: Element, chart: TrendChart, axis: Axis) -> None:
    """The band in which points lie by chance, step by step, and its centre."""
    for place, month in enumerate(chart.months):
        if month.usual is None:
            continue
        centre, lower, upper = (axis.at(share) for share in month.usual)
        left, right = (_x(place + side, len(chart.months), chart.width) for side in (-0.5, 0.5))
        add(root, "rect", "usual", x=left, y=upper, width=right - left, height=max(lower - upper, 0.5))
        line(root, "usual-centre", left, centre, right, centre)


def _draw_path(root: Element, months: Sequence[Month], places: Sequence[float], axis: Axis) -> None:
    """Join neighbours only: a hidden or empty month leaves a gap, not a guess."""
    run: list[str] = []
    for x, month in zip([*places, 0.0], [*months, Month("", "")], strict=True):
        if month.share is not None:
            run.append(f"{x:.1f},{axis.at(month.share):.1f}")
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
    if month.signal:
        add(root, "circle", "signal", cx=x, cy=axis.at(month.share), r=_RADIUS + 4)
    kind = "estimate estimate-few" if month.few else "estimate"
    add(root, "circle", kind, cx=x, cy=axis.at(month.share), r=_RADIUS)

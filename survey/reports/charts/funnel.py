"""Units of one level in a funnel: share against how many answered, with the limits of what is ordinary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_number, format_percent
from survey.reports.charts.axis import Axis
from survey.reports.charts.interval import State
from survey.reports.charts.svg import add, line, markup, picture, words

WIDTH, HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 12, 316
_RADIUS = 5
_CURVE_POINTS = 60
_MARKS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One unit; `number` is its line in the table."""

    number: int
    name: str
    size: float
    share: float
    state: State


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """`between` is the variance that ordinary differences add; `quantile` how far the limits lie out."""

    name: str
    title: str
    description: str
    points: Sequence[FunnelPoint]
    centre: float
    between: float
    quantile: float
    size_word: str
    locale: str = "vi"


def limits(chart: FunnelChart, size: float) -> tuple[float, float]:
    half = chart.quantile * math.sqrt(chart.centre * (1 - chart.centre) / size + chart.between)
    return max(0.0, chart.centre - half), min(1.0, chart.centre + half)


def funnel_chart(chart: FunnelChart, axis: Axis) -> Markup:
    axis = axis.between(_BOTTOM, _TOP)
    root = picture(
        WIDTH, HEIGHT, name=chart.name, title=chart.title, description=chart.description, kind="funnel-chart"
    )
    sizes = [point.size for point in chart.points]
    low, high = math.log(min(sizes) * 0.85), math.log(max(sizes) * 1.15)

    def across(size: float) -> float:
        return _LEFT + (WIDTH - _RIGHT - _LEFT) * (math.log(size) - low) / (high - low)

    for share in axis.marks:
        line(root, "axis-line", _LEFT, axis.at(share), WIDTH - _RIGHT, axis.at(share))
        label = format_percent(share, 0, locale=chart.locale)
        words(root, "axis-words", _LEFT - 6, axis.at(share) + 4, label, anchor="end")
    for mark in _MARKS:
        if low <= math.log(mark) <= high:
            line(root, "axis-mark", across(mark), _BOTTOM, across(mark), _BOTTOM + 5)
            text = format_number(mark, locale=chart.locale)
            words(root, "axis-words", across(mark), _BOTTOM + 18, text)
    words(root, "axis-words", (WIDTH + _LEFT) / 2, HEIGHT - 6, chart.size_word)
    line(root, "usual-centre", _LEFT, axis.at(chart.centre), WIDTH - _RIGHT, axis.at(chart.centre))
    steps = [math.exp(low + (high - low) * place / _CURVE_POINTS) for place in range(_CURVE_POINTS + 1)]
    for side in (0, 1):
        path = " ".join(f"{across(size):.1f},{axis.at(limits(chart, size)[side]):.1f}" for size in steps)
        add(root, "polyline", "funnel-limit", points=path)
    for point in chart.points:
        group = add(root, "g", f"state-{point.state}")
        x, y = across(point.size), axis.at(point.share)
        add(group, "circle", "funnel-point", cx=x, cy=y, r=_RADIUS)
        words(group, "axis-words", x + _RADIUS + 3, y + 4, str(point.number), anchor="start")
    return markup(root)

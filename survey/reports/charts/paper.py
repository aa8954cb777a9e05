"""Charts for paper: every goal on one axis, and one dimension by month, wide enough for a page.

They are built from the same parts as the charts of the pages, with their words written beside them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.axis import Axis
from survey.reports.charts.interval import State
from survey.reports.charts.svg import add, line, markup, picture, words

WIDTH = 640
_NAMES, _RIGHT = 208, 84
_ROW, _HEAD, _FOOT = 40, 26, 30
_BAR, _RADIUS = 13, 5


@dataclass(frozen=True, slots=True)
class GoalMark:
    """One dimension of the chart; shares of 0–1, None where there is nothing to draw."""

    name: str
    state: State
    index: str  # as written beside the bar
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    verdict_limit: float | None = None
    threshold: float | None = None
    last_year: float | None = None


@dataclass(frozen=True, slots=True)
class GoalsChart:
    title: str
    description: str
    rows: Sequence[GoalMark]
    index_word: str
    key: Sequence[tuple[str, str]]  # shape and its words, under the axis


def goals_chart(chart: GoalsChart, axis: Axis) -> Markup:
    axis = axis.between(_NAMES, WIDTH - _RIGHT)
    height = _HEAD + _ROW * len(chart.rows) + _FOOT
    root = picture(
        WIDTH,
        height,
        name="paper-goals",
        title=chart.title,
        description=chart.description,
        kind="paper-chart",
    )
    bottom = _HEAD + _ROW * len(chart.rows)
    for share in axis.marks:
        line(root, "axis-line", axis.at(share), _HEAD, axis.at(share), bottom)
        words(root, "axis-words", axis.at(share), _HEAD - 8, format_percent(share, 0))
    words(root, "axis-words", WIDTH - 2, _HEAD - 8, chart.index_word, anchor="end")
    for place, row in enumerate(chart.rows):
        _draw_goal(root, row, axis, _HEAD + _ROW * (place + 0.5))
    _draw_key(root, chart.key, bottom + 20)
    return markup(root)


def _draw_goal(root: Element, row: GoalMark, axis: Axis, middle: float) -> None:
    line(root, "row-line", 0, middle + _ROW / 2, WIDTH, middle + _ROW / 2)
    words(root, "row-words", 2, middle + 5, row.name, anchor="start")
    words(root, "row-words row-index", WIDTH - 2, middle + 5, row.index, anchor="end")
    group = add(root, "g", f"state-{row.state}")
    _draw_interval(group, row, axis, middle)
    if row.threshold is not None:
        at = axis.at(row.threshold)
        line(group, "threshold", at, middle - _ROW / 2 + 3, at, middle + _ROW / 2 - 3)
    if row.last_year is not None:
        add(group, "polygon", "last-year", points=_diamond(axis.at(row.last_year), middle))
    if row.share is not None and math.isfinite(row.share):
        add(group, "circle", "estimate", cx=axis.at(row.share), cy=middle, r=_RADIUS)


def _draw_interval(group: Element, row: GoalMark, axis: Axis, middle: float) -> None:
    if row.lower is None or row.upper is None or not math.isfinite(row.lower + row.upper):
        return
    left, right = axis.at(row.lower), axis.at(row.upper)
    add(
        group,
        "rect",
        "interval",
        x=left,
        y=middle - _BAR / 2,
        width=max(right - left, 1.0),
        height=_BAR,
        rx=2,
    )
    if row.verdict_limit is not None and math.isfinite(row.verdict_limit):
        at = axis.at(row.verdict_limit)
        line(group, "verdict-limit", at, middle - _BAR / 2 - 4, at, middle + _BAR / 2 + 4)


def _diamond(x: float, y: float) -> str:
    r = _RADIUS + 0.5
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in ((x, y - r), (x + r, y), (x, y + r), (x - r, y)))


def _draw_key(root: Element, key: Sequence[tuple[str, str]], y: float) -> None:
    x = 4.0
    for shape, text in key:
        if shape == "estimate":
            add(root, "circle", "estimate", cx=x + 6, cy=y - 4, r=_RADIUS)
        elif shape == "interval":
            add(root, "rect", "interval", x=x, y=y - 9, width=16, height=10, rx=2)
        elif shape == "last-year":
            add(root, "polygon", "last-year", points=_diamond(x + 6, y - 4))
        else:
            line(root, shape, x + 6, y - 12, x + 6, y + 3)
        words(root, "key-words", x + 20, y, text, anchor="start")
        x += 32 + 6.1 * len(text)

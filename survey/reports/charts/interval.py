"""One estimate on the common axis: interval, point, the verdict's limit, the goal and last year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.axis import Axis
from survey.reports.charts.svg import add, decoration, line, markup, picture, words

State = Literal["safe", "open", "lost", "none"]

WIDTH = 360
MARGIN = 22
HEIGHT = 44
HEAD_HEIGHT = 26
_MIDDLE = HEIGHT / 2
_BAR = 12
_RADIUS = 5.5


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """What is drawn; shares of 0–1, None where there is nothing to draw."""

    name: str
    title: str
    description: str
    state: State
    locale: str = "vi"
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    verdict_limit: float | None = None
    threshold: float | None = None
    last_year: float | None = None


def placed(axis: Axis) -> Axis:
    return axis.between(MARGIN, WIDTH - MARGIN)


def axis_head(axis: Axis, *, locale: str) -> Markup:
    """Draw the numbers of the axis, for the head of the column. The page says them in words as well."""
    axis = placed(axis)
    root = decoration(WIDTH, HEAD_HEIGHT, kind="axis-head")
    for share in axis.marks:
        line(root, "axis-mark", axis.at(share), HEAD_HEIGHT - 4, axis.at(share), HEAD_HEIGHT)
        words(root, "axis-words", axis.at(share), HEAD_HEIGHT - 8, format_percent(share, 0, locale=locale))
    return markup(root)


def interval_bar(bar: IntervalBar, axis: Axis) -> Markup:
    axis = placed(axis)
    root = picture(
        WIDTH, HEIGHT, name=bar.name, title=bar.title, description=bar.description, kind="interval-bar"
    )
    for share in axis.marks:
        line(root, "axis-line", axis.at(share), 0, axis.at(share), HEIGHT)
    for share, anchor in ((axis.start, "start"), (1.0, "end")):
        # On narrow screens the head of the column is gone and each bar names the ends of its axis.
        text = format_percent(share, 0, locale=bar.locale)
        words(root, "card-axis", axis.at(share), HEIGHT - 1, text, anchor=anchor)
    group = add(root, "g", f"state-{bar.state}")
    _draw_interval(group, bar, axis)
    if bar.threshold is not None:
        line(group, "threshold", axis.at(bar.threshold), 2, axis.at(bar.threshold), HEIGHT - 2)
    _draw_last_year(group, bar, axis)
    if bar.share is not None and math.isfinite(bar.share):
        add(group, "circle", "estimate", cx=axis.at(bar.share), cy=_MIDDLE, r=_RADIUS)
    return markup(root)


def _draw_interval(group: Element, bar: IntervalBar, axis: Axis) -> None:
    if bar.lower is None or bar.upper is None or not math.isfinite(bar.lower + bar.upper):
        return
    left, right = axis.at(bar.lower), axis.at(bar.upper)
    add(
        group,
        "rect",
        "interval",
        x=left,
        y=_MIDDLE - _BAR / 2,
        width=max(right - left, 1.0),
        height=_BAR,
        rx=0 if axis.cuts(bar.lower) else 2,
    )
    if bar.verdict_limit is not None and math.isfinite(bar.verdict_limit):
        at = axis.at(bar.verdict_limit)
        line(group, "verdict-limit", at, _MIDDLE - _BAR / 2 - 5, at, _MIDDLE + _BAR / 2 + 5)


def _draw_last_year(group: Element, bar: IntervalBar, axis: Axis) -> None:
    """A hollow diamond: told from the point by its shape, not by a colour."""
    if bar.last_year is None:
        return
    x, r = axis.at(bar.last_year), _RADIUS + 0.5
    points = ((x, _MIDDLE - r), (x + r, _MIDDLE), (x, _MIDDLE + r), (x - r, _MIDDLE))
    add(group, "polygon", "last-year", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in points))

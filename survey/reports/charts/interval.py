"""One estimate on the common axis: interval, point, the verdict's limit, the goal and last year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.axis import Axis
from survey.reports.charts.drawing import draw
from survey.reports.charts.scales import places
from survey.reports.charts.specification import (
    Chart,
    Group,
    Interval,
    Mark,
    Point,
    Rule,
    Tick,
    Words,
)

State = Literal["safe", "open", "lost", "none"]

WIDTH = 360
MARGIN = 22
HEIGHT = 44
HEAD_HEIGHT = 26
_MIDDLE = 0.5
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
    marks: list[Mark] = []
    for share in axis.marks:
        marks.append(Rule("axis-mark", share, "x", low=HEAD_HEIGHT - 4, high=HEAD_HEIGHT))
        words = format_percent(share, 0, locale=locale)
        marks.append(Words("axis-words", share, HEAD_HEIGHT - 8, words))
    height = places(HEAD_HEIGHT, 0, HEAD_HEIGHT)
    chart = Chart("", "axis-head", "", "", WIDTH, HEAD_HEIGHT, axis, height, still=marks, plain=True)
    return draw(chart)


def interval_chart(bar: IntervalBar, axis: Axis) -> Chart:
    """Specify the picture of one estimate."""
    axis = placed(axis)
    marks: list[Mark] = [Rule("axis-line", share, "x") for share in axis.marks]
    # On narrow screens the head of the column is gone and each bar names the ends of its axis.
    marks += [
        Words("card-axis", share, 1.0, format_percent(share, 0, locale=bar.locale), anchor=anchor, dy=-1)
        for share, anchor in _ends(axis)
    ]
    marks.append(Group(f"state-{bar.state}", tuple(estimate_marks(bar, at=_MIDDLE, bar_height=_BAR))))
    return Chart(
        bar.name,
        "interval-bar",
        bar.title,
        bar.description,
        WIDTH,
        HEIGHT,
        axis,
        places(1, 0, HEIGHT),
        still=marks,
    )


def _ends(axis: Axis) -> tuple[tuple[float, Literal["start"]], tuple[float, Literal["end"]]]:
    return (axis.start, "start"), (1.0, "end")


def interval_bar(bar: IntervalBar, axis: Axis) -> Markup:
    return draw(interval_chart(bar, axis))


def estimate_marks(
    bar: IntervalBar,
    *,
    at: float,
    bar_height: float,
    limit_reach: float = 5.0,
    radius: float = _RADIUS,
    rule: tuple[float, float] | None = None,
    rule_inset: float = 2.0,
) -> Iterator[Mark]:
    """Give the marks of one estimate at a place: on a page's row and on paper they are the same."""
    if bar.lower is not None and bar.upper is not None and math.isfinite(bar.lower + bar.upper):
        yield Interval("interval", bar.lower, bar.upper, at, "x", thickness=bar_height)
        if bar.verdict_limit is not None and math.isfinite(bar.verdict_limit):
            yield Tick("verdict-limit", bar.verdict_limit, at, "x", reach=bar_height / 2 + limit_reach)
    if bar.threshold is not None:
        low, high = rule or (None, None)
        yield Rule("threshold", bar.threshold, "x", low=low, high=high, inset=rule_inset)
    if bar.last_year is not None:
        # A hollow diamond: told from the point by its shape, not by a colour.
        yield Point("last-year", bar.last_year, at, radius + 0.5, shape="diamond")
    if bar.share is not None and math.isfinite(bar.share):
        yield Point("estimate", bar.share, at, radius)

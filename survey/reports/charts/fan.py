"""The year so far and the fan of where it may end, against the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.axis import Axis
from survey.reports.charts.drawing import draw
from survey.reports.charts.scales import places
from survey.reports.charts.specification import (
    Area,
    Chart,
    Interval,
    Line,
    Mark,
    Point,
    Reading,
    Rule,
    Words,
)

WIDTH, HEIGHT = 600, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 58, 8, 150
_RADIUS = 4.5


@dataclass(frozen=True, slots=True)
class FanStep:
    """The end of a month: what was measured (`share` with limits), or what is foretold (`fan`)."""

    label: str
    says: str
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    fan: tuple[float, float, float] | None = None  # low, middle, high


@dataclass(frozen=True, slots=True)
class FanChart:
    name: str
    title: str
    description: str
    steps: Sequence[FanStep]
    threshold: float | None
    threshold_words: str
    came: float | None = None  # what the year ended with, where that is known


def fan_specification(fan: FanChart, axis: Axis, *, locale: str) -> Chart:
    """Specify the fan: measured points with their intervals, then a surface that widens."""
    axis = axis.between(_BOTTOM, _TOP)
    count = len(fan.steps)
    marks: list[Mark] = []
    for share in axis.marks:
        marks.append(Rule("axis-line", share, "y"))
        label = format_percent(share, 0, locale=locale)
        marks.append(Words("axis-words", 0.0, share, label, anchor="end", dx=-6, dy=4))
    measured = [(place + 0.5, step) for place, step in enumerate(fan.steps) if step.share is not None]
    ahead = [(place + 0.5, step.fan) for place, step in enumerate(fan.steps) if step.fan is not None]
    if ahead and measured:
        x, last = measured[-1]
        start = (x, last.share or 0.0, last.share or 0.0)
        marks.append(Area("fan", [start, *((at, low, high) for at, (low, _mid, high) in ahead)]))
        marks.append(Line("fan-middle", [start[:2], *((at, mid) for at, (_low, mid, _high) in ahead)]))
    if fan.threshold is not None:
        marks.append(Rule("threshold", fan.threshold, "y"))
        marks.append(
            Words("axis-words", float(count), fan.threshold, fan.threshold_words, anchor="start", dx=4, dy=4)
        )
    marks.append(Line("trend-line", [(x, step.share or 0.0) for x, step in measured]))
    for x, step in measured:
        if step.lower is not None and step.upper is not None:
            marks.append(Interval("whisker", step.lower, step.upper, x, "y"))
        marks.append(Point("estimate", x, step.share or 0.0, _RADIUS))
    if fan.came is not None:
        marks.append(Point("came", count - 0.5, fan.came, _RADIUS + 2, shape="diamond"))
    marks += [
        Words("axis-words", place + 0.5, axis.start, step.label, dy=17)
        for place, step in enumerate(fan.steps)
    ]
    readings = [Reading((place, place + 1), step.says) for place, step in enumerate(fan.steps) if step.says]
    return Chart(
        fan.name,
        "trend-chart fan-chart",
        fan.title,
        fan.description,
        WIDTH,
        HEIGHT,
        places(count, _LEFT, WIDTH - _RIGHT),
        axis,
        still=marks,
        readings=readings,
    )


def fan_chart(fan: FanChart, axis: Axis, *, locale: str) -> Markup:
    return draw(fan_specification(fan, axis, locale=locale))

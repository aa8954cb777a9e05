"""One index over time on the common axis: points with intervals, persons under each, the goal, notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.axis import Axis
from survey.reports.charts.drawing import draw
from survey.reports.charts.scales import places
from survey.reports.charts.specification import (
    Band,
    Chart,
    Group,
    Interval,
    Line,
    Mark,
    Point,
    Reading,
    Rule,
    Words,
)

WIDTH = 430
_LEFT, _RIGHT = 44, 8
_TOP, _BOTTOM = 8, 150
HEIGHT = 190
_LABEL_DOWN, _PERSONS_DOWN = 17, 34
_RADIUS = 4.5
# The width of a figure of a label, and the least space between two of them.
_CHARACTER, _APART = 7.0, 3.0
_CROWDED = 14.0


@dataclass(frozen=True, slots=True)
class Month:
    """One place on the time axis (a day, a week, a month …); `share` is None where nothing may be drawn."""

    label: str
    persons: str  # as written under the point: "12", "< 5", "0"
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    few: bool = False  # few persons: drawn hollow
    usual: tuple[float, float, float] | None = None  # centre and control limits
    signal: bool = False  # a change that chance does not explain: a ring around the point
    says: str = ""  # what is said near it
    note: str = ""  # the mark of a note of that time: a letter, explained beside the chart
    last_year: float | None = None  # the same time a year before, a hollow diamond


@dataclass(frozen=True, slots=True)
class TrendChart:
    name: str
    title: str
    description: str
    months: Sequence[Month]
    threshold: float | None
    persons_word: str
    width: float = WIDTH


def trend_specification(chart: TrendChart, axis: Axis, *, locale: str) -> Chart:
    """Specify the chart of one index over time."""
    axis = axis.between(_BOTTOM, _TOP)
    count = len(chart.months)
    x = places(count, _LEFT, chart.width - _RIGHT)
    still: list[Mark] = []
    for share in axis.marks:
        still.append(Rule("axis-line", share, "y"))
        label = format_percent(share, 0, locale=locale)
        still.append(Words("axis-words", 0.0, share, label, anchor="end", dx=-6, dy=4))
    still.append(
        Words("axis-words", 0.0, axis.start, chart.persons_word, anchor="end", dx=-6, dy=_PERSONS_DOWN)
    )
    moving: list[Mark] = [*_usual(chart.months)]
    if chart.threshold is not None:
        moving.append(Rule("threshold", chart.threshold, "y"))  # over the band, which is opaque on paper
    path = [
        None if month.share is None else (place + 0.5, month.share)
        for place, month in enumerate(chart.months)
    ]
    moving.append(Line("trend-line", path))
    room = (chart.width - _LEFT - _RIGHT) / max(count, 1)
    strides = _strides(chart.months, room)
    moving += [_place(month, place, axis, room, strides) for place, month in enumerate(chart.months)]
    readings = [
        Reading((place, place + 1), month.says) for place, month in enumerate(chart.months) if month.says
    ]
    return Chart(
        chart.name,
        "trend-chart",
        chart.title,
        chart.description,
        chart.width,
        HEIGHT,
        x,
        axis,
        still=still,
        moving=moving,
        readings=readings,
    )


def trend_chart(chart: TrendChart, axis: Axis, *, locale: str) -> Markup:
    return draw(trend_specification(chart, axis, locale=locale))


def _usual(months: Sequence[Month]) -> list[Mark]:
    """The band in which points lie by chance, step by step, and its centre."""
    known = [(place, month.usual) for place, month in enumerate(months) if month.usual is not None]
    if not known:
        return []
    steps = [(place, place + 1.0, low, high) for place, (_centre, low, high) in known]
    centre = [Rule("usual-centre", usual[0], "y", low=place, high=place + 1) for place, usual in known]
    return [Band("usual", steps), *centre]


def _place(month: Month, place: int, axis: Axis, room: float, strides: tuple[int, int]) -> Group:
    """All marks of one time: they move together when somebody zooms in."""
    x = place + 0.5
    spare_label, spare_persons = ("" if place % stride == 0 else " spare" for stride in strides)
    crowded = " persons-many" if len(month.persons) > 3 else ""
    marks: list[Mark] = [
        Words(f"axis-words{spare_label}", x, axis.start, month.label, dy=_LABEL_DOWN),
        Words(f"persons-words{crowded}{spare_persons}", x, axis.start, month.persons, dy=_PERSONS_DOWN),
    ]
    if month.note:
        marks.append(Point("note-mark", x, 1.0, 7.5))
        marks.append(Words("note-words", x, 1.0, month.note, dy=4))
    if month.last_year is not None:
        marks.append(Point("last-year", x, month.last_year, _RADIUS + 0.5, shape="diamond"))
    if month.share is not None:
        marks += _estimate(month, month.share, x, small=room < _CROWDED)
    return Group("place", marks, at=x)


def _estimate(month: Month, share: float, x: float, *, small: bool) -> list[Mark]:
    radius = _RADIUS * 0.7 if small else _RADIUS
    marks: list[Mark] = []
    if month.lower is not None and month.upper is not None:
        marks.append(Interval("whisker", month.lower, month.upper, x, "y"))
    if month.signal:
        marks.append(Point("signal", x, share, radius + 4))
    marks.append(Point("estimate estimate-few" if month.few else "estimate", x, share, radius))
    return marks


def _strides(months: Sequence[Month], room: float) -> tuple[int, int]:
    """Say every how many-th label and number of persons has room; the others wait until somebody zooms in."""
    label = max((len(month.label) for month in months), default=0)
    persons = max((len(month.persons) for month in months), default=0)
    return _stride(label, room), _stride(min(persons, 4), room)


def _stride(characters: int, room: float) -> int:
    return max(1, math.ceil((characters * _CHARACTER + _APART) / room))

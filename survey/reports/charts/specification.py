"""A chart as values: scales, marks, labels and readings.

Everything that is drawn is said here first, in the units of the figures. `drawing.draw` makes accessible SVG
of it for page and print, `picture.png` the same for documents, `rows` gives the figures back for who checks
them. Looks come from the style sheet of where it stands: a mark carries the name of its look (`kind`), never
a colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from survey.reports.charts.scales import Scale

Along = Literal["x", "y"]
Anchor = Literal["start", "middle", "end"]
Shape = Literal["circle", "diamond"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across at a value: a goal, a line of the grid. `along` names the scale of the value."""

    kind: str
    value: float
    along: Along
    low: float | None = None  # where it begins and ends on the other scale; None: from end to end
    high: float | None = None
    inset: float = 0.0  # picture units left free at both ends


@dataclass(frozen=True, slots=True)
class Band:
    """Steps side by side, each from x `start` to `end` between two values: control limits."""

    kind: str
    steps: Sequence[tuple[float, float, float, float]]  # start, end, low, high


@dataclass(frozen=True, slots=True)
class Area:
    """A surface between two curves: a fan. Each point is x, low, high."""

    kind: str
    points: Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined in order; None breaks the line, so that a hidden figure leaves a gap and not a guess."""

    kind: str
    points: Sequence[tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class Interval:
    """From a low to a high value: a bar with `thickness`, or a thin line without."""

    kind: str
    low: float
    high: float
    at: float  # on the other scale
    along: Along
    thickness: float = 0.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A short line across at one value, reaching so many picture units to each side."""

    kind: str
    value: float
    at: float
    along: Along
    reach: float


@dataclass(frozen=True, slots=True)
class Point:
    kind: str
    x: float
    y: float
    radius: float
    shape: Shape = "circle"


@dataclass(frozen=True, slots=True)
class Box:
    """A surface between two values on each scale: a bar, a cell. `gap` is left free around it."""

    kind: str
    x: tuple[float, float]
    y: tuple[float, float]
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """A label at a point, moved by picture units."""

    kind: str
    x: float
    y: float
    text: str
    anchor: Anchor = "middle"
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """Marks with a look in common. `at`: they belong to one place and move with it when somebody zooms in."""

    kind: str
    marks: Sequence[Mark]
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """Marks in picture units, beside the axes: names of rows, a key."""

    marks: Sequence[Mark]


Mark = Rule | Band | Area | Line | Interval | Tick | Point | Box | Words | Group | Free


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said near one place of the picture, to a pointer or to the arrow keys."""

    x: tuple[float, float]
    text: str
    y: tuple[float, float] | None = None  # None: the whole height


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture. `name` is unique on its page; `still` marks stay, `moving` ones follow a zoom along x."""

    name: str
    kind: str
    title: str
    description: str
    width: float
    height: float
    x: Scale
    y: Scale
    still: Sequence[Mark] = ()
    moving: Sequence[Mark] = ()
    readings: Sequence[Reading] = field(default_factory=tuple)
    plain: bool = False  # a decoration: the page says the same in words


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that a chart draws, unrounded: for tests and for who draws the chart again elsewhere."""

    kind: str
    x: float
    y: float
    low: float = math.nan
    high: float = math.nan


def rows(chart: Chart) -> Iterator[Figure]:
    """Give every point, interval and limit of a chart as figures; labels and grid are left out."""
    yield from _figures([*chart.still, *chart.moving])


def _figures(marks: Sequence[Mark]) -> Iterator[Figure]:  # noqa: C901 - one case for each mark
    for mark in marks:
        match mark:
            case Group():
                yield from _figures(mark.marks)
            case Point():
                yield Figure(mark.kind, mark.x, mark.y)
            case Interval(along="y"):
                yield Figure(mark.kind, mark.at, math.nan, mark.low, mark.high)
            case Interval():
                yield Figure(mark.kind, math.nan, mark.at, mark.low, mark.high)
            case Band():
                for start, end, low, high in mark.steps:
                    yield Figure(mark.kind, (start + end) / 2, math.nan, low, high)
            case Area():
                for x, low, high in mark.points:
                    yield Figure(mark.kind, x, math.nan, low, high)
            case Rule() if mark.kind != "axis-line":
                across = mark.along == "y"
                yield Figure(
                    mark.kind, math.nan if across else mark.value, mark.value if across else math.nan
                )
            case Box():
                yield Figure(mark.kind, sum(mark.x) / 2, sum(mark.y) / 2, *mark.y)
            case _:
                pass

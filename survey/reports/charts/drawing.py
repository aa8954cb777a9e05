"""From a specification to SVG: the only place that knows shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from xml.etree.ElementTree import Element

from markupsafe import Markup

from survey.reports.charts.scales import Picture, Scale
from survey.reports.charts.specification import (
    Area,
    Band,
    Box,
    Chart,
    Free,
    Group,
    Interval,
    Line,
    Mark,
    Point,
    Reading,
    Rule,
    Tick,
    Words,
)
from survey.reports.charts.svg import add, decoration, line, markup, picture, words

_ARROW = 4.0


def draw(chart: Chart) -> Markup:
    """Give a chart as markup that may stand inside a page: a title, a description, and no script or style."""
    if chart.plain:
        root = decoration(chart.width, chart.height, kind=chart.kind)
    else:
        root = picture(
            chart.width,
            chart.height,
            name=chart.name,
            title=chart.title,
            description=chart.description,
            kind=chart.kind,
        )
    pen = _Pen(chart.x, chart.y)
    pen.all(root, chart.still)
    if chart.moving:
        # What a script needs to stretch the time axis: where it begins and ends.
        moving = add(root, "g", "moving", data_first=chart.x.first, data_last=chart.x.last)
        pen.all(moving, chart.moving)
        pen.readings(moving, chart.readings)
    else:
        pen.readings(root, chart.readings)
    return markup(root)


@dataclass(frozen=True, slots=True)
class _Pen:
    x: Scale
    y: Scale

    def all(self, parent: Element, marks: Iterable[Mark]) -> None:
        for mark in marks:
            self.one(parent, mark)

    def one(self, parent: Element, mark: Mark) -> None:  # noqa: C901 - one case for each mark, nothing more
        match mark:
            case Group():
                at = {} if mark.at is None else {"data_at": self.x.at(mark.at)}
                self.all(add(parent, "g", mark.kind, **at), mark.marks)
            case Free():
                _Pen(Picture(), Picture()).all(parent, mark.marks)
            case Rule():
                self._rule(parent, mark)
            case Band():
                for start, end, low, high in mark.steps:
                    self._surface(parent, mark.kind, (start, end), (low, high), least=0.5)
            case Area():
                self._area(parent, mark)
            case Line():
                self._line(parent, mark)
            case Interval():
                self._interval(parent, mark)
            case Tick():
                self._tick(parent, mark)
            case Point():
                self._point(parent, mark)
            case Box():
                self._surface(parent, mark.kind, mark.x, mark.y, gap=mark.gap)
            case Words():
                x, y = self.x.at(mark.x) + mark.dx, self.y.at(mark.y) + mark.dy
                words(parent, mark.kind, x, y, mark.text, anchor=mark.anchor)

    def readings(self, parent: Element, readings: Sequence[Reading]) -> None:
        """Transparent surfaces; their titles are shown by the browser itself and read by the script."""
        if not readings:
            return
        group = add(parent, "g", "readings")
        for reading in readings:
            y = (self.y.first, self.y.last) if reading.y is None else tuple(map(self.y.at, reading.y))
            x = tuple(map(self.x.at, reading.x))
            area = _rectangle(group, "reading", x, y)
            add(area, "title", "").text = reading.text
            del area[-1].attrib["class"]

    def _rule(self, parent: Element, mark: Rule) -> None:
        across = self.y if mark.along == "x" else self.x
        ends = sorted(
            (
                across.first if mark.low is None else across.at(mark.low),
                across.last if mark.high is None else across.at(mark.high),
            )
        )
        low, high = ends[0] + mark.inset, ends[1] - mark.inset
        if mark.along == "x":
            line(parent, mark.kind, self.x.at(mark.value), low, self.x.at(mark.value), high)
        else:
            line(parent, mark.kind, low, self.y.at(mark.value), high, self.y.at(mark.value))

    def _surface(
        self,
        parent: Element,
        kind: str,
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        gap: float = 0.0,
        least: float = 0.0,
    ) -> None:
        across, along = tuple(map(self.x.at, x)), tuple(map(self.y.at, y))
        _rectangle(parent, kind, across, along, gap=gap, least=least)

    def _area(self, parent: Element, mark: Area) -> None:
        there = [(self.x.at(x), self.y.at(high)) for x, _low, high in mark.points]
        back = [(self.x.at(x), self.y.at(low)) for x, low, _high in reversed(mark.points)]
        if len(there) > 1:
            add(parent, "polygon", mark.kind, points=_corners(chain(there, back)))

    def _line(self, parent: Element, mark: Line) -> None:
        run: list[tuple[float, float]] = []
        for point in (*mark.points, None):
            if point is not None:
                run.append((self.x.at(point[0]), self.y.at(point[1])))
                continue
            if len(run) > 1:
                add(parent, "polyline", mark.kind, points=_corners(run))
            run = []

    def _interval(self, parent: Element, mark: Interval) -> None:
        scale, other = (self.x, self.y) if mark.along == "x" else (self.y, self.x)
        low, high, at = scale.at(mark.low), scale.at(mark.high), other.at(mark.at)
        if mark.thickness:
            half = mark.thickness / 2
            across, along = (low, max(high, low + 1.0)), (at - half, at + half)
            if mark.along == "y":
                across, along = along, (low, high)
            _rectangle(parent, mark.kind, across, along, rx=0 if scale.cuts(mark.low) else 2)
            return
        if mark.along == "x":
            line(parent, mark.kind, low, at, high, at)
            return
        line(parent, mark.kind, at, low, at, high)
        if scale.cuts(mark.low):
            arrow = ((at - _ARROW, low - _ARROW), (at, low), (at + _ARROW, low - _ARROW))
            add(parent, "polyline", f"{mark.kind}-cut", points=_corners(arrow))

    def _tick(self, parent: Element, mark: Tick) -> None:
        if mark.along == "x":
            x, y = self.x.at(mark.value), self.y.at(mark.at)
            line(parent, mark.kind, x, y - mark.reach, x, y + mark.reach)
        else:
            x, y = self.x.at(mark.at), self.y.at(mark.value)
            line(parent, mark.kind, x - mark.reach, y, x + mark.reach, y)

    def _point(self, parent: Element, mark: Point) -> None:
        x, y, r = self.x.at(mark.x), self.y.at(mark.y), mark.radius
        if mark.shape == "circle":
            add(parent, "circle", mark.kind, cx=x, cy=y, r=r)
        else:
            corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
            add(parent, "polygon", mark.kind, points=_corners(corners))


def _rectangle(
    parent: Element,
    kind: str,
    across: Sequence[float],
    along: Sequence[float],
    *,
    gap: float = 0.0,
    least: float = 0.0,
    **more: float,
) -> Element:
    left, right = sorted(across)
    top, bottom = sorted(along)
    return add(
        parent,
        "rect",
        kind,
        x=left + gap,
        y=top + gap,
        width=max(right - left - 2 * gap, least),
        height=max(bottom - top - 2 * gap, least),
        **more,
    )


def _corners(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)

"""The specification of charts: every mark lands where its scales say, and the figures come back unrounded."""

import math
from xml.etree import ElementTree

import pytest

from survey.reports.charts import Axis, draw
from survey.reports.charts.scales import Linear, counts, places
from survey.reports.charts.specification import (
    Area,
    Band,
    Box,
    Chart,
    Figure,
    Free,
    Group,
    Interval,
    Line,
    Point,
    Reading,
    Rule,
    Tick,
    Words,
    rows,
)

MARKS = (
    Rule("axis-line", 0.8, "y"),
    Band("usual", [(0, 1, 0.7, 0.9), (1, 2, 0.6, 1.0)]),
    Area("fan", [(0.0, 0.7, 0.9), (1.0, 0.6, 1.0)]),
    Line("trend-line", [(0.5, 0.8), (1.5, 0.9)]),
    Interval("whisker", 0.7, 0.9, 0.5, "y"),
    Interval("bar", 0.2, 1.5, 0.8, "x", thickness=10),
    Tick("limit", 0.75, 0.5, "y", reach=5),
    Point("estimate", 0.5, 0.8, 4),
    Point("last-year", 1.5, 0.7, 4, shape="diamond"),
    Box("cell", (0, 1), (0.6, 1.0), gap=2),
    Words("axis-words", 1.0, 0.6, "a < b & c", dx=3, dy=4),
    Group("place", (Point("few", 1.5, 0.9, 4),), at=1.5),
    Free((Words("key-words", 7, 9, "chú giải"),)),
)


def chart(**changes) -> Chart:
    values = {
        "name": "c",
        "kind": "test-chart",
        "title": "Tên",
        "description": "mô tả",
        "width": 200,
        "height": 100,
        "x": places(2, 0, 200),
        "y": Axis(0.6, 100, 0),
        "still": MARKS,
    }
    return Chart(**{**values, **changes})


def tree(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 - our own markup


def one(root: ElementTree.Element, kind: str) -> dict[str, str]:
    (found,) = [element for element in root.iter() if element.get("class") == kind]
    return dict(found.attrib)


def test_every_mark_stands_where_its_scales_say():
    root = tree(draw(chart()))
    assert one(root, "axis-line") == {"class": "axis-line", "x1": "0", "y1": "50", "x2": "200", "y2": "50"}
    assert one(root, "whisker") == {"class": "whisker", "x1": "50", "y1": "75", "x2": "50", "y2": "25"}
    assert one(root, "bar") == {
        "class": "bar", "x": "20", "y": "45", "width": "130", "height": "10", "rx": "2",
    }  # fmt: skip
    assert one(root, "limit")["x1"] == "45"
    assert one(root, "estimate") == {"class": "estimate", "cx": "50", "cy": "50", "r": "4"}
    assert one(root, "cell") == {"class": "cell", "x": "2", "y": "2", "width": "96", "height": "96"}
    assert one(root, "fan")["points"] == "0.0,25.0 100.0,0.0 100.0,100.0 0.0,75.0"
    assert one(root, "axis-words") == {
        "class": "axis-words", "x": "103", "y": "104", "text-anchor": "middle",
    }  # fmt: skip
    assert one(root, "place")["data-at"] == "150"
    assert one(root, "key-words")["x"] == "7", "beside the axes, picture units are taken as they are"
    assert len([e for e in root.iter() if e.get("class") == "usual"]) == 2


def test_the_figures_come_back_unrounded():
    third = 1 / 3
    marks = (
        Interval("whisker", third, 2 * third, 0.5, "y"),
        Group("state-open", (Point("estimate", third, 0.5, 4),)),
        Rule("threshold", 0.85, "y"),
        Rule("axis-line", 0.9, "y"),
        Band("usual", [(1, 2, third, 0.9)]),
        Words("axis-words", 0, 0, "không phải số liệu"),
    )
    found = list(rows(chart(still=marks[:2], moving=marks[2:])))
    assert [(one.kind, one.low, one.high) for one in found if not math.isnan(one.low)] == [
        ("whisker", third, 2 * third),
        ("usual", third, 0.9),
    ]
    assert Figure("usual", 1.5, math.nan, third, 0.9).x == found[-1].x
    assert [(one.kind, one.x) for one in found if one.kind == "estimate"] == [("estimate", third)]
    assert [one.y for one in found if one.kind == "threshold"] == [0.85]
    assert "axis-line" not in {one.kind for one in found}


def test_readings_are_titles_that_a_browser_shows_by_itself():
    root = tree(
        draw(chart(still=(), moving=MARKS[-2:-1], readings=[Reading((0, 1), "05/2026: 80%, n = 40")]))
    )
    (area,) = [element for element in root.iter() if element.get("class") == "reading"]
    assert area.attrib == {"class": "reading", "x": "0", "y": "0", "width": "100", "height": "100"}
    assert [child.text for child in area] == ["05/2026: 80%, n = 40"]
    assert one(root, "moving")["data-last"] == "200"


def test_a_decoration_is_silent():
    root = tree(draw(chart(plain=True)))
    assert root.get("aria-hidden") == "true"
    assert root.get("role") is None


def test_a_hidden_figure_leaves_a_gap():
    line = Line("trend-line", [(0.1, 0.8), (0.2, 0.8), None, (0.4, 0.8), None, (0.6, 0.8), (0.7, 0.9)])
    root = tree(draw(chart(still=(line,))))
    assert len([e for e in root.iter() if e.get("class") == "trend-line"]) == 2


@pytest.mark.parametrize(
    ("largest", "top", "lines"),
    [(0, 1, 2), (1, 1, 2), (4, 4, 5), (7, 8, 5), (55, 60, 7), (61, 80, 5), (1040, 1200, 7)],
)
def test_a_scale_of_counts_ends_at_a_round_number(largest, top, lines):
    scale, marks = counts(largest, 100, 0)
    assert scale.end == top
    assert marks[0] == 0
    assert marks[-1] == top
    assert len(marks) == lines
    assert all(mark == int(mark) for mark in marks), "persons are whole"


def test_what_lies_outside_a_scale_is_drawn_at_its_end():
    scale = Linear(10, 20, 0, 100)
    assert (scale.at(5), scale.at(15), scale.at(99)) == (0, 50, 100)
    assert scale.cuts(5)
    assert not scale.cuts(99)

"""Charts: the marks stand where the axis says, the words are there for those who do not see them."""

import math
from xml.etree import ElementTree

import pytest

from survey.reports.charts import Axis, IntervalBar, Month, TrendChart, axis_for, interval_bar, trend_chart

AXIS = Axis(0.6, 0.0, 1.0)


def tree(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 - our own markup


def of_class(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if kind in one.get("class", "").split()]


def number(element: ElementTree.Element, name: str) -> float:
    return float(element.attrib[name])


def scale(root: ElementTree.Element, *, share: float) -> float:
    """Where a share must stand, read from two lines of the axis."""
    lines = sorted({number(one, "x1") for one in of_class(root, "axis-line")})
    return lines[0] + (lines[-1] - lines[0]) * (share - 0.6) / 0.4


def bar(**changes) -> IntervalBar:
    values = {
        "name": "access",
        "title": "Tiếp cận <dịch vụ>",
        "description": 'chỉ số 85,0% & "khoảng" 81,2–88,1%',
        "state": "open",
        "share": 0.85,
        "lower": 0.812,
        "upper": 0.881,
        "verdict_limit": 0.818,
        "threshold": 0.80,
        "last_year": 0.83,
    }
    return IntervalBar(**{**values, **changes})


def test_every_mark_of_a_bar_stands_at_its_share():
    root = tree(interval_bar(bar(), AXIS))
    (interval,) = of_class(root, "interval")
    (estimate,) = of_class(root, "estimate")
    (threshold,) = of_class(root, "threshold")
    (limit,) = of_class(root, "verdict-limit")
    (before,) = of_class(root, "last-year")
    corners = [float(pair.split(",")[0]) for pair in before.attrib["points"].split()]
    close = pytest.approx
    assert number(interval, "x") == close(scale(root, share=0.812), abs=0.11)
    assert number(interval, "x") + number(interval, "width") == close(scale(root, share=0.881), abs=0.21)
    assert number(estimate, "cx") == close(scale(root, share=0.85), abs=0.11)
    assert number(threshold, "x1") == number(threshold, "x2") == close(scale(root, share=0.80), abs=0.11)
    assert number(limit, "x1") == close(scale(root, share=0.818), abs=0.11)
    assert (min(corners) + max(corners)) / 2 == close(scale(root, share=0.83), abs=0.11)
    assert of_class(root, "state-open")


def test_a_picture_says_its_title_and_its_figures_as_text():
    root = tree(interval_bar(bar(), AXIS))
    assert root.get("role") == "img"
    named = {one.get("id"): one.text for one in root.iter() if one.get("id")}
    assert [named[name] for name in root.attrib["aria-labelledby"].split()] == [
        bar().title,
        bar().description,
    ]


def test_a_picture_has_looks_from_classes_alone():
    months = [Month("1", "40", 0.8, 0.7, 0.9), Month("2", "1.040", 0.85, 0.3, 0.9, few=True)]
    chart = TrendChart("t", "Tiếp cận", "mô tả", months, 0.8, "n")
    for markup in (interval_bar(bar(), AXIS), trend_chart(chart, AXIS, locale="vi")):
        attributes = {name for one in tree(markup).iter() for name in one.attrib}
        assert not attributes & {"style", "fill", "stroke", "font-size", "onclick", "href"}


@pytest.mark.parametrize("missing", ["share", "verdict_limit", "threshold", "last_year"])
def test_what_is_not_known_is_not_drawn(missing):
    kind = {"share": "estimate"}.get(missing, missing.replace("_", "-"))
    assert of_class(tree(interval_bar(bar(), AXIS)), kind)
    assert not of_class(tree(interval_bar(bar(**{missing: None}), AXIS)), kind)


def test_an_undefined_index_draws_no_point_and_no_interval():
    nothing = dict.fromkeys(("share", "lower", "upper", "verdict_limit"), math.nan)
    root = tree(interval_bar(bar(**nothing), AXIS))
    assert not of_class(root, "estimate") + of_class(root, "interval") + of_class(root, "verdict-limit")


@pytest.mark.parametrize(
    ("shares", "start"),
    [
        ([], 0.6),
        ([0.95], 0.6),
        ([0.6], 0.6),
        ([0.599], 0.5),
        ([0.61, 0.42, math.nan], 0.4),
        ([0.0], 0.0),
        ([0.1 + 0.2], 0.3),
    ],
)
def test_the_axis_starts_at_sixty_or_at_the_ten_below(shares, start):
    axis = axis_for(shares)
    assert axis.start == pytest.approx(start)
    assert axis.marks[0] == pytest.approx(start)
    assert axis.marks[-1] == 1.0


def trend(*months: Month) -> ElementTree.Element:
    return tree(trend_chart(TrendChart("t", "Tiếp cận", "mô tả", months, 0.8, "n"), AXIS, locale="vi"))


def test_a_trend_has_a_point_for_each_month_that_may_be_shown():
    root = trend(
        Month("1", "40", 0.80, 0.70, 0.90),
        Month("2", "<5"),
        Month("3", "12", 0.90, 0.75, 0.97, few=True),
        Month("4", "41", 0.85, 0.78, 0.92),
        Month("5", "0"),
    )
    points = of_class(root, "estimate")
    assert len(points) == 3
    assert [one in of_class(root, "estimate-few") for one in points] == [False, True, False]
    assert [one.text for one in of_class(root, "persons-words")] == ["40", "<5", "12", "41", "0"]
    (line,) = of_class(root, "trend-line")
    assert len(line.attrib["points"].split()) == 2, "a hidden month is a gap, not a line across"
    assert number(points[0], "cy") > number(points[1], "cy"), "more is higher"
    assert number(points[0], "cy") == pytest.approx(number(of_class(root, "threshold")[0], "y1"))


def test_an_interval_longer_than_the_axis_is_cut_and_marked():
    assert not of_class(trend(Month("1", "40", 0.8, 0.6, 0.9)), "whisker-cut")
    root = trend(Month("1", "40", 0.8, 0.4, 0.9))
    assert len(of_class(root, "whisker-cut")) == 1
    (whisker,) = of_class(root, "whisker")
    lowest = max(number(one, "y1") for one in of_class(root, "axis-line"))
    assert max(number(whisker, "y1"), number(whisker, "y2")) == lowest

"""Charts for paper: every goal on one axis, wide enough for a page, its words written beside the marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.axis import Axis
from survey.reports.charts.drawing import draw
from survey.reports.charts.interval import IntervalBar, State, estimate_marks
from survey.reports.charts.scales import Linear
from survey.reports.charts.specification import Box, Chart, Free, Group, Mark, Point, Rule, Words

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


def goals_specification(chart: GoalsChart, axis: Axis) -> Chart:
    """Specify the picture of all goals: a row for each, places from 0 downwards."""
    axis = axis.between(_NAMES, WIDTH - _RIGHT)
    bottom = _HEAD + _ROW * len(chart.rows)
    marks: list[Mark] = []
    for share in axis.marks:
        marks.append(Rule("axis-line", share, "x"))
        marks.append(Words("axis-words", share, 0.0, format_percent(share, 0), dy=-8))
    beside: list[Mark] = [Words("axis-words", WIDTH - 2, _HEAD - 8, chart.index_word, anchor="end")]
    for place, row in enumerate(chart.rows):
        beside += _names(row, _HEAD + _ROW * (place + 0.5))
        marks.append(_marks(row, place))
    return Chart(
        "paper-goals",
        "paper-chart",
        chart.title,
        chart.description,
        WIDTH,
        bottom + _FOOT,
        axis,
        Linear(0.0, float(max(len(chart.rows), 1)), _HEAD, max(bottom, _HEAD + _ROW)),
        still=(Free(beside), *marks, Free(_key(chart.key, bottom + 20))),
    )


def goals_chart(chart: GoalsChart, axis: Axis) -> Markup:
    return draw(goals_specification(chart, axis))


def _names(row: GoalMark, middle: float) -> list[Mark]:
    end = middle + _ROW / 2
    return [
        Rule("row-line", end, "y", low=0, high=WIDTH),
        Words("row-words", 2, middle + 5, row.name, anchor="start"),
        Words("row-words row-index", WIDTH - 2, middle + 5, row.index, anchor="end"),
    ]


def _marks(row: GoalMark, place: int) -> Group:
    bar = IntervalBar(
        name="",
        title="",
        description="",
        state=row.state,
        share=row.share,
        lower=row.lower,
        upper=row.upper,
        verdict_limit=row.verdict_limit,
        threshold=row.threshold,
        last_year=row.last_year,
    )
    marks = estimate_marks(
        bar,
        at=place + 0.5,
        bar_height=_BAR,
        limit_reach=4.0,
        radius=_RADIUS,
        rule=(place, place + 1),
        rule_inset=3.0,
    )
    return Group(f"state-{row.state}", tuple(marks))


def _key(key: Sequence[tuple[str, str]], y: float) -> list[Mark]:
    """Write every sign once beside its words, in picture units."""
    x, marks = 4.0, list[Mark]()
    for shape, text in key:
        if shape == "estimate":
            marks.append(Point("estimate", x + 6, y - 4, _RADIUS))
        elif shape == "interval":
            marks.append(Box("interval", (x, x + 16), (y - 9, y + 1)))
        elif shape == "last-year":
            marks.append(Point("last-year", x + 6, y - 4, _RADIUS + 0.5, shape="diamond"))
        else:
            marks.append(Rule(shape, x + 6, "x", low=y - 12, high=y + 3))
        marks.append(Words("key-words", x + 20, y, text, anchor="start"))
        x += 32 + 6.1 * len(text)
    return marks

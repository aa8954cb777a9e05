"""Counts as bars that begin at nought, each with its number beside it; a part may lie inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.reports.charts.svg import add, line, markup, picture, words

WIDTH = 640
_NAMES, _NUMBERS = 190, 110
_ROW, _BAR, _INNER = 30, 18, 8
_TOP = 24


@dataclass(frozen=True, slots=True)
class CountRow:
    """`count` is None where it is hidden or unknown: then only its words stand there."""

    name: str
    count: int | None
    count_words: str
    inner: int | None = None
    inner_words: str = ""
    marked: bool = False  # more than chance explains


@dataclass(frozen=True, slots=True)
class CountsChart:
    name: str
    title: str
    description: str
    rows: Sequence[CountRow]
    outer_title: str = ""
    inner_title: str = ""
    names: int = _NAMES


def counts_chart(chart: CountsChart) -> Markup:
    top = _TOP if chart.outer_title else 6
    height = top + _ROW * len(chart.rows) + 4
    root = picture(
        WIDTH, height, name=chart.name, title=chart.title, description=chart.description, kind="counts-chart"
    )
    most = max((row.count or 0 for row in chart.rows), default=0) or 1
    room = WIDTH - chart.names - _NUMBERS
    if chart.outer_title:
        add(root, "rect", "count-bar", x=chart.names, y=5, width=14, height=10)
        words(root, "axis-words", chart.names + 20, 15, chart.outer_title, anchor="start")
        if chart.inner_title:
            add(root, "rect", "count-inner", x=chart.names + 140, y=5, width=14, height=10)
            words(root, "axis-words", chart.names + 160, 15, chart.inner_title, anchor="start")
    line(root, "axis-mark", chart.names, top, chart.names, height - 4)
    for place, row in enumerate(chart.rows):
        y = top + _ROW * place + (_ROW - _BAR) / 2
        words(root, "row-words", chart.names - 16, y + 14, row.name, anchor="end")
        width = (row.count or 0) / most * room
        if width:
            add(root, "rect", "count-bar", x=chart.names, y=y, width=max(width, 1.0), height=_BAR)
        if row.inner:
            inner = row.inner / most * room
            add(root, "rect", "count-inner", x=chart.names, y=y + 5, width=max(inner, 1.0), height=_INNER)
        text = f"{row.count_words} ({row.inner_words})" if row.inner_words else row.count_words
        words(root, "row-words", chart.names + width + 8, y + 14, text, anchor="start")
        if row.marked:
            add(root, "circle", "signal", cx=chart.names - 8, cy=y + _BAR / 2, r=4)
    return markup(root)

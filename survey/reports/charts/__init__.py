"""Charts as accessible SVG, made on the server: they need no script, follow the page's style and print.

A chart takes plain values with their words already written, and gives markup with a title and a
description. Every chart stands beside a table of the same figures.
"""

from survey.reports.charts.axis import Axis, axis_for
from survey.reports.charts.interval import IntervalBar, axis_head, interval_bar
from survey.reports.charts.levels import LevelsBar, levels_bar
from survey.reports.charts.trend import Month, TrendChart, trend_chart

__all__ = [
    "Axis",
    "IntervalBar",
    "LevelsBar",
    "Month",
    "TrendChart",
    "axis_for",
    "axis_head",
    "interval_bar",
    "levels_bar",
    "trend_chart",
]

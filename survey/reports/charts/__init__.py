"""Charts: one specification, drawn on the server as accessible SVG and as a picture for documents.

`specification.Chart` says what is drawn, in the units of the figures; `draw` gives markup with a title and
a description that needs no script, follows the page's style and prints. Every chart stands beside a table
of the same figures and a sentence.
"""

from survey.reports.charts.axis import Axis, axis_for
from survey.reports.charts.drawing import draw
from survey.reports.charts.interval import IntervalBar, axis_head, interval_bar
from survey.reports.charts.levels import LevelsBar, levels_bar
from survey.reports.charts.specification import Chart
from survey.reports.charts.trend import Month, TrendChart, trend_chart

__all__ = [
    "Axis",
    "Chart",
    "IntervalBar",
    "LevelsBar",
    "Month",
    "TrendChart",
    "axis_for",
    "axis_head",
    "draw",
    "interval_bar",
    "levels_bar",
    "trend_chart",
]

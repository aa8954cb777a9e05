"""A table of cells as a picture: days of the week by hours of the day, each cell with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.reports.charts.drawing import draw
from survey.reports.charts.scales import Linear, places
from survey.reports.charts.specification import Box, Chart, Group, Mark, Reading, Words

_NAMES, _HEAD, _ROW, _CELL = 74, 24, 42, 78
_GAP = 1.5


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`look` chooses the ground (`safe`, `lost`, `none`, `0` … `4`, `hidden`); the number says the same."""

    row: int
    column: int
    look: str
    text: str
    small: str = ""  # under the number
    says: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    name: str
    title: str
    description: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[HeatCell]


def heat_specification(heat: HeatMap) -> Chart:
    """Specify the picture: columns from left to right, rows from top to bottom."""
    width = _NAMES + _CELL * max(len(heat.columns), 1)
    height = _HEAD + _ROW * max(len(heat.rows), 1)
    marks: list[Mark] = [
        Words("axis-words", place + 0.5, 0.0, text, dy=-8) for place, text in enumerate(heat.columns)
    ]
    marks += [
        Words("row-words", 0.0, place + 0.5, text, anchor="end", dx=-8, dy=5)
        for place, text in enumerate(heat.rows)
    ]
    marks += [_cell(cell) for cell in heat.cells]
    readings = [
        Reading((cell.column, cell.column + 1), cell.says, (cell.row, cell.row + 1))
        for cell in heat.cells
        if cell.says
    ]
    return Chart(
        heat.name,
        "heat-map",
        heat.title,
        heat.description,
        width,
        height,
        places(len(heat.columns), _NAMES, width),
        Linear(0.0, float(max(len(heat.rows), 1)), _HEAD, height),
        still=marks,
        readings=readings,
    )


def heat_map(heat: HeatMap) -> Markup:
    return draw(heat_specification(heat))


def _cell(cell: HeatCell) -> Group:
    x, y = cell.column + 0.5, cell.row + 0.5
    marks: list[Mark] = [
        Box("heat-cell", (cell.column, cell.column + 1), (cell.row, cell.row + 1), gap=_GAP),
        Words("heat-words", x, y, cell.text, dy=-1 if cell.small else 5),
    ]
    if cell.small:
        marks.append(Words("heat-small", x, y, cell.small, dy=14))
    return Group(f"heat heat-{cell.look}", marks)

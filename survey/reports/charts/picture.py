"""A chart's SVG as a picture for documents: typst draws it, with the look of paper and our own letters.

On a page a chart takes its looks from the style sheet and its letters from the browser. A document has
neither, so the rules of paper travel inside the drawing.
"""

from __future__ import annotations

import re

from survey.reports.typesetting import compiled

# Black and greys: a report is copied and faxed. States are told apart by words and by the depth of grey.
_LOOKS = """
text { font-family: "Sipas Serif"; font-size: 15px; fill: #000 }
.axis-line, .row-line { stroke: #c8c8c8; stroke-width: 1 }
.axis-mark { stroke: #777; stroke-width: 1 }
.axis-words, .key-words, .persons-words, .card-axis { font-size: 13.5px; fill: #333 }
.persons-many { font-size: 10px }
.row-index { font-weight: bold }
.threshold { stroke: #000; stroke-width: 2.2 }
.interval { fill: #b4b4b4; stroke: #555; stroke-width: 0.8 }
.state-lost .interval { fill: #7d7d7d }
.state-safe .interval { fill: #dcdcdc }
.verdict-limit { stroke: #000; stroke-width: 1.4 }
.estimate { fill: #000; stroke: #fff; stroke-width: 1.4 }
.estimate-few { fill: #fff; stroke: #000; stroke-width: 1.6 }
.last-year { fill: #fff; stroke: #000; stroke-width: 1.5 }
.trend-line { fill: none; stroke: #777; stroke-width: 1.5 }
.whisker, .whisker-cut { fill: none; stroke: #444; stroke-width: 1.6 }
.usual { fill: #eee }
.usual-centre { stroke: #999; stroke-width: 1 }
.signal { fill: none; stroke: #000; stroke-width: 1.6 }
.reading, .spare { display: none }
.note-mark { fill: #000 }
.note-words { fill: #fff; font-size: 11px; font-weight: bold }
.fan { fill: #ddd }
.trend-chart .threshold { stroke-dasharray: 6 3; stroke-width: 1.5 }
"""
_ROOT = re.compile(r"<svg\b")
POINTS_PER_INCH = 300
_MM_PER_INCH = 25.4


def for_paper(svg: str) -> str:
    """Give a chart with its name space and the looks of paper, as a file of its own."""
    opened, count = _ROOT.subn('<svg xmlns="http://www.w3.org/2000/svg"', svg, count=1)
    if not count:
        raise ValueError("not an SVG picture")
    end = opened.index(">") + 1
    return f"{opened[:end]}<style>{_LOOKS}</style>{opened[end:]}"


def png(svg: str, *, width_mm: float, points_per_inch: int = POINTS_PER_INCH) -> bytes:
    """Draw a chart at a width on paper; the height follows."""
    source = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {width_mm:.2f}mm)\n'
    )
    return compiled(source, {"svg": for_paper(svg)}, kind="png", points_per_inch=points_per_inch)


def pixels(width_mm: float, points_per_inch: int = POINTS_PER_INCH) -> int:
    return round(width_mm / _MM_PER_INCH * points_per_inch)

"""The report as PDF: the document of the DOCX, set by typst with the letters that ship with the program."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from survey.i18n import whole_figures
from survey.reports.charts.picture import for_paper
from survey.reports.periodic.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Picture,
    TableBlock,
    Written,
)
from survey.reports.periodic.docx import SHORT_TABLE, lines_of
from survey.reports.typesetting import typeset

_WHOLE_UP_TO = 20  # rows
_LAYOUT = Path(__file__).with_name("report.typ")


def render(document: Document) -> bytes:
    content = {
        "title": document.title,
        "author": document.author,
        "head": asdict(document.head),
        "foot": asdict(document.foot),
        "blocks": [plain for block in document.blocks for plain in _plain(block)],
        "annex": [plain for block in document.annex for plain in _plain(block)],
    }
    return typeset(_LAYOUT, content)


def _plain(block: Block) -> list[dict[str, object]]:
    if isinstance(block, Heading):
        return [{"kind": "heading", "level": block.level, "text": whole_figures(block.text)}]
    if isinstance(block, Paragraph):
        return [{"kind": "paragraph", "style": block.style, "text": whole_figures(block.text)}]
    if isinstance(block, Written):
        said = map(whole_figures, block.paragraphs)
        return [{"kind": "paragraph", "style": "body", "text": text} for text in said]
    if isinstance(block, Picture):
        return [
            {
                "kind": "picture",
                "svg": for_paper(block.svg),
                "alt": block.alt,
                "caption": whole_figures(block.caption),
                "width_mm": block.width_mm,
            }
        ]
    table = block.table
    return [
        {
            "kind": "table",
            "whole": _stands_whole(block),
            "title": whole_figures(table.title),
            "note": whole_figures(table.note),
            "widths": list(block.widths),
            "kinds": [column.kind.value for column in table.columns],
            "columns": [column.title for column in table.columns],
            "rows": [[whole_figures(cell.text) for cell in row] for row in table.rows],
        }
    ]


def _stands_whole(block: TableBlock) -> bool:
    """Say whether a table is kept on one page: not a long one, nor one whose rows are tall (see the DOCX)."""
    rows, lines = len(block.table.rows), lines_of(block)
    return rows <= _WHOLE_UP_TO and (lines <= SHORT_TABLE or lines < 2 * rows)

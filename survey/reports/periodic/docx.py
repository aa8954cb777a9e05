"""The report as DOCX in the administrative layout of decree 30/2020/NĐ-CP, annex I.

The file names "Times New Roman" and carries no font: every office program has it or sets its metric twin.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from survey.i18n import whole_figures
from survey.reports.charts.picture import png
from survey.reports.periodic.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Picture,
    TableBlock,
    Written,
)
from survey.reports.tables import Kind, Table

FONT = "Times New Roman"
# Millimetres; the decree allows 20–25 above and below, 30–35 left, 15–20 right.
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20
WIDTH = 210 - LEFT - RIGHT
BODY, TABLE, SMALL = 14, 11, 11
SHORT_TABLE = 16  # lines, those of the head among them: what still fits below some text
_LETTER_MM = 2.15  # how wide a letter of a table stands on average, bold ones of a head too
_CELL_MARGIN_MM = 1.2
_TEXT_ABOVE_SIGNATURE = 2  # paragraphs
_ISSUER_WIDTH = 68
# How wide these words stand in bold Times of 13 and 14 points: the rules below are measured by them.
_MOTTO_MM = 62
_RIGHT, _CENTER = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER


def render(document: Document) -> bytes:
    made = docx.Document()
    _styles(made)
    _page(made)
    _properties(made, document)
    _head(made, document)
    for block in document.blocks:
        _block(made, block)
    _foot(made, document)
    if document.annex:
        for place, block in enumerate(document.annex):
            _block(made, block, new_page=place == 0)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def _styles(made: DocxDocument) -> None:
    for name in ("Normal", "Heading 1", "Heading 2", "Caption", "Header"):
        style: Any = made.styles[name]
        style.font.name = FONT
        style.font.size = Pt(BODY)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold = name.startswith("Heading")
        style.font.italic = False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(attribute), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "vi-VN")
        style.element.get_or_add_rPr().append(language)
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(0), Pt(6)
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    for name, before in (("Heading 1", 6), ("Heading 2", 3)):
        form = made.styles[name].paragraph_format
        form.space_before, form.first_line_indent, form.keep_with_next = Pt(before), Mm(12.7), True


def _page(made: DocxDocument) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    # The number stands in the middle above, on every page but the first.
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTER
    _field(paragraph.add_run(), "PAGE")


def _field(run: Run, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "2"), ("end", "")):
        if kind in {"begin", "separate", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:t" if kind else "w:instrText")
            mark.text = text
        run._r.append(mark)
    run.font.size = Pt(BODY)


def _properties(made: DocxDocument, document: Document) -> None:
    properties = made.core_properties
    properties.title, properties.author = document.title, document.author
    properties.last_modified_by, properties.comments = document.author, ""
    properties.language, properties.subject = "vi-VN", document.fingerprint


def _head(made: DocxDocument, document: Document) -> None:
    head = document.head
    left, right = _bare_row(made, (_ISSUER_WIDTH, WIDTH - _ISSUER_WIDTH))
    if head.superior:
        _line(left, head.superior.upper(), 13)
    for line in head.issuer:
        _line(left, line.upper(), 13, bold=True)
    _rule(left, _ISSUER_WIDTH, 26)
    _line(left, head.number, 13, before=4)
    if head.mark:
        _line(left, head.mark, 12, bold=True, before=4)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    _rule(right, WIDTH - _ISSUER_WIDTH, _MOTTO_MM)
    _line(right, head.place_and_date, 13, italic=True, before=4)
    _line(made, head.kind, BODY, bold=True, before=14)
    _line(made, head.abstract, BODY, bold=True)
    _rule(made, WIDTH, 50)
    if head.addressee:
        _line(made, f"Kính gửi: {head.addressee}", BODY, before=8, after=8)


def _words(paragraph: DocxParagraph, text: str) -> Run:
    """Add words whose figures stay whole. Ranges too would need a joiner, which Word may show as a box."""
    return paragraph.add_run(whole_figures(text))


def _bare_row(made: DocxDocument, widths: tuple[float, float]) -> tuple[_Cell, _Cell]:
    """Add a table without lines whose two cells stand side by side; the paragraph it begins with is used."""
    table = made.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _cell_margins(table, 0)
    cells = table.rows[0].cells
    for place, width in enumerate(widths):
        table.columns[place].width = Mm(width)
    for cell, width in zip(cells, widths, strict=True):
        cell.width = Mm(width)
        cell.paragraphs[0]._p.getparent().remove(cell.paragraphs[0]._p)
    _keep_row_whole(table.rows[0])
    return cells[0], cells[1]


def _cell_margins(table: Any, width_mm: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        mark = OxmlElement(side)
        mark.set(qn("w:w"), str(Mm(width_mm).twips))
        mark.set(qn("w:type"), "dxa")
        margins.append(mark)
    table._tbl.tblPr.append(margins)


def _line(
    place: DocxDocument | _Cell,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 0,
    align: WD_ALIGN_PARAGRAPH = _CENTER,
) -> DocxParagraph:
    paragraph = place.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)
    run = _words(paragraph, text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _rule(place: DocxDocument | _Cell, width: float, length: float) -> None:
    """Draw a line in the middle: the lower border of a small paragraph that is indented on both sides."""
    paragraph = _line(place, "", 2)
    indent = Mm((width - length) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    paragraph.paragraph_format.line_spacing = Pt(3)
    borders = OxmlElement("w:pBdr")
    lower = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        lower.set(qn(f"w:{name}"), value)
    borders.append(lower)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _block(made: DocxDocument, block: Block, *, new_page: bool = False) -> None:
    if isinstance(block, Heading):
        paragraph = made.add_paragraph(block.text, style=f"Heading {block.level}")
        paragraph.paragraph_format.page_break_before = new_page
        if new_page:
            paragraph.alignment = _CENTER
            paragraph.paragraph_format.first_line_indent = Mm(0)
    elif isinstance(block, Paragraph):
        _text(made, block.text, small=block.style == "note")
    elif isinstance(block, Written):
        for text in block.paragraphs:
            _text(made, text)
    elif isinstance(block, Picture):
        _picture(made, block)
    else:
        _table(made, block)


def _text(made: DocxDocument, text: str, *, small: bool = False) -> None:
    paragraph = made.add_paragraph()
    # A long code would tear a justified line apart.
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if small else WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(0 if small else 12.7)
    paragraph.paragraph_format.widow_control = True
    # What announces a list stands with its first line.
    paragraph.paragraph_format.keep_with_next = text.endswith(":")
    run = _words(paragraph, text)
    if small:
        run.font.size, run.italic = Pt(SMALL), True


def _picture(made: DocxDocument, block: Picture) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = _CENTER
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(
        BytesIO(png(block.svg, width_mm=block.width_mm)), width=Mm(block.width_mm)
    )
    properties = shape._inline.docPr
    properties.set("descr", block.alt)
    properties.set("title", block.caption)
    caption = made.add_paragraph(style="Caption")
    caption.alignment = _CENTER
    run = _words(caption, block.caption)
    run.font.size, run.italic = Pt(SMALL + 1), True


def _table(made: DocxDocument, block: TableBlock) -> None:
    table = block.table
    caption = made.add_paragraph(style="Caption")
    caption.alignment = _CENTER
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(6)
    run = _words(caption, f"Bảng. {table.title}")
    run.font.size, run.bold = Pt(SMALL + 1), True
    grid = made.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    _cell_margins(grid, _CELL_MARGIN_MM)
    for place, width in enumerate(block.widths):
        grid.columns[place].width = Mm(WIDTH * width)  # the grid too: LibreOffice reads no other width
    for place, column in enumerate(table.columns):
        _cell(grid.rows[0].cells[place], column.title, block.widths[place], bold=True, align=_CENTER)
    _repeat_heading(grid.rows[0])
    for row in table.rows:
        cells = grid.add_row().cells
        for place, cell in enumerate(row):
            align = _alignment(table, place)
            _cell(cells[place], cell.text, block.widths[place], align=align)
    for one in grid.rows:
        _keep_row_whole(one)
    for kept in _kept_with_next(list(grid.rows), lines=lines_of(block), has_note=bool(table.note)):
        for place_of in kept.cells:
            place_of.paragraphs[0].paragraph_format.keep_with_next = True
    _line(made, table.note, SMALL, italic=True, after=8, align=WD_ALIGN_PARAGRAPH.JUSTIFY)


def lines_of(block: TableBlock) -> int:
    """Estimate how many lines a table takes: a row is as tall as its longest cell, words wrap."""
    titles = [column.title for column in block.table.columns]
    rows = [titles, *([cell.text for cell in row] for row in block.table.rows)]
    rooms = [max(WIDTH * width - 2 * _CELL_MARGIN_MM, _LETTER_MM) for width in block.widths]
    return sum(
        max(math.ceil(len(text) * _LETTER_MM / room) or 1 for text, room in zip(row, rooms, strict=True))
        for row in rows
    )


def _kept_with_next(rows: list[_Row], *, lines: int, has_note: bool) -> list[_Row]:
    """Choose the rows that stay with what follows them.

    A short table stands on one page. A tall one would leave half a page empty above it: it begins with a
    few rows (LibreOffice loses rows of a table that it has to break right below its heading) and ends with
    a few; its note is never alone on a page.
    """
    last = rows[-1:] if has_note else []
    if lines <= SHORT_TABLE:
        return [*rows[:-1], *last]
    return [*rows[:3], *rows[-3:-1], *last]


def _alignment(table: Table, place: int) -> WD_ALIGN_PARAGRAPH:
    if place and table.columns[place].kind in {Kind.SHARE, Kind.POINTS, Kind.COUNT, Kind.EXACT}:
        return _RIGHT
    is_words = not place or table.columns[place].kind is Kind.PROSE
    return WD_ALIGN_PARAGRAPH.LEFT if is_words else _CENTER


def _cell(
    cell: _Cell,
    text: str,
    share: float,
    *,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
) -> None:
    cell.width = Mm(WIDTH * share)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.space_before = Pt(1)
    run = _words(paragraph, text)
    run.font.size, run.bold = Pt(TABLE), bold


def _repeat_heading(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _keep_row_whole(row: Any) -> None:
    mark = OxmlElement("w:cantSplit")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _foot(made: DocxDocument, document: Document) -> None:
    # Nobody signs an empty page: the last words of the text stand above the signature.
    for paragraph in (*made.paragraphs[-_TEXT_ABOVE_SIGNATURE:], _line(made, "", 6)):
        paragraph.paragraph_format.keep_with_next = True
    left, right = _bare_row(made, (WIDTH / 2, WIDTH / 2))
    _line(left, "Nơi nhận:", 12, bold=True, italic=True, align=WD_ALIGN_PARAGRAPH.LEFT)
    for line in document.foot.recipients:
        _line(left, f"- {line}", 11, align=WD_ALIGN_PARAGRAPH.LEFT)
    for line in document.foot.signer:
        _line(right, line.upper(), BODY, bold=True)
    # Room for the signature and the seal, or for a digital signature.
    _line(right, "", BODY, before=70)
    _line(right, document.foot.name, BODY, bold=True)

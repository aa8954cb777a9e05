"""Tables as an XLSX file: the figures of the page, rounded as the page shows them, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter

from survey.reports.tables import Cell, Column, Kind, Table

_FONT = {"font_name": "Arial", "font_size": 11}
_WIDTHS = dict.fromkeys(Kind, 12) | {Kind.WORDS: 20, Kind.PROSE: 36, Kind.EXACT: 20}
_WORDS = {Kind.WORDS, Kind.PROSE}
# Excel forbids these in the name of a sheet, and more than 31 characters.
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_LONGEST_NAME = 31


@dataclass(frozen=True, slots=True)
class Workbook:
    """What stands above every table: whose figures, of when, read how."""

    title: str
    notes: Sequence[str]
    tables: Sequence[Table]
    sheet_names: Sequence[str]


def render(book: Workbook) -> bytes:
    """Write the workbook; without a table it holds its title and notes. Words are never formulas."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        looks = _Looks(workbook)
        for table, name in zip(book.tables, _different(book.sheet_names), strict=True):
            _write(_sheet(workbook, name), looks, book, table)
        if not book.tables:
            _write_head(_sheet(workbook, None), looks, book.title, book.notes)
    return target.getvalue()


def _sheet(workbook: xlsxwriter.Workbook, name: str | None) -> xlsxwriter.worksheet.Worksheet:
    sheet = workbook.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R&P/&N")
    return sheet


def _different(names: Sequence[str]) -> list[str]:
    """Cut names to what Excel allows and number those that are the same, whatever their case."""
    found: list[str] = []
    for given in names:
        name = base = given.translate(_FORBIDDEN)[:_LONGEST_NAME]
        number = 1
        while name.casefold() in {one.casefold() for one in found}:
            number += 1
            name = f"{base[: _LONGEST_NAME - 5]} ({number})"
        found.append(name)
    return found


class _Looks:
    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.title = workbook.add_format({**_FONT, "bold": True, "font_size": 14})
        self.note = workbook.add_format(_FONT)
        self.head = workbook.add_format(
            {**_FONT, "bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        )
        self.group = workbook.add_format({**_FONT, "bold": True, "align": "center", "bottom": 1})
        self.words = workbook.add_format({**_FONT, "text_wrap": True, "valign": "top"})
        self.absent = workbook.add_format({**_FONT, "align": "right", "valign": "top"})
        self.numbers = {
            Kind.SHARE: workbook.add_format({**_FONT, "num_format": "0.0%", "valign": "top"}),
            Kind.POINTS: workbook.add_format({**_FONT, "num_format": "+0.0;\u22120.0;0.0", "valign": "top"}),
            Kind.COUNT: workbook.add_format({**_FONT, "num_format": "#,##0", "valign": "top"}),
            Kind.DECIMAL: workbook.add_format({**_FONT, "num_format": "0.000", "valign": "top"}),
            Kind.EXACT: workbook.add_format({**_FONT, "num_format": "0.000000000000", "valign": "top"}),
        }


def _write(sheet: xlsxwriter.worksheet.Worksheet, looks: _Looks, book: Workbook, table: Table) -> None:
    row = _write_head(sheet, looks, f"{book.title} – {table.title}", (*book.notes, table.note)) + 1
    if table.has_groups:
        _write_groups(sheet, looks, table, row)
        row += 1
    for place, column in enumerate(table.columns):
        sheet.write_string(row, place, column.title, looks.head)
        sheet.set_column(place, place, _WIDTHS[column.kind])
    sheet.freeze_panes(row + 1, 1)
    for cells in table.rows:
        row += 1
        for place, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            _write_cell(sheet, looks, row, place, column, cell)


def _write_head(
    sheet: xlsxwriter.worksheet.Worksheet, looks: _Looks, title: str, notes: Sequence[str]
) -> int:
    """Write the title and what is to be known; give the row below."""
    sheet.write_string(0, 0, title, looks.title)
    said = [note for note in notes if note]
    for row, note in enumerate(said, start=1):
        sheet.write_string(row, 0, note, looks.note)
    return len(said) + 1


def _write_groups(sheet: xlsxwriter.worksheet.Worksheet, looks: _Looks, table: Table, row: int) -> None:
    place = 0
    for title, width in table.groups:
        if width > 1:
            sheet.merge_range(row, place, row, place + width - 1, title, looks.group)
        elif title:
            sheet.write_string(row, place, title, looks.group)
        place += width


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet, looks: _Looks, row: int, place: int, column: Column, cell: Cell
) -> None:
    if cell.value is not None and column.kind not in _WORDS:
        sheet.write_number(row, place, cell.value, looks.numbers[column.kind])
    else:
        # A figure that is hidden or undefined stays the mark that the page shows.
        look = looks.words if column.kind in _WORDS else looks.absent
        sheet.write_string(row, place, cell.text, look)

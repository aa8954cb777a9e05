"""Rows as files that a spreadsheet opens without running anything: CSV with its SPEC.toml, and XLSX."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Sequence
from typing import BinaryIO

import xlsxwriter

from survey.exceptions import InvalidInput
from survey.services.upkeep.exports import RowExport, Value

RATINGS_NAME = "ratings.csv"
SPECIFICATION_NAME = "SPEC.toml"
# What a sheet holds, the header among them.
XLSX_ROWS = 1_048_576

# A cell that begins so is a formula to some program; full-width forms are read as the plain ones.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the look-alikes are the point


def safe(value: Value) -> Value:
    """Give a cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def safe_row(row: Sequence[Value]) -> list[Value]:
    return [safe(value) for value in row]


def zipped_csv(export: RowExport, target: BinaryIO) -> None:
    """Write ratings.csv and SPEC.toml into one archive; the table is never in memory as a whole."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry(SPECIFICATION_NAME), export.specification)
        with (
            archive.open(entry(RATINGS_NAME), "w", force_zip64=True) as raw,
            # The mark lets Excel read the letters of names.
            io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text,
        ):
            writer = csv.writer(text)
            writer.writerow(export.header)
            writer.writerows(safe_row(row) for row in export.rows())


def entry(name: str) -> zipfile.ZipInfo:
    """Name an entry with a fixed date, so that the file says nothing of when it was made."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def xlsx(export: RowExport, target: BinaryIO) -> None:
    """Write the rows to a sheet, row by row, and the specification to a second one."""
    if len(export) >= XLSX_ROWS:
        raise InvalidInput(field="format", value=len(export), maximum=XLSX_ROWS - 1)
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(target, options) as book:
            sheet = book.add_worksheet("ratings")
            sheet.freeze_panes(1, 0)
            for place, name in enumerate(export.header):
                sheet.write_string(0, place, name)
            for number, row in enumerate(export.rows(), start=1):
                for place, value in enumerate(row):
                    _write(sheet, number, place, value)
            specification = book.add_worksheet("SPEC.toml")
            for number, line in enumerate(export.specification.splitlines()):
                specification.write_string(number, 0, line)


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, place: int, value: Value) -> None:
    """Write with an explicit type: a text stays a text whatever sign it begins with."""
    if isinstance(value, int):
        sheet.write_number(row, place, value)
    elif value:
        sheet.write_string(row, place, str(safe(value)))

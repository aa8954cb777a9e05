"""Tables that people upload: CSV or XLSX in, rows of plain values out, within limits for every file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from survey.exceptions import ImportRejected
from survey.services.sheets import table_csv, table_xlsx

MAX_BYTES = 5 * 1024 * 1024
MAX_COLUMNS = 100
# Rows that the file claims to have, blank ones included: a sheet may say that its next row is the billionth.
MAX_ROWS = 200_000

CSV_ENDINGS = (".csv", ".tsv", ".txt")
XLSX_ENDING = ".xlsx"

Value = str | int | float | bool | datetime | date | time | timedelta | None
Row = tuple[int, tuple[Value, ...]]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; its rows are read once, each numbered as a spreadsheet shows it."""

    name: str
    rows: Iterator[Row]


@dataclass(frozen=True, slots=True)
class RowError:
    """What keeps a row out: where, what stands there, and what could stand there."""

    row: int
    column: str  # as the file heads it
    value: str
    problem: str
    allowed: tuple[str, ...] = ()


@contextmanager
def opened(content: bytes, filename: str) -> Iterator[Iterator[Sheet]]:
    """Open a table by what it is, not only by its name.

    Raises
    ------
    ImportRejected
        `reason` says why nothing of the file can be read.
    """
    if not content.strip():
        raise ImportRejected(reason="empty")
    if len(content) > MAX_BYTES:
        raise ImportRejected(reason="too-large", size=len(content), allowed=MAX_BYTES)
    kind = _kind(content, filename)
    if kind == "csv":
        records = table_csv.records(content)
        yield iter([Sheet("", _limited(records))])
        return
    with table_xlsx.opened(content, max_columns=MAX_COLUMNS) as sheets:
        yield (Sheet(name, _limited(rows)) for name, rows in sheets)


def _kind(content: bytes, filename: str) -> str:
    name = filename.lower()
    if content.startswith(_OLE):
        raise ImportRejected(reason="old-excel")
    if re.match(rb"\s*(<!doctype|<html|<table|<\?xml)", content[:500], re.IGNORECASE):
        raise ImportRejected(reason="web-page")
    if content.startswith(_ZIP) and name.endswith(XLSX_ENDING):
        return "xlsx"
    if not content.startswith(_ZIP) and name.endswith(CSV_ENDINGS):
        return "csv"
    raise ImportRejected(reason="wrong-kind", allowed=[*CSV_ENDINGS, XLSX_ENDING])


def _limited(rows: Iterator[tuple[Value, ...]]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise ImportRejected(reason="too-many-rows", allowed=MAX_ROWS)
        if any(value not in (None, "") for value in row):
            yield number, row[:MAX_COLUMNS]


def fold(text: str) -> str:
    """Give the letters of a text without marks, case and punctuation: `Ngày trả KQ` is `ngay tra kq`."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return _NOT_A_LETTER.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def text_of(value: Value) -> str:
    """Give what a person sees in a cell, on one line."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(unicodedata.normalize("NFC", str(value)).split())

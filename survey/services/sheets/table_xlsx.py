"""XLSX read row by row, with what a hostile archive could do refused before it is opened."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any
from xml.parsers import expat

from defusedxml.common import DefusedXmlException

from survey.exceptions import ImportRejected

MAX_ENTRIES = 100
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
# Below this a part cannot do harm, and a part of blanks packs very well.
_SMALL = 256 * 1024

Rows = Iterator[tuple[Any, ...]]


@contextmanager
def opened(content: bytes, *, max_columns: int) -> Iterator[Iterator[tuple[str, Rows]]]:
    """Give the visible sheets with their rows; formulas as the values they had when the file was saved."""
    import openpyxl  # here, because a server starts without it

    _check_archive(content)
    with warnings.catch_warnings():
        # The library warns of missing styles and odd dates; both are told to the officer where they matter.
        warnings.simplefilter("ignore")
        with _refused_when_broken():
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
        try:
            yield _sheets(book, max_columns)
        finally:
            book.close()


def _sheets(book: Any, max_columns: int) -> Iterator[tuple[str, Rows]]:
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        # Exporters write wrong extents, and the library would believe them.
        sheet.reset_dimensions()
        yield sheet.title, _rows(sheet, max_columns)


def _rows(sheet: Any, max_columns: int) -> Rows:
    with _refused_when_broken():
        yield from sheet.iter_rows(max_col=max_columns, values_only=True)


def _check_archive(content: bytes) -> None:
    """Refuse bombs by what the archive declares: no more than that is ever unpacked."""
    with _refused_when_broken(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
    if len(parts) > MAX_ENTRIES:
        raise ImportRejected(reason="archive", found=len(parts), allowed=MAX_ENTRIES)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise ImportRejected(reason="archive", found=unpacked, allowed=MAX_UNPACKED)
    for part in parts:
        if part.file_size > max(_SMALL, MAX_RATIO * part.compress_size):
            raise ImportRejected(reason="archive", found=part.file_size, allowed=MAX_RATIO)
    if len(names) != len(parts) or "xl/workbook.xml" not in names:
        raise ImportRejected(reason="not-a-table")
    with _refused_when_broken(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                with archive.open(part) as lines:
                    _check_document_type(lines)


class _RootReached(Exception):
    """The first element has begun: what may declare entities lies behind."""


def _check_document_type(part: IO[bytes]) -> None:
    """Refuse a part that declares a document type: no spreadsheet does, and entities are made there.

    Which parser the library takes depends on what else is installed, so this does not rely on it.
    """

    def declared(*_arguments: object) -> None:
        raise ImportRejected(reason="archive")

    def begun(*_arguments: object) -> None:
        raise _RootReached

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    with suppress(_RootReached, expat.ExpatError):  # a damaged part is the library's to refuse
        while chunk := part.read(_SMALL):
            parser.Parse(chunk)


@contextmanager
def _refused_when_broken() -> Iterator[None]:
    """Turn whatever a damaged file makes the library raise into one refusal."""
    try:
        yield
    except ImportRejected:
        raise
    except Exception as error:  # the library raises KeyError, ValueError, ParseError … for damaged parts
        hostile = isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException)
        raise ImportRejected(reason="archive" if hostile else "not-a-table") from error

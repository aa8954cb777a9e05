"""The archive for a statistician: one pass over the rows writes CSV and SPSS, the rest describes them."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from survey.reports import row_files
from survey.reports.data_pack import ddi, labels
from survey.reports.data_pack.codebook import Variable, variables
from survey.reports.data_pack.sav import Cell, Column, NumberColumn, SavWriter, TextColumn
from survey.services.upkeep.exports import RowExport, Value

SAV_NAME, CODEBOOK_NAME = "ratings.sav", "codebook.xml"
SCRIPT_NAME, LABELS_NAME = "estimates.R", "labels.R"
_SCRIPT = Path(__file__).with_name(SCRIPT_NAME)


def write(export: RowExport, target: BinaryIO) -> None:
    """Write the archive; neither table is ever in memory as a whole."""
    described = variables(export.about)
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        tempfile.TemporaryFile() as sav,
    ):
        rows = _tables(export, described, archive, sav)
        sav.seek(0)
        with archive.open(row_files.entry(SAV_NAME), "w", force_zip64=True) as raw:
            shutil.copyfileobj(sav, raw)
        texts = {
            CODEBOOK_NAME: ddi.codebook(export.about, described, rows=rows, file_name=row_files.RATINGS_NAME),
            SCRIPT_NAME: _SCRIPT.read_bytes(),
            LABELS_NAME: labels.labels(export.about, described).encode(),
            row_files.SPECIFICATION_NAME: export.specification.encode(),
        }
        for name, content in texts.items():
            archive.writestr(row_files.entry(name), content)


def _tables(export: RowExport, described: Sequence[Variable], archive: zipfile.ZipFile, sav: BinaryIO) -> int:
    """Write both tables in one pass, and give the number of rows: what is mixed meanwhile is in both."""
    title = f"SIPAS – {export.about.unit} – {export.about.period.code}"
    spss = SavWriter(sav, [_column(one) for one in described], title=title)
    reads = [_reader(one) for one in described]
    count = 0
    with (
        archive.open(row_files.entry(row_files.RATINGS_NAME), "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text,
    ):
        writer = csv.writer(text)
        writer.writerow(export.header)
        for row in export.rows():
            writer.writerow(row_files.safe_row(row))
            spss.write([read(value) for read, value in zip(reads, row, strict=True)])
            count += 1
    spss.close()
    return count


def _column(one: Variable) -> Column:
    if one.kind == "code":
        return TextColumn(one.name, one.label, one.values)
    missing = {code.number: code.words for code in one.missing}
    known = {int(value): words for value, words in one.values.items()}
    return NumberColumn(
        one.name, one.label, {**known, **missing}, tuple(missing), is_ordered=one.kind == "level"
    )


def _reader(one: Variable) -> Callable[[Value], Cell]:
    """Give what turns a value of the CSV into one of SPSS: a missing one into its number."""
    numbers = {missing.in_csv: missing.number for missing in one.missing}
    if not numbers:
        return lambda value: value
    return lambda value: numbers.get(value, value) if isinstance(value, str) else value

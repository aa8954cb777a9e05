"""A report as a file of the kind that is asked for."""

from __future__ import annotations

from enum import StrEnum

from survey.exceptions import InvalidInput
from survey.reports.filenames import file_name
from survey.reports.periodic import annex, pdf
from survey.reports.periodic.document import Document
from survey.services.records.period_reports import Report


class FileKind(StrEnum):
    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"


MIME = {
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.PDF: "application/pdf",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def kind_of(text: str) -> FileKind:
    try:
        return FileKind(text)
    except ValueError:
        raise InvalidInput(field="format", value=text, allowed=list(FileKind)) from None


def render(report: Report, document: Document, kind: FileKind) -> bytes:
    if kind is FileKind.XLSX:
        return annex.render(report, document)
    if kind is FileKind.PDF:
        return pdf.render(document)
    from survey.reports.periodic import docx  # here, because a server starts without its library

    return docx.render(document)


def name(report: Report, kind: FileKind) -> str:
    return file_name("bao-cao", report.figures.unit_name, report.period.code, extension=kind.value)

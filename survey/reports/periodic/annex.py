"""The annex in XLSX: the tables of the report, and the figures to the last digit."""

from __future__ import annotations

from survey.reports import xlsx_report
from survey.reports.periodic import tables
from survey.reports.periodic.document import Document
from survey.reports.words.cautions import sampling_caution
from survey.reports.words.names import period_name
from survey.reports.xlsx_report import Workbook
from survey.services.records.period_reports import Report

VI = "vi"
_SHEETS = {
    "corrections": "Đính chính",
    "dimensions": "Năm yếu tố",
    "signals": "Phiếu có dấu hiệu",
    "items": "Tiêu chí",
    "changes": "So với kỳ trước",
    "errors": "Sai số",
    "trend": "Theo tháng",
    "sources": "Người trả lời",
    "service": "Lần phục vụ",
    "evidence": "Kiểm tra",
}


def render(report: Report, document: Document) -> bytes:
    found = [*document.tables]
    if report.figures.persons:
        found.append(tables.evidence_table(report.figures))
    notes = [sampling_caution(locale=VI)]
    if report.figures.demo:
        notes.insert(0, "Dữ liệu mô phỏng")
    if report.record is None:
        notes.insert(0, "Tạm tính: kỳ chưa chốt")
    else:
        notes.append(f"Mã kiểm của số liệu đã chốt (SHA-256): {report.record.digest}")
    book = Workbook(
        title=f"{report.figures.unit_name} – {period_name(report.figures.period, locale=VI)}",
        notes=notes,
        tables=found,
        sheet_names=[_SHEETS[table.code] for table in found],
    )
    return xlsx_report.render(book)

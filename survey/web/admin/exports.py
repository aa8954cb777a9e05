"""Rows for statistics outside this product: the administrator's alone, and put into the audit first."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from typing import IO, BinaryIO

from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, now, runtime, stand_for, the_officer, today
from survey.enums import Role
from survey.exceptions import AnswersPurged, InvalidInput
from survey.forms.base import N_
from survey.forms.dossiers import ExportForm
from survey.reports import data_pack, row_files
from survey.reports.filenames import file_name
from survey.reports.words.names import period_name
from survey.services.intake import mixing
from survey.services.office import periods, plans
from survey.services.office.periods import Period, PeriodKind
from survey.services.upkeep import exports
from survey.services.upkeep.exports import RowExport
from survey.web.admin.blueprint import admin_bp

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WRITERS: Mapping[str, Callable[[RowExport, BinaryIO], None]] = {
    "csv": row_files.zipped_csv,
    "xlsx": row_files.xlsx,
    "pack": data_pack.write,
}


@admin_bp.get("/xuat-du-lieu")
@access(Role.ADMINISTRATOR)
def export_rows() -> ResponseReturnValue:
    return _page(_form(formdata=None, data={"period": str(today().year)}))


@admin_bp.post("/xuat-du-lieu")
@access(Role.ADMINISTRATOR)
def send_rows() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _page(form), 422
    period, file_format = periods.parse(form.period.data), form.file_format.data
    # A file on disk, not in memory: closed, and so deleted, once it is sent.
    content = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        with database().read() as session:
            export = exports.gather(
                session, store=runtime().instruments, unit_id=the_officer().unit_id, period=period
            )
            _WRITERS[file_format](export, content)
    except AnswersPurged:
        content.close()
        form.refuse(
            form.period,
            N_("Câu trả lời từng người của kỳ này đã hết hạn lưu. Tổng số vẫn còn trên các trang."),
        )
        return _page(form), 422
    except InvalidInput:
        content.close()
        form.refuse(form.file_format, N_("Quá nhiều dòng cho một bảng tính. Hãy chọn CSV."))
        return _page(form), 422
    _record(period, export, file_format)
    content.seek(0)
    return _download(content, period, file_format)


def _record(period: Period, export: RowExport, file_format: str) -> None:
    login, at = the_officer().login, now()
    database().write(
        lambda session: exports.record(
            session, period=period, rows=len(export), file_format=file_format, login=login, now=at
        )
    )


def _download(content: IO[bytes], period: Period, file_format: str) -> Response:
    spreadsheet = file_format == "xlsx"
    kind = "pack" if file_format == "pack" else "ratings"
    name = file_name("sipas", kind, period.code, extension="xlsx" if spreadsheet else "zip")
    mimetype = _XLSX if spreadsheet else "application/zip"
    return send_file(content, mimetype=mimetype, as_attachment=True, download_name=name)


def _form(**values: object) -> ExportForm:
    form = ExportForm(locale=current_locale(), prefix="export", **values)
    with database().read() as session:
        years = sorted({*plans.years(session, the_officer().unit_id), today().year}, reverse=True)
    form.offer([choice for year in years for choice in _periods_of(year)])
    return form


def _periods_of(year: int) -> list[tuple[str, str]]:
    """Offer a year, its quarters and its months: nothing finer leaves."""
    locale = current_locale()
    offered = [periods.make(year)]
    for kind, count in ((PeriodKind.QUARTER, 4), (PeriodKind.MONTH, 12)):
        offered += [periods.make(year, kind, number) for number in range(1, count + 1)]
    return [(period.code, period_name(period, locale=locale)) for period in offered]


def _page(form: ExportForm) -> str:
    stand_for("admin.export_rows")
    with database().read() as session:
        waiting = mixing.count_waiting(session)
    return render_template("admin/exports.html", form=form, waiting=waiting)

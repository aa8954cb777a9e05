"""Addresses of the officers' views with their filters, and their tables as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from io import BytesIO
from typing import Any, TypeVar, cast

from flask import Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from survey.exceptions import InvalidInput, NotFound
from survey.i18n import translations
from survey.reports import xlsx_report
from survey.reports.filenames import file_name
from survey.reports.tables import Table
from survey.reports.xlsx_report import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_ARGUMENTS = {"format", "table"}

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def own_address(**changes: str) -> str:
    """Give this view's own address without what is empty, with some things changed."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name not in FILE_ARGUMENTS
    }
    return url_for(request.endpoint or "", **((request.view_args or {}) | kept | changes))


def without_empty_fields(view: View) -> View:
    """Lead a form's empty fields out of the address of a view: they do not belong into a bookmark."""

    @wraps(view)
    def tidy(**arguments: Any) -> ResponseReturnValue:
        if any(not value for value in request.args.values()):
            return redirect(own_address())
        return view(**arguments)

    return cast("View", tidy)


def table_addresses(tables: Mapping[str, Table]) -> dict[str, str]:
    """Give the address of each table's file."""
    return {code: own_address(format="xlsx", table=code) for code in tables}


def asks_for_file() -> bool:
    return bool(request.args.get("format"))


def tables_file(
    tables: Mapping[str, Table],
    make: Callable[[Sequence[str]], Workbook],
    *,
    unit: str,
    period: str,
    locale: str,
) -> Response:
    """Give the tables of a view, all of them or the one that is asked for.

    Raises
    ------
    InvalidInput, NotFound
    """
    if request.args["format"] != "xlsx":
        raise InvalidInput(field="format", value=request.args["format"])
    wanted = request.args.get("table")
    if wanted and wanted not in tables:
        raise NotFound(what="table", value=wanted)
    content = xlsx_report.render(make([wanted] if wanted else list(tables)))
    name = file_name(translations(locale).gettext("hai-long"), unit, period, wanted or "", extension="xlsx")
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)

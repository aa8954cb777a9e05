"""The one page: where each of the five goals stands, month by month, and what would settle it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, runtime, the_officer, today
from survey.enums import Role
from survey.exceptions import InvalidInput, NotFound
from survey.forms.officer import FilterForm
from survey.i18n import translations
from survey.reports import overview as reports
from survey.reports import xlsx_report
from survey.reports.filenames import file_name
from survey.services import officer_page
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.wording import filter_wording

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_ARGUMENTS = {"format", "table"}


@officer_bp.get("/")
@access(Role.VIEWER)
def overview() -> ResponseReturnValue:
    if any(not value for value in request.args.values()):
        return redirect(_address())  # a form sends its empty fields along: keep them out of bookmarks
    locale = current_locale()
    form = FilterForm(request.args, locale=locale)
    unit_id = the_officer().unit_id
    with database().read() as session:
        choices = officer_page.choices(session, unit_id=unit_id, today=today(), locale=locale)
        form.offer(choices, filter_wording(choices.years, locale=locale))
        if not form.validate():
            return render_template("officer/overview.html", form=form, view=None, downloads={}), 422
        page = officer_page.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            period=form.chosen_period(),
            filters=form.filters(),
            today=today(),
            locale=locale,
        )
    view = reports.build(page, locale=locale)
    if request.args.get("format"):
        return _file(view, period=form.chosen_period().code, locale=locale)
    downloads = {code: _address(format="xlsx", table=code) for code in view.tables}
    return render_template("officer/overview.html", form=form, view=view, downloads=downloads)


def _address(**changes: str) -> str:
    """Give this page's own address without what is empty, with some things changed."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name not in FILE_ARGUMENTS
    }
    return url_for("officer.overview", **(kept | changes))


def _file(view: reports.OverviewView, *, period: str, locale: str) -> Response:
    """Give the tables of the page, all of them or the one that is asked for."""
    if request.args["format"] != "xlsx":
        raise InvalidInput(field="format", value=request.args["format"])
    wanted = request.args.get("table")
    if wanted and wanted not in view.tables:
        raise NotFound(what="table", value=wanted)
    codes = [wanted] if wanted else list(view.tables)
    content = xlsx_report.render(reports.workbook(view, codes, locale=locale))
    name = file_name(
        translations(locale).gettext("hai-long"), view.unit, period, wanted or "", extension="xlsx"
    )
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)

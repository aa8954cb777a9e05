"""What stands around every report of the office."""

from __future__ import annotations

from dataclasses import asdict

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, now, stand_for, the_officer, today
from survey.enums import Role
from survey.forms.base import N_
from survey.forms.reports import ReportSettingsForm
from survey.services.office import periods
from survey.services.records import report_settings as service
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell


@admin_bp.get("/thong-tin-bao-cao")
@access(Role.ADMINISTRATOR)
def report_settings() -> ResponseReturnValue:
    with database().read() as session:
        kept = service.read(session)
    form = ReportSettingsForm(locale=current_locale(), formdata=None, data=asdict(kept))
    return _page(form)


@admin_bp.post("/thong-tin-bao-cao")
@access(Role.ADMINISTRATOR)
def save_report_settings() -> ResponseReturnValue:
    form = ReportSettingsForm(locale=current_locale())
    form.offer()
    if not form.validate():
        return _page(form), 422
    login, at = the_officer().login, now()
    database().write(lambda session: service.change(session, form.settings(), login=login, now=at))
    tell(N_("Đã lưu thông tin báo cáo."))
    return redirect(url_for("admin.report_settings"), 303)


def _page(form: ReportSettingsForm) -> str:
    stand_for("admin.report_settings")
    form.offer()
    period = periods.make(today().year)
    with database().read() as session:
        head = service.head(session, unit_id=the_officer().unit_id, period=period)
    return render_template("admin/report_settings.html", form=form, head=head)

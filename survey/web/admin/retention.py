"""How long the office keeps what, and what goes next."""

from __future__ import annotations

from dataclasses import asdict

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, now, stand_for, the_officer, today
from survey.enums import Role
from survey.forms.base import N_
from survey.forms.retention import RetentionForm
from survey.services.answers import kept
from survey.services.office import installation
from survey.services.upkeep import retention as service
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell


@admin_bp.get("/thoi-han-luu")
@access(Role.ADMINISTRATOR)
def retention() -> ResponseReturnValue:
    with database().read() as session:
        found = service.read(session)
    return _page(RetentionForm(locale=current_locale(), formdata=None, data=asdict(found)))


@admin_bp.post("/thoi-han-luu")
@access(Role.ADMINISTRATOR)
def save_retention() -> ResponseReturnValue:
    form = RetentionForm(locale=current_locale())
    if not form.validate():
        return _page(form), 422
    login, at = the_officer().login, now()
    database().write(lambda session: service.change(session, form.retention(), login=login, now=at))
    tell(N_("Đã lưu thời hạn. Dữ liệu quá hạn được xóa trong ngày."))
    return redirect(url_for("admin.retention"), 303)


def _page(form: RetentionForm) -> str:
    stand_for("admin.retention")
    with database().read() as session:
        due = service.due(session, today=today(), now=now())
        first_kept = kept.answers_from(session)
        demo = installation.read(session).demo
    return render_template(
        "admin/retention.html",
        form=form,
        due=due,
        first_kept=first_kept,
        bounds=service.BOUNDS,
        demo=demo,
    )

"""The counter calls a person to the tablet. The page tells nothing of what becomes of the call."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey.context import access, current_instrument, current_locale, database, now, stand_for, the_officer
from survey.enums import Role, Stage
from survey.forms.base import N_
from survey.forms.calls import STAGES, CallForm
from survey.services.office import scopes
from survey.services.tablets import calls
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell


@admin_bp.get("/moi-danh-gia")
@access(Role.OFFICER)
def call_form() -> ResponseReturnValue:
    """Show the form as it was used last: at a counter most calls are alike."""
    return _page(_form(request.args))


@admin_bp.post("/moi-danh-gia")
@access(Role.OFFICER)
def call_to_kiosk() -> ResponseReturnValue:
    form = _form(request.form)
    if not form.validate():
        return _page(form), 422
    device_id, stage = int(form.kiosk.data), Stage(form.stage.data)
    field_id = int(form.field.data) if form.field.data else None
    unit_id, at = the_officer().unit_id, now()
    database().write(
        lambda session: calls.call(
            session, unit_id=unit_id, device_id=device_id, stage=stage, field_id=field_id, now=at
        )
    )
    tell(N_("Đã mời. Máy sẽ mở phiếu trong vài giây; không ai bấm thì lời mời tự hết sau hai phút."))
    kept = {name: form[name].data for name in ("kiosk", "stage", "field") if form[name].data}
    return redirect(url_for("admin.call_form", **kept), 303)


def _form(given: MultiDict[str, str]) -> CallForm:
    locale = current_locale()
    form = CallForm(given, locale=locale)
    question = current_instrument().instrument.stage
    texts = {option.code: option.text for option in question.options}
    with database().read() as session:
        form.offer(
            calls.tablets(session, unit_id=the_officer().unit_id),
            [(stage.value, texts[stage.value].get(locale) or texts[stage.value]["vi"]) for stage in STAGES],
            [(str(field.id), field.name) for field in scopes.fields_list(session, locale)],
        )
    return form


def _page(form: CallForm) -> str:
    stand_for("admin.call_form")
    return render_template("admin/call.html", form=form)

"""Fields, which are the tiles of the kiosk, and the procedures in them."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, now, stand_for, the_officer
from survey.enums import Role
from survey.exceptions import NotFound, SurveyError
from survey.forms.admin import ExplainingForm
from survey.forms.base import N_
from survey.forms.procedures import FieldForm, ProcedureForm
from survey.services.office import procedures
from survey.services.office.procedures import FieldView, ProcedureView
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell

Forms = dict[str, ExplainingForm]


@admin_bp.get("/linh-vuc")
@access(Role.ADMINISTRATOR)
def catalogue() -> ResponseReturnValue:
    return _page({})


@admin_bp.post("/linh-vuc")
@access(Role.ADMINISTRATOR)
def add_field() -> ResponseReturnValue:
    form = FieldForm(locale=current_locale(), prefix="new-field")
    login, at = the_officer().login, now()

    def work(session: Session) -> None:
        procedures.add_field(session, form.field_data(), login=login, now=at)

    return _saved("new-field", form, work, N_("Đã thêm lĩnh vực."))


@admin_bp.post("/linh-vuc/<int:field_id>")
@access(Role.ADMINISTRATOR)
def change_field(field_id: int) -> ResponseReturnValue:
    key = f"field-{field_id}"
    form = FieldForm(locale=current_locale(), prefix=key)
    before = _field(field_id)
    login, at = the_officer().login, now()

    def work(session: Session) -> None:
        procedures.change_field(session, field_id, form.field_data(before), login=login, now=at)

    return _saved(key, form, work, N_("Đã lưu lĩnh vực."))


@admin_bp.post("/linh-vuc/<int:field_id>/chuyen")
@access(Role.ADMINISTRATOR)
def move_field(field_id: int) -> ResponseReturnValue:
    login, at, up = the_officer().login, now(), request.form.get("way") == "up"
    database().write(lambda session: procedures.move_field(session, field_id, up=up, login=login, now=at))
    return redirect(url_for("admin.catalogue", _anchor=f"field-{field_id}"), 303)


@admin_bp.post("/thu-tuc")
@access(Role.ADMINISTRATOR)
def add_procedure() -> ResponseReturnValue:
    form = _procedure_form("new-procedure")
    login, at = the_officer().login, now()

    def work(session: Session) -> None:
        procedures.add_procedure(
            session, names=form.names(), field_id=form.field_id.data, login=login, now=at
        )

    return _saved("new-procedure", form, work, N_("Đã thêm thủ tục."))


@admin_bp.get("/thu-tuc/<int:procedure_id>")
@access(Role.ADMINISTRATOR)
def one_procedure(procedure_id: int) -> ResponseReturnValue:
    procedure = _procedure(procedure_id)
    form = _procedure_form("procedure", formdata=None, data=ProcedureForm.values(procedure))
    return render_template("admin/procedure.html", procedure=procedure, form=form)


@admin_bp.post("/thu-tuc/<int:procedure_id>")
@access(Role.ADMINISTRATOR)
def change_procedure(procedure_id: int) -> ResponseReturnValue:
    procedure, form = _procedure(procedure_id), _procedure_form("procedure")
    login, at = the_officer().login, now()

    def work(session: Session) -> None:
        procedures.change_procedure(
            session,
            procedure_id,
            names=form.names(procedure),
            field_id=form.field_id.data,
            active=bool(form.active.data),
            login=login,
            now=at,
        )

    if _done(form, work):
        tell(N_("Đã lưu thủ tục."))
        return redirect(url_for("admin.catalogue"), 303)
    stand_for("admin.one_procedure", procedure_id=procedure_id)
    return render_template("admin/procedure.html", procedure=procedure, form=form), 422


def _done(form: ExplainingForm, work: Callable[[Session], None]) -> bool:
    """Do the work of a form; False where its fields say what is wrong."""
    if not form.validate():
        return False
    try:
        database().write(work)
    except SurveyError as error:
        form.explain(error)
        return False
    return True


def _saved(key: str, form: ExplainingForm, work: Callable[[Session], None], done: str) -> ResponseReturnValue:
    if not _done(form, work):
        return _page({key: form}), 422
    tell(done)
    return redirect(url_for("admin.catalogue"), 303)


def _field(field_id: int) -> FieldView:
    with database().read() as session:
        found = next((f for f in procedures.all_fields(session) if f.id == field_id), None)
    if found is None:
        raise NotFound(what="field", value=field_id)
    return found


def _procedure(procedure_id: int) -> ProcedureView:
    with database().read() as session:
        found = next((p for p in procedures.all_procedures(session) if p.id == procedure_id), None)
    if found is None:
        raise NotFound(what="procedure", value=procedure_id)
    return found


def _procedure_form(prefix: str, **values: object) -> ProcedureForm:
    form = ProcedureForm(locale=current_locale(), prefix=prefix, **values)
    with database().read() as session:
        form.offer(procedures.all_fields(session))
    return form


def _page(sent: Forms) -> str:
    stand_for("admin.catalogue")
    with database().read() as session:
        fields = procedures.all_fields(session)
        known = procedures.all_procedures(session)
    locale = current_locale()
    forms: Forms = {
        "new-field": FieldForm(locale=locale, prefix="new-field", formdata=None),
        "new-procedure": _procedure_form("new-procedure", formdata=None),
    }
    for field in fields:
        key = f"field-{field.id}"
        forms[key] = FieldForm(locale=locale, prefix=key, formdata=None, data=FieldForm.values(field))
    return render_template(
        "admin/catalogue.html",
        fields=fields,
        shown=sum(field.active for field in fields),
        most=procedures.MOST_FIELDS,
        procedures={field.id: [p for p in known if p.field_id == field.id] for field in fields},
        forms={**forms, **sent},
    )

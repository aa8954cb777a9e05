"""First run: one calm page with the steps, what is seen to and what is open, and the confirmation."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, now, stand_for, the_officer, today
from survey.enums import Role
from survey.exceptions import Conflict, SurveyError
from survey.forms.admin import ContactForm, DeskForm, UnitChoiceForm
from survey.forms.base import N_
from survey.services.office import setup, units
from survey.services.office.setup import FirstRun, Step
from survey.services.office.units import UnitView
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell
from survey.web.admin.unit_labels import label, labels

# A list of radio buttons that still can be read.
MOST_UNITS = 12


@admin_bp.get("/")
@access(Role.ADMINISTRATOR)
def first_run() -> ResponseReturnValue:
    return _page()


@admin_bp.post("/don-vi-va-nam")
@access(Role.ADMINISTRATOR)
def choose_unit() -> ResponseReturnValue:
    form = _unit_form(_all_units())
    if not form.validate():
        return _page(unit_form=form), 422
    login, at, day = the_officer().login, now(), today()

    def choose(session: Session) -> None:
        setup.choose_unit(
            session, unit_id=form.unit_id.data, year=form.year.data, today=day, login=login, now=at
        )

    try:
        database().write(choose)
    except SurveyError as error:
        form.explain(error)
        return _page(unit_form=form), 422
    return _next(Step.UNIT, N_("Đã lưu đơn vị và năm kế hoạch."))


@admin_bp.post("/linh-vuc/da-xem")
@access(Role.ADMINISTRATOR)
def review_fields() -> ResponseReturnValue:
    login, at = the_officer().login, now()
    database().write(lambda session: setup.review_fields(session, login=login, now=at))
    return _next(Step.FIELDS, N_("Đã ghi nhận danh sách lĩnh vực."))


@admin_bp.post("/lien-he")
@access(Role.ADMINISTRATOR)
def set_contact() -> ResponseReturnValue:
    form = ContactForm(locale=current_locale(), prefix="contact")
    if not form.validate():
        return _page(contact_form=form), 422
    login, at = the_officer().login, now()
    database().write(
        lambda session: setup.set_contact(
            session,
            hotline=form.hotline.data or "",
            petition_address=form.petition_address.data or "",
            wifi_note=form.wifi_note.data or "",
            login=login,
            now=at,
        )
    )
    return _next(Step.CONTACT, N_("Đã lưu nơi liên hệ."))


@admin_bp.post("/xac-nhan")
@access(Role.ADMINISTRATOR)
def confirm_setup() -> ResponseReturnValue:
    login, at, day = the_officer().login, now(), today()
    try:
        database().write(lambda session: setup.confirm(session, today=day, login=login, now=at))
    except Conflict:
        return _page(refused=True), 409
    tell(N_("Đã xác nhận thiết lập. Từ nay các trang không còn ghi “chưa xác nhận”."))
    return redirect(url_for("admin.first_run"), 303)


def _next(step: Step, done: str) -> ResponseReturnValue:
    tell(done)
    return redirect(url_for("admin.first_run", _anchor=step.value), 303)


def _all_units() -> list[UnitView]:
    with database().read() as session:
        return list(units.all_units(session))


def _unit_form(found: list[UnitView], **values: object) -> UnitChoiceForm:
    form = UnitChoiceForm(locale=current_locale(), **values)
    form.offer(found, labels(found, on=today()))
    return form


def _page(
    *,
    unit_form: UnitChoiceForm | None = None,
    contact_form: ContactForm | None = None,
    refused: bool = False,
) -> str:
    stand_for("admin.first_run", **request.args.to_dict())
    with database().read() as session:
        state = setup.state(session, today=today())
        known = list(units.all_units(session))
    if unit_form is not None:
        offered = [unit for unit in known if unit.id in {unit_form.unit_id.data, state.unit.id}]
        unit_form.offer(offered, labels(offered, on=today()))
    wanted = request.args.get("tim", "").strip()[:80]
    found = list(units.search(known, wanted, on=today()))[:MOST_UNITS] if wanted else []
    return render_template(
        "admin/first_run.html",
        state=state,
        Step=Step,
        unit_label=label(state.unit, on=today()),
        wanted=wanted,
        found=found,
        unit_form=unit_form or _unit_form(found or [state.unit], formdata=None, data=_chosen(state, found)),
        contact_form=contact_form
        or ContactForm(locale=current_locale(), prefix="contact", formdata=None, obj=state.installation),
        desk_forms={
            desk.id: DeskForm(
                locale=current_locale(), prefix=f"desk-{desk.id}", formdata=None, data=_desk_data(desk.name)
            )
            for desk in state.desks
            if desk.active
        },
        refused=refused,
    )


def _chosen(state: FirstRun, found: list[UnitView]) -> dict[str, object]:
    return {"unit_id": found[0].id if len(found) == 1 else state.unit.id, "year": state.year}


def _desk_data(name: str) -> dict[str, object]:
    return {"name": name, "active": True}

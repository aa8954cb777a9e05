"""The tree of units: search it, put right what is wrong, add what it lacks, say what followed what."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, now, stand_for, the_officer, today
from survey.enums import Role, UnitLevel
from survey.exceptions import SurveyError
from survey.forms.admin import LEVELS, SuccessionForm, UnitForm
from survey.forms.base import N_
from survey.services.office import units
from survey.services.office.units import UnitView
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell, translated
from survey.web.admin.unit_labels import labels

SHOWN = 50


@admin_bp.get("/don-vi")
@access(Role.ADMINISTRATOR)
def all_units() -> ResponseReturnValue:
    return _list_page()


@admin_bp.post("/don-vi")
@access(Role.ADMINISTRATOR)
def add_unit() -> ResponseReturnValue:
    form = _unit_form(_known(), prefix="new")
    if not form.validate():
        return _list_page(form), 422
    login, at, data = the_officer().login, now(), form.unit_data()
    try:
        added = database().write(lambda session: units.add(session, data, login=login, now=at))
    except SurveyError as error:
        form.explain(error)
        return _list_page(form), 422
    tell(N_("Đã thêm đơn vị."))
    return redirect(url_for("admin.one_unit", unit_id=added), 303)


@admin_bp.get("/don-vi/<int:unit_id>")
@access(Role.ADMINISTRATOR)
def one_unit(unit_id: int) -> ResponseReturnValue:
    return _unit_page(unit_id)


@admin_bp.post("/don-vi/<int:unit_id>")
@access(Role.ADMINISTRATOR)
def change_unit(unit_id: int) -> ResponseReturnValue:
    form = _unit_form(_known(), prefix="unit")
    if not form.validate():
        return _unit_page(unit_id, form=form), 422
    login, at, data = the_officer().login, now(), form.unit_data()
    try:
        database().write(lambda session: units.change(session, unit_id, data, login=login, now=at))
    except SurveyError as error:
        form.explain(error)
        return _unit_page(unit_id, form=form), 422
    tell(N_("Đã lưu đơn vị."))
    return redirect(url_for("admin.one_unit", unit_id=unit_id), 303)


@admin_bp.post("/don-vi/<int:unit_id>/thay-the")
@access(Role.ADMINISTRATOR)
def succeed_unit(unit_id: int) -> ResponseReturnValue:
    known = _known()
    form = SuccessionForm(locale=current_locale(), prefix="next")
    form.offer(known, labels(known, on=today()))
    if not form.validate():
        return _unit_page(unit_id, succession=form), 422
    login, at, on = the_officer().login, now(), form.on.data or today()

    def succeed(session: Session) -> None:
        units.succeed(
            session,
            predecessor_id=unit_id,
            successor_id=form.successor_id.data,
            on=on,
            login=login,
            now=at,
        )

    try:
        database().write(succeed)
    except SurveyError as error:
        form.explain(error)
        return _unit_page(unit_id, succession=form), 422
    tell(N_("Đã ghi đơn vị mới thay đơn vị này."))
    return redirect(url_for("admin.one_unit", unit_id=unit_id), 303)


def _known() -> list[UnitView]:
    with database().read() as session:
        return list(units.all_units(session))


def _unit_form(known: list[UnitView], **values: object) -> UnitForm:
    form = UnitForm(locale=current_locale(), **values)
    form.offer(known, labels(known, on=today()))
    return form


def _level_names() -> dict[UnitLevel, str]:
    return {level: translated(text) for level, text in LEVELS.items()}


def _list_page(form: UnitForm | None = None) -> str:
    stand_for("admin.all_units", **request.args.to_dict())
    known = _known()
    wanted = request.args.get("tim", "").strip()[:80]
    found = units.search(known, wanted, on=today())
    return render_template(
        "admin/units.html",
        wanted=wanted,
        found=found[:SHOWN],
        total=len(found),
        on=today(),
        levels=_level_names(),
        form=form or _unit_form(known, prefix="new", formdata=None),
    )


def _unit_page(
    unit_id: int, *, form: UnitForm | None = None, succession: SuccessionForm | None = None
) -> str:
    stand_for("admin.one_unit", unit_id=unit_id)
    known = _known()
    with database().read() as session:
        unit = units.get(session, unit_id)
    if form is None:
        data = {"parent_id": unit.parent_id or 0, "level": unit.level.value}
        form = _unit_form(known, prefix="unit", formdata=None, obj=unit, data=data)
    others = [other for other in known if other.level is unit.level and other.id != unit_id]
    if succession is None:
        succession = SuccessionForm(locale=current_locale(), prefix="next", formdata=None)
        succession.offer(others, labels(others, on=today()))
    return render_template(
        "admin/unit.html",
        unit=unit,
        is_valid=unit.is_valid_on(today()),
        levels=_level_names(),
        form=form,
        succession=succession,
        has_others=bool(others),
    )

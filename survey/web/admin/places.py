"""Desks and their counters: names, codes, which are in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, now, stand_for, the_officer, today
from survey.enums import Role
from survey.exceptions import SurveyError
from survey.forms.admin import CounterForm, DeskForm, ExplainingForm, NewCounterForm, NewDeskForm
from survey.forms.base import N_
from survey.services.office import desks, unit_tree
from survey.services.office.desks import DeskView
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell

Forms = dict[str, ExplainingForm]


@admin_bp.get("/bo-phan")
@access(Role.ADMINISTRATOR)
def places() -> ResponseReturnValue:
    return _page({})


@admin_bp.post("/bo-phan")
@access(Role.ADMINISTRATOR)
def add_desk() -> ResponseReturnValue:
    form = NewDeskForm(locale=current_locale(), prefix="new-desk")
    _offer_units(form)
    login, at, unit_id = the_officer().login, now(), form.unit_id.data

    def work(session: Session) -> None:
        desks.add(
            session,
            unit_id=unit_id,
            code=form.code.data,
            name=form.name.data,
            login=login,
            now=at,
        )

    return _saved("new-desk", form, work, N_("Đã thêm bộ phận."))


@admin_bp.post("/bo-phan/<int:desk_id>")
@access(Role.ADMINISTRATOR)
def change_desk(desk_id: int) -> ResponseReturnValue:
    key = f"desk-{desk_id}"
    form = DeskForm(locale=current_locale(), prefix=key)
    login, at = the_officer().login, now()

    def work(session: Session) -> None:
        desks.change(
            session, desk_id, name=form.name.data, active=bool(form.active.data), login=login, now=at
        )

    return _saved(key, form, work, N_("Đã lưu bộ phận."))


@admin_bp.post("/bo-phan/<int:desk_id>/quay")
@access(Role.ADMINISTRATOR)
def add_counter(desk_id: int) -> ResponseReturnValue:
    key = f"new-counter-{desk_id}"
    form = NewCounterForm(locale=current_locale(), prefix=key)
    login, at = the_officer().login, now()

    def work(session: Session) -> None:
        desks.add_counter(session, desk_id, code=form.code.data, name=form.name.data, login=login, now=at)

    return _saved(key, form, work, N_("Đã thêm quầy."))


@admin_bp.post("/quay/<int:counter_id>")
@access(Role.ADMINISTRATOR)
def change_counter(counter_id: int) -> ResponseReturnValue:
    key = f"counter-{counter_id}"
    form = CounterForm(locale=current_locale(), prefix=key)
    login, at = the_officer().login, now()

    def work(session: Session) -> None:
        desks.change_counter(
            session, counter_id, name=form.name.data, active=bool(form.active.data), login=login, now=at
        )

    return _saved(key, form, work, N_("Đã lưu quầy."))


def _saved(key: str, form: ExplainingForm, work: Callable[[Session], None], done: str) -> ResponseReturnValue:
    """Do the work of a form; a form that was refused comes back as it was typed."""
    if not form.validate():
        return _page({key: form}), 422
    try:
        database().write(work)
    except SurveyError as error:
        form.explain(error)
        return _page({key: form}), 422
    tell(done)
    if request.form.get("back") == "first-run":
        return redirect(url_for("admin.first_run", _anchor="desks"), 303)
    return redirect(url_for("admin.places"), 303)


def _page(sent: Forms) -> str:
    stand_for("admin.places")
    with database().read() as session:
        found = desks.all_desks(session, unit_id=the_officer().unit_id)
    return render_template(
        "admin/places.html", desks=found, own_unit=the_officer().unit_id, forms={**_fresh(found), **sent}
    )


def _offer_units(form: NewDeskForm) -> None:
    with database().read() as session:
        form.offer_units(unit_tree.standing(session, the_officer().unit_id, on=today()))


def _fresh(found: Sequence[DeskView]) -> Forms:
    """Make one form for each thing on the page, filled with what is stored."""
    locale = current_locale()
    new = NewDeskForm(locale=locale, prefix="new-desk", formdata=None)
    _offer_units(new)
    forms: Forms = {"new-desk": new}
    for desk in found:
        key = f"desk-{desk.id}"
        forms[key] = DeskForm(locale=locale, prefix=key, formdata=None, obj=desk)
        key = f"new-counter-{desk.id}"
        forms[key] = NewCounterForm(locale=locale, prefix=key, formdata=None)
        for counter in desk.counters:
            key = f"counter-{counter.id}"
            forms[key] = CounterForm(locale=locale, prefix=key, formdata=None, obj=counter)
    return forms

"""Accounts: who may sign in and do what; a one-time password is shown in one answer and nowhere again."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, now, stand_for, the_officer, today
from survey.enums import Role
from survey.exceptions import SurveyError
from survey.forms.admin import AccountForm, NewAccountForm
from survey.forms.base import N_
from survey.services.office import unit_tree
from survey.services.people import accounts, officers
from survey.services.people.accounts import NewPassword
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell


@admin_bp.get("/tai-khoan")
@access(Role.ADMINISTRATOR)
def all_accounts() -> ResponseReturnValue:
    return _page()


@admin_bp.post("/tai-khoan")
@access(Role.ADMINISTRATOR)
def open_account() -> ResponseReturnValue:
    form = _new_form()
    if not form.validate():
        return _page(form), 422
    by, unit_id, at = the_officer().login, form.unit_id.data, now()
    role = Role(form.role.data)
    try:
        made = NewPassword.make(form.login.data)
        database().write(
            lambda session: accounts.open_account(
                session, password=made, role=role, unit_id=unit_id, by=by, now=at
            )
        )
    except SurveyError as error:
        form.explain(error)
        return _page(form), 422
    return _page(made=made)


@admin_bp.post("/tai-khoan/<int:officer_id>")
@access(Role.ADMINISTRATOR)
def change_account(officer_id: int) -> ResponseReturnValue:
    form = _form(officer_id)
    if not form.validate():
        return _page(changed={officer_id: form}), 422
    by, at = the_officer().login, now()

    def change(session: Session) -> None:
        accounts.change_account(
            session,
            officer_id=officer_id,
            role=Role(form.role.data),
            active=bool(form.active.data),
            by=by,
            now=at,
        )

    try:
        database().write(change)
    except SurveyError as error:
        form.explain(error)
        return _page(changed={officer_id: form}), 422
    tell(N_("Đã lưu tài khoản. Người này phải đăng nhập lại."))
    return redirect(url_for("admin.all_accounts"), 303)


@admin_bp.post("/tai-khoan/<int:officer_id>/mat-khau")
@access(Role.ADMINISTRATOR)
def renew_password(officer_id: int) -> ResponseReturnValue:
    by, at = the_officer().login, now()
    with database().read() as session:
        made = NewPassword.make(accounts.login_of(session, officer_id))
    database().write(
        lambda session: accounts.renew_password(session, officer_id=officer_id, password=made, by=by, now=at)
    )
    return _page(made=made)


def _new_form(**values: object) -> NewAccountForm:
    form = NewAccountForm(locale=current_locale(), prefix="new", **values)
    form.offer()
    with database().read() as session:
        form.offer_units(unit_tree.standing(session, the_officer().unit_id, on=today()))
    return form


def _form(officer_id: int, **values: object) -> AccountForm:
    form = AccountForm(locale=current_locale(), prefix=f"account-{officer_id}", **values)
    form.offer()
    return form


def _page(
    form: NewAccountForm | None = None,
    *,
    changed: dict[int, AccountForm] | None = None,
    made: NewPassword | None = None,
) -> str:
    stand_for("admin.all_accounts")
    with database().read() as session:
        known = officers.list_officers(session, unit_id=the_officer().unit_id)
    forms = {
        one.id: _form(one.id, formdata=None, data={"role": one.role.value, "active": one.active})
        for one in known
    }
    return render_template(
        "admin/accounts.html",
        own_unit=the_officer().unit_id,
        accounts=sorted(known, key=lambda one: (not one.active, one.login)),
        forms={**forms, **(changed or {})},
        wrong=set(changed or {}),
        form=form or _new_form(formdata=None),
        made=made,
    )

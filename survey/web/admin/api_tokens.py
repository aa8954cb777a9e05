"""API tokens: which programs may issue slips; a new token is shown in one answer and nowhere again."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, keyring, now, settings, stand_for, the_officer
from survey.enums import Role
from survey.exceptions import SurveyError
from survey.forms.api_tokens import NewApiTokenForm
from survey.forms.base import N_
from survey.services.https import addresses
from survey.services.office import scopes
from survey.services.people import api_tokens
from survey.services.people.api_tokens import NewApiToken
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell


@admin_bp.get("/khoa-api")
@access(Role.ADMINISTRATOR)
def all_api_tokens() -> ResponseReturnValue:
    return _page(NewApiTokenForm(locale=current_locale()))


@admin_bp.post("/khoa-api")
@access(Role.ADMINISTRATOR)
def new_api_token() -> ResponseReturnValue:
    form = NewApiTokenForm(locale=current_locale())
    ring, officer, at = keyring(), the_officer(), now()
    with database().read() as session:
        form.offer(scopes.desks_of(session, officer.unit_id))
    if not form.validate():
        return _page(form), 422
    try:
        made = database().write(
            lambda session: api_tokens.create(
                session,
                keyring=ring,
                name=form.name.data,
                unit_id=officer.unit_id,
                desk_id=form.desk_id.data or None,
                login=officer.login,
                now=at,
            )
        )
    except SurveyError as error:
        form.explain(error)
        return _page(form), 422
    return _page(NewApiTokenForm(locale=current_locale(), formdata=None), made=made)


@admin_bp.post("/khoa-api/<int:token_id>/thu-hoi")
@access(Role.ADMINISTRATOR)
def revoke_api_token(token_id: int) -> ResponseReturnValue:
    officer, at = the_officer(), now()
    database().write(
        lambda session: api_tokens.revoke(
            session, token_id=token_id, unit_id=officer.unit_id, login=officer.login, now=at
        )
    )
    tell(N_("Đã thu hồi khóa. Phần mềm dùng khóa đó không phát hành phiếu được nữa."))
    return redirect(url_for("admin.all_api_tokens"), 303)


def _page(form: NewApiTokenForm, *, made: NewApiToken | None = None) -> str:
    stand_for("admin.all_api_tokens")
    unit_id = the_officer().unit_id
    with database().read() as session:
        form.offer(scopes.desks_of(session, unit_id))
        tokens = api_tokens.all_tokens(session, unit_id=unit_id)
    secure = settings().tls_port is not None or (settings().public_url or "").startswith("https://")
    base = addresses.tablet_url(settings()) if settings().tls_port else addresses.phone_url(settings())
    return render_template(
        "admin/api_tokens.html",
        form=form,
        tokens=tokens,
        made=made,
        address=f"{base}/api/v1",
        secure=secure,
    )

"""Sign-in, sign-out, the first administrator, a new password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import (
    PUBLIC,
    access,
    current_locale,
    current_officer,
    database,
    keyring,
    now,
    stand_for,
    the_officer,
)
from survey.enums import Role
from survey.exceptions import NotFound, SignInFailed, SignInThrottled, SurveyError
from survey.forms.auth import ChangePasswordForm, SetUpForm, SignInForm
from survey.services.office import audit, installation
from survey.services.people import officers
from survey.web import kept_language
from survey.web.security import is_secure, session_cookie_name

auth_bp = Blueprint("auth", __name__, url_prefix="/can-bo")
kept_language.init_blueprint(auth_bp)


@auth_bp.get("/dang-nhap")
@access(PUBLIC)
def sign_in() -> ResponseReturnValue:
    if current_officer() is not None:
        return redirect(_local(request.args.get("next")))
    form = SignInForm(locale=current_locale(), data={"next": request.args.get("next", "")})
    with database().read() as reading:
        nobody_yet = officers.setup_is_open(reading)
    return _sign_in_page(form, nobody_yet=nobody_yet)


def _sign_in_page(
    form: SignInForm, *, failed: bool = False, wait_s: int = 0, nobody_yet: bool = False
) -> str:
    return render_template(
        "auth/sign_in.html", form=form, failed=failed, wait_s=wait_s, nobody_yet=nobody_yet
    )


@auth_bp.post("/dang-nhap")
@access(PUBLIC)
def check_sign_in() -> ResponseReturnValue:
    stand_for("auth.sign_in")
    form = SignInForm(locale=current_locale())
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        officer_id = _check_password(form.login.data, form.password.data)
    except SignInThrottled as error:
        wait_s = int(str(error.data["retry_after_s"]))
        page = _sign_in_page(form, wait_s=wait_s)
        return page, 429, {"Retry-After": str(wait_s)}
    except SignInFailed:
        return _sign_in_page(form, failed=True), 401
    return _enter(officer_id, _local(form.next.data))


def _check_password(login: str, password: str) -> int:
    """Give the account; a failure is counted, a throttled attempt is not even looked at."""
    at = now()
    # Hashing takes as long as ten answers of tablets, and Python is not needed for it.
    with database().turns.aside(), database().read() as reading:
        try:
            return officers.check_sign_in(reading, keyring=keyring(), login=login, password=password, now=at)
        except SignInFailed as error:
            failure = error
    database().write(lambda writing: officers.record_failure(writing, keyring=keyring(), login=login, now=at))
    raise failure


def _local(target: str | None) -> str:
    """Give a path of ours to go on to; anything that could lead elsewhere becomes the officer page."""
    home = url_for("officer.overview")
    if not target or not target.startswith("/") or "\\" in target or not target.isprintable():
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc or target.startswith("//") else target


def _enter(officer_id: int, target: str) -> Response:
    """Start a session of the server, of which the browser keeps the secret alone."""
    at = now()
    secret = database().write(
        lambda writing: officers.start_session(writing, keyring=keyring(), officer_id=officer_id, now=at)
    )
    session.clear()  # a form token from before the sign-in is worth nothing after it
    response = make_response(redirect(target, 303))
    response.set_cookie(
        session_cookie_name(), secret, path="/", secure=is_secure(), httponly=True, samesite="Strict"
    )
    return response


@auth_bp.post("/dang-xuat")
@access(PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End the session on the server. Open to all: a session that has run out signs out as well."""
    secret = request.cookies.get(session_cookie_name())
    if secret:
        database().write(lambda writing: officers.end_session(writing, keyring=keyring(), secret=secret))
    session.clear()
    response = make_response(redirect(url_for("auth.sign_in"), 303))
    response.delete_cookie(
        session_cookie_name(), path="/", secure=is_secure(), httponly=True, samesite="Strict"
    )
    return response


@auth_bp.get("/mat-khau")
@access(Role.VIEWER)
def change_password() -> ResponseReturnValue:
    return _change_password_page(ChangePasswordForm(locale=current_locale()))


def _change_password_page(form: ChangePasswordForm, *, failed: bool = False, wait_s: int = 0) -> str:
    return render_template(
        "auth/change_password.html",
        form=form,
        failed=failed,
        wait_s=wait_s,
        forced=the_officer().must_change_password,
    )


@auth_bp.post("/mat-khau")
@access(Role.VIEWER)
def save_password() -> ResponseReturnValue:
    stand_for("auth.change_password")
    form = ChangePasswordForm(locale=current_locale())
    if not form.validate():
        return _change_password_page(form), 422
    login = the_officer().login
    try:
        officer_id = _check_password(login, form.current.data)
        _store_password(login, form.new.data)
    except SignInThrottled as error:
        wait_s = int(str(error.data["retry_after_s"]))
        return _change_password_page(form, wait_s=wait_s), 429, {"Retry-After": str(wait_s)}
    except SignInFailed:
        return _change_password_page(form, failed=True), 401
    except SurveyError as error:
        form.explain(error)
        return _change_password_page(form), 422
    return _enter(officer_id, url_for("officer.overview"))


def _store_password(login: str, password: str) -> None:
    at = now()
    hashed = officers.hashed(password, login=login)

    def store(writing: Session) -> None:
        officers.set_password(writing, login=login, password=hashed)
        audit.record(writing, login=login, action="password-changed", now=at)

    database().write(store)


@auth_bp.get("/thiet-lap/<secret>")
@access(PUBLIC)
def set_up(secret: str) -> ResponseReturnValue:
    """Open the one-time link that the server prints while there is no account."""
    if not _link_is_open(secret):
        return render_template("auth/set_up_closed.html"), 410
    return render_template("auth/set_up.html", form=SetUpForm(locale=current_locale()))


def _link_is_open(secret: str) -> bool:
    with database().read() as reading:
        return officers.setup_secret_fits(reading, keyring=keyring(), secret=secret)


@auth_bp.post("/thiet-lap/<secret>")
@access(PUBLIC)
def create_administrator(secret: str) -> ResponseReturnValue:
    stand_for("auth.set_up", secret=secret)
    if not _link_is_open(secret):
        return render_template("auth/set_up_closed.html"), 410
    form = SetUpForm(locale=current_locale())
    if not form.validate():
        return render_template("auth/set_up.html", form=form), 422
    try:
        officer_id = _create_administrator(secret, form.login.data, form.new.data)
    except SignInFailed:  # somebody else used the link in the meantime
        return render_template("auth/set_up_closed.html"), 410
    except SurveyError as error:
        form.explain(error)
        return render_template("auth/set_up.html", form=form), 422
    known = "admin.first_run" in current_app.view_functions
    return _enter(officer_id, url_for("admin.first_run" if known else "officer.overview"))


def _create_administrator(secret: str, login: str, password: str) -> int:
    at = now()
    hashed = officers.hashed(password, login=login)

    def create(writing: Session) -> int:
        unit_id = installation.read(writing).unit_id
        if unit_id is None:
            raise NotFound(what="unit")
        return officers.create_first_administrator(
            writing, keyring=keyring(), secret=secret, login=login, password=hashed, unit_id=unit_id, now=at
        )

    return database().write(create)

"""Who is let in, what a browser may load, and that unsafe requests come from our own pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from survey.context import (
    API,
    DEVICE,
    PUBLIC,
    access_rule_of,
    current_officer,
    database,
    keyring,
    now,
    settings,
)
from survey.enums import Role
from survey.exceptions import ApiTokenUnknown, NotFound
from survey.services.office import unit_tree
from survey.services.people import api_tokens, officers

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
_HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    # Not `no-referrer`: on plain http a browser then sends forms with the origin `null`, which is refused.
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
# For the one page that reads a receipt's code with the tablet's camera.
CAMERA_ALLOWED = {"Permissions-Policy": "camera=(self), microphone=(), geolocation=()"}
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Pages of people who sign in carry a form token, and so does every view that asks for a role, wherever it
# is; citizens have no session that could be ridden.
_FORM_TOKEN_BLUEPRINTS = frozenset({"auth", "officer", "admin"})
_OPEN_BEFORE_A_NEW_PASSWORD = frozenset({"auth.change_password", "auth.save_password", "auth.sign_out"})
# Addresses of static files change with their content.
_LONGEST_NUMBER = 9
# Pages of administrators that concern one unit; every other one changes the whole installation.
_OF_A_UNIT = frozenset(f"survey.web.admin.{name}" for name in ("accounts", "api_tokens", "exports", "places"))
_STATIC_SECONDS = 30 * 24 * 3600

csrf = CSRFProtect()


class FormSessions(SecureCookieSessionInterface):
    """Flask's session, which here holds form tokens alone; who brings no cookie costs no cryptography."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed:
            super().save_session(app, session, response)

    def get_cookie_name(self, app: Flask) -> str:
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if is_secure() else name

    def get_cookie_secure(self, app: Flask) -> bool:
        return is_secure()


def init_app(app: Flask) -> None:
    app.session_interface = FormSessions()
    csrf.init_app(app)
    app.before_request(_guard)
    app.after_request(_set_headers)
    # A method by its type, and put around by assigning to it, as Flask documents.
    app.wsgi_app = _with_fixed_headers(app.wsgi_app)  # type: ignore[assignment, method-assign]


def _guard() -> ResponseReturnValue | None:
    """Ask of every request in this order: from our page, by whom, allowed, within reach, with its token."""
    unsafe = request.method in _UNSAFE
    if unsafe:
        _check_origin()
    _recognise_officer()
    if request.endpoint is None:
        return None  # no such page: the 404 page answers
    rule = access_rule_of(request.endpoint)
    refused = _check_access(rule)
    if refused is not None:
        return refused
    if isinstance(rule, Role):
        _check_reach(rule)
    if unsafe and (request.blueprint in _FORM_TOKEN_BLUEPRINTS or isinstance(rule, Role)):
        csrf.protect()
    return None


def is_secure() -> bool:
    return request.scheme == "https"


def session_cookie_name() -> str:
    """Name the officer's cookie; `__Host-` binds it to https and this host where there is https."""
    return "__Host-sipas" if is_secure() else "sipas"


def _check_origin() -> None:
    """Refuse an unsafe request that another site made a browser send (cross-site request forgery)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        abort(403)
    origin = request.headers.get("Origin")
    if site is None and origin is not None and origin != request.host_url.rstrip("/"):
        abort(403)


def _recognise_officer() -> None:
    name = session_cookie_name()
    # Asked first, because citizens have none: a look for what is missing builds an error.
    if name not in request.cookies or request.endpoint is None or request.endpoint.endswith("static"):
        return
    secret = request.cookies[name]
    if not secret:
        return
    with database().read() as session:
        found = officers.signed_in(session, keyring=keyring(), secret=secret, now=now())
    if found is None:
        return
    g.officer, due = found
    if due:
        at = now()
        database().write(
            lambda session: officers.mark_seen(session, keyring=keyring(), secret=secret, now=at)
        )


def _check_access(rule: str | Role | None) -> ResponseReturnValue | None:
    if rule in {PUBLIC, DEVICE}:
        return None
    if rule == API:
        _recognise_program()
        return None
    if not isinstance(rule, Role):
        logger.error("a view has no access rule", extra={"endpoint": request.endpoint})
        abort(403)
    officer = current_officer()
    if officer is None:
        if request.method in _UNSAFE:
            abort(401)
        return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))
    if not officer.may(rule):
        abort(403)
    if officer.must_change_password and request.endpoint not in _OPEN_BEFORE_A_NEW_PASSWORD:
        return redirect(url_for("auth.change_password"))
    return None


def _check_reach(rule: Role) -> None:
    """Keep an officer to the own unit and what lies below it, whatever the address names by its number."""
    officer = current_officer()
    if officer is None or request.endpoint is None:
        return
    named = {name: value for name, value in (request.view_args or {}).items() if name in unit_tree.NAMED}
    asked = request.args.get("unit")
    if asked:
        if not asked.isascii() or not asked.isdecimal() or len(asked) > _LONGEST_NUMBER:
            raise NotFound(what="unit", value=asked)
        named["unit"] = int(asked)
    module = current_app.view_functions[request.endpoint].__module__
    whole = rule is Role.ADMINISTRATOR and module not in _OF_A_UNIT
    if not named and not whole:
        return
    with database().read() as session:
        unit_tree.check_named(session, officer.unit_id, named)
        if whole and not unit_tree.governs(session, officer.unit_id):
            abort(403)


def _recognise_program() -> None:
    """Let in another program by its token; no cookie counts, so no form token is needed."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise ApiTokenUnknown
    with database().read() as session:
        caller = api_tokens.find(session, keyring=keyring(), secret=secret.strip())
    if caller is None:
        raise ApiTokenUnknown
    g.api_caller = caller


def _with_fixed_headers(app: WSGIApplication) -> WSGIApplication:
    """Add what every answer carries, at the edge: texts of ours that need no check for each of them."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            chosen = {name for name, _value in headers}  # by the view, for its page alone
            return start_response(
                status, headers + [pair for pair in _HEADERS if pair[0] not in chosen], exc_info
            )

        return app(environ, start)

    return serve


def _set_headers(response: Response) -> Response:
    headers = response.headers
    endpoint = request.endpoint
    if endpoint and endpoint.endswith("static") and "v" in request.args:
        headers["Cache-Control"] = f"public, max-age={_STATIC_SECONDS}"
    if is_secure():
        # On plain http a browser ignores it, with an error in its console.
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        # Only a certificate that every browser trusts may pin a host to https.
        if settings().is_public and request.host_url.rstrip("/") == settings().public_url:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return response

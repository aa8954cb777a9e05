"""The language that an officer chose by link, kept for the next pages in a cookie of its own."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from survey import i18n
from survey.context import LOCALE_ARGUMENT
from survey.web.security import is_secure

COOKIE = "sipas-lang"
_YEAR_S = 365 * 24 * 3600


def init_blueprint(blueprint: Blueprint) -> None:
    blueprint.before_request(_recall)
    blueprint.after_request(_keep)


def _recall() -> None:
    g.kept_locale = request.cookies.get(COOKIE)


def _keep(response: Response) -> Response:
    chosen = request.args.get(LOCALE_ARGUMENT)
    if chosen in i18n.LOCALES:
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR_S, httponly=True, samesite="Strict", secure=is_secure()
        )
    return response

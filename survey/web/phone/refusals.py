"""Pages for who cannot go on: what happened, and what to do."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template

from survey.exceptions import (
    InvitationExpired,
    InvitationSpent,
    InvitationUnknown,
    InvitationVoid,
    SurveyError,
)
from survey.services.answers import drafts
from survey.web.limits import limits
from survey.web.phone import cookies
from survey.web.phone.memory import memory

STATUS: dict[type[SurveyError], int] = {
    InvitationSpent: 200,  # nothing is wrong: the answer is there
    InvitationUnknown: 404,
    InvitationVoid: 410,
    InvitationExpired: 410,
}


def register(blueprint: Blueprint) -> None:
    for kind in STATUS:
        blueprint.register_error_handler(kind, refuse)


def refuse(error: SurveyError) -> Response:
    """Say why a slip does not open a form; a draft that went with it is dropped."""
    if isinstance(error, InvitationUnknown):
        limits().bad_slip()
    response = make_response(
        render_template(
            "public/refused.html",
            code=error.code,
            expired_on=error.data.get("expired_on"),
            place=memory().frontage().office,
        ),
        STATUS[type(error)],
    )
    handle = g.get("phone_handle")
    if handle is not None:
        cookies.clear(response, handle)
    return response


def without_draft(step: str, *, comment: str = "") -> Response:
    """Say that this phone holds no such form: on the first screen because it keeps no cookie."""
    first = step == drafts.STAGE
    return make_response(
        render_template(
            "public/no_draft.html", first=first, comment=comment, place=memory().frontage().office
        ),
        400 if first else 410,
    )

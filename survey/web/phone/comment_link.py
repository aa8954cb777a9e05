"""A comment written on the phone after an answer at the tablet: a plain form that leads to no answer."""

from __future__ import annotations

import unicodedata

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from survey.clock import office_day
from survey.context import PUBLIC, access, current_locale, database, keyring, now, settings
from survey.exceptions import CommentLinkExpired, CommentLinkSpent, CommentLinkUnknown, StorageUnavailable
from survey.services.answers import responses
from survey.services.answers.responses import COMMENT_CHARACTERS
from survey.services.remarks import comment_links
from survey.services.remarks.comment_links import CommentLink
from survey.web.errors import RETRY_AFTER_S
from survey.web.phone.blueprint import phone_bp
from survey.web.phone.memory import memory

_STATUS = {CommentLinkSpent: 200, CommentLinkExpired: 410, CommentLinkUnknown: 404}
_REFUSALS = tuple(_STATUS)


@phone_bp.get("/G/<token>")
@phone_bp.get("/g/<token>")
@access(PUBLIC)
def comment_form(token: str) -> ResponseReturnValue:
    try:
        link = _open(token)
    except _REFUSALS as error:
        return _refused(error)
    return _form(link)


@phone_bp.post("/G/<token>")
@phone_bp.post("/g/<token>")
@access(PUBLIC)
def send_comment(token: str) -> ResponseReturnValue:
    text = unicodedata.normalize("NFC", request.form.get("comment", "").replace("\r\n", "\n"))
    try:
        link = _open(token)
    except _REFUSALS as error:
        return _refused(error, comment=text)
    if not text.strip():
        return _form(link, problem="empty"), 422
    language, ring, day = current_locale(), keyring(), office_day(now(), settings().zone)
    try:
        database().write(
            lambda session: responses.leave_comment(
                session,
                desk_id=link.desk_id,
                text=text,
                language=language,
                key=link.key,
                day=day,
                keyring=ring,
            )
        )
    except StorageUnavailable:
        return _form(link, problem="storage", comment=text), 503, {"Retry-After": str(RETRY_AFTER_S)}
    # The same address says now that it is there: reloading sends nothing.
    return redirect(request.path, 303)


def _open(token: str) -> CommentLink:
    with database().read() as session:
        return comment_links.open_link(session, keyring=keyring(), token=token, now=now())


def _form(link: CommentLink, *, problem: str = "", comment: str = "") -> str:
    return render_template(
        "public/comment_link.html",
        place=memory().frontage().place_of(link.desk_id),
        problem=problem,
        comment=comment,
        most=COMMENT_CHARACTERS,
    )


def _refused(error: Exception, *, comment: str = "") -> ResponseReturnValue:
    spent = isinstance(error, CommentLinkSpent)
    page = render_template(
        "public/comment_link_over.html",
        spent=spent,
        comment="" if spent else comment,
        place=memory().frontage().office,
    )
    return page, _STATUS[type(error)]  # type: ignore[index]  # one of the kinds that were caught

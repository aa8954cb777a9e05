"""The front door: what this is, where to type the code of a slip, and what happens with answers."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from survey.context import PUBLIC, access, settings
from survey.exceptions import InvitationUnknown
from survey.services.office import codes
from survey.web.limits import limits
from survey.web.phone import entry, refusals
from survey.web.phone.memory import memory
from survey.web.phone.privacy import page as page_of_privacy

public_bp = Blueprint("public", __name__)
refusals.register(public_bp)

# Longer than any code with spaces and hyphens; the rest is a mistake that need not be shown again.
TYPED_CHARACTERS = 40


@public_bp.get("/")
@access(PUBLIC)
def home() -> ResponseReturnValue:
    return _home()


@public_bp.post("/")
@access(PUBLIC)
def open_by_code() -> ResponseReturnValue:
    typed = request.form.get("code", "").strip()[:TYPED_CHARACTERS]
    try:
        return entry.by_code(typed)
    except InvitationUnknown as error:
        limits().bad_slip()
        # A code with a wrong symbol is told from one that was never printed: its check symbol does not fit.
        problem = "mistyped" if error.data.get("mistyped") else "unknown"
        if len(codes.normalise(typed)) != codes.CODE_SYMBOLS + 1:
            problem = "length"
        else:
            typed = codes.as_printed(typed)
        return _home(typed=typed, problem=problem if typed else "empty"), 422


def _home(*, typed: str = "", problem: str = "") -> str:
    frontage = memory().frontage()
    return render_template(
        "public/home.html",
        place=frontage.office,
        wifi_note=frontage.wifi_note,
        is_public=settings().is_public,
        typed=typed,
        problem=problem,
        typed_symbols=len(codes.normalise(typed)),
    )


@public_bp.get("/quyen-rieng-tu")
@access(PUBLIC)
def privacy() -> ResponseReturnValue:
    return page_of_privacy()

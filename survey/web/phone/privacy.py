"""How answers are used, as it is read beside a form: with the way back to it, and no token in any address."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.context import PUBLIC, access, database
from survey.services.answers import drafts
from survey.services.upkeep import retention
from survey.web.phone import steps
from survey.web.phone.blueprint import phone_bp
from survey.web.phone.memory import memory
from survey.web.phone.screens import PRIVACY


@phone_bp.get(f"/p/-/<handle>/{PRIVACY}")
@access(PUBLIC)
def beside_form(handle: str) -> ResponseReturnValue:
    """Show it in the language and the size of the form that it was opened from."""
    draft = steps.draft_of(handle)
    if draft is None:
        return redirect(url_for("public.privacy"), 303)
    if request.args:
        return steps.go(handle, PRIVACY, steps.displayed(draft))
    return page(back=drafts.STAGE, large_text=draft.large_text)


def page(*, back: str = "", large_text: bool = False) -> str:
    with database().read() as session:
        kept = retention.read(session)
    return render_template(
        "public/privacy.html",
        place=memory().frontage().office,
        retention=kept,
        back=back,
        large_text=large_text,
    )

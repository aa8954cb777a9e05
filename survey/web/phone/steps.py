"""The screens: show one, take what was answered on it, go to the next; the last one sends."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import abort, g, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from survey import i18n
from survey.context import (
    LOCALE_ARGUMENT,
    PUBLIC,
    access,
    database,
    keyring,
    now,
    settings,
    spoken,
    today,
)
from survey.enums import Stage
from survey.exceptions import AnswersRejected, StorageUnavailable, TooManyRequests
from survey.instrument import Dimension, Instrument, level_of
from survey.services.answers import drafts, responses
from survey.services.answers.drafts import Draft
from survey.services.answers.responses import Submission
from survey.services.inviting import invitations
from survey.services.tablets.screen_counts import VISIT
from survey.web.errors import RETRY_AFTER_S
from survey.web.limits import SENDINGS, limits
from survey.web.phone import cookies, refusals, screens
from survey.web.phone.blueprint import phone_bp
from survey.web.phone.memory import memory

SIZE_ARGUMENT = "size"
SIZES = {"large": True, "normal": False}
_BELOW = "/p/-/"
_PROOF_SYMBOLS = 20
_PAUSES_S = (0.0, 0.2, 0.5)


@phone_bp.get(f"{_BELOW}<handle>/<step>")
@access(PUBLIC)
def show(handle: str, step: str) -> ResponseReturnValue:
    draft = draft_of(handle)
    if draft is None:
        return refusals.without_draft(step)
    if request.args:
        return go(handle, step, displayed(draft))  # the address is clean again
    if step not in memory().screens(draft):
        return go(handle, draft.reached, draft)
    return screens.html_of(draft, step)


@phone_bp.post(f"{_BELOW}<handle>/<step>")
@access(PUBLIC)
def answer(handle: str, step: str) -> ResponseReturnValue:
    comment = _plain(request.form.get("comment", ""))
    draft = draft_of(handle)
    if draft is None:
        return refusals.without_draft(step, comment=comment)
    if step not in memory().screens(draft):
        return go(handle, draft.reached, draft)
    if step == drafts.COMMENT:
        return _send(handle, draft, comment)
    instrument = _instrument(draft)
    if step == drafts.STAGE and not request.form.get(instrument.stage.code):
        return screens.html_of(draft, step, problem="stage"), 422
    at, before = now(), draft
    draft = _taken(draft, step, instrument, request.form)
    order = memory().screens(draft)
    following = order[order.index(step) + 1]
    draft = drafts.reaching(draft, following, order, now=at)
    if draft.reached != before.reached:
        _count(before, step, before.seconds_shown(at), following)
    memory().tally.store()
    return go(handle, following, draft)


def _count(draft: Draft, step: str, seconds: float, following: str = "") -> None:
    """Count that somebody has answered a screen for the first time, and sees the next."""
    tally, day = memory().tally, today()
    tally.answered(draft.desk_id, day, step, seconds)
    if following:
        tally.saw(draft.desk_id, day, following)


@phone_bp.get(f"{_BELOW}<handle>/<proof>/thanks")
@access(PUBLIC)
def thanks(handle: str, proof: str) -> ResponseReturnValue:
    """Thank for an answer that is stored; the address proves it, so that it can be opened again."""
    if not hmac.compare_digest(proof.encode(), _proof(handle).encode()):
        abort(404)
    response = make_response(screens.thanks_html(large_text=request.args.get(SIZE_ARGUMENT) == "large"))
    cookies.clear(response, handle)
    return response


def draft_of(handle: str) -> Draft | None:
    draft = cookies.read(handle)
    if draft is not None:
        g.phone_handle = handle
        g.kept_locale = draft.language
        if LOCALE_ARGUMENT not in request.args and draft.language in spoken().codes:
            g.locale = draft.language  # nothing to negotiate
    return draft


def _instrument(draft: Draft) -> Instrument:
    return memory().published(draft.version_id).instrument


def displayed(draft: Draft) -> Draft:
    """Apply the links for language and size of text."""
    language = i18n.negotiate(request.args.get(LOCALE_ARGUMENT), draft.language, None, among=spoken().codes)
    large = SIZES.get(request.args.get(SIZE_ARGUMENT, ""), draft.large_text)
    return replace(draft, language=language, large_text=large)


def first(handle: str, draft: Draft) -> Response:
    """Show the first screen at the address of slip or poster: on a slow network a redirect costs a page.

    Its form leads to an address of this answer alone, a script puts it into the address bar at once, and no
    other request is told a token.
    """
    g.kept_locale = draft.language
    response = make_response(screens.opened_html(draft, action=_path(handle, draft.reached)))
    response.headers["Referrer-Policy"] = "strict-origin"
    cookies.write(response, handle, draft)
    return response


def to_first(handle: str, draft: Draft) -> Response:
    """Lead to the first screen from where one should not stay."""
    return go(handle, drafts.STAGE, draft)


def go(handle: str, step: str, draft: Draft) -> Response:
    """Lead to a screen with the draft as it is now (POST, redirect, GET: refresh and back send nothing)."""
    response = _see(_path(handle, step))
    cookies.write(response, handle, draft)
    return response


def _path(handle: str, rest: str) -> str:
    return f"{request.root_path}{_BELOW}{handle}/{rest}"


def _see(path: str) -> Response:
    return Response(status=303, headers={"Location": path}, mimetype="text/html")


def _taken(draft: Draft, step: str, instrument: Instrument, form: Mapping[str, str]) -> Draft:
    if step == drafts.STAGE:
        code = form[instrument.stage.code]
        instrument.stage.position(code)  # refuses what is no option
        return drafts.at_stage(draft, instrument, Stage(code))
    if step == drafts.SERVICE_USE:
        questions = instrument.service_use_asked(draft.stage or Stage.OTHER)
        given = {q.code: form[q.code] for q in questions if form.get(q.code)}
        return drafts.with_service_use(draft, instrument, given)
    dimension = next(one for one in instrument.dimensions if one.code == step)
    return drafts.with_levels(
        draft,
        dimension,
        _levels(dimension, draft.stage or Stage.OTHER, form),
        sent_feedback=_sent_feedback(form.get(instrument.feedback.code)),
        reason=_reason(instrument, step, form.get(screens.REASON)),
    )


def _levels(dimension: Dimension, stage: Stage, form: Mapping[str, str]) -> dict[str, int]:
    return {i.code: level_of(form[i.code]) for i in dimension.items_asked(stage) if form.get(i.code)}


def _sent_feedback(raw: str | None) -> bool | None:
    for known, code in screens.FEEDBACK_CODES.items():
        if raw == code:
            return known
    if raw:
        raise AnswersRejected(question="feedback", value=raw, allowed=list(screens.FEEDBACK_CODES.values()))
    return None


def _reason(instrument: Instrument, dimension: str, raw: str | None) -> str | None:
    """Read why somebody is not content; the empty value is "no reason given"."""
    allowed = [reason.code for reason in instrument.reasons_of(dimension)]
    if raw and raw not in allowed:
        raise AnswersRejected(question=screens.REASON, value=raw, allowed=allowed)
    return raw or None


def _plain(text: str) -> str:
    """Read typed text: one form of Vietnamese letters, one kind of line end."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def _send(handle: str, draft: Draft, comment: str) -> ResponseReturnValue:
    """Store the answer once. Where that is impossible now, nothing is lost: neither cookie nor comment."""
    at = now()
    submission = drafts.submission(draft, comment=comment, now=at)
    instrument, keys, zone = _instrument(draft), keyring(), settings().zone
    try:
        with limits().sending(handle):
            stored = database().write(
                lambda session: responses.submit(
                    session, submission, instrument=instrument, keyring=keys, zone=zone, now=at
                )
            )
    except TooManyRequests:
        _look_only(submission)
        stored = False
    except StorageUnavailable:
        html = screens.html_of(draft, drafts.COMMENT, problem="storage", comment=comment)
        return html, 503, {"Retry-After": str(RETRY_AFTER_S)}
    if stored:
        _count(draft, drafts.COMMENT, draft.seconds_shown(at))
        _count(draft, VISIT, (at - draft.started_at).total_seconds())
    shown = {LOCALE_ARGUMENT: draft.language, SIZE_ARGUMENT: "large" if draft.large_text else "normal"}
    response = _see(_path(handle, f"{_proof(handle)}/thanks?{urlencode(shown)}"))
    cookies.clear(response, handle)
    return response


def _look_only(submission: Submission) -> None:
    """Let whoever pressed too often know what became of it, without another write: thanked, or why not.

    Raises
    ------
    InvitationSpent, InvitationVoid, InvitationExpired
    TooManyRequests
        Nothing was stored and the slip is still open.
    """
    for pause_s in _PAUSES_S:  # the first press may be on its way to the disk
        limits().delay(pause_s)
        with database().read() as session:
            if responses.is_stored(session, keyring=keyring(), key=submission.key):
                return
            if submission.token_hash is not None:
                invitations.find_open(session.connection(), hashed=submission.token_hash, today=today())
    raise TooManyRequests(limit=SENDINGS.name, retry_after_s=SENDINGS.seconds_each)


def _proof(handle: str) -> str:
    """Give what only this server can put into an address: the answer of this handle is stored."""
    return keyring().mac("phone-thanks", handle.encode()).hex()[:_PROOF_SYMBOLS]

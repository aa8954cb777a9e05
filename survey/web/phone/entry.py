"""The ways in: the QR of a slip, its typed code, the QR of a poster."""

from __future__ import annotations

from collections.abc import Callable

from flask import g
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from survey.context import PUBLIC, access, current_locale, database, keyring, now, today
from survey.exceptions import InvitationUnknown
from survey.services.answers import drafts, sealed_drafts
from survey.services.answers.drafts import Draft
from survey.services.inviting import invitations
from survey.services.office import codes
from survey.services.tablets.screen_counts import VISIT
from survey.web.limits import OPENINGS, limits
from survey.web.phone import cookies, refusals, steps
from survey.web.phone.blueprint import phone_bp
from survey.web.phone.memory import memory

refusals.register(phone_bp)


@phone_bp.get("/P/<token>")
@phone_bp.get("/p/<token>")
@access(PUBLIC)
def by_token(token: str) -> ResponseReturnValue:
    """Look at the token once; every address after this one holds a handle in its place."""
    symbols = codes.normalise(token)
    if not codes.is_token(symbols):
        raise InvitationUnknown
    return _by_hash(invitations.token_hash(keyring(), symbols), begin=steps.first)


@phone_bp.get("/D/<code>")
@phone_bp.get("/d/<code>")
@access(PUBLIC)
def by_poster(code: str) -> ResponseReturnValue:
    """Open a form for whoever stands before a poster: class P, shown apart."""
    desk = memory().frontage().desk_by_code(code)
    if desk is None:
        raise InvitationUnknown
    draft = drafts.start(
        token_hash=None,
        version_id=memory().version_id(),
        desk_id=desk.id,
        field_id=None,
        language=current_locale(),
        now=now(),
    )
    handle = sealed_drafts.handle_of(keyring(), draft.identity)
    return _begun(handle, draft, steps.first(handle, draft))


def by_code(typed: str) -> Response:
    """Open the form of a slip whose code was typed."""
    with database().glance() as connection:
        granted = invitations.find_open_by_code(connection, keyring=keyring(), typed=typed, today=today())
    return _by_hash(granted.token_hash, begin=steps.to_first)


def _by_hash(hashed: bytes, *, begin: Callable[[str, Draft], Response]) -> Response:
    handle = sealed_drafts.handle_of(keyring(), hashed)
    g.phone_handle = handle
    with database().glance() as connection:
        granted = invitations.find_open(connection, hashed=hashed, today=today())
    # A slip that is spent or void says so however often it is asked: only open ones begin something.
    limits().check(OPENINGS, handle)
    draft = cookies.read(handle)
    if draft is not None:
        return _open(handle, steps.displayed(draft))
    draft = drafts.start(
        token_hash=hashed,
        version_id=memory().version_id(),
        desk_id=granted.desk_id,
        field_id=granted.field_id,
        language=current_locale(),
        now=now(),
    )
    return _begun(handle, draft, begin(handle, draft))


def _begun(handle: str, draft: Draft, response: Response) -> Response:
    for screen in (VISIT, draft.reached):
        memory().tally.saw(draft.desk_id, today(), screen)
    cookies.clear_surplus(response, keep=handle)
    return response


def _open(handle: str, draft: Draft) -> Response:
    """Lead a phone that has begun to where it was; to the first screen while only that one is answered."""
    at_first = memory().screens(draft).index(draft.reached) <= 1
    response = steps.go(handle, drafts.STAGE if at_first else draft.reached, draft)
    cookies.clear_surplus(response, keep=handle)
    return response

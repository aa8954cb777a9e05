"""The cookie that holds a draft: one for each receipt, named by its handle."""

from __future__ import annotations

from flask import request
from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response

from survey.context import keyring, now
from survey.services.answers import sealed_drafts
from survey.services.answers.drafts import Draft
from survey.web.security import is_secure

# A phone that opened more receipts than this within a day forgets the oldest unfinished ones:
# every cookie travels with every request.
MOST_DRAFTS = 4
_PREFIX = "sipas-p-"


def _prefix() -> str:
    return f"__Host-{_PREFIX}" if is_secure() else _PREFIX


def read(handle: str) -> Draft | None:
    """Give the draft of this phone for a handle; `None` where there is none that holds."""
    text = request.cookies.get(_prefix() + handle)
    return sealed_drafts.unseal(text, keyring=keyring(), handle=handle, now=now()) if text else None


def write(response: Response, handle: str, draft: Draft) -> None:
    cookie = dump_cookie(
        _prefix() + handle,
        sealed_drafts.seal(draft, keyring=keyring(), handle=handle),
        max_age=max(0, int((draft.expires_at - now()).total_seconds())),
        path="/",
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
        # A date beside the age is for browsers of twenty years ago, and would be written for every screen.
        sync_expires=False,
    )
    response.headers.add("Set-Cookie", cookie)


def clear(response: Response, handle: str) -> None:
    name = _prefix() + handle
    if name in request.cookies:
        _delete(response, name)


def clear_surplus(response: Response, *, keep: str) -> None:
    """Drop what no longer holds and the oldest drafts above the limit."""
    held: list[tuple[float, str]] = []
    for name in request.cookies:
        handle = name.removeprefix(_prefix())
        if handle in (name, keep):
            continue
        draft = read(handle)
        if draft is None:
            _delete(response, name)
        else:
            held.append((draft.started_at.timestamp(), name))
    surplus = len(held) - (MOST_DRAFTS - 1)
    for _started, name in sorted(held)[: max(0, surplus)]:
        _delete(response, name)


def _delete(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=is_secure(), httponly=True, samesite="Lax")

"""Vietnamese that stands in for a missing translation is seen and heard as such.

`languages` puts invisible signs around it, wherever a template uses the text. In running text they become an
element with its language, so that a screen reader changes its voice; in attributes and titles they go.
"""

from __future__ import annotations

import re

from flask import Flask, Response

from survey.i18n import SOURCE, STAND_IN

_OPEN, _CLOSE = STAND_IN
_SEEN = _OPEN.encode()
_MARK_OPEN = f'<span class="untranslated" lang="{SOURCE}">'
# Elements whose content is no markup, and tags.
_PLAIN = re.compile(
    r"(<(title|textarea|option|script|style)\b.*?</\2\s*>|<[^>]*>)", re.DOTALL | re.IGNORECASE
)


def init_app(app: Flask) -> None:
    app.after_request(_mark)


def _mark(response: Response) -> Response:
    is_whole = not (response.is_streamed or response.direct_passthrough)
    if is_whole and _SEEN in response.get_data() and response.mimetype == "text/html":
        response.set_data(marked(response.get_data(as_text=True)))
    return response


def marked(html: str) -> str:
    parts = []
    at = 0
    for plain in _PLAIN.finditer(html):
        parts.append(_as_elements(html[at : plain.start()]))
        parts.append(without_signs(plain.group()))
        at = plain.end()
    parts.append(_as_elements(html[at:]))
    return "".join(parts)


def without_signs(text: str) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def _as_elements(text: str) -> str:
    return text.replace(_OPEN, _MARK_OPEN).replace(_CLOSE, "</span>")

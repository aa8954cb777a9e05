"""Static text goes compressed: a style sheet over a slow mobile network is waited for.

Pages are not compressed: the length of a compressed page can give away a secret that stands in it (BREACH).
A page that is the same for everyone holds none, and its view says so.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, g, request

_TEXT = frozenset(
    {"text/css", "text/javascript", "image/svg+xml", "application/json", "application/manifest+json"}
)


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def same_for_everyone() -> None:
    """Declare that the answer to this request holds nothing of who asked: it may be compressed."""
    g.is_same_for_everyone = True


def _compress(response: Response) -> Response:
    if response.status_code != 200:
        return response
    endpoint = request.endpoint
    is_static_text = endpoint is not None and endpoint.endswith("static") and response.mimetype in _TEXT
    if not is_static_text and "is_same_for_everyone" not in g:
        return response
    if "Vary" in response.headers:
        response.vary.add("Accept-Encoding")
    else:
        response.headers["Vary"] = "Accept-Encoding"  # nothing to read first
    if request.accept_encodings.quality("gzip") <= 0:
        return response
    response.direct_passthrough = False
    response.set_data(_gzipped(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    # An entity tag names exact bytes, and these are others; the date of the file still holds.
    response.headers.pop("ETag", None)
    return response


@lru_cache(maxsize=512)  # the static files of the package and the screens of the phone form: 2 KB each
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=9, mtime=0)

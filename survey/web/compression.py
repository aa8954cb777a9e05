"""Static text goes compressed: a style sheet over a slow mobile network is waited for.

Pages are not compressed: the length of a compressed page can give away a secret that stands in it (BREACH).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

_TEXT = frozenset(
    {"text/css", "text/javascript", "image/svg+xml", "application/json", "application/manifest+json"}
)


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    static = request.endpoint is not None and request.endpoint.endswith("static")
    if not static or response.status_code != 200 or response.mimetype not in _TEXT:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") <= 0:
        return response
    response.direct_passthrough = False
    response.set_data(_gzipped(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    # An entity tag names exact bytes, and these are others; the date of the file still holds.
    response.headers.pop("ETag", None)
    return response


@lru_cache(maxsize=128)  # the static files of the package and no others
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=9, mtime=0)

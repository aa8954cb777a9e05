"""The tablet's scripts as they are sent: without the comments and indentation of whoever reads them here.

No parser: a comment that has lines of its own is left out, and nothing else. So a script may hold no text
that runs over several lines (a test looks).
"""

from __future__ import annotations

import re
from functools import lru_cache

from flask import Response, request

from kiosk.blueprint import kiosk_bp

_COMMENT = re.compile(r"^\s*(?:/\*\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
_INDENT = re.compile(r"^\s+", re.MULTILINE)


@kiosk_bp.after_request
def send_lean(response: Response) -> Response:
    if request.endpoint == "kiosk.static" and response.status_code == 200 and request.path.endswith(".mjs"):
        response.direct_passthrough = False
        response.set_data(lean(response.get_data()))
        # An entity tag names exact bytes, and these are others; the date of the file still holds.
        response.headers.pop("ETag", None)
    return response


@lru_cache(maxsize=128)  # the scripts of the package and no others
def lean(source: bytes) -> bytes:
    """Leave out comments that have lines of their own, blank lines and indentation."""
    return _INDENT.sub("", _COMMENT.sub("", source.decode())).encode()

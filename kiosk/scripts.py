"""The tablet's scripts as they are sent: without the comments and indentation of whoever reads them here.

No parser: a comment that has lines of its own is left out, and nothing else. So a script may hold no text
that runs over several lines (a test looks).
"""

from __future__ import annotations

import re
from functools import lru_cache

_COMMENT = re.compile(r"^\s*(?:/\*\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
_INDENT = re.compile(r"^\s+", re.MULTILINE)


@lru_cache(maxsize=128)  # the scripts of the package and no others
def lean(source: bytes) -> bytes:
    """Leave out comments that have lines of their own, blank lines and indentation."""
    return _INDENT.sub("", _COMMENT.sub("", source.decode())).encode()

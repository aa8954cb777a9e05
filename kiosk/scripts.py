"""The tablet's scripts as they are sent: without the comments and spaces of whoever reads them here.

No parser: comments that have lines of their own are left out, and spaces at the start of a line or beside
a sign, but for those in a text between quotes. So a script may hold no text that runs over several lines,
and in a regular expression neither a quote nor a sign with a space beside it (a test looks). Lines stay
lines, so that an error on a tablet still names the place.
"""

from __future__ import annotations

import re
from functools import lru_cache

_COMMENT = re.compile(r"^\s*(?:/\*\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
_INDENT = re.compile(r"^\s+", re.MULTILINE)
# Plus and minus are no signs here: two of them with a space between are not one.
_TEXT = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`"""
_TEXT_OR_SIGN = re.compile(rf"(?P<text>{_TEXT})|[ ]*(?P<sign>[=,:;{{}}()\[\]<>?&|*!])[ ]*")


@lru_cache(maxsize=128)  # the scripts of the package and no others
def lean(source: bytes) -> bytes:
    """Leave out comments that have lines of their own, blank lines, indentation, and spaces beside signs."""
    lines = _INDENT.sub("", _COMMENT.sub("", source.decode()))
    return _TEXT_OR_SIGN.sub(lambda found: found["text"] or found["sign"], lines).encode()

"""Folded text: small letters without the marks of Vietnamese, so that "cho lau" finds "Chờ lâu"."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Marks and letters that only Vietnamese has among the languages here, and those it has not: č ƀ ñ ĕ ê̆ …
_VIETNAMESE: Final = re.compile("[đ\u031b\u0323\u0309]")
_OTHER: Final = re.compile("c\u030c|ƀ|n\u0303|[eiou][\u0302\u031b]?\u0306")
UNDETERMINED: Final = "und"  # ISO 639-2


def fold(text: str) -> str:
    """Give the text in small letters without marks, with single spaces.

    Done here and not in the database: the two engines know other letters.
    """
    # đ is a letter of its own and does not fall apart into d and a mark.
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def language_of(text: str) -> str:
    """Say in which language a text is written, by its letters alone: `vi` or `und`.

    Never by the language that was chosen: a Vietnamese comment under a choice of few would name who wrote it.
    """
    letters = unicodedata.normalize("NFD", text.lower())
    return "vi" if _VIETNAMESE.search(letters) and not _OTHER.search(letters) else UNDETERMINED

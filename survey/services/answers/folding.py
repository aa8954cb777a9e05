"""Folded text: small letters without the marks of Vietnamese, so that "cho lau" finds "Chờ lâu"."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Give the text in small letters without marks, with single spaces.

    Done here and not in the database: the two engines know other letters.
    """
    # đ is a letter of its own and does not fall apart into d and a mark.
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())

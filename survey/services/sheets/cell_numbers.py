"""Numbers as people write them into cells: 83,9%; 0.839; 1.234."""

from __future__ import annotations

import re
from decimal import Decimal

from survey.services.sheets.table_files import Value, text_of

_GROUPED = re.compile(r"\d{1,3}(?:[. ]\d{3})+")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")


class NotANumber(ValueError):
    """The cell holds something, and it is no number of the kind asked for."""


def share_of(value: Value) -> float | None:
    """Give a share of 0–1: from a percentage, with or without its sign, or from a share; None where empty.

    A bare number up to 1 is a share, as a spreadsheet keeps percentages; a larger one is a percentage.
    """
    if isinstance(value, bool):
        raise NotANumber
    text = text_of(value)
    if not text:
        return None
    percent = text.endswith("%")
    text = text.removesuffix("%").strip()
    if not _DECIMAL.fullmatch(text):
        raise NotANumber
    number = Decimal(text.replace(",", "."))
    share = number / 100 if percent or number > 1 else number
    if share > 1:
        raise NotANumber
    return float(share)


def count_of(value: Value) -> int | None:
    """Give a whole number from 1; None where empty."""
    if isinstance(value, bool):
        raise NotANumber
    text = text_of(value)
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[. ]", "", text)
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise NotANumber
    return int(text)

"""Figures stay as they were counted: a percentage that somebody writes must be one of the report's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*%")


def strange_percentages(text: str, own: Iterable[str]) -> list[str]:
    """List the percentages of a text that stand nowhere among the report's figures, as they are written."""
    known = {_number(found) for one in own for found in _PERCENT.findall(one.replace("–", "% "))}
    return [f"{found}%" for found in dict.fromkeys(_PERCENT.findall(text)) if _number(found) not in known]


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))

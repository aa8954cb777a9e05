"""What is said near one point of a chart over time: its index with its interval and its persons."""

from __future__ import annotations

import math

from analysis.results import IndexEstimate
from survey.i18n import format_number, format_percent
from survey.reports.overview.needs import span


def point_words(
    name: str, estimate: IndexEstimate | None, persons: int | None, *, least: int, locale: str
) -> str:
    """Write "03/2024: 85,2% (81,0–88,9%), n = 45"; fewer persons than may be shown read "n < 5"."""
    if persons is None:
        return f"{name}: n < {least}"
    n = f"n = {format_number(persons, locale=locale)}"
    if estimate is None or math.isnan(estimate.index):
        return f"{name}: {n}"
    index = format_percent(estimate.index, locale=locale)
    known = math.isfinite(estimate.lower)
    limits = f" ({span(estimate.lower, estimate.upper, locale=locale)})" if known else ""
    return f"{name}: {index}{limits}, {n}"

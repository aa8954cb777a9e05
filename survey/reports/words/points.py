"""What is said of one point of a chart over time: its figures, and how it stands to the year before."""

from __future__ import annotations

import math

from analysis.results import IndexEstimate
from analysis.seasonality import YearEarlier
from survey.i18n import format_number, format_percent, translations
from survey.reports.words.needs import span


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


def season_words(pair: YearEarlier, *, locale: str) -> str:
    """Say how the last point stands to the same time a year before."""
    _ = translations(locale).gettext
    values = {
        "difference": signed_points(pair.difference, locale=locale),
        "lower": signed_points(pair.lower, locale=locale),
        "upper": signed_points(pair.upper, locale=locale),
    }
    if pair.differs:
        return _("So với cùng kỳ năm trước: %(difference)s điểm (từ %(lower)s đến %(upper)s).") % values
    text = _("So với cùng kỳ năm trước: %(difference)s điểm (từ %(lower)s đến %(upper)s), chưa chắc khác.")
    return text % values


def signed_points(difference: float, *, locale: str) -> str:
    """Write a difference of shares in points with its sign: "−2,1"."""
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return sign + format_number(abs(difference) * 100, 1, locale=locale)

"""A table as values: the page and the XLSX file are written from the same one, so they cannot differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.results import IndexEstimate
from survey.i18n import (
    format_difference,
    format_number,
    format_percent,
    format_percent_against,
    shown_percentage,
    translations,
)


class Kind(StrEnum):
    WORDS = "words"
    PROSE = "prose"  # words that may take several lines
    SHARE = "share"
    POINTS = "points"  # a difference of two shares, in percentage points with its sign
    COUNT = "count"
    DECIMAL = "decimal"  # three digits, for an error probability
    EXACT = "exact"  # to the last digit, for who computes it again


@dataclass(frozen=True, slots=True)
class Column:
    """`group` is a title over neighbouring columns."""

    title: str
    kind: Kind = Kind.WORDS
    group: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands on the page; `value` is the same figure as a number, rounded as it is shown."""

    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row is its heading."""

    code: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Give the titles over the columns with the number of columns under each."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and found[-1][0] == column.group:
                found[-1] = (column.group, found[-1][1] + 1)
            else:
                found.append((column.group, 1))
        return found

    @property
    def has_groups(self) -> bool:
        return any(column.group for column in self.columns)


def words(text: str) -> Cell:
    return Cell(text)


def share(value: float | None, *, locale: str) -> Cell:
    if value is None or not math.isfinite(value):
        return Cell(format_percent(None, locale=locale))
    return Cell(format_percent(value, locale=locale), _as_shown(value))


def share_against(value: float, threshold: float, *, strict: bool, locale: str) -> Cell:
    """Write a share that must not seem to lie on the other side of a goal: then it is words, not a number."""
    if not math.isfinite(value):
        return Cell(format_percent(None, locale=locale))
    text = format_percent_against(value, threshold, strict=strict, locale=locale)
    return Cell(text, _as_shown(value)) if text == format_percent(value, locale=locale) else Cell(text)


def points(value: float | None, *, locale: str) -> Cell:
    """Write a difference of shares in percentage points: "+1,2". The head of the column says the unit."""
    if value is None or not math.isfinite(value):
        return Cell(format_percent(None, locale=locale))
    return Cell(format_difference(value, locale=locale), float(shown_percentage(value, 1)))


def _as_shown(value: float) -> float:
    """Round as the page does, so that a file gives away nothing that the page hides."""
    return float(shown_percentage(value, 1).scaleb(-2))


def exact(value: float, *, locale: str) -> Cell:
    """Write a figure unrounded; only where n stands beside it, which shows as much."""
    if not math.isfinite(value):
        return Cell(format_percent(None, locale=locale))
    return Cell(format_number(value, 6, locale=locale), float(value))


def p_value(value: float, *, locale: str) -> Cell:
    """Write an error probability to three digits; below a thousandth as "< 0,001"."""
    if not math.isfinite(value):
        return Cell(format_percent(None, locale=locale))
    if value < 0.001:
        return Cell(f"< {format_number(0.001, 3, locale=locale)}")
    return Cell(format_number(value, 3, locale=locale), round(value, 3))


def count(value: int | None, *, locale: str, hidden_below: int) -> Cell:
    """Write a number of persons; None reads "fewer than the least that may be shown"."""
    if value is None:
        return Cell(f"< {hidden_below}")
    return Cell(format_number(value, locale=locale), value)


def estimate_columns(group: str, *, locale: str) -> list[Column]:
    """Name the four columns of an estimate: no index without its limits and its persons."""
    _ = translations(locale).gettext
    return [
        Column(_("Chỉ số"), Kind.SHARE, group),
        Column(_("từ"), Kind.SHARE, group),
        Column(_("đến"), Kind.SHARE, group),
        Column(_("n"), Kind.COUNT, group),
    ]


def estimate_cells(
    estimate: IndexEstimate | None, persons: int | None, *, locale: str, hidden_below: int
) -> list[Cell]:
    n = count(persons, locale=locale, hidden_below=hidden_below)
    if estimate is None:
        return [share(None, locale=locale)] * 3 + [n]
    return [*(share(value, locale=locale) for value in (estimate.index, estimate.lower, estimate.upper)), n]

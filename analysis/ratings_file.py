"""Ratings of any survey from a CSV file: every fault is named by row and column, all at once."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError
from analysis.scale import HIGHEST, LOWEST, NOT_ASKED
from analysis.specification import Specification
from analysis.tables import RatingTable

# Spellings of "no answer" that spreadsheets and statistics programs write.
_BLANK = ("", "NA", "na")
_SHOWN = 20


class RatingsFileError(AnalysisError):
    """A file that cannot be read as ratings; ``problems`` names each fault by row and column."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        shown = [*self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            shown.append(f"and {len(self.problems) - _SHOWN} more")
        super().__init__("\n".join(f"{path}: {problem}" for problem in shown))


@dataclass(frozen=True, slots=True)
class RatingsFile:
    """A ratings file in memory.

    Attributes
    ----------
    table
        Levels, weights, strata and clusters of every row.
    by
        Text of the columns that were asked for besides.
    """

    table: RatingTable
    by: dict[str, tuple[str, ...]]

    def groups(self) -> tuple[list[dict[str, str]], npt.NDArray[np.int64]]:
        """Each combination of ``by`` that occurs, in order, and the combination of each row."""
        rows = len(self.table.levels)
        keys = list(zip(*self.by.values(), strict=True)) if self.by else [()] * rows
        distinct = sorted(set(keys), key=lambda key: [_natural(part) for part in key]) if self.by else [()]
        place = {key: number for number, key in enumerate(distinct)}
        domain = np.fromiter((place[key] for key in keys), np.int64, count=rows)
        return [dict(zip(self.by, key, strict=True)) for key in distinct], domain


def read_ratings(path: Path, specification: Specification, *, by: Sequence[str] = ()) -> RatingsFile:
    """Read a CSV file with a header row.

    Ratings are 1–5; an empty field (or ``NA``) is no answer. Weights are finite numbers from 0. Strata and
    clusters are any text; a cluster belongs to its stratum. The separator is a comma, or a semicolon or tab
    where the header has no comma. Rows are counted as spreadsheets do: the header is row 1.

    Parameters
    ----------
    path
        The file, in UTF-8.
    specification
        Which columns are what.
    by
        Columns to keep besides, for groups.

    Raises
    ------
    RatingsFileError
        A missing column, a row of another length, or a value that is not allowed: all of them at once.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header, rows, problems = _read_rows(lines)
    except OSError as error:
        raise RatingsFileError(path, [f"cannot be read ({error.strerror})"]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise RatingsFileError(path, [f"no CSV in UTF-8 ({error})"]) from error
    missing = [name for name in (*specification.columns, *by) if name not in header]
    problems = [
        f"column {name!r} is missing; the file has {', '.join(header)}" for name in missing
    ] + problems
    if problems:
        raise RatingsFileError(path, problems)
    reader = _Columns(header, rows)
    table = _table(reader, specification)
    kept = {name: tuple(reader.text(name)) for name in by}
    if reader.problems:
        raise RatingsFileError(path, reader.problems)
    return RatingsFile(table, kept)


def _read_rows(lines: Iterable[str]) -> tuple[list[str], list[tuple[int, list[str]]], list[str]]:
    iterator = iter(lines)
    first = next(iterator, "")
    delimiter = next((mark for mark in (",", ";", "\t") if mark in first), ",")
    reader = csv.reader(_again(first, iterator), delimiter=delimiter)
    header = [name.strip() for name in next(reader, [])]
    problems = [f"row 1: column {name!r} stands twice" for name in header if header.count(name) > 1]
    rows = []
    for number, fields in enumerate(reader, start=2):
        if not fields:
            continue
        if len(fields) != len(header):
            problems.append(f"row {number}: {len(fields)} fields; allowed: {len(header)}, as in the header")
        rows.append((number, fields))
    return header, rows, list(dict.fromkeys(problems))


def _again(first: str, rest: Iterable[str]) -> Iterable[str]:
    yield first
    yield from rest


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns by name; faults are collected, not raised."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> list[str]:
        place = self.header.index(name)
        return [fields[place].strip() for _, fields in self.rows]

    def levels(self, name: str) -> list[int]:
        return [self._level(value, row, name) for value, row in self._numbered(name)]

    def weights(self, name: str) -> list[float]:
        return [self._weight(value, row, name) for value, row in self._numbered(name)]

    def codes(self, name: str) -> npt.NDArray[np.int64]:
        values = self.text(name)
        for value, (row, _) in zip(values, self.rows, strict=True):
            if not value:
                self.problems.append(f"row {row}, column {name}: empty; allowed: any name")
        _, codes = np.unique(np.array(values, dtype=np.str_), return_inverse=True)
        return codes.astype(np.int64)

    def _numbered(self, name: str) -> Iterable[tuple[str, int]]:
        return zip(self.text(name), (row for row, _ in self.rows), strict=True)

    def _level(self, value: str, row: int, name: str) -> int:
        if value in _BLANK:
            return NOT_ASKED
        number = _number(value)
        if number is not None and number.is_integer() and LOWEST <= number <= HIGHEST:
            return int(number)
        self.problems.append(
            f"row {row}, column {name}: {value!r}; allowed: {LOWEST} to {HIGHEST}, or empty for no answer"
        )
        return NOT_ASKED

    def _weight(self, value: str, row: int, name: str) -> float:
        number = _number(value)
        if number is not None and number >= 0:
            return number
        self.problems.append(f"row {row}, column {name}: {value!r}; allowed: a number from 0")
        return 0.0


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _natural(text: str) -> tuple[int, float, str]:
    """Sort key by which "9" stands before "10", and numbers before words."""
    number = _number(text)
    return (1, 0.0, text) if number is None else (0, number, text)


def _table(reader: _Columns, specification: Specification) -> RatingTable:
    layout, rows = specification.layout, len(reader.rows)
    levels = np.array([reader.levels(item) for item in layout.items], np.uint8)
    everyone = [1.0] * rows if specification.weight is None else reader.weights(specification.weight)
    own = {name: reader.weights(column) for name, column in specification.dimension_weights.items()}
    weights = np.array([own.get(name, everyone) for name in layout.dimension_names], np.float64)
    return RatingTable.of(
        layout,
        levels.T.reshape(rows, len(layout.items)),
        weights=weights.T.reshape(rows, len(layout.sizes)),
        stratum=None if specification.stratum is None else reader.codes(specification.stratum),
        cluster=None if specification.cluster is None else reader.codes(specification.cluster),
    )

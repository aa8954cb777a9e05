"""Find the row of headings in a table and which column says what, whoever wrote the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey.services.sheets.table_files import Row, Value, fold, text_of

# Exports carry the names of the office, a title and a span of days above the table.
HEADING_WITHIN = 15


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column that is read: what it is to us, and what the file calls it."""

    role: str
    heading: str
    place: int


@dataclass(frozen=True, slots=True)
class Headings:
    """Which columns of a sheet are read. Everything else is only counted."""

    row: int
    columns: tuple[ColumnRead, ...]
    not_read: tuple[str, ...]

    def heading(self, role: str) -> str:
        return next((column.heading for column in self.columns if column.role == role), "")

    def has(self, role: str) -> bool:
        return any(column.role == role for column in self.columns)

    def pick(self, values: Sequence[Value]) -> dict[str, Value]:
        """Take the cells that are read; the others leave with the row."""
        return {
            column.role: values[column.place] if column.place < len(values) else None
            for column in self.columns
        }

    def is_repeated(self, picked: Mapping[str, Value]) -> bool:
        """Say whether a row is the headings again, as printed page after page."""
        return all(text_of(picked[column.role]) == column.heading for column in self.columns)


def find(
    rows: Iterable[Row], *, spellings: Mapping[str, Sequence[str]], required: Sequence[str], least: int
) -> Headings | None:
    """Look for the headings in the first rows; None where no row has the required columns, `least` in all.

    `spellings` maps a role to folded headings, the most telling first: where two columns fit a role, the
    better spelling wins, then the one further left.
    """
    for number, values in rows:
        if number > HEADING_WITHIN:
            return None
        headings = _read(number, values, spellings)
        if len(headings.columns) >= least and all(headings.has(role) for role in required):
            return headings
    return None


def _read(number: int, values: Sequence[Value], spellings: Mapping[str, Sequence[str]]) -> Headings:
    shown = [text_of(value) for value in values]
    folded = [fold(heading) for heading in shown]
    taken: dict[int, str] = {}
    for role, known in spellings.items():
        fitting = [
            (known.index(heading), place)
            for place, heading in enumerate(folded)
            if heading in known and place not in taken
        ]
        if fitting:
            taken[min(fitting)[1]] = role
    columns = tuple(ColumnRead(role, shown[place], place) for place, role in sorted(taken.items()))
    not_read = tuple(heading for place, heading in enumerate(shown) if heading and place not in taken)
    return Headings(number, columns, not_read)

"""What an earlier year was, from a file: one row a dimension, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.enums import Dimension
from survey.exceptions import ImportRejected
from survey.instrument import Instrument
from survey.services.office import audit, plans
from survey.services.sheets import headings, table_files
from survey.services.sheets.cell_numbers import NotANumber, count_of, share_of
from survey.services.sheets.headings import Headings
from survey.services.sheets.table_files import RowError, Value, fold, text_of

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "dimension": ("yeu to", "ten yeu to", "chi so thanh phan", "noi dung", "dimension"),
    "value": ("gia tri", "chi so", "chi so hai long", "ket qua", "ty le", "ty le hai long", "value", "index"),
    "n": ("so nguoi", "so nguoi tra loi", "so phieu", "so phieu hop le", "co mau", "n"),
    "method": ("cach tinh", "phuong phap", "method"),
    "source": ("nguon", "nguon so lieu", "source"),
}
# The plan counts its goals 2.1 to 2.5, the questionnaire names its parts A to E.
_BY_PLACE = {
    name: dimension
    for place, dimension in enumerate(Dimension)
    for name in (f"2 {place + 1}", "abcde"[place], str(place + 1))
}
SOURCE_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class BaselineRow:
    row: int
    dimension: Dimension
    value: float
    n: int | None
    method: str
    source: str


@dataclass(frozen=True, slots=True)
class BaselineTable:
    rows: tuple[BaselineRow, ...]
    errors: tuple[RowError, ...]


def read(content: bytes, filename: str, *, instrument: Instrument) -> BaselineTable:
    """Read a table of figures; every problem is named.

    Raises
    ------
    ImportRejected
    """
    names = _names(instrument)
    with table_files.opened(content, filename) as sheets:
        for sheet in sheets:
            found = headings.find(sheet.rows, spellings=SPELLINGS, required=("dimension", "value"), least=2)
            if found is None:
                continue
            reader = _Reader(found, names)
            for number, values in sheet.rows:
                reader.read(number, found.pick(values))
            return BaselineTable(tuple(reader.rows), tuple(reader.errors))
    raise ImportRejected(reason="no-headings", allowed=headings.HEADING_WITHIN)


def _names(instrument: Instrument) -> Mapping[str, Dimension]:
    names = dict(_BY_PLACE)
    for dimension in instrument.dimensions:
        for text in (dimension.code, *dimension.name.values(), *dimension.short.values()):
            names[fold(text)] = Dimension(dimension.code)
    return names


class _Reader:
    def __init__(self, found: Headings, names: Mapping[str, Dimension]) -> None:
        self._found, self._names = found, names
        self.rows: list[BaselineRow] = []
        self.errors: list[RowError] = []

    def read(self, number: int, picked: Mapping[str, Value]) -> None:
        before = len(self.errors)
        dimension = self._dimension(number, picked)
        value = self._number(number, picked, "value")
        n = self._number(number, picked, "n")
        method = self._method(number, picked)
        if len(self.errors) == before and dimension is not None and value is not None:
            source = text_of(picked.get("source"))[:SOURCE_CHARACTERS]
            self.rows.append(
                BaselineRow(number, dimension, value, None if n is None else int(n), method, source)
            )

    def _refuse(self, number: int, role: str, value: Value, problem: str, *allowed: str) -> None:
        self.errors.append(RowError(number, self._found.heading(role), text_of(value), problem, allowed))

    def _dimension(self, number: int, picked: Mapping[str, Value]) -> Dimension | None:
        given = picked.get("dimension")
        dimension = self._names.get(fold(text_of(given)))
        if dimension is None:
            self._refuse(number, "dimension", given, "dimension-unknown", *Dimension)
            return None
        earlier = next((row.row for row in self.rows if row.dimension is dimension), None)
        if earlier is not None:
            self._refuse(number, "dimension", given, "repeated", str(earlier))
        return dimension

    def _number(self, number: int, picked: Mapping[str, Value], role: str) -> float | None:
        given = picked.get(role)
        try:
            found = share_of(given) if role == "value" else count_of(given)
        except NotANumber:
            self._refuse(number, role, given, "not-a-share" if role == "value" else "not-a-count")
            return None
        if found is None and role == "value":
            # A figure that is missing is missing: it is never taken for 0.
            self._refuse(number, role, given, "value-missing")
        return found

    def _method(self, number: int, picked: Mapping[str, Value]) -> str:
        given = text_of(picked.get("method"))
        if given and given not in plans.METHODS:
            self._refuse(number, "method", given, "method-unknown", *plans.METHODS)
        return given


def store(
    session: Session, table: BaselineTable, *, unit_id: int, year: int, login: str, now: datetime
) -> int:
    """Store the figures of a year; nothing where a row is wrong. Gives how many were stored."""
    if table.errors:
        raise ImportRejected(reason="rows-with-errors", found=len(table.errors))
    for row in table.rows:
        plans.set_baseline(
            session,
            unit_id=unit_id,
            year=year,
            dimension=row.dimension,
            value=row.value,
            n=row.n,
            method=row.method,
            source=row.source,
        )
    audit.record(
        session,
        login=login,
        action="baselines-imported",
        now=now,
        detail={"year": year, "rows": len(table.rows)},
    )
    return len(table.rows)

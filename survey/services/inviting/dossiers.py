"""Dossiers of the one-stop desk: looked at first, then stored; the denominators of participation.

A dossier is known by its code. Importing a file again adds nothing; a later export brings the days on
which results were returned. No row of a dossier is ever beside an answer.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from survey.exceptions import Conflict, NotFound
from survey.models import Desk, Dossier
from survey.services.inviting import dossier_files
from survey.services.inviting.dossier_files import DossierRow, DossierTable, Progress
from survey.services.office import audit
from survey.services.sheets.field_finder import FieldFinder
from survey.services.sheets.headings import ColumnRead
from survey.services.sheets.table_files import RowError

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a file would do. Nothing is stored yet."""

    digest: str
    desk_id: int
    sheet: str
    columns: tuple[ColumnRead, ...]
    not_read: tuple[str, ...]  # headings of columns that were passed over
    rows_good: tuple[DossierRow, ...]  # new dossiers
    rows_known: tuple[DossierRow, ...]  # stored before; their days may be new
    rows_changed: int  # of those, how many bring a new day
    rows_skipped: int  # totals, signatures, repeated headings
    errors: tuple[RowError, ...]
    unknown_fields: tuple[tuple[str, int], ...]  # names no field of the office goes by, most frequent first

    @property
    def rows_wrong(self) -> int:
        return len({error.row for error in self.errors})

    @property
    def returned(self) -> int:
        return sum(row.returned_on is not None for row in (*self.rows_good, *self.rows_known))

    def reads(self, role: str) -> bool:
        return any(column.role == role for column in self.columns)


@dataclass(frozen=True, slots=True)
class ImportResult:
    added: int
    updated: int
    unchanged: int
    left_out: int  # rows with errors


@dataclass(frozen=True, slots=True)
class DossierCounts:
    """What a desk has, for the head of the page."""

    total: int
    returned: int
    received_from: date | None
    received_to: date | None


def preview(
    session: Session,
    *,
    content: bytes,
    filename: str,
    desk_id: int,
    today: date,
    progress: Progress | None = None,
) -> ImportPreview:
    """Read a file and say what storing it would do.

    Raises
    ------
    ImportRejected, NotFound
    """
    _desk_code(session, desk_id)
    finder = FieldFinder(session)
    table = dossier_files.read(content, filename, field_of=finder.field_of, today=today, progress=progress)
    known = _known(session, [row.code for row in table.rows])
    elsewhere = _elsewhere(session, desk_id, known)
    rows = [row for row in table.rows if row.code not in elsewhere]
    return ImportPreview(
        digest=hashlib.sha256(content).hexdigest(),
        desk_id=desk_id,
        sheet=table.sheet,
        columns=table.headings.columns,
        not_read=table.headings.not_read,
        rows_good=tuple(row for row in rows if row.code not in known),
        rows_known=tuple(row for row in rows if row.code in known),
        rows_changed=sum(row.code in known and bool(_changes(row, known[row.code])) for row in rows),
        rows_skipped=table.skipped,
        errors=(*table.errors, *_of_other_units(table, elsewhere)),
        unknown_fields=_unknown_fields(table.rows),
    )


def _unknown_fields(rows: Sequence[DossierRow]) -> tuple[tuple[str, int], ...]:
    names = Counter(row.field_name or row.procedure for row in rows if row.field_id is None)
    return tuple((name, count) for name, count in names.most_common() if name)


def store(
    session: Session, preview: ImportPreview, *, keep_good: bool, login: str, now: datetime
) -> ImportResult:
    """Store what the preview showed: new dossiers, and new days of known ones.

    Raises
    ------
    Conflict
        The file has rows with errors and nobody said that the good ones should be kept all the same.
    """
    if preview.errors and not keep_good:
        raise Conflict(what="rows-with-errors", value=preview.rows_wrong)
    desk_code = _desk_code(session, preview.desk_id)
    rows = (*preview.rows_good, *preview.rows_known)
    # Looked up again: another import may have come in between.
    known = _known(session, [row.code for row in rows])
    elsewhere = _elsewhere(session, preview.desk_id, known)
    rows = tuple(row for row in rows if row.code not in elsewhere)
    new = [row for row in rows if row.code not in known]
    changes = [
        {"key": known[row.code].id, **changed}
        for row in rows
        if row.code in known and (changed := _changes(row, known[row.code]))
    ]
    added = _insert(session, preview.desk_id, new)
    _update(session, changes)
    result = ImportResult(added, len(changes), len(rows) - added - len(changes), preview.rows_wrong)
    audit.record(
        session,
        login=login,
        action="dossiers-imported",
        now=now,
        detail={
            "desk": desk_code,
            "added": result.added,
            "updated": result.updated,
            "left_out": result.left_out,
        },
    )
    return result


def _desk_code(session: Session, desk_id: int) -> str:
    code = session.scalar(select(Desk.code).where(Desk.id == desk_id))
    if code is None:
        raise NotFound(what="desk", value=desk_id)
    return code


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    desk_id: int
    due_on: date | None
    returned_on: date | None


def _known(session: Session, codes: Sequence[str]) -> Mapping[str, _Stored]:
    found: dict[str, _Stored] = {}
    columns = (Dossier.code, Dossier.id, Dossier.desk_id, Dossier.due_on, Dossier.returned_on)
    for part in _chunks(codes):
        for row in session.execute(select(*columns).where(Dossier.code.in_(part))):
            found[row.code] = _Stored(row.id, row.desk_id, row.due_on, row.returned_on)
    return found


def _elsewhere(session: Session, desk_id: int, known: Mapping[str, _Stored]) -> frozenset[str]:
    """Find the codes that another unit holds: nobody changes its dossiers from here."""
    desks = {stored.desk_id for stored in known.values()} - {desk_id}
    if not desks:
        return frozenset()
    units = {
        row.id: row.unit_id
        for row in session.execute(select(Desk.id, Desk.unit_id).where(Desk.id.in_({*desks, desk_id})))
    }
    return frozenset(code for code, stored in known.items() if units[stored.desk_id] != units[desk_id])


def _of_other_units(table: DossierTable, codes: frozenset[str]) -> list[RowError]:
    column = next((one.heading for one in table.headings.columns if one.role == "code"), "")
    return [RowError(row.row, column, row.code, "other-unit") for row in table.rows if row.code in codes]


def _changes(row: DossierRow, stored: _Stored) -> dict[str, date]:
    """Give the days that the file knows and the store does not; an empty cell takes nothing away."""
    days = {"due": (row.due_on, stored.due_on), "returned": (row.returned_on, stored.returned_on)}
    if not any(given is not None and given != kept for given, kept in days.values()):
        return {}
    return {name: day for name, (given, kept) in days.items() if (day := given or kept)}


def _insert(session: Session, desk_id: int, rows: Sequence[DossierRow]) -> int:
    before = _count(session)
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(Dossier).on_conflict_do_nothing()
    if rows:
        session.execute(statement, [_values(desk_id, row) for row in rows])
    return _count(session) - before


def _count(session: Session) -> int:
    return int(session.scalar(select(func.count()).select_from(Dossier)) or 0)


def _values(desk_id: int, row: DossierRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "desk_id": desk_id,
        "procedure": row.procedure,
        "field_id": row.field_id,
        "received_on": row.received_on,
        "due_on": row.due_on,
        "returned_on": row.returned_on,
        "filing_channel": row.filing_channel,
        "issued": 0,
    }


def _update(session: Session, changes: Sequence[Mapping[str, Any]]) -> None:
    if not changes:
        return
    table = Dossier.__table__
    statement = (
        update(table)  # type: ignore[arg-type]  # a mapped class has a Table
        .where(table.c.id == bindparam("key"))
        .values(due_on=bindparam("due"), returned_on=bindparam("returned"))
    )
    session.execute(statement, [{"due": None, "returned": None, **one} for one in changes])


def _chunks(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(codes), _CHUNK):
        yield codes[start : start + _CHUNK]


def counts(session: Session, *, desk_ids: Sequence[int]) -> DossierCounts:
    row = session.execute(
        select(
            func.count(),
            func.count(Dossier.returned_on),
            func.min(Dossier.received_on),
            func.max(Dossier.received_on),
        ).where(Dossier.desk_id.in_(desk_ids))
    ).one()
    return DossierCounts(*row)

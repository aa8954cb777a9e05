"""Which field a dossier belongs to, from what the export calls the field or the procedure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Procedure, ProcedureField
from survey.services.sheets.table_files import fold

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_LEADING = ("linh vuc ", "thu tuc hanh chinh ", "thu tuc ", "tthc ")


class FieldFinder:
    """Knows the catalogue of the office, in every language it is written in."""

    def __init__(self, session: Session) -> None:
        self._fields: dict[str, int] = {}
        self._procedures: dict[str, int] = {}
        for field in session.scalars(select(ProcedureField)):
            _add(self._fields, [field.code, *field.names.values()], field.id)
        for procedure in session.scalars(select(Procedure)):
            _add(self._procedures, [procedure.code, *procedure.names.values()], procedure.field_id)
        # An export repeats a few dozen names over thousands of rows.
        self.field_of = cache(self._field_of)

    def _field_of(self, field_name: str, procedure: str) -> int | None:
        """Give the field that the field column names, else that of the procedure, else None."""
        return _first(self._fields, field_name) or _first(self._procedures, procedure)


def _add(known: dict[str, int], names: Iterable[str], field_id: int) -> None:
    for name in names:
        for key in _keys(name):
            known.setdefault(key, field_id)


def _first(known: dict[str, int], name: str) -> int | None:
    return next((known[key] for key in _keys(name) if key in known), None)


def _keys(name: str) -> list[str]:
    """Give the forms under which a name may be known: as it is, without brackets, without "lĩnh vực …"."""
    keys: list[str] = []
    for text in (name, _IN_BRACKETS.sub(" ", name)):
        key = fold(text)
        keys.append(key)
        keys.extend(key.removeprefix(leading) for leading in _LEADING if key.startswith(leading))
    return [key for key in dict.fromkeys(keys) if key]

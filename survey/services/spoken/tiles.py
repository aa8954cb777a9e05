"""Field tiles: the kinds of procedures a citizen can point at, in every language they are written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import ProcedureField


@dataclass(frozen=True, slots=True)
class FieldTile:
    """A field as a tile shows it: its name, and examples for who does not know the term."""

    id: int
    code: str
    names: Mapping[str, str]
    hints: Mapping[str, str]


def fields_offered(session: Session) -> Sequence[FieldTile]:
    """Give the fields that are in use, in the order of the office."""
    rows = session.execute(
        select(ProcedureField.id, ProcedureField.code, ProcedureField.names, ProcedureField.hints)
        .where(ProcedureField.active)
        .order_by(ProcedureField.position, ProcedureField.id)
    )
    return [FieldTile(*row) for row in rows]


def field_ids(session: Session) -> Mapping[str, int]:
    """Give the number of every field by its code, also of those put out of use since a tablet read them."""
    rows = session.execute(select(ProcedureField.code, ProcedureField.id))
    return {row.code: row.id for row in rows}


def field_code(session: Session, field_id: int | None) -> str | None:
    """Give the code of a field, as tablets know it."""
    return session.scalar(select(ProcedureField.code).where(ProcedureField.id == field_id))

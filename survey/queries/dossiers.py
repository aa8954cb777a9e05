"""Counts of dossiers: the denominators of participation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models import Dossier


def returned(
    session: Session, *, desk_ids: Sequence[int], start: date, end: date, field_id: int | None = None
) -> int:
    """Count dossiers whose result was returned in `[start, end)`."""
    query = (
        select(func.count())
        .select_from(Dossier)
        .where(Dossier.desk_id.in_(desk_ids), Dossier.returned_on >= start, Dossier.returned_on < end)
    )
    if field_id is not None:
        query = query.where(Dossier.field_id == field_id)
    return int(session.scalar(query) or 0)


def returned_by_day_and_field(
    session: Session, *, desk_id: int, start: date, end: date
) -> Mapping[tuple[date, int], int]:
    rows = session.execute(
        select(Dossier.returned_on, Dossier.field_id, func.count().label("n"))
        .where(
            Dossier.desk_id == desk_id,
            Dossier.returned_on >= start,
            Dossier.returned_on < end,
            Dossier.field_id.is_not(None),
        )
        .group_by(Dossier.returned_on, Dossier.field_id)
    )
    return {(row.returned_on, row.field_id): int(row.n) for row in rows}


def returned_late(session: Session, *, desk_ids: Sequence[int], start: date, end: date) -> tuple[int, int]:
    """Count dossiers returned in `[start, end)` that had a due day, and those of them that came after it."""
    query = (
        select(func.count())
        .select_from(Dossier)
        .where(
            Dossier.desk_id.in_(desk_ids),
            Dossier.returned_on >= start,
            Dossier.returned_on < end,
            Dossier.due_on.is_not(None),
        )
    )
    due = int(session.scalar(query) or 0)
    late = int(session.scalar(query.where(Dossier.returned_on > Dossier.due_on)) or 0)
    return due, late

"""How often each answer of the service-use block was given: counts of the database, never answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.enums import Part
from survey.models import Response

_COLUMNS = (Response.visits, Response.late, Response.apology, Response.extra_money)


def counts(
    session: Session, *, versions: Iterable[int], desk_ids: Sequence[int], start: date, end: date
) -> Mapping[str, Counter[int]]:
    """Count by question and stored place of its option; 0 is "nothing said"."""
    rows = session.execute(
        select(*_COLUMNS, func.count().label("n"))
        .where(
            Response.version_id.in_(list(versions)),
            Response.desk_id.in_(desk_ids),
            Response.day >= start,
            Response.day < end,
            Response.part == Part.HEADLINE,
        )
        .group_by(*_COLUMNS)
    )
    found: dict[str, Counter[int]] = {column.key: Counter() for column in _COLUMNS}
    for row in rows:
        for column in _COLUMNS:
            found[column.key][getattr(row, column.key)] += int(row.n)
    return found

"""How often each answer of the service-use block was given: monthly counters, never answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.enums import Part
from survey.models import BesideCount


def counts(
    session: Session, *, desk_ids: Sequence[int], start: date, end: date
) -> Mapping[str, Counter[str]]:
    """Count by question and option, over whole months."""
    rows = session.execute(
        select(BesideCount.question, BesideCount.option, func.sum(BesideCount.n).label("n"))
        .where(
            BesideCount.desk_id.in_(desk_ids),
            BesideCount.month >= start,
            BesideCount.month < end,
            BesideCount.part == Part.HEADLINE,
        )
        .group_by(BesideCount.question, BesideCount.option)
    )
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.question, Counter())[row.option] = int(row.n)
    return found

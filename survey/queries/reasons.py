"""How often reasons were tapped: counters of the database, never answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.enums import Dimension
from survey.models import ReasonCount


def counts(
    session: Session, *, desk_ids: Sequence[int], start: date, end: date
) -> Mapping[tuple[Dimension, str], int]:
    """Count by dimension and reason in the whole months `[start, end)`."""
    rows = session.execute(
        select(ReasonCount.dimension, ReasonCount.reason, func.sum(ReasonCount.count))
        .where(ReasonCount.desk_id.in_(desk_ids), ReasonCount.month >= start, ReasonCount.month < end)
        .group_by(ReasonCount.dimension, ReasonCount.reason)
    )
    return {(dimension, reason): int(n) for dimension, reason, n in rows}

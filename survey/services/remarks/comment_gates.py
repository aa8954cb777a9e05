"""When comments may be read: late, and among enough others.

The comments of a desk and month are opened together: when the month has been over for a week, ten persons or
more answered there and three or more wrote. A month with fewer joins the next one of its desk and is dated by
it, so that nothing that was written is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models import Comment, MonthTally

LEAST_PERSONS = 10
LEAST_COMMENTS = 3
OPENS_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """The months whose comments were opened together."""

    first: date
    last: date


def opened_months(
    session: Session, desk_ids: Collection[int], *, today: date
) -> Mapping[tuple[int, date], Span]:
    """Give the desks and months whose comments may be read, each with the months it was opened with."""
    persons = _counts(session, MonthTally.desk_id, MonthTally.month, func.sum(MonthTally.n), desk_ids)
    written = _counts(session, Comment.desk_id, Comment.month, func.count(), desk_ids)
    found: dict[tuple[int, date], Span] = {}
    for desk_id in desk_ids:
        months = sorted({month for desk, month in {*persons, *written} if desk == desk_id})
        together: list[date] = []
        n = comments = 0
        for month in months:
            if _next_month(month) + OPENS_AFTER > today:
                break
            together.append(month)
            n += persons.get((desk_id, month), 0)
            comments += written.get((desk_id, month), 0)
            if n >= LEAST_PERSONS and comments >= LEAST_COMMENTS:
                found |= dict.fromkeys(((desk_id, one) for one in together), Span(together[0], month))
                together, n, comments = [], 0, 0
    return found


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _counts(
    session: Session, desk: Any, month: Any, count: Any, desk_ids: Collection[int]
) -> dict[tuple[int, date], int]:
    rows = session.execute(select(desk, month, count).where(desk.in_(desk_ids)).group_by(desk, month))
    return {(int(desk_id), at): int(n) for desk_id, at, n in rows}

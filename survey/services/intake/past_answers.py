"""How often each answer is given at a desk's tablets, told by the desk's own past days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import recurring
from analysis.response_quality import ResponseFlag
from survey.enums import Form
from survey.instrument import NOT_ANSWERED
from survey.models import Response

# The latest answers tell what is usual; older ones add little.
LATEST = 2000
# Days on which an answer came back too often shape nothing while they are few; where they are many, people
# are content there, and such days are what is usual.
FEW_DAYS = 0.25


@dataclass(frozen=True, slots=True)
class PastAnswers:
    """What was said on each past day of a counter, and how often."""

    days: Sequence[Mapping[bytes, int]] = ()

    def usual_share(self, answer: bytes) -> float:
        times = np.array([day.get(answer, 0) for day in self.days])
        return recurring.usual_share(times, np.array([sum(day.values()) for day in self.days]))


def said(levels: bytes) -> bytes:
    """Give the levels of an answer without the items that were not drawn or left out."""
    return bytes(level for level in levels if level != NOT_ANSWERED)


def read(session: Session, desk_id: int, *, before: date) -> PastAnswers:
    rows = session.execute(
        select(Response.day, Response.counter_id, Response.levels, Response.flags)
        .where(Response.desk_id == desk_id, Response.form == Form.SPLIT, Response.day < before)
        .order_by(Response.day.desc())
        .limit(LATEST)
    )
    days: dict[tuple[date, int], Counter[bytes]] = {}
    doubtful = set()
    for row in rows:
        key = row.day, row.counter_id or 0
        days.setdefault(key, Counter())[said(row.levels)] += 1
        if row.flags & (ResponseFlag.REPEATED | ResponseFlag.PACE):
            doubtful.add(key)
    return PastAnswers(
        usual_days([days[key] for key in sorted(days)], [key in doubtful for key in sorted(days)])
    )


def usual_days(days: Sequence[Mapping[bytes, int]], doubtful: Sequence[bool]) -> list[Mapping[bytes, int]]:
    """Leave doubtful days out while they are few."""
    if sum(doubtful) > FEW_DAYS * len(days):
        return list(days)
    return [day for day, is_doubtful in zip(days, doubtful, strict=True) if not is_doubtful]

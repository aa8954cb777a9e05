"""When so many answers of one day carry several signals that the day is worth a second look.

A number alone would name honest days of hundreds, a share alone quiet days: some are quick in a crowd.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from survey.queries.ratings import Cells, Ratings

NOTEWORTHY = 5
NOTEWORTHY_SHARE = 0.03


def is_noteworthy(several: int, persons: int) -> bool:
    """Say whether a day with so many answers of several signals is worth a look."""
    return several >= max(NOTEWORTHY, NOTEWORTHY_SHARE * persons)


def strange_days(whole: Ratings, several: Ratings) -> tuple[date, ...]:
    """Give the days on which some desk took noteworthily many answers of several signals."""
    persons, odd = _by_desk_and_day(whole.days), _by_desk_and_day(several.days)
    return tuple(sorted({day for (desk, day), n in odd.items() if is_noteworthy(n, persons[desk, day])}))


def _by_desk_and_day(cells: Cells) -> Counter[tuple[int, date]]:
    found: Counter[tuple[int, date]] = Counter()
    for mark, n in zip(cells.marks, cells.n.tolist(), strict=True):
        found[mark.desk_id, mark.time] += n
    return found

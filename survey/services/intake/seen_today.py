"""What tablets took today and was mixed already: in memory until the day is over, never stored.

A burst, or an answer that comes back, is a matter of hours, but answers leave intake a few at a time. So the
program that mixes remembers of each tablet's answer the minute, the tablet and the levels. Who holds the
database, its copies and the key finds nothing of it. After a new start the day begins anew: less is seen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.services.answers.responses import Waiting
from survey.services.intake import past_answers
from survey.services.intake.past_answers import PastAnswers

# Of one desk and day: more than tablets take when people answer.
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer as its device shows it."""

    id: bytes
    day: date
    minute: int
    device_id: int | None
    said: bytes  # the levels given, in the order of the items

    @classmethod
    def of(cls, answer: Waiting) -> Seen:
        return cls(answer.id, answer.day, answer.minute, answer.device_id, past_answers.said(answer.levels))


class SeenToday:
    """The memory of whoever mixes; another day, another memory."""

    def __init__(self) -> None:
        self._day = date.min
        self._mixed: dict[int, deque[Seen]] = {}
        self._past: dict[int, PastAnswers] = {}

    def add(self, desk_id: int, leaving: Iterable[Waiting], *, today: date) -> None:
        self._begin(today)
        mixed = self._mixed.setdefault(desk_id, deque(maxlen=MOST_REMEMBERED))
        mixed.extend(Seen.of(answer) for answer in leaving if answer.device_id is not None)

    def beside(self, desk_id: int, waiting: Sequence[Waiting], *, today: date) -> list[Seen]:
        """Give what was mixed of a desk, without what waits again since its transaction failed."""
        self._begin(today)
        again = {answer.id for answer in waiting}
        return [one for one in self._mixed.get(desk_id, ()) if one.id not in again]

    def past(self, session: Session, desk_id: int, *, today: date) -> PastAnswers:
        """Give what is usual at a desk, read once a day: it ends with yesterday."""
        self._begin(today)
        if desk_id not in self._past:
            self._past[desk_id] = past_answers.read(session, desk_id, before=today)
        return self._past[desk_id]

    def _begin(self, today: date) -> None:
        if today != self._day:
            self._day = today
            self._mixed.clear()
            self._past.clear()

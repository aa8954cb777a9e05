"""From which day on single answers are still kept; the sums of earlier ones stay."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.exceptions import AnswersPurged
from survey.models import Setting

_KEY = "answers-kept-from"


def answers_from(session: Session) -> date | None:
    """Give the first day whose answers are kept; None while nothing was purged."""
    stored = session.scalar(select(Setting.value).where(Setting.key == _KEY))
    return date.fromisoformat(stored) if stored else None


def mark(session: Session, first_kept: date) -> None:
    """Note that answers of earlier days are gone, in the transaction that deletes them."""
    session.merge(Setting(key=_KEY, value=first_kept.isoformat()))
    session.flush()


def check(session: Session, start: date) -> None:
    """Refuse what needs every answer from a day on, where some of these are gone.

    Raises
    ------
    AnswersPurged
    """
    first_kept = answers_from(session)
    if first_kept is not None and start < first_kept:
        raise AnswersPurged(kept_from=first_kept)

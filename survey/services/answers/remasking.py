"""Mask comments that an older program stored, once for each set of rules."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.db import Database
from survey.models import Comment, Setting
from survey.services.answers import masking
from survey.services.answers.folding import fold

_KEY = "comments-masked"
_AT_ONCE = 500


def ensure(database: Database) -> int:
    """Mask what is stored, in lots, so that answers do not wait long; give how many comments changed."""
    with database.read() as session:
        if session.scalar(select(Setting.value).where(Setting.key == _KEY)) == masking.RULES:
            return 0
        stored = session.execute(select(Comment.id, Comment.text)).all()
    changed = [(row.id, masked) for row in stored if (masked := masking.mask(row.text)) != row.text]
    for start in range(0, len(changed), _AT_ONCE):
        lot = changed[start : start + _AT_ONCE]
        database.write(lambda session, lot=lot: _write(session, lot))  # type: ignore[misc]  # bound now
    database.write(lambda session: session.merge(Setting(key=_KEY, value=masking.RULES)))
    return len(changed)


def _write(session: Session, lot: Sequence[tuple[bytes, str]]) -> None:
    for identity, text in lot:
        session.execute(update(Comment).where(Comment.id == identity).values(text=text, folded=fold(text)))

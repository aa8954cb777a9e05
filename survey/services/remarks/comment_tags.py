"""Tags of comments: the office's own words for what people write about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.exceptions import InvalidInput, NotFound
from survey.models import CommentTag, TaggedComment
from survey.services.answers.folding import fold
from survey.services.office import audit

NAME_CHARACTERS = 40
MOST_TAGS = 60


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    name: str


def of_unit(session: Session, unit_id: int) -> Sequence[Tag]:
    rows = session.execute(
        select(CommentTag.id, CommentTag.name)
        .where(CommentTag.unit_id == unit_id)
        .order_by(CommentTag.folded)
    )
    return tuple(Tag(row.id, row.name) for row in rows)


def of_comments(session: Session, comment_ids: Sequence[bytes]) -> Mapping[bytes, Sequence[Tag]]:
    """Give the tags of many comments."""
    found: dict[bytes, list[Tag]] = {}
    for start in range(0, len(comment_ids), 500):
        rows = session.execute(
            select(TaggedComment.comment_id, CommentTag.id, CommentTag.name)
            .join(CommentTag, CommentTag.id == TaggedComment.tag_id)
            .where(TaggedComment.comment_id.in_(comment_ids[start : start + 500]))
            .order_by(CommentTag.folded)
        )
        for row in rows:
            found.setdefault(row.comment_id, []).append(Tag(row.id, row.name))
    return found


def chosen(session: Session, *, unit_id: int, tag_ids: Sequence[int], new: str) -> list[int]:
    """Give the tags that were ticked, and the one that was written; one of the same letters is the same.

    Raises
    ------
    InvalidInput
        An unknown tag, a name that is too long, or more tags than anybody could choose from.
    """
    known = {tag.id for tag in of_unit(session, unit_id)}
    if not known.issuperset(tag_ids):
        raise InvalidInput(field="tags", reason="unknown")
    name = " ".join(new.split())
    found = list(dict.fromkeys(tag_ids))
    if not name:
        return found
    if len(name) > NAME_CHARACTERS:
        raise InvalidInput(field="new_tag", reason="long", maximum=NAME_CHARACTERS)
    same = session.scalar(
        select(CommentTag.id).where(CommentTag.unit_id == unit_id, CommentTag.folded == fold(name))
    )
    if same is None:
        if len(known) >= MOST_TAGS:
            raise InvalidInput(field="new_tag", reason="many", maximum=MOST_TAGS)
        tag = CommentTag(unit_id=unit_id, name=name, folded=fold(name))
        session.add(tag)
        session.flush()
        same = tag.id
    return [*found, same] if same not in found else found


def remove(session: Session, *, unit_id: int, tag_id: int, login: str, now: datetime) -> None:
    """Take a tag off every comment and forget it."""
    tag = session.scalar(select(CommentTag).where(CommentTag.id == tag_id, CommentTag.unit_id == unit_id))
    if tag is None:
        raise NotFound(what="tag", value=tag_id)
    name = tag.name
    session.execute(delete(TaggedComment).where(TaggedComment.tag_id == tag_id))
    session.delete(tag)
    session.flush()
    audit.record(session, login=login, action="comment-tag-removed", now=now, detail={"tag": name})

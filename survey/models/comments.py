"""What an office adds to comments: whether they may be read more widely, and tags of its own."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import Dimension, HideReason, Review
from survey.models.base import Base, enum_column


class CommentReview(Base):
    """What became of a comment. Without a row it waits."""

    __tablename__ = "comment_review"
    __table_args__ = ({"sqlite_with_rowid": False},)

    comment_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[Review] = mapped_column(enum_column(Review, "state"))
    reason: Mapped[HideReason | None] = mapped_column(enum_column(HideReason, "reason"))
    # Where it belongs, as whoever looked through it read it.
    dimension: Mapped[Dimension | None] = mapped_column(enum_column(Dimension, "dimension"))


class CommentTag(Base):
    """A tag of a unit; `folded` tells "Chờ lâu" and "cho lau" to be the same."""

    __tablename__ = "comment_tag"
    __table_args__ = (UniqueConstraint("unit_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(40))
    folded: Mapped[str] = mapped_column(String(40))


class TaggedComment(Base):
    """A tag on a comment; a comment may carry many."""

    __tablename__ = "tagged_comment"
    __table_args__ = ({"sqlite_with_rowid": False},)

    comment_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
    )
    tag_id: Mapped[int] = mapped_column(ForeignKey("comment_tag.id", ondelete="CASCADE"), primary_key=True)

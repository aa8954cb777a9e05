"""Paper forms that an officer is typing in, until they are sent together."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class EntryBatch(Base):
    """A pile of forms, sealed with a key outside the database. Whose hands typed it stands nowhere."""

    __tablename__ = "entry_batch"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

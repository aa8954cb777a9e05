"""What happened on a day, noted by the office so that a change on a chart can be understood."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import Role
from survey.models.base import Base, enum_column

LONGEST_NOTE = 160


class DayNote(Base):
    """A few words about a day of a unit or a desk. It names the role that wrote it, never a person."""

    __tablename__ = "day_note"
    __table_args__ = (
        Index("ix_day_note_unit_day", "unit_id", "day"),
        CheckConstraint("length(text) > 0", name="text_is_there"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    day: Mapped[date]
    text: Mapped[str] = mapped_column(String(LONGEST_NOTE))
    written_by: Mapped[Role] = mapped_column(enum_column(Role, "written_by"))
    written_on: Mapped[date]

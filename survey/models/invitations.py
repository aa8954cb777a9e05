"""Invitations: the one-time tokens of slips. A spent one keeps its state and nothing else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import InvitationState, InvitationWay
from survey.models.base import Base, enum_column


class Invitation(Base):
    """Known by two keyed hashes: of the token in the QR and of the code to type.

    No dossier, no time of issue and no time of spending stand here, and the row order tells nothing
    (the primary key is a hash). The quarter of its last day says when it may be deleted.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(
            "state = 'open' OR (desk_id IS NULL AND field_id IS NULL AND expires_on IS NULL)",
            name="spent_keeps_only_state",
        ),
        {"sqlite_with_rowid": False},
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[InvitationState] = mapped_column(enum_column(InvitationState, "state"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_field.id"))
    expires_on: Mapped[date | None]
    # The first day of the quarter of its last day.
    quarter: Mapped[date]


class InvitationCount(Base):
    """How many persons were invited at a desk on a day: a sum that names nobody, and no token.

    A reprint invites nobody anew and is not counted.
    """

    __tablename__ = "invitation_count"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    way: Mapped[InvitationWay] = mapped_column(enum_column(InvitationWay, "way"), primary_key=True)
    n: Mapped[int]

"""Dossiers of the one-stop software: the denominators. No applicant is read or stored."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import FilingChannel
from survey.models.base import Base, enum_column


class Dossier(Base):
    __tablename__ = "dossier"
    __table_args__ = (Index("ix_dossier_desk_returned", "desk_id", "returned_on", "field_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    procedure: Mapped[str] = mapped_column(String(400), default="")
    field_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_field.id"))
    received_on: Mapped[date]
    due_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    filing_channel: Mapped[FilingChannel] = mapped_column(enum_column(FilingChannel, "filing_channel"))
    # How often a token was issued. The token itself is derived with a key outside the database,
    # so that these rows cannot be matched to spent tokens.
    issued: Mapped[int] = mapped_column(default=0)

"""Periods that closed: their figures as the record, what came late, and the report that was made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, UtcDateTime


class PeriodRecord(Base):
    """The figures and verdicts of a period as they stood when it closed. Written once, never changed."""

    __tablename__ = "period_record"
    __table_args__ = (UniqueConstraint("unit_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    period: Mapped[str] = mapped_column(String(8))
    closed_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    # The text itself is kept, not a parsed form: the digest is that of these bytes.
    figures: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    # Answers behind the figures, of every part: where the tallies hold more, some came late.
    answers: Mapped[int]


class PeriodCorrection(Base):
    """The figures of a closed period with the answers that came late; numbered, never changed."""

    __tablename__ = "period_correction"
    __table_args__ = (UniqueConstraint("record_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("period_record.id"))
    number: Mapped[int]
    noticed_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    figures: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    answers: Mapped[int]


class PeriodReport(Base):
    """The report of a period: what an officer wrote into it, and the head it was signed with."""

    __tablename__ = "period_report"
    __table_args__ = (
        UniqueConstraint("unit_id", "period"),
        CheckConstraint("edition >= 0", name="edition_counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    period: Mapped[str] = mapped_column(String(8))
    prepared_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    # Part of the report -> what was written; a part that nobody touched is not here.
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    edition: Mapped[int] = mapped_column(default=0)  # one more with every change
    signed_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_login: Mapped[str] = mapped_column(String(64), default="")
    # Office, number, date, recipients, signer's title and every text as they were signed.
    signed: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    signed_digest: Mapped[str] = mapped_column(String(64), default="")
    signed_corrections: Mapped[int] = mapped_column(default=0)

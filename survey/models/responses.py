"""Answers: sealed while they wait, then mixed into rows that nobody can tie to a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import Dimension, Form, Part, Stage, TrustClass
from survey.models.base import Base, enum_column


class InstrumentVersion(Base):
    """A published questionnaire. Its definition never changes; a new wording is a new version."""

    __tablename__ = "instrument_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(16))
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))


class SubmissionKey(Base):
    """The keyed hash of a key that was stored once: the same submission never counts twice."""

    __tablename__ = "submission_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    # The first day of a month, so that it tells no day of answering.
    keep_until: Mapped[date]


class Intake(Base):
    """A submission that waits to be mixed, sealed with a key outside the database."""

    __tablename__ = "intake"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Response(Base):
    """One mixed answer: levels one byte an item in the order of the version, and coarse marks."""

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_desk_day", "desk_id", "day"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    day: Mapped[date]
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_field.id"))
    part: Mapped[Part] = mapped_column(enum_column(Part, "part"))
    stage: Mapped[Stage] = mapped_column(enum_column(Stage, "stage"))
    form: Mapped[Form] = mapped_column(enum_column(Form, "form"))
    trust_class: Mapped[TrustClass] = mapped_column(enum_column(TrustClass, "trust_class"))
    levels: Mapped[bytes] = mapped_column(LargeBinary)
    flags: Mapped[int] = mapped_column(default=0)


class Comment(Base):
    """What somebody wrote, apart from the rating: only the desk, the month and perhaps a dimension."""

    __tablename__ = "comment"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    month: Mapped[date]
    dimension: Mapped[Dimension | None] = mapped_column(enum_column(Dimension, "dimension"))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    # The text without the marks of Vietnamese letters, in small ones: what a search looks in.
    folded: Mapped[str] = mapped_column(Text, default="", server_default="")


class ReasonCount(Base):
    """How often a reason was tapped in a month: a counter, never beside an answer."""

    __tablename__ = "reason_count"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    dimension: Mapped[Dimension] = mapped_column(enum_column(Dimension, "dimension"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int]


class BesideCount(Base):
    """How often something was said beside the ratings in a month: language, visits, lateness …

    Counters, never beside an answer: a dossier that was late, or a language that few speak, would name it.
    """

    __tablename__ = "beside_count"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    part: Mapped[Part] = mapped_column(enum_column(Part, "part"), primary_key=True)
    question: Mapped[str] = mapped_column(String(32), primary_key=True)
    option: Mapped[str] = mapped_column(String(32), primary_key=True)
    n: Mapped[int]

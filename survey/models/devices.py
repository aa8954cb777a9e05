"""Kiosk tablets: enrolled once by an officer, known by a key afterwards."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, UtcDateTime


class Enrolment(Base):
    """A one-time code that turns a tablet into the kiosk of a counter."""

    __tablename__ = "enrolment"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    name: Mapped[str] = mapped_column(String(100))
    expires_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)


class KioskDevice(Base):
    __tablename__ = "kiosk_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    enrolled_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ScreenCount(Base):
    """How many people saw a screen and how many left there: counts for a day, never a path."""

    __tablename__ = "screen_count"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    screen: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)

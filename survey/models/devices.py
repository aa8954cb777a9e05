"""Kiosk tablets: enrolled once by an officer, known by a key afterwards."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import Stage
from survey.models.base import Base, UtcDateTime, enum_column


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
    # Public half of the key with which a tablet on https signs (X.509 SubjectPublicKeyInfo, P-256).
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(128))
    # Milliseconds of the newest request that may be taken once only.
    last_stamp: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class KioskHeartbeat(Base):
    """What a tablet said last of itself; one row for each, never a history."""

    __tablename__ = "kiosk_heartbeat"

    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"), primary_key=True)
    at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    program: Mapped[str] = mapped_column(String(16))
    waiting: Mapped[int]
    oldest_s: Mapped[int]
    refused: Mapped[int]
    offline: Mapped[bool]
    used_mb: Mapped[int | None]
    quota_mb: Mapped[int | None]
    # Answers whose day is known within bounds only, since the tablet was enrolled.
    estimated: Mapped[int] = mapped_column(default=0, server_default="0")


class KioskCall(Base):
    """The desk calls somebody to a tablet. One row for each at most, gone when the tablet takes it; nothing
    says whether anybody came.
    """

    __tablename__ = "kiosk_call"

    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"), primary_key=True)
    stage: Mapped[Stage] = mapped_column(enum_column(Stage, "stage"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_field.id"))
    expires_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)


class ScreenCount(Base):
    """How many people saw a screen, left there, and answered within so many seconds: counts for a day,
    never a path. The screen `visit` is the whole of it.
    """

    __tablename__ = "screen_count"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    screen: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    under_3s: Mapped[int] = mapped_column(default=0, server_default="0")
    under_6s: Mapped[int] = mapped_column(default=0, server_default="0")
    under_10s: Mapped[int] = mapped_column(default=0, server_default="0")
    under_20s: Mapped[int] = mapped_column(default=0, server_default="0")
    under_30s: Mapped[int] = mapped_column(default=0, server_default="0")
    under_60s: Mapped[int] = mapped_column(default=0, server_default="0")
    under_120s: Mapped[int] = mapped_column(default=0, server_default="0")
    longer: Mapped[int] = mapped_column(default=0, server_default="0")


class ScreenWaiting(Base):
    """Counts of a desk's month that are not yet in `ScreenCount`, as they tell what was answered: sealed."""

    __tablename__ = "screen_waiting"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

"""Officers who sign in, their sessions, failed attempts, and what was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import Role
from survey.models.base import Base, UtcDateTime, enum_column


class Officer(Base):
    """An account. It carries a sign-in name and a role, not a person's data."""

    __tablename__ = "officer"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)


class OfficerSession(Base):
    """A signed-in browser. Only the keyed hash of the cookie is kept."""

    __tablename__ = "officer_session"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    started_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """A failed attempt, so that the throttle survives a restart."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    at_utc: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEvent(Base):
    """Who did what; chained, so that a change, a gap or a cut shows."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    officer_login: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))

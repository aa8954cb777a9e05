"""Units with validity dates, desks, counters, procedures, and the settings of this installation."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import UnitLevel
from survey.models.base import Base, enum_column


class Unit(Base):
    """A commune, district, province or ministry, for the time in which it exists."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_span"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[UnitLevel] = mapped_column(enum_column(UnitLevel, "level"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class UnitSuccession(Base):
    """From this day the successor stands where the predecessor stood."""

    __tablename__ = "unit_succession"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    on: Mapped[date] = mapped_column("on_date")
    kind: Mapped[str] = mapped_column(String(24))


class Desk(Base):
    """A one-stop desk. Its name is data: it changed with the law of 2025."""

    __tablename__ = "desk"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    confirmed: Mapped[bool] = mapped_column(default=False)


class Counter(Base):
    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("desk_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)


class ProcedureField(Base):
    """Lĩnh vực: what the kiosk shows as tiles."""

    __tablename__ = "procedure_field"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JSON)  # locale -> name
    hints: Mapped[dict[str, str]] = mapped_column(JSON)  # locale -> examples, for who does not know the term
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class Procedure(Base):
    __tablename__ = "procedure"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    field_id: Mapped[int] = mapped_column(ForeignKey("procedure_field.id"))
    active: Mapped[bool] = mapped_column(default=True)


class Setting(Base):
    """One named setting of the installation: the unit, the plan year, the hotline …"""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)

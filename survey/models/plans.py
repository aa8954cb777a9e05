"""The yearly plan: goals with their comparison, tasks, and what last year was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import Dimension, Operator
from survey.models.base import Base, UtcDateTime, enum_column


class Plan(Base):
    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("unit_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    # "chép từ kế hoạch 2024, cần xác nhận" until an officer confirms.
    copied_from_year: Mapped[int | None]
    confirmed_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Goal(Base):
    __tablename__ = "goal"
    __table_args__ = (
        UniqueConstraint("plan_id", "dimension"),
        CheckConstraint("threshold_ppm BETWEEN 0 AND 1000000", name="threshold_is_share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    dimension: Mapped[Dimension] = mapped_column(enum_column(Dimension, "dimension"))
    # Millionths, so that 0.85 compares exactly and the same on both engines.
    threshold_ppm: Mapped[int]
    operator: Mapped[Operator] = mapped_column(enum_column(Operator, "operator"))
    require_improvement: Mapped[bool] = mapped_column(default=True)
    improvement_operator: Mapped[Operator] = mapped_column(enum_column(Operator, "improvement_operator"))
    method: Mapped[str] = mapped_column(String(32))  # fixed before the year opens
    wording: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    lead_role: Mapped[str] = mapped_column(String(200), default="")
    supporting_roles: Mapped[str] = mapped_column(String(400), default="")
    timing: Mapped[str] = mapped_column(String(200), default="")

    @property
    def threshold(self) -> float:
        return self.threshold_ppm / 1_000_000


class PlanTask(Base):
    __tablename__ = "plan_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    short: Mapped[str] = mapped_column(String(300), default="")
    owner_role: Mapped[str] = mapped_column(String(200), default="")


class Baseline(Base):
    """An index of an earlier year measured elsewhere; without n only the points are compared."""

    __tablename__ = "baseline"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "dimension"),
        CheckConstraint("value_ppm BETWEEN 0 AND 1000000", name="value_is_share"),
        CheckConstraint("n IS NULL OR n > 0", name="n_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    dimension: Mapped[Dimension] = mapped_column(enum_column(Dimension, "dimension"))
    value_ppm: Mapped[int]
    n: Mapped[int | None]
    method: Mapped[str] = mapped_column(String(32), default="")
    source: Mapped[str] = mapped_column(String(400), default="")

"""Additive integer sums: what every page reads instead of answers.

A cell is a desk, a time and the coarse marks of an answer. Coarsened or unknown marks are 0 or `*`, so
that the cell has a plain primary key on both engines.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from survey.enums import Dimension, Form, Part, Stage, TrustClass
from survey.models.base import Base, enum_column


class CellColumns:
    """The marks that a day cell and a month cell share."""

    counter_id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    sums: Mapped[bytes] = mapped_column(LargeBinary)

    @declared_attr
    def version_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("instrument_version.id"), primary_key=True)

    @declared_attr
    def part(cls) -> Mapped[Part]:
        return mapped_column(enum_column(Part, "part"), primary_key=True)

    @declared_attr
    def stage(cls) -> Mapped[Stage]:
        return mapped_column(enum_column(Stage, "stage"), primary_key=True)

    @declared_attr
    def form(cls) -> Mapped[Form]:
        return mapped_column(enum_column(Form, "form"), primary_key=True)

    @declared_attr
    def trust_class(cls) -> Mapped[TrustClass]:
        return mapped_column(enum_column(TrustClass, "trust_class"), primary_key=True)


class DayTally(CellColumns, Base):
    """Linear sums of one desk and day: level counts for each item."""

    __tablename__ = "day_tally"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class MonthTally(CellColumns, Base):
    """Squares and cross-products within persons, for the variance between respondents."""

    __tablename__ = "month_tally"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)


class HourTally(Base):
    """Answers by weekday and two-hour slot over a quarter."""

    __tablename__ = "hour_tally"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    quarter: Mapped[date] = mapped_column(primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"), primary_key=True)
    form: Mapped[Form] = mapped_column(enum_column(Form, "form"), primary_key=True)
    n: Mapped[int]
    sums: Mapped[bytes] = mapped_column(LargeBinary)


class HourWaiting(Base):
    """What is not yet in `HourTally` of a desk's quarter: sealed."""

    __tablename__ = "hour_waiting"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    quarter: Mapped[date] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class CounterMonth(Base):
    """Answers of the headline whose counter was given up at mixing, by counter, month and dimension.

    `valid` and `satisfied` are weighted by the design. A row grows by ten persons or more at a time, once a
    month; what a day's cells keep of their counter is not in it.
    """

    __tablename__ = "counter_month"

    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    dimension: Mapped[Dimension] = mapped_column(enum_column(Dimension, "dimension"), primary_key=True)
    persons: Mapped[int]
    valid: Mapped[int]
    satisfied: Mapped[int]


class CounterWaiting(Base):
    """What is not yet in `CounterMonth` of a desk's month: sealed, of one length whatever it holds."""

    __tablename__ = "counter_waiting"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class MonthRollup(Base):
    """One desk, month and part with its days already squared: what pages of whole units add up.

    Made of the tallies in the transaction that changes them.
    """

    __tablename__ = "month_rollup"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    part: Mapped[Part] = mapped_column(enum_column(Part, "part"), primary_key=True)
    layout: Mapped[str] = mapped_column(String(16), primary_key=True)
    n: Mapped[int]
    trust_classes: Mapped[str] = mapped_column(String(16))
    # Days and persons of the desk in the month, every part together.
    file_days: Mapped[int]
    file_persons: Mapped[int]
    sums: Mapped[bytes] = mapped_column(LargeBinary)

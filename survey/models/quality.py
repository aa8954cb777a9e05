"""Signals of answers that ask for a second look, as sums; and call-backs, apart from every answer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.enums import Channel, Reached, Said, Signal
from survey.models.base import Base, UtcDateTime, enum_column
from survey.models.tallies import CellColumns


class FlaggedDayTally(CellColumns, Base):
    """The share of `DayTally` that carries a signal; `several` where one signal stands with another."""

    __tablename__ = "flagged_day_tally"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    several: Mapped[bool] = mapped_column(primary_key=True)


class FlaggedMonthTally(CellColumns, Base):
    """The share of `MonthTally` that carries a signal."""

    __tablename__ = "flagged_month_tally"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    several: Mapped[bool] = mapped_column(primary_key=True)


class SignalCount(Base):
    """How many answers of a month carry a signal; an answer with two signals counts for both."""

    __tablename__ = "signal_count"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel, "channel"), primary_key=True)
    signal: Mapped[Signal] = mapped_column(enum_column(Signal, "signal"), primary_key=True)
    n: Mapped[int]


class CallbackDraw(Base):
    """A random tenth of the dossiers returned in a period; drawn once, by a seed nobody chose."""

    __tablename__ = "callback_draw"
    __table_args__ = (UniqueConstraint("unit_id", "start", "end"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    start: Mapped[date]
    end: Mapped[date]
    seed: Mapped[str] = mapped_column(String(64))
    dossiers: Mapped[int]
    # SHA-256 of all codes that were drawn from, so that a list drawn again can be compared.
    digest: Mapped[str] = mapped_column(String(64))
    drawn_by: Mapped[str] = mapped_column(String(64))
    drawn_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)


class CallbackCase(Base):
    """One dossier of the list, and whether its call is done. What was said stands elsewhere."""

    __tablename__ = "callback_case"
    __table_args__ = (UniqueConstraint("draw_id", "code"),)

    draw_id: Mapped[int] = mapped_column(ForeignKey("callback_draw.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    done: Mapped[bool] = mapped_column(default=False)


class CallbackResult(Base):
    """What one person said, without the dossier, the day or who called."""

    __tablename__ = "callback_result"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("callback_draw.id", ondelete="CASCADE"))
    reached: Mapped[Reached] = mapped_column(enum_column(Reached, "reached"))
    served: Mapped[Said] = mapped_column(enum_column(Said, "served"))
    rated: Mapped[Said] = mapped_column(enum_column(Said, "rated"))
    same: Mapped[Said] = mapped_column(enum_column(Said, "same"))
    irregular: Mapped[Said] = mapped_column(enum_column(Said, "irregular"))

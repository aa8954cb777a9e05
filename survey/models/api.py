"""Other programs of the office: what they show to be let in, and the requests they may repeat."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, UtcDateTime


class ApiToken(Base):
    """What a program shows; only the keyed hash is kept. Without a desk it stands for the whole unit."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    created_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The last day of use, no more: a minute would say when a dossier got its slip.
    used_on: Mapped[date | None]
    # Writing requests within the minute that began then.
    minute_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_in_minute: Mapped[int] = mapped_column(default=0)


class ApiRequest(Base):
    """A request that may be repeated for some days: hashes alone, from which the same slip is derived."""

    __tablename__ = "api_request"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    # What was asked for: the dossier or the desk.
    subject_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    # How often the dossier had been issued; 0 for a slip without a dossier.
    generation: Mapped[int]
    replaced: Mapped[bool]
    made_on: Mapped[date]

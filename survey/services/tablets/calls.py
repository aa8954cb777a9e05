"""The desk calls a person to a tablet: it wakes with stage and field set.

Nothing remains of a call. The row goes when the tablet takes it, an expired one with the next call; neither a
log nor a page says whether it was taken, because that would tell the desk when somebody has finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from survey.enums import Stage
from survey.exceptions import NotFound
from survey.models import Counter, Desk, KioskCall, KioskDevice, ProcedureField

VALID = timedelta(minutes=2)
# A tablet asks this often while nobody uses it; where a server has very many, less often.
ASK_EVERY_S = 3
MOST_ASKED_A_SECOND = 50


@dataclass(frozen=True, slots=True)
class Call:
    stage: Stage
    field_code: str | None


@dataclass(frozen=True, slots=True)
class CalledTablet:
    """A tablet that a desk can call, by the place where it stands."""

    id: int
    name: str
    desk_name: str
    counter_name: str | None


def tablets(session: Session, *, unit_id: int) -> Sequence[CalledTablet]:
    """Give the tablets in use of a unit, counter by counter."""
    rows = session.execute(
        select(KioskDevice.id, KioskDevice.name, Desk.name.label("desk"), Counter.name.label("counter"))
        .join(Desk, Desk.id == KioskDevice.desk_id)
        .outerjoin(Counter, Counter.id == KioskDevice.counter_id)
        .where(KioskDevice.revoked_at_utc.is_(None), Desk.unit_id == unit_id)
        .order_by(Desk.name, Counter.code, KioskDevice.name, KioskDevice.id)
    )
    return [CalledTablet(*row) for row in rows]


def call(
    session: Session, *, unit_id: int, device_id: int, stage: Stage, field_id: int | None, now: datetime
) -> None:
    """Call a person to a tablet; a call before it that nobody took is forgotten.

    Raises
    ------
    NotFound
        The unit has no such tablet, or it is out of use.
    """
    if device_id not in {tablet.id for tablet in tablets(session, unit_id=unit_id)}:
        raise NotFound(what="kiosk", value=device_id)
    session.execute(
        delete(KioskCall).where((KioskCall.device_id == device_id) | (KioskCall.expires_at_utc <= now))
    )
    session.execute(
        insert(KioskCall).values(
            device_id=device_id, stage=stage, field_id=field_id, expires_at_utc=now + VALID
        )
    )


def is_called(session: Session, *, device_id: int) -> bool:
    return session.scalar(select(KioskCall.device_id).where(KioskCall.device_id == device_id)) is not None


def take(session: Session, *, device_id: int, now: datetime) -> Call | None:
    """Give the call of a tablet and forget it; None where there is none, or it came too late."""
    taken = session.execute(
        delete(KioskCall)
        .where(KioskCall.device_id == device_id)
        .returning(KioskCall.stage, KioskCall.field_id, KioskCall.expires_at_utc)
    ).one_or_none()
    if taken is None or taken.expires_at_utc <= now:
        return None
    code = session.scalar(select(ProcedureField.code).where(ProcedureField.id == taken.field_id))
    return Call(taken.stage, code)


def ask_every_s(session: Session) -> int:
    """Say how often a tablet asks, so that all of them together stay a small part of what a server does."""
    in_use = session.scalar(
        select(func.count()).select_from(KioskDevice).where(KioskDevice.revoked_at_utc.is_(None))
    )
    return max(ASK_EVERY_S, ceil((in_use or 0) / MOST_ASKED_A_SECOND))

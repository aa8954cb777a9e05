"""Which drafts of reports somebody should be told of by mail, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import AuditEvent, Setting
from survey.services.office import audit, periods
from survey.services.office.periods import Period
from survey.services.records.closing import ITSELF

_TOLD = "drafts-told"  # the setting that says up to which event of the log
# A relay that is set later, or was away for long, is no reason to tell of old drafts.
LONGEST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Untold:
    """Periods whose drafts nobody was told of, and the last event that says so."""

    periods: tuple[Period, ...]
    event_id: int


def untold(session: Session, *, now: datetime) -> Untold | None:
    kept = session.get(Setting, _TOLD)
    query = (
        select(AuditEvent.id, AuditEvent.detail)
        .where(
            AuditEvent.action == "report-prepared",
            AuditEvent.id > (int(kept.value) if kept else 0),
            AuditEvent.at_utc > now - LONGEST,
        )
        .order_by(AuditEvent.id)
    )
    found = session.execute(query).all()
    if not found:
        return None
    codes = dict.fromkeys(row.detail["period"] for row in found)
    return Untold(tuple(periods.parse(code) for code in codes), found[-1].id)


def told(session: Session, *, notice: Untold, now: datetime) -> None:
    """Remember that these were told of."""
    session.merge(Setting(key=_TOLD, value=notice.event_id))
    detail = {"periods": ", ".join(period.code for period in notice.periods)}
    audit.record(session, login=ITSELF, action="draft-notice-sent", now=now, detail=detail)

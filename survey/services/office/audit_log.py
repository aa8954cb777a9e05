"""Reading what was done, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import AuditEvent


@dataclass(frozen=True, slots=True)
class EventView:
    id: int
    at: datetime
    login: str
    action: str
    detail: Mapping[str, Any]


def events(session: Session, *, limit: int, before: int | None = None) -> Sequence[EventView]:
    """Give at most `limit` events; `before` goes on after the last id of a list."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return [
        EventView(event.id, event.at_utc, event.officer_login, event.action, event.detail)
        for event in session.scalars(query)
    ]

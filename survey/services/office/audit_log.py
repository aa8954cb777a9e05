"""Reading what was done, newest first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from survey.models import AuditEvent, Desk, Unit


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
    found = session.scalars(query).all()
    names = {
        "desk": _names(session, Desk.id, Desk.code, {event.detail.get("desk") for event in found}),
        "unit": _names(session, Unit.id, Unit.name, {event.detail.get("unit") for event in found}),
    }
    return [
        EventView(event.id, event.at_utc, event.officer_login, event.action, _readable(event.detail, names))
        for event in found
    ]


def _names(
    session: Session,
    key: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str],
    wanted: Collection[object],
) -> Mapping[object, str]:
    ids = [one for one in wanted if isinstance(one, int)]
    return {row[0]: row[1] for row in session.execute(select(key, name).where(key.in_(ids)))} if ids else {}


def _readable(detail: Mapping[str, Any], names: Mapping[str, Mapping[object, str]]) -> Mapping[str, Any]:
    """Put the names of desks and units in place of the numbers of their rows."""
    return {key: names[key].get(value, value) if key in names else value for key, value in detail.items()}

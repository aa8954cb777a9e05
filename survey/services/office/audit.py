"""What was done, by which account: a chain in which an edit, a gap, an exchange or a cut shows.

Each event carries the hash of itself and of the event before; where the chain ends is kept beside it. This
shows every change made by hand in the table. Somebody who knows the program could write a whole new chain
(`docs/privacy.md`): the copies on a USB stick, each with the chain of its day, are what contradicts that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.db import insert_if_absent
from survey.models import AuditEvent, Setting

_START = bytes(32)
_END = "audit-end"  # the setting that says where the chain ends
_BEGIN = "audit-begin"  # and where it goes on from, once old events were deleted
_LOT = 1000


def record(
    session: Session, *, login: str, action: str, now: datetime, detail: Mapping[str, Any] | None = None
) -> None:
    """Append an event. Details are counts and names of things, never answers, tokens or comments."""
    end = _hold_end(session)
    plain = dict(detail or {})
    chain = _link(bytes.fromhex(end.value["chain"]), now, login, action, plain)
    event = AuditEvent(at_utc=now, officer_login=login, action=action, detail=plain, chain=chain)
    session.add(event)
    session.flush()
    end.value = {"event": event.id, "chain": chain.hex()}
    session.flush()


def _hold_end(session: Session) -> Setting:
    """Give the end of the chain, locked: two events at once must not follow the same one."""
    insert_if_absent(session, Setting, {"key": _END, "value": {"event": 0, "chain": _START.hex()}})
    query = select(Setting).where(Setting.key == _END).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _link(before: bytes, at: datetime, login: str, action: str, detail: Mapping[str, Any]) -> bytes:
    parts = [at.astimezone(UTC).isoformat(), login, action, detail]
    plain = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(before + plain.encode()).digest()


def cut(session: Session, *, before: datetime) -> int:
    """Delete the events before an instant; where the chain goes on from is kept beside it.

    Only from the front: one event of a clock that was set back must not take the newer ones before it along.
    """
    _hold_end(session)
    first_kept = session.scalar(select(func.min(AuditEvent.id)).where(AuditEvent.at_utc >= before))
    old = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)
    last = session.scalars(old if first_kept is None else old.where(AuditEvent.id < first_kept)).first()
    if last is None:
        return 0
    session.merge(Setting(key=_BEGIN, value={"event": last.id, "chain": last.chain.hex()}))
    gone = session.execute(
        delete(AuditEvent).where(AuditEvent.id <= last.id).execution_options(synchronize_session=False)
    )
    session.flush()
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a cursor result


def first_broken(session: Session) -> int | None:
    """Give the id of the first event that is missing or does not follow; None where all is whole."""
    begin = session.scalar(select(Setting.value).where(Setting.key == _BEGIN))
    before, last = (bytes.fromhex(begin["chain"]), int(begin["event"])) if begin else (_START, 0)
    # Years of events, and all of them are read: in lots, without making objects of them.
    events = select(
        AuditEvent.id,
        AuditEvent.at_utc,
        AuditEvent.officer_login,
        AuditEvent.action,
        AuditEvent.detail,
        AuditEvent.chain,
    )
    with session.execute(events.order_by(AuditEvent.id).execution_options(yield_per=_LOT)) as rows:
        for event in rows:
            expected = _link(before, event.at_utc, event.officer_login, event.action, event.detail)
            if expected != event.chain:
                return int(event.id)
            before, last = event.chain, event.id
    end = session.scalar(select(Setting.value).where(Setting.key == _END))
    if end is None:
        return last or None
    return None if before.hex() == end["chain"] else max(last, int(end["event"]))

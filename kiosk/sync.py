"""What tablets deliver: answers, comments, counts of screens. Each entry is answered for itself.

A reply is sent after a durable commit, and names each key: a tablet lets go of an entry only then. Delivering
one twice stores it once, so a tablet that is not sure sends again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from kiosk import submissions
from kiosk.blueprint import kiosk_bp
from kiosk.devices import the_device
from survey.clock import office_day
from survey.context import DEVICE, access, database, now, runtime, today
from survey.exceptions import AnswersRejected, InvalidInput, NotFound
from survey.services import devices, responses, tiles

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100
MOST_BYTES = 512 * 1024

Result = dict[str, str | None]
Entry = Mapping[str, Any]


@kiosk_bp.post("/responses")
@access(DEVICE)
def store_responses() -> ResponseReturnValue:
    device = the_device()
    entries = _entries()
    # Gathered here: the work below runs in the writer's thread, where no request is.
    kit, at = runtime(), now()

    def store(session: Session) -> list[Result]:
        named = any(isinstance(entry, dict) and entry.get("field") for entry in entries)
        field_ids = tiles.field_ids(session) if named else {}

        def store_one(entry: Entry) -> bool:
            published = kit.instruments.get(session, submissions.read_version(entry))
            submission = submissions.read_submission(
                entry, instrument=published.instrument, device=device, field_ids=field_ids, now=at
            )
            return responses.submit(
                session,
                submission,
                instrument=published.instrument,
                keyring=kit.keyring,
                zone=kit.settings.zone,
                now=at,
            )

        return _each(session, entries, store_one)

    return {"results": database().write(store)}


@kiosk_bp.post("/comments")
@access(DEVICE)
def store_comments() -> ResponseReturnValue:
    device = the_device()
    entries = _entries()
    kit, at = runtime(), now()

    def store(session: Session) -> list[Result]:
        def store_one(entry: Entry) -> bool:
            comment = submissions.read_comment(entry, now=at)
            return responses.leave_comment(
                session,
                desk_id=device.desk_id,
                text=comment.text,
                language=comment.language,
                key=comment.key,
                day=office_day(comment.written_at, kit.settings.zone),
                keyring=kit.keyring,
            )

        return _each(session, entries, store_one)

    return {"results": database().write(store)}


@kiosk_bp.post("/screens")
@access(DEVICE)
def count_screens() -> ResponseReturnValue:
    device = the_device()
    body = _body()
    seen, left = _counts(body, "seen"), _counts(body, "left")
    day = today()
    database().write(
        lambda session: devices.count_screens(session, desk_id=device.desk_id, day=day, seen=seen, left=left)
    )
    return {}


def _body() -> Any:
    request.max_content_length = MOST_BYTES
    return request.get_json()


def _entries() -> list[object]:
    body = _body()
    if not isinstance(body, list) or len(body) > MOST_AT_ONCE:
        abort(400)
    return body


def _counts(body: Any, name: str) -> dict[str, int]:
    counts = body.get(name, {}) if isinstance(body, dict) else None
    if not isinstance(counts, dict) or not all(type(count) is int for count in counts.values()):
        raise InvalidInput(field=name)
    return counts


def _each(session: Session, entries: list[object], store_one: Callable[[Entry], bool]) -> list[Result]:
    """Store every entry for itself: one that can never be stored does not take the others with it."""
    results: list[Result] = []
    for entry in entries:
        key = submissions.echoed_key(entry)
        try:
            if not isinstance(entry, dict):
                raise AnswersRejected(question="entry", value=type(entry).__name__, allowed=["an object"])
            with session.begin_nested():
                stored = store_one(entry)
        except (AnswersRejected, NotFound) as error:
            logger.warning("a kiosk entry was refused", extra={"reason": error.code})
            results.append({"key": key, "result": "rejected", "code": error.code})
        else:
            results.append({"key": key, "result": "accepted" if stored else "duplicate", "code": None})
    return results

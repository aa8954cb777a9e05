"""What tablets deliver: answers, comments, counts of screens. Each entry is answered for itself.

A reply is sent after a durable commit, and names each key: a tablet lets go of an entry only then. Delivering
one twice stores it once, so a tablet that is not sure sends again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from flask import Response, abort
from flask.typing import ResponseReturnValue

from kiosk import dating, receipts, submissions
from kiosk.blueprint import kiosk_bp
from kiosk.devices import json_body, signature, the_device
from survey.clock import office_day
from survey.context import DEVICE, Runtime, access, database, now, runtime, today
from survey.exceptions import AnswersRejected, InvalidInput, NotFound
from survey.services.answers import responses
from survey.services.spoken import tiles
from survey.services.tablets import calls, device_keys, kiosk_health, rescue, screen_counts, telling_screens

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from survey.services.tablets.devices import Device

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100
_REFUSALS = (AnswersRejected, NotFound)

Result = dict[str, str | None]
Entry = Mapping[str, Any]


@kiosk_bp.after_request
def tell_the_time(response: Response) -> Response:
    """Tell a tablet whose clock may be years off what time it is here."""
    response.headers["Sipas-Now"] = f"{now().timestamp():.3f}"
    return response


@kiosk_bp.post("/responses")
@access(DEVICE)
def store_responses() -> ResponseReturnValue:
    return _stored(take_responses)


def _stored(take: Callable[..., list[Result]]) -> ResponseReturnValue:
    """Store all that a tablet sent in one go; only where one is refused, again with a savepoint for each."""
    device = the_device()
    entries = _entries()
    # Gathered here: the work below may run in another thread, where no request is.
    kit, at = runtime(), now()

    def store(*, apart: bool) -> list[Result]:
        return database().write(lambda session: take(session, entries, kit, device, at, apart=apart))

    try:
        results = store(apart=False)
    except _REFUSALS:
        results = store(apart=True)
    return {"results": results}


def take_responses(
    session: Session,
    entries: list[object],
    kit: Runtime,
    device: Device,
    now: datetime,
    *,
    apart: bool = True,
) -> list[Result]:
    """Store answers of a tablet, each for itself, and give what became of each.

    Raises
    ------
    AnswersRejected, NotFound
        One is refused and they are not taken `apart`: nothing may be kept.
    """
    named = any(isinstance(entry, dict) and entry.get("field") for entry in entries)
    field_ids = tiles.field_ids(session) if named else {}
    estimated = 0

    def store_one(entry: Entry) -> bool:
        nonlocal estimated
        published = kit.instruments.get(session, submissions.read_version(entry))
        submission = submissions.read_submission(
            entry, instrument=published.instrument, device=device, field_ids=field_ids, now=now
        )
        slip = receipts.read(entry, kit.keyring)
        stored = receipts.submit(session, submission, slip, instrument=published.instrument, kit=kit, now=now)
        estimated += stored and not dating.read(entry, now).is_certain(kit.settings.zone)
        return stored

    results = _each(session, entries, store_one, apart=apart)
    kiosk_health.count_estimated(session, device_id=device.id, count=estimated)
    return results


@kiosk_bp.post("/comments")
@access(DEVICE)
def store_comments() -> ResponseReturnValue:
    return _stored(take_comments)


def take_comments(
    session: Session,
    entries: list[object],
    kit: Runtime,
    device: Device,
    now: datetime,
    *,
    apart: bool = True,
) -> list[Result]:
    """Store comments of a tablet as `take_responses` does answers."""

    def store_one(entry: Entry) -> bool:
        comment = submissions.read_comment(entry, now=now)
        return responses.leave_comment(
            session,
            desk_id=device.desk_id,
            text=comment.text,
            language=comment.language,
            key=comment.key,
            day=office_day(comment.written_at, kit.settings.zone),
            keyring=kit.keyring,
        )

    return _each(session, entries, store_one, apart=apart)


@kiosk_bp.post("/call")
@access(DEVICE)
def take_call() -> ResponseReturnValue:
    """Give the tablet the call that waits for it, if any; it is told once."""
    device, at = the_device(), now()
    with database().read() as session:
        if not calls.is_called(session, device_id=device.id):
            return {"call": None}
    taken = database().write(lambda session: calls.take(session, device_id=device.id, now=at))
    return {"call": taken and {"stage": taken.stage.value, "field": taken.field_code}}


@kiosk_bp.post("/screens")
@access(DEVICE)
def count_screens() -> ResponseReturnValue:
    device = the_device()
    counts = screen_counts.read(json_body())
    day, at, stamp, keyring = today(), now(), _stamp(), runtime().keyring

    def count(session: Session) -> None:
        if device_keys.take_once(session, device_id=device.id, stamp=stamp, now=at):
            telling_screens.add(session, keyring=keyring, desk_id=device.desk_id, day=day, counts=counts)

    database().write(count)
    return {}


@kiosk_bp.post("/heartbeat")
@access(DEVICE)
def heartbeat() -> ResponseReturnValue:
    """Note how a tablet is."""
    device = the_device()
    beat, at, stamp = kiosk_health.Beat.read(json_body()), now(), _stamp()

    def note(session: Session) -> None:
        if device_keys.take_once(session, device_id=device.id, stamp=stamp, now=at):
            kiosk_health.note(session, device_id=device.id, beat=beat, now=at)

    database().write(note)
    return {}


@kiosk_bp.post("/key")
@access(DEVICE)
def introduce() -> ResponseReturnValue:
    """Take the public key that a tablet made, and give it ours, to which it seals what has to be carried."""
    device = the_device(by_cookie=True)
    body = json_body()
    public_key = body.get("key") if isinstance(body, dict) else None
    if not isinstance(public_key, str):
        raise InvalidInput(field="key")
    database().write(lambda session: device_keys.keep(session, device_id=device.id, public_key=public_key))
    return {"device": device.id, "server": rescue.public_key(runtime().keyring)}


def _stamp() -> int | None:
    signed = signature()
    return None if signed is None else signed.stamp


def _entries() -> list[object]:
    body = json_body()
    if not isinstance(body, list) or len(body) > MOST_AT_ONCE:
        abort(400)
    return body


def _each(
    session: Session, entries: list[object], store_one: Callable[[Entry], bool], *, apart: bool
) -> list[Result]:
    """Store every entry for itself: one that can never be stored does not take the others with it."""
    results: list[Result] = []
    for entry in entries:
        key = submissions.echoed_key(entry)
        try:
            if not isinstance(entry, dict):
                raise AnswersRejected(question="entry", value=type(entry).__name__, allowed=["an object"])
            with session.begin_nested() if apart else nullcontext():
                stored = store_one(entry)
        except _REFUSALS as error:
            if not apart:
                raise
            logger.warning("a kiosk entry was refused", extra={"reason": error.code})
            results.append({"key": key, "result": "rejected", "code": error.code})
        else:
            results.append({"key": key, "result": "accepted" if stored else "duplicate", "code": None})
    return results

"""Keyword builders with sane defaults for what tests store."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from survey.db import Database
from survey.enums import Form, Stage, TrustClass
from survey.models import Counter, Desk
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Submission
from survey.services.office.instruments import InstrumentStore
from survey.settings import Settings

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # 12:00 in the office


def desk_id(database: Database) -> int:
    with database.read() as session:
        found = session.scalar(select(Desk.id).order_by(Desk.id).limit(1))
    assert found is not None
    return found


def counter_id(database: Database) -> int:
    with database.read() as session:
        found = session.scalar(select(Counter.id).order_by(Counter.id).limit(1))
    assert found is not None
    return found


def make_submission(database: Database, store: InstrumentStore, **changes: Any) -> Submission:
    """A phone answer of somebody who received a result and is satisfied with everything."""
    with database.read() as session:
        published = store.current(session)
    values: dict[str, Any] = {
        "key": secrets.token_bytes(16),
        "version_id": published.id,
        "desk_id": desk_id(database),
        "stage": Stage.RESULT,
        "form": Form.FULL,
        "trust_class": TrustClass.PHONE_TOKEN,
        "answers": {item.code: 4 for item in published.instrument.items},
        "answered_at": NOON,
        "sent_feedback": True,
    }
    return Submission(**{**values, **changes})


def kiosk_submission(
    database: Database, store: InstrumentStore, level: int = 4, **changes: Any
) -> Submission:
    """An answer at the kiosk: the first item of each dimension was drawn."""
    drawn = ("A1", "B1", "C1", "D1", "E1")
    values: dict[str, Any] = {
        "form": Form.SPLIT,
        "trust_class": TrustClass.KIOSK,
        "counter_id": counter_id(database),
        "drawn": drawn,
        "answers": dict.fromkeys(drawn, level),
        "sent_feedback": None,
    }
    return make_submission(database, store, **{**values, **changes})


def store_answer(
    database: Database, settings: Settings, store: InstrumentStore, submission: Submission
) -> bool:
    keyring = Keyring.open(settings.data)
    with database.read() as session:
        instrument = store.get(session, submission.version_id).instrument
    return database.write(
        lambda session: responses.submit(
            session,
            submission,
            instrument=instrument,
            keyring=keyring,
            zone=settings.zone,
            now=submission.answered_at,
        )
    )


def levels(given: Mapping[str, int], items: tuple[str, ...]) -> bytes:
    return bytes(given.get(item, 0) for item in items)

"""Keyword builders with sane defaults for what tests store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

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


def unit_id(database: Database) -> int:
    """Give the unit of the desk."""
    with database.read() as session:
        found = session.scalar(select(Desk.unit_id).order_by(Desk.id).limit(1))
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


def answered(level: int, *, at_kiosk: bool = False, **fixed: Any) -> Callable[..., Submission]:
    """Make a builder of answers that give one level to every question."""

    def make(database: Database, store: InstrumentStore, **changes: Any) -> Submission:
        items = make_submission(database, store).answers
        kind = {"trust_class": TrustClass.KIOSK} if at_kiosk else {}
        return make_submission(
            database, store, answers=dict.fromkeys(items, level), **kind, **fixed, **changes
        )

    return make


def store_answer(
    database: Database, settings: Settings, store: InstrumentStore, submission: Submission
) -> bool:
    return store_answers(database, settings, store, [submission])[0]


def store_answers(
    database: Database, settings: Settings, store: InstrumentStore, submissions: Sequence[Submission]
) -> list[bool]:
    """Submit each at the moment it was answered, all in one transaction."""
    keyring = Keyring.open(settings.data)
    with database.read() as session:
        instruments = {one.version_id: store.get(session, one.version_id).instrument for one in submissions}

    def submit(session: Session) -> list[bool]:
        return [
            responses.submit(
                session,
                one,
                instrument=instruments[one.version_id],
                keyring=keyring,
                zone=settings.zone,
                now=one.answered_at,
            )
            for one in submissions
        ]

    return database.write(submit)


def levels(given: Mapping[str, int], items: tuple[str, ...]) -> bytes:
    return bytes(given.get(item, 0) for item in items)

"""Many answers at once: one transaction for a day, then mixed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from survey.db import Database
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Submission
from survey.services.intake import mixing
from survey.services.office.instruments import InstrumentStore
from survey.settings import Settings


def many(
    database: Database, settings: Settings, store: InstrumentStore, keyring: Keyring, *, year: int
) -> Callable[..., None]:
    """Make a function that stores equal answers of a day and mixes what may be mixed on the next."""

    def give(how: Callable[..., Submission], *, month: int, day: int, count: int, **changes: Any) -> None:
        noon = datetime(year, month, day, 5, tzinfo=UTC)
        first = how(database, store, answered_at=noon, **changes)
        with database.read() as session:
            instrument = store.get(session, first.version_id).instrument

        def submit(session: Session) -> None:
            for _ in range(count):
                responses.submit(
                    session,
                    replace(first, key=secrets.token_bytes(16)),
                    instrument=instrument,
                    keyring=keyring,
                    zone=settings.zone,
                    now=noon,
                )

        database.write(submit)
        tomorrow = noon.date() + timedelta(days=1)
        database.write(partial(mixing.mix, keyring=keyring, store=store, today=tomorrow))

    return give

"""Many answers at once: those of a day in one transaction, then mixed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from factories import store_answers

from survey import clock
from survey.db import Database
from survey.seal import Keyring
from survey.services.answers.responses import Submission
from survey.services.intake import mixing
from survey.services.office.instruments import InstrumentStore
from survey.settings import Settings

Give = Callable[..., None]


def this_year(settings: Settings) -> int:
    return clock.office_day(clock.now(), settings.zone).year


def giver(
    database: Database, settings: Settings, store: InstrumentStore, keyring: Keyring, *, year: int
) -> Give:
    """Make a function that stores answers of a day of the year and mixes on the next what may be mixed."""

    def give(how: Callable[..., Submission], *, month: int, day: int, count: int, **changes: Any) -> None:
        noon = datetime(year, month, day, 5, tzinfo=UTC)
        made = [how(database, store, answered_at=noon, **changes) for _ in range(count)]
        store_answers(database, settings, store, made)
        tomorrow = noon.date() + timedelta(days=1)
        database.write(partial(mixing.mix, keyring=keyring, store=store, today=tomorrow))

    return give

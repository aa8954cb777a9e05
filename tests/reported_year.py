"""A year that is over, with answers in its first three months, and helpers that close it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

from factories import make_submission, store_answer

from survey.db import Database
from survey.seal import Keyring
from survey.services.intake import mixing
from survey.services.office import installation, periods
from survey.services.office.instruments import InstrumentStore
from survey.services.records import closing, period_reports
from survey.services.records.period_reports import Report
from survey.settings import Settings

YEAR = 2025
LATER = date(2026, 6, 15)
AT = datetime(2026, 6, 15, 3, tzinfo=UTC)


def unit_id(database: Database) -> int:
    with database.read() as session:
        found = installation.read(session).unit_id
    assert found is not None
    return found


def close_all(database: Database, store: InstrumentStore, *, today: date = LATER) -> int:
    return closing.close_due(database, store=store, unit_ids=[unit_id(database)], today=today, now=AT)


def report_of(database: Database, store: InstrumentStore, code: str, *, today: date = LATER) -> Report:
    with database.read() as session:
        return period_reports.get(
            session, store=store, unit_id=unit_id(database), period=periods.parse(code), today=today
        )


def come_late(
    database: Database, settings: Settings, store: InstrumentStore, keyring: Keyring, *, persons: int
) -> None:
    """Store and mix answers of a day of March that come in long after it."""
    at = datetime(YEAR, 3, 15, 5, tzinfo=UTC)
    for _ in range(persons):
        unhappy = dict.fromkeys(("A1", "A2", "A3", "B1", "C1", "D1"), 1)
        store_answer(
            database, settings, store, make_submission(database, store, answered_at=at, answers=unhappy)
        )
    database.write(partial(mixing.mix, keyring=keyring, store=store, today=LATER))

"""The simulated office of `sipas demo`, served on loopback, with an administrator signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server import LiveServer

from survey import clock, schema
from survey.app import create_app
from survey.db import Database
from survey.enums import Role
from survey.seal import Keyring
from survey.services.office import installation
from survey.services.office.instruments import InstrumentStore
from survey.services.people import officers
from survey.services.simulation import demo
from survey.settings import Settings


@dataclass(frozen=True, slots=True)
class Office:
    """The simulated office, served."""

    settings: Settings
    database: Database
    keyring: Keyring
    url: str
    secret: str  # of a signed-in administrator


@contextmanager
def opened_office(folder: Path) -> Iterator[Office]:
    settings = Settings.for_folder(folder)
    database, keyring = Database.open(settings), Keyring.open(settings.data)
    schema.upgrade(database.engine)
    demo.fill(
        database,
        keyring=keyring,
        store=InstrumentStore(),
        zone=settings.zone,
        seed=demo.SEED,
        progress=lambda _day: None,
    )
    secret = _signed_in(database, keyring)
    with LiveServer(create_app(settings, database=database)) as server:
        yield Office(settings, database, keyring, server.url, secret)
    database.close()


def _signed_in(database: Database, keyring: Keyring) -> str:
    now, password = clock.now(), "hinh-minh-hoa-tai-lieu-2024"
    hashed = officers.hashed(password, login="quan-tri")
    with database.read() as session:
        unit_id = installation.read(session).unit_id
    assert unit_id is not None
    database.write(
        lambda session: officers.create(
            session, login="quan-tri", password=hashed, role=Role.ADMINISTRATOR, unit_id=unit_id, now=now
        )
    )
    with database.read() as session:
        officer_id = officers.check_sign_in(
            session, keyring=keyring, login="quan-tri", password=password, now=now
        )
    return database.write(
        lambda session: officers.start_session(session, keyring=keyring, officer_id=officer_id, now=now)
    )

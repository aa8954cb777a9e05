"""Fixtures: a seeded database on either engine, the application, a client that reads pages, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from argon2 import PasswordHasher
from browser import Chromium, guarded_page
from filled import Fill, fill_of
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from many_answers import Give, giver
from pages import ReadingClient
from postgresql import TemporaryPostgresql
from server import LiveServer
from suite_clock import MORNING, SuiteClock, moment
from werkzeug.routing import Rule

from survey import clock, schema
from survey.app import create_app
from survey.db import Database
from survey.enums import Role
from survey.seal import Keyring
from survey.services.office import installation, seeding
from survey.services.office.instruments import InstrumentStore
from survey.services.people import officers
from survey.settings import DEFAULT_ZONE, Settings

# How long an example takes depends on what else the machine does; no test is about that.
# Every run looks at the same examples; those of the soak are drawn anew.
hypothesis.settings.register_profile("sipas", deadline=None, derandomize=True)
hypothesis.settings.register_profile("soak", deadline=None)
hypothesis.settings.load_profile("sipas")

# Files run beside each other, the long ones first: what is left at the end is short.
_LONG = ("tests/hard", "tests/install", "tests/web", "tests/kiosk", "tests/rules")

PASSWORD = "mat-khau-thu-nghiem-42"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="engine of every test that stores something",
    )
    parser.addoption("--soak", action="store_true", help="run the long tests with their full figures")
    parser.addoption(
        "--clock",
        type=moment,
        default=MORNING,
        metavar="2027-12-31T23:30+07:00",
        help="when every test begins that names no year",
    )


_CLOCK = pytest.StashKey[SuiteClock]()


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--soak"):
        hypothesis.settings.load_profile("soak")
    config.stash[_CLOCK] = SuiteClock(config.getoption("--clock"))
    clock.now = config.stash[_CLOCK].now


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[_CLOCK].begin(item)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unwanted = set() if config.getoption("--soak") else {"soak"}
    if config.getoption("--database") != "sqlite":
        unwanted.add("sqlite_only")

    def is_left_out(item: pytest.Item) -> bool:
        # By marker, not by keyword: a folder of that name is one too.
        if any(item.get_closest_marker(name) for name in unwanted):
            return True
        # What opens no database of ours is the same in both rounds.
        return "sqlite_only" in unwanted and "postgresql_cluster" not in getattr(item, "fixturenames", ())

    left_out = [item for item in items if is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted((item for item in items if item not in left_out), key=_length)


def _length(item: pytest.Item) -> int:
    place = item.path.relative_to(item.config.rootpath).as_posix()
    return next((rank for rank, folder in enumerate(_LONG) if place.startswith(folder)), len(_LONG))


@pytest.fixture(scope="session")
def postgresql_cluster(pytestconfig: pytest.Config) -> Iterator[TemporaryPostgresql | None]:
    if pytestconfig.getoption("--database") != "postgresql":
        yield None
        return
    with TemporaryPostgresql() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def seeded_in(
    tmp_path_factory: pytest.TempPathFactory, postgresql_cluster: TemporaryPostgresql | None
) -> Callable[[date], Settings]:
    """A migrated and seeded installation, made once for each year; every test works on a copy of it."""

    @cache
    def made(year: int) -> Settings:
        settings = Settings.for_folder(tmp_path_factory.mktemp("seeded"))
        if postgresql_cluster is not None:
            settings = replace(settings, database_url=postgresql_cluster.new_database())
        opened = Database.open(settings)
        schema.upgrade(opened.engine)
        opened.write(lambda session: seeding.seed(session, today=date(year, 1, 1)))
        opened.close()
        return settings

    return lambda today: made(today.year)


@pytest.fixture(scope="session")
def copied(postgresql_cluster: TemporaryPostgresql | None) -> Callable[[Settings, Path], Settings]:
    """A function that copies an installation, which nobody has open, to a new folder."""

    def copy(origin: Settings, data: Path) -> Settings:
        data.mkdir()
        if (origin.data / "keys").exists():
            shutil.copytree(origin.data / "keys", data / "keys")
        if postgresql_cluster is None:
            shutil.copy(origin.data / "sipas.sqlite", data / "sipas.sqlite")
            return Settings.for_folder(data)
        template = origin.database_url.rpartition("/")[2]
        return Settings.for_folder(data, database_url=postgresql_cluster.new_database(template=template))

    return copy


@pytest.fixture(scope="session")
def filled_in(
    tmp_path_factory: pytest.TempPathFactory,
    seeded_in: Callable[[date], Settings],
    copied: Callable[[Settings, Path], Settings],
) -> Callable[[Fill, date], Settings]:
    """A seeded installation that a function has filled, made once for each function and day."""

    @cache
    def made(fill: Fill, today: date) -> Settings:
        settings = copied(seeded_in(today), tmp_path_factory.mktemp("filled") / "data")
        opened = Database.open(settings)
        fill(opened, settings, InstrumentStore(), Keyring.open(settings.data))
        opened.close()
        return settings

    return made


@pytest.fixture
def origin(
    request: pytest.FixtureRequest,
    seeded_in: Callable[[date], Settings],
    filled_in: Callable[[Fill, date], Settings],
) -> Settings:
    """The installation that the test works on a copy of: of the test's year, filled if it asks for that."""
    today = clock.office_day(clock.now(), ZoneInfo(DEFAULT_ZONE))
    fill = fill_of(request)
    return seeded_in(today) if fill is None else filled_in(fill, today)


@pytest.fixture
def settings(
    tmp_path: Path,
    origin: Settings,
    copied: Callable[[Settings, Path], Settings],
    postgresql_cluster: TemporaryPostgresql | None,
) -> Iterator[Settings]:
    """Settings of an installation of its own for each test, with the copied database."""
    settings = copied(origin, tmp_path / "data")
    yield settings
    if postgresql_cluster is not None:
        postgresql_cluster.drop(settings.database_url)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A migrated and seeded database: unit, plan, desk `MC`, counter `Q1`, questionnaire."""
    opened = Database.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def unit_id(database: Database) -> int:
    """The unit whose answers this installation gathers."""
    with database.read() as session:
        found = installation.read(session).unit_id
    assert found is not None
    return found


@pytest.fixture
def keyring(settings: Settings) -> Keyring:
    return Keyring.open(settings.data)


@pytest.fixture
def store() -> InstrumentStore:
    return InstrumentStore()


@pytest.fixture
def today(settings: Settings) -> date:
    return clock.office_day(clock.now(), settings.zone)


@pytest.fixture
def give(
    database: Database, settings: Settings, store: InstrumentStore, keyring: Keyring, today: date
) -> Give:
    """Store answers of a day of this year, and mix on the next what may be mixed."""
    return giver(database, settings, store, keyring, year=today.year)


class _CompiledOnce(BytecodeCache):
    """Every test has an application of its own; their templates are the same and compiled once."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _CompiledOnce()


@pytest.fixture(scope="session", autouse=True)
def routes_compiled_once() -> Iterator[None]:
    """Every test has an application of its own; what builds their addresses is the same and compiled once."""
    compiled: dict[object, Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (tuple(rule._trace), tuple((rule.defaults or {}).items()), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    made = create_app(settings, database=database)
    made.testing = True
    made.jinja_env.bytecode_cache = _COMPILED
    made.config["PROPAGATE_EXCEPTIONS"] = False
    made.test_client_class = ReadingClient
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that parses each HTML answer and fails on malformed or unlabelled pages."""
    return app.test_client()


# Quick to check, for accounts that tests sign in with by the hundred; how the product hashes is tested apart.
_HASHED = officers.PasswordHash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))


@pytest.fixture
def make_officer(database: Database) -> Callable[[Role], str]:
    """Create an account of a role; gives its login, the password is `PASSWORD`."""

    def make(role: Role) -> str:
        with database.read() as session:
            unit_id = installation.read(session).unit_id
        assert unit_id is not None
        database.write(
            lambda session: officers.create(
                session,
                login=role.value,
                password=_HASHED,
                role=role,
                unit_id=unit_id,
                now=clock.now(),
            )
        )
        return role.value

    return make


@pytest.fixture
def officer_client(
    app: Flask, database: Database, keyring: Keyring, make_officer: Callable[[Role], str]
) -> Callable[[Role], FlaskClient]:
    """A client signed in with a role."""

    def sign_in(role: Role) -> FlaskClient:
        login = make_officer(role)
        with database.read() as session:
            officer_id = officers.check_sign_in(
                session, keyring=keyring, login=login, password=PASSWORD, now=clock.now()
            )
        secret = database.write(
            lambda session: officers.start_session(
                session, keyring=keyring, officer_id=officer_id, now=clock.now()
            )
        )
        client = app.test_client()
        client.set_cookie("sipas", secret)
        return client

    return sign_in


@pytest.fixture
def administrator(officer_client: Callable[[Role], FlaskClient]) -> FlaskClient:
    return officer_client(Role.ADMINISTRATOR)


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The production server on a loopback port, in this process, on the database of the test."""
    with LiveServer(app) as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with Chromium(os.environ.get("CHROMIUM", "/usr/bin/chromium")) as browser:
        yield browser


@pytest.fixture
def page(chromium: Chromium) -> Iterator[object]:
    """A fresh page of 1280×800; fails on a CSP violation, a console error or a page error."""
    with guarded_page(chromium, viewport={"width": 1280, "height": 800}) as opened:
        yield opened

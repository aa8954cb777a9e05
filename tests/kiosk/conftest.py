"""What the tests of the tablet share: its modules without a screen, and the tablet itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browser import Chromium
from opened_tablet import opened
from server import LiveServer
from tablet import Tablet
from tablet_modules import Run, modules

from kiosk import configuration
from survey.db import Database
from survey.instrument import Instrument
from survey.paths import seeds_dir
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Waiting, WaitingComment


@pytest.fixture(scope="module")
def run(chromium: Chromium) -> Iterator[Run]:
    """Run the body of an async function beside the modules; `given` is its argument."""
    with modules(chromium) as evaluate:
        yield evaluate


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return Instrument.read(seeds_dir() / "instrument.toml")


@pytest.fixture
def waiting(database: Database, keyring: Keyring) -> Callable[[], tuple[list[Waiting], list[WaitingComment]]]:
    def read() -> tuple[list[Waiting], list[WaitingComment]]:
        with database.read() as session:
            return responses.waiting(session, keyring=keyring)

    return read


@pytest.fixture
def tablet(
    chromium: Chromium,
    live_server: LiveServer,
    database: Database,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Tablet]:
    # Its clock goes on beside what the test puts it forward: a busy machine must not look like a person who left.
    monkeypatch.setattr(configuration, "THANKS_S", 60)
    with opened(chromium, live_server, database, keyring, "landscape", hurry=True) as tablet:
        yield tablet


@pytest.fixture
def unhurried(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> Iterator[Tablet]:
    """A tablet whose pauses last as long as they do for people."""
    with opened(chromium, live_server, database, keyring, "landscape") as tablet:
        yield tablet

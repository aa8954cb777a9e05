"""A tablet that was enrolled, on the production server; and what the server has counted of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from browser import Chromium, guarded_page
from playwright.sync_api import Page
from server import LiveServer
from sqlalchemy import select
from tablet import SECOND_ITEMS, SIZES, Tablet, new_code

from survey.db import Database
from survey.models import ScreenCount
from survey.seal import Keyring

# What the console says of a network that a test has cut, and of codes that are wrong on purpose.
EXPECTED = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED", "401 (", "422 (")
Counts = dict[str, tuple[int, int]]


@contextmanager
def opened(
    chromium: Chromium,
    server: LiveServer,
    database: Database,
    keyring: Keyring,
    orientation: str,
    *,
    hurry: bool = False,
) -> Iterator[Tablet]:
    """Enrol a tablet; its clock goes by itself and can be put forward."""
    size = SIZES[orientation]
    with guarded_page(chromium, viewport=size, has_touch=True, allowed_errors=EXPECTED) as page:
        page.clock.install()
        page.add_init_script(SECOND_ITEMS)
        yield Tablet(page, server.insecure_url, hurry=hurry).open(new_code(database, keyring))


def screen_counts(database: Database) -> Counts:
    with database.read() as session:
        rows = session.scalars(select(ScreenCount)).all()
    return {row.screen: (row.seen, row.left) for row in rows}


def counts_of(page: Page, database: Database, expected: Counts) -> Counts:
    """Give the counts once those expected have come: they are sent when the first screen is up again."""
    until(page, lambda: expected.items() <= screen_counts(database).items())
    return screen_counts(database)


def until(page: Page, happens: Callable[[], bool]) -> None:
    """Look until something has happened on the server; on a busy machine that takes its time."""
    for _ in range(200):
        if happens():
            return
        page.wait_for_timeout(50)

"""A tablet that was enrolled, on the production server; and what the server has counted of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from browser import PATIENCE_MS, Chromium, guarded_page
from playwright.sync_api import Page
from server import LiveServer
from sqlalchemy import select
from tablet import SECOND_ITEMS, SIZES, Tablet, new_code

from survey.db import Database
from survey.models import ScreenCount, ScreenWaiting
from survey.queries.coverage import TELLING
from survey.seal import Keyring
from survey.services.tablets import telling_screens

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


def screen_counts(database: Database, keyring: Keyring) -> Counts:
    """Give the counts of the day, and those that wait sealed for the month's end."""
    with database.read() as session:
        rows = session.scalars(select(ScreenCount)).all()
        waiting = session.execute(select(ScreenWaiting.desk_id, ScreenWaiting.month)).all()
        held = [telling_screens.held_of(session, keyring, *place) for place in waiting]
    counts = {row.screen: (row.seen, row.left) for row in rows}
    for of_desk in held:
        counts |= {screen: (of_desk[screen][0], of_desk[screen][1]) for screen in TELLING & of_desk.keys()}
    return {screen: numbers for screen, numbers in counts.items() if any(numbers)}


def counts_of(page: Page, database: Database, keyring: Keyring, expected: Counts) -> Counts:
    """Give the counts once those expected have come: they are sent when the first screen is up again."""
    until(page, lambda: expected.items() <= screen_counts(database, keyring).items())
    return screen_counts(database, keyring)


def until(page: Page, happens: Callable[[], bool]) -> None:
    """Look until something has happened on the server; on a busy machine that takes its time."""
    for _ in range(PATIENCE_MS // 50):
        if happens():
            return
        page.wait_for_timeout(50)

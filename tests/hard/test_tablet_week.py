"""A week without a network: every answer that the tablet acknowledged is stored, once, on its day.

The served process with the certificate that `sipas tls` makes, under a name of an office's network, and a real
browser that has the office's authority installed and a profile on the disk. The browser is killed again and
again while it fills its queue; then the network comes back with a newer release of the server, loses replies
after the server has worked, and the server is killed while it takes them in. The tablet's clock is wrong all
the time (ten years behind, or a day before or after), and leaps in the middle of some sessions.
"""

from __future__ import annotations

import logging
import random
import shutil
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from browser_profile import Profile
from certificates import install_authority
from network import Cable
from playwright.sync_api import Error, Page, expect
from process import ROOT, Served, free_port
from sqlalchemy import select
from tablet import Tablet, new_code

from survey.clock import office_day
from survey.db import Database
from survey.models import Response, SubmissionKey
from survey.queries.ratings import CELL
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.https import certificates
from survey.settings import Settings

logger = logging.getLogger(__name__)

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]

WEEK = timedelta(days=7)
CLOCK_ERRORS = {
    "ten-years-behind": timedelta(days=-3652),
    "a-day-behind": timedelta(days=-1),
    "a-day-ahead": timedelta(days=1),
}
DAY_MS = 86_400_000
# Leaps of the clock in the middle of a session, by the number of the session: it stays wrong until the next.
LEAPS = {4: 1, 9: -1, 14: -3652}

# Puts whole answers into the tablet's own queue, as its program does; every tenth of them twice.
FILL = """async ({count, first, leap}) => {
  const {Vault, VaultStore} = await import("/kiosk/static/js/vault.mjs");
  const {ServerClock} = await import("/kiosk/static/js/clock.mjs");
  const vault = await Vault.open();
  const clock = new ServerClock({now: () => performance.now(), wall: () => Date.now()}, await vault.get("heard"));
  const store = new VaultStore(vault, "responses");
  const half = first + Math.floor(count / 2);
  const answers = {A1: "5", B4: "4", C2: "na", D3: "1", E1: "3"};
  for (let n = first; n < first + count; n += 1) {
    if (n === half) window.leap = leap;
    const key = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const entry = {key, version: 1, stage: "result", field: null, drawn: Object.keys(answers), answers,
                   sent_feedback: null, language: "vi", duration_s: 40};
    for (let copy = 0; copy < (n % 10 === 0 ? 2 : 1); copy += 1) await store.put({entry, ...clock.mark()});
    await window.acknowledged(n);
  }
}"""
HELD = """async () => {
  const {Vault} = await import("/kiosk/static/js/vault.mjs");
  return (await Vault.open()).read("responses", (store) => store.count());
}"""
# The server was heard a week ago, by the clock of that time.
HEARD_LONG_AGO = """async (ago) => {
  const {Vault} = await import("/kiosk/static/js/vault.mjs");
  const vault = await Vault.open();
  const heard = await vault.get("heard");
  await vault.set("heard", {...heard, server: heard.server - ago / 1000, wall: heard.wall - ago, page: 0});
}"""


class Week:
    def __init__(self, folder: Path, clock_error: timedelta) -> None:
        tls_port = free_port()
        self.folder, self.clock_error = folder, clock_error
        self.served = Served(folder / "data", environ={"SIPAS_TLS_PORT": str(tls_port)})
        self.served.run("tls", "--name", "sipas.lan")
        install_authority(folder / "home", certificates.authority_file(folder / "data"))
        self.cable = Cable(tls_port)
        self.profile = Profile(folder / "profile", home=folder / "home")
        self.url = f"https://sipas.lan:{self.cable.port}"
        self.settings = Settings.for_folder(folder / "data")
        # Of each answer that the tablet acknowledged, the days that it may be counted on.
        self.acknowledged: dict[int, frozenset[date]] = {}
        self.certain: Counter[date] = Counter()
        self.sessions = 0

    def open(self, *, ago: timedelta = timedelta()) -> Tablet:
        """Open the tablet as it was some time ago; its clock is years behind besides."""
        page = self.profile.open()
        error = int((self.clock_error - ago) / timedelta(milliseconds=1))
        page.add_init_script(
            f"{{ const real = Date.now; Date.now = () => real() + {error} + (window.leap ?? 0) * {DAY_MS}; }}"
        )
        return Tablet(page, self.url)

    def fill(self, number: int, rounds: int, each: int, chance: random.Random) -> None:
        """Fill a part of the queue and kill the browser somewhere in it."""
        ago = WEEK * (1 - number / rounds)
        day = office_day(datetime.now(UTC) - ago, self.settings.zone)
        leap = LEAPS.get(number, 0)
        first, stop_after = number * each, chance.randint(each // 2, each - 1)
        page = self.open(ago=ago).open().page
        told: set[int] = set()
        page.expose_function("acknowledged", lambda one: told.add(one))
        page.evaluate(f"(given) => {{ ({FILL})(given); }}", {"count": each, "first": first, "leap": leap})
        while len(told) < stop_after:
            page.wait_for_timeout(5)
        self.profile.kill()
        self.sessions += 1
        for one in told:
            leapt = leap != 0 and one >= first + each // 2
            self.acknowledged[one] = self.days_after(day, leap) if leapt else frozenset({day})
        self.certain[day] += sum(len(self.acknowledged[one]) == 1 for one in told)

    def days_after(self, day: date, leap: int) -> frozenset[date]:
        """Give the days that an answer after a leap may be put on: between the server's last word and arrival."""
        today = office_day(datetime.now(UTC), self.settings.zone)
        leapt = min(max(day + timedelta(days=max(leap, -400)), today - WEEK), today)
        return frozenset({day, leapt, leapt - timedelta(days=1), leapt + timedelta(days=1)})

    def upgrade(self) -> None:
        """Stop the server and start one of another release of the tablet's files on the same data."""
        release = self.folder / "release"
        for name in ("analysis", "kiosk", "survey", "templates"):
            shutil.copytree(ROOT / name, release / name, ignore=shutil.ignore_patterns("__pycache__"))
        style = release / "kiosk" / "static" / "kiosk.css"
        style.write_text(style.read_text(encoding="utf-8") + "/* another release */\n", encoding="utf-8")
        self.served.stop()
        self.served.environ["PYTHONPATH"] = str(release)
        self.served.folder = release
        self.served.start()

    def drain(self, page: Page, held: int, *, server_kills: int, timeout_s: float) -> None:
        """Wait until the tablet holds nothing any more, killing the server meanwhile."""
        until = time.monotonic() + timeout_s
        at = {held * (kill + 1) // (server_kills + 1) for kill in range(server_kills)}
        while held := held_by(page):
            assert time.monotonic() < until, f"{held} answers still wait"
            if due := {mark for mark in at if held <= mark}:
                at -= due
                self.served.kill()
                self.served.start()
            page.wait_for_timeout(20)
        assert at == set()


@pytest.fixture(params=["ten-years-behind"])
def week(tmp_path: Path, request: pytest.FixtureRequest):
    made = Week(tmp_path, CLOCK_ERRORS[request.param])
    made.served.start()
    yield made
    made.profile.close()
    made.cable.close()
    made.served.kill()


def live_through(week: Week, *, rounds: int, each: int, server_kills: int, timeout_s: float) -> None:
    database = Database.open(week.settings)
    keyring = Keyring.open(week.settings.data)
    tablet = week.open().open(new_code(database, keyring))
    expect(tablet.page.locator(".foot-offline")).to_have_text("")
    old = tablet.page.evaluate(PROGRAM)
    week.cable.cut()
    tablet.page.evaluate(HEARD_LONG_AGO, WEEK / timedelta(milliseconds=1))
    week.profile.kill()
    chance = random.Random(20261124)
    for number in range(rounds):
        week.fill(number, rounds, each, chance)
    week.upgrade()
    # A tenth of the pieces, and not by chance: where few answers wait it might be none.
    pieces = count(5)
    week.cable.lose_replies(lambda: next(pieces) % 10 == 0)
    # What waits is counted before the first of it can leave.
    tablet = week.open().open()
    held = held_by(tablet.page)
    week.cable.mend()
    began = time.monotonic()
    week.drain(tablet.page, held, server_kills=server_kills, timeout_s=timeout_s)
    took = time.monotonic() - began
    week.cable.lose_replies(lambda: False)
    # Sooner or later the tablet takes the new release, by itself.
    tablet.page.wait_for_function(f"old => ({PROGRAM})() !== old", arg=old)
    taken = time.monotonic() - began
    week.profile.close()
    logger.info(
        "%d acknowledged, %d held, drained in %.0f s, new release seen after %.0f s; %d replies lost, %d server kills",
        *(len(week.acknowledged), held, took, taken, week.cable.lost, server_kills),
    )
    assert week.cable.lost > 0, "no reply was lost: the test would not see a second counting"
    check(week, database, keyring)
    database.close()


def held_by(page: Page) -> int:
    """Count what the tablet holds; it may be loading its new release at this very moment."""
    for _ in range(20):
        try:
            return int(page.evaluate(HELD))
        except Error as error:
            if "context was destroyed" not in str(error) and "Cannot find context" not in str(error):
                raise
            page.wait_for_load_state()
    raise AssertionError("the page loads itself again and again")


PROGRAM = """() => JSON.parse(document.getElementById("kiosk-config").textContent).program"""


def check(week: Week, database: Database, keyring: Keyring) -> None:
    with database.read() as session:
        keys = set(session.scalars(select(SubmissionKey.key_hash)))
        days = Counter(one.day for one in responses.waiting(session, keyring=keyring)[0])
        days.update(session.scalars(select(Response.day)))
    missing = [
        number
        for number in week.acknowledged
        if keyring.mac("submission-key", UUID(f"00000000-0000-4000-8000-{number:012d}").bytes) not in keys
    ]
    assert missing == []
    assert days.total() == len(keys), "one key, one answer"
    # What was written but not yet acknowledged when the browser died may be there too: one in each round.
    possible = frozenset().union(*week.acknowledged.values())
    assert set(days) <= possible
    # What is left of a day when the next one is mixed, fewer than five, is dated by that one.
    short = {day: n - days[day] for day, n in sorted(week.certain.items())}
    logger.info("acknowledged for certain %s, dated later %s", dict(sorted(week.certain.items())), short)
    assert max(short.values()) < CELL
    assert days.total() <= len(week.acknowledged) + week.sessions


# Killed browsers, a cut cable and a killed server need the machine for themselves: beside the whole suite a
# page may take longer to open than the browser waits, or the queue be empty before the server is killed.
@pytest.mark.soak
@pytest.mark.parametrize("week", CLOCK_ERRORS, indirect=True)
def test_nothing_that_was_acknowledged_is_lost_or_counted_twice(week: Week) -> None:
    live_through(week, rounds=3, each=70, server_kills=1, timeout_s=90)


@pytest.mark.soak
def test_seven_days_five_thousand_answers_twenty_kills(week: Week) -> None:
    live_through(week, rounds=20, each=360, server_kills=5, timeout_s=1800)
    assert len(week.acknowledged) >= 5_000

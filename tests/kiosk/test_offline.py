"""The tablet with https: it opens, asks and keeps without a network, and delivers by itself afterwards."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from browser import Chromium, axe_problems, guarded_page
from browser_profile import Profile
from certificates import lay_certificate
from flask import Flask
from network import Cable
from phone import issue
from playwright.sync_api import expect
from server import LiveServer
from sqlalchemy import select
from sqlalchemy.orm import Session
from tablet import Tablet, first_scripts, new_code

import kiosk.devices as kiosk_devices
import kiosk.tablet as tablet_views
from kiosk import configuration, offline, submissions
from kiosk.configuration import STATIC_DIR
from kiosk.rescue import import_file
from survey import clock
from survey.clock import office_day
from survey.db import Database
from survey.enums import TrustClass
from survey.exceptions import StorageUnavailable
from survey.http_server import Certificate
from survey.models import KioskDevice, SubmissionKey
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Waiting, WaitingComment
from survey.services.tablets import kiosk_health
from survey.settings import Settings
from survey.web.limits import DEVICE

pytestmark = pytest.mark.browser

Read = Callable[[], tuple[list[Waiting], list[WaitingComment]]]


@pytest.fixture
def waiting(database: Database, keyring: Keyring) -> Read:
    def read() -> tuple[list[Waiting], list[WaitingComment]]:
        with database.read() as session:
            return responses.waiting(session, keyring=keyring)

    return read


class Office:
    """A server with https, the cable to it, and the tablet's own profile on its disk."""

    def __init__(self, app: Flask, folder: Path) -> None:
        trust = lay_certificate(folder / "tls")
        certificate = Certificate(folder / "tls" / "server.pem", folder / "tls" / "server.key")
        self.app = app
        self.profile = Profile(folder / "profile", trust)
        self._server = LiveServer(app, certificate=certificate)

    def __enter__(self) -> Office:
        self._server.__enter__()
        self.cable = Cable(self._server.port)
        self.url = f"https://sipas.lan:{self.cable.port}"
        return self

    def __exit__(self, *_error: object) -> None:
        self.profile.close()
        self.cable.close()
        self._server.__exit__(None, None, None)


@pytest.fixture
def office(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    # These tablets have a clock that nobody puts forward: a busy machine must not look like a person who left.
    for patience in ("IDLE_WARN_S", "THANKS_S"):
        monkeypatch.setattr(configuration, patience, 600)
    with Office(app, tmp_path) as made:
        yield made


@contextmanager
def tablet_of(office: Office) -> Iterator[Tablet]:
    """Open the tablet's browser; errors in its console are the network's alone."""
    page = office.profile.open()
    yield Tablet(page, office.url)
    office.profile.check()


def enrolled(office: Office, tablet: Tablet, database: Database, keyring: Keyring) -> Tablet:
    """Enrol, and wait until the tablet says that it can do without the network."""
    tablet.open(new_code(database, keyring))
    expect(tablet.page.locator(".foot-offline")).to_have_text("")
    return tablet


# A write that is not strict is on the disk some time after the browser says so.
WATCH_WRITES = """{
  window.writes = [];
  const real = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    if (mode === "readwrite") window.writes.push(`${names} ${options?.durability}`);
    return real.call(this, names, mode, options);
  };
}"""


def visit(tablet: Tablet, level: str = "4", *, network: bool = True) -> None:
    tablet.begin()
    tablet.answer_all(level=level, feedback="no")
    if not network:
        # With the network the offer of the phone goes, and the buttons rest once more: a tap just then is not taken.
        expect(tablet.button("phone")).to_have_count(0)
    tablet.tap("done")
    tablet.wait_for("attract")


def test_from_the_first_minute_it_opens_and_keeps_without_a_network(
    office: Office, database: Database, keyring: Keyring, waiting: Read
) -> None:
    with tablet_of(office) as tablet:
        tablet.page.add_init_script(WATCH_WRITES)
        enrolled(office, tablet, database, keyring)
        office.cable.cut()
        visit(tablet, network=False)
        expect(tablet.page.locator(".state")).to_contain_text("Số phiếu đang chờ gửi: 1. Máy giữ lại")
        writes = tablet.page.evaluate("window.writes")
        assert "responses strict" in writes
        assert all(one.endswith(" strict") for one in writes), writes
        # Switched off in the middle of it all, and on again: no network, the same answer.
        office.profile.kill()
    with tablet_of(office) as tablet:
        tablet.open()
        expect(tablet.page.locator(".place-counter")).to_have_text("Quầy số 1")
        visit(tablet, "2", network=False)
        expect(tablet.page.locator(".state")).to_contain_text("đang chờ gửi: 2.")
        fonts = "() => document.fonts.ready.then(() => [...document.fonts].map((font) => font.status))"
        assert set(tablet.page.evaluate(fonts)) <= {"loaded", "unloaded"}
        assert "loaded" in tablet.page.evaluate(fonts)
        scripts = "() => performance.getEntriesByType('resource').map((one) => one.name.split('/js/')[1])"
        loaded = {STATIC_DIR / "js" / name for name in tablet.page.evaluate(scripts) if name}
        assert loaded == first_scripts(), "a whole visit loads nothing more"
        assert waiting() == ([], [])
        office.cable.mend()
        # Nobody touches it: the next try comes by itself.
        expect(tablet.page.locator(".state")).to_have_text("")
    answers, _ = waiting()
    assert len(answers) == 2
    assert all(4 in answer.levels or 2 in answer.levels for answer in answers)


KEPT_ON_DISK = """() => new Promise((resolve) => {
  const opening = indexedDB.open("sipas-kiosk");
  opening.onsuccess = async () => {
    const db = opening.result, all = {};
    for (const name of db.objectStoreNames) {
      all[name] = await new Promise((done) => {
        const asked = db.transaction(name).objectStore(name).getAll();
        asked.onsuccess = () => done(asked.result.map((one) => JSON.stringify(one)));
      });
    }
    resolve(all);
  };
})"""


def test_a_slip_waits_sealed_and_counts_when_the_network_is_back(
    office: Office, database: Database, keyring: Keyring, waiting: Read, settings: Settings
) -> None:
    (slip,) = issue(database, keyring, office_day(clock.now(), settings.zone))
    with tablet_of(office) as tablet:
        enrolled(office, tablet, database, keyring)
        office.cable.cut()
        tablet.tap("slip")
        tablet.wait_for("slip")
        tablet.page.locator("#slip").fill(slip.code)
        tablet.wait_for("stage")
        tablet.tap("result")
        tablet.wait_for("field")
        tablet.tap("skip")
        tablet.wait_for("item")
        tablet.answer_all(level="2", feedback="no")
        # Without the network there is no code for a phone to offer.
        expect(tablet.button("phone")).to_have_count(0)
        kept = tablet.page.evaluate(KEPT_ON_DISK)
        (entry,) = kept["responses"]
        assert "sealed" in json.loads(entry)["entry"]["receipt"]
        assert slip.code not in str(kept)
        balance = [one for one in kept["values"] if '"filing"' in one or '"result"' in one]
        assert balance, "the balance of the draw outlives the page"
        # What few visits need is kept too, though the page has not loaded it yet.
        tablet.tap("comment")
        tablet.wait_for("comment")
        office.cable.mend()
        tablet.tap("cancel")
        tablet.wait_for("attract")
        expect(tablet.page.locator(".state")).to_have_text("")
        assert tablet.page.evaluate(KEPT_ON_DISK)["responses"] == []
    ((answer,), _) = waiting()
    assert answer.trust_class is TrustClass.KIOSK_TOKEN


def test_it_is_installable_signs_its_requests_and_says_how_it_is(
    office: Office, database: Database, keyring: Keyring
) -> None:
    with tablet_of(office) as tablet:
        headers: list[dict[str, str]] = []
        tablet.page.on("request", lambda one: headers.append(one.headers) if one.method == "POST" else None)
        enrolled(office, tablet, database, keyring)
        session = tablet.page.context.new_cdp_session(tablet.page)
        assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        assert json.loads(session.send("Page.getAppManifest")["data"])["display"] == "fullscreen"
        visit(tablet)
        assert any(one.get("authorization", "").startswith("Sipas ") for one in headers)
        with database.read() as session:
            device = session.scalars(select(KioskDevice)).one()
            assert device.public_key is not None
            health = kiosk_health.by_device(session)[device.id]
        assert health.offline
        # The cookie alone writes nothing any more.
        unsigned = """async () => (await fetch("responses", {
          method: "POST", body: "[]", headers: {"Content-Type": "application/json"}})).status"""
        assert tablet.page.evaluate(unsigned) == 401


def stored_keys(database: Database) -> int:
    """Every key the server has ever taken: a second delivery leaves no second one."""
    with database.read() as session:
        return session.query(SubmissionKey).count()


@pytest.mark.soak  # slow for every change: each opens browsers of its own
def test_a_new_release_finds_the_queue_and_delivers_it(
    office: Office, database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tablet_of(office) as tablet:
        enrolled(office, tablet, database, keyring)
        office.cable.cut()
        visit(tablet, network=False)
        visit(tablet, network=False)
        before = tablet.page.evaluate("async () => (await caches.keys()).join()")
        for module in (configuration, offline, tablet_views):
            monkeypatch.setattr(module, "program_fingerprint", lambda: "newer-one")
        # The server refuses at first, so that the queue is still full when the page is changed.
        with monkeypatch.context() as patched:
            patched.setattr(Database, "write", _fail)
            office.cable.mend()
            with tablet.page.expect_navigation():
                tablet.page.evaluate("dispatchEvent(new Event('online'))")
            tablet.wait_for("attract")
            expect(tablet.page.locator(".state")).to_contain_text("đang chờ gửi: 2.")
        assert tablet.page.evaluate("async () => (await caches.keys()).join()") != before
        expect(tablet.page.locator(".state")).to_have_text("")
        assert stored_keys(database) == 2
        # And the new one opens without a network too.
        office.cable.cut()
        tablet.page.reload()
        tablet.wait_for("attract")


# For a while from the moment in which another worker has everything the tablet has much to ask: each request is
# told to the worker that is in charge.
ASKS_AT_THE_WORST_MOMENT = """navigator.serviceWorker.ready.then((kept) => {
  const ask = () => dispatchEvent(new Event("online"));
  // What else it does every minute.
  setInterval(ask, 2000);
  kept.addEventListener("updatefound", () => {
    const { installing } = kept;
    installing.addEventListener("statechange", () => {
      if (installing.state === "installed") for (let ms = 0; ms < 400; ms += 10) setTimeout(ask, ms);
    });
  });
})"""
RUNS = "name => JSON.parse(document.getElementById('kiosk-config').textContent).program === name"


@pytest.mark.soak  # slow for every change: it opens a browser of its own
def test_a_new_release_is_taken_by_a_busy_tablet_on_a_network_that_loses_replies(
    office: Office, database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20261126)
    monkeypatch.setattr(kiosk_devices, "DEVICE", replace(DEVICE, burst=100_000))
    with tablet_of(office) as tablet:
        enrolled(office, tablet, database, keyring)
        tablet.page.add_init_script(ASKS_AT_THE_WORST_MOMENT)
        tablet.open()
        for module in (configuration, offline, tablet_views):
            monkeypatch.setattr(module, "program_fingerprint", lambda: "newer-one")
        office.cable.lose_replies(lambda: chance.random() < 0.1)
        tablet.page.wait_for_function(RUNS, arg="newer-one")
        assert office.cable.lost > 0
        office.cable.lose_replies(lambda: False)
        tablet.wait_for("attract")
        assert sorted(tablet.page.evaluate("() => caches.keys()")) == [
            "sipas-newer-one",
            "sipas-sounds",
            "sipas-waits",
        ]


# The page of a release whose configuration never came, because the network went away in between.
FORGETS_ITS_CONFIGURATION = """async () => {
  const {Vault} = await import("/kiosk/static/js/vault.mjs");
  await (await Vault.open()).write(["values"], (values) => values.delete("own"));
}"""


@pytest.mark.soak  # slow for every change: it opens a browser of its own
def test_without_its_own_configuration_a_release_opens_with_that_of_the_one_before(
    office: Office, database: Database, keyring: Keyring
) -> None:
    with tablet_of(office) as tablet:
        enrolled(office, tablet, database, keyring)
        office.cable.cut()
        tablet.page.evaluate(FORGETS_ITS_CONFIGURATION)
        tablet.open()
        visit(tablet, network=False)


def _fail(_database: Database, _work: Callable[[Session], object]) -> object:
    raise StorageUnavailable


@pytest.mark.soak  # slow for every change: each opens browsers of its own
def test_what_can_never_be_accepted_is_kept_shown_and_rescued(
    office: Office, database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tablet_of(office) as tablet:
        enrolled(office, tablet, database, keyring)
        with monkeypatch.context() as patched:
            # A server that was set back to before this questionnaire was published.
            patched.setattr(submissions, "read_version", lambda _entry: 99)
            visit(tablet)
            expect(tablet.page.locator(".state")).to_contain_text("máy chủ không nhận: 1")
            tablet.page.evaluate("dispatchEvent(new Event('online'))")
            tablet.page.wait_for_timeout(500)
        with database.read() as session:
            (health,) = kiosk_health.by_device(session).values()
        assert health.refused == 1
        office.cable.cut()
        tablet.page.goto(f"{office.url}/kiosk/tinh-trang")
        expect(tablet.page.locator("#refused")).to_have_text("1")
        assert axe_problems(tablet.page) == []
        with tablet.page.expect_download() as downloading:
            tablet.page.click("#rescue")
        file = downloading.value.path().read_bytes()
        assert b"answers" not in file
        rescued = import_file(office.app.extensions["sipas"], file, now=clock.now())
        assert rescued.results == {"accepted": 1}
        # The tablet asks again when its page is opened, and lets go of what the file has brought.
        office.cable.mend()
        tablet.page.click("a[href='/kiosk/']")
        tablet.wait_for("attract")
        expect(tablet.page.locator(".state")).to_have_text("")
        tablet.page.goto(f"{office.url}/kiosk/tinh-trang")
        expect(tablet.page.locator("#refused")).to_have_text("0")
    assert stored_keys(database) == 1


@pytest.mark.soak  # slow for every change: each opens browsers of its own
def test_a_clock_that_is_wrong_and_jumps_gives_the_right_day(
    office: Office, database: Database, keyring: Keyring, waiting: Read
) -> None:
    with tablet_of(office) as tablet:
        page = tablet.page
        page.add_init_script(
            "{ const real = Date.now; Date.now = () => real() - 3652 * 86400000 + (window.jump ?? 0); }"
        )
        enrolled(office, tablet, database, keyring)
        office.cable.cut()
        visit(tablet, network=False)
        page.evaluate("window.jump = -86400000 * 2")
        visit(tablet, network=False)
        office.cable.mend()
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator(".state")).to_have_text("")
    today = clock.office_day(clock.now(), office.app.extensions["sipas"].settings.zone)
    assert [one.day for one in waiting()[0]] == [today, today]


def test_without_https_it_says_so_and_works_while_connected(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring, waiting: Read
) -> None:
    with guarded_page(chromium, viewport={"width": 1280, "height": 800}) as page:
        tablet = Tablet(page, live_server.insecure_url).open(new_code(database, keyring))
        expect(page.locator(".foot-offline")).to_contain_text("Cán bộ lưu ý: máy ở chế độ không ngoại tuyến")
        visit(tablet)
        assert page.evaluate("() => [isSecureContext, 'serviceWorker' in navigator]") == [False, False]
        page.goto(f"{live_server.insecure_url}/kiosk/tinh-trang")
        expect(page.locator("#memory")).to_be_visible()
        expect(page.locator("#rescue")).to_be_disabled()
    assert len(waiting()[0]) == 1

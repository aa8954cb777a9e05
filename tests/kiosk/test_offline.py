"""The tablet with https: it opens, asks and keeps without a network, and delivers by itself afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser_profile import Profile
from certificates import lay_certificate
from flask import Flask
from network import Cable
from playwright.sync_api import expect
from server import LiveServer
from sqlalchemy import select
from tablet import Tablet, new_code

from survey.db import Database
from survey.models import KioskDevice
from survey.seal import Keyring
from survey.server import Certificate
from survey.services import kiosk_health, responses
from survey.services.responses import Waiting, WaitingComment

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
def office(app: Flask, tmp_path: Path) -> Iterator[Office]:
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
    expect(tablet.page.locator(".foot-offline")).to_have_text("", timeout=15_000)
    return tablet


def visit(tablet: Tablet, level: str = "4") -> None:
    tablet.begin()
    tablet.answer_all(level=level, feedback="no")
    tablet.tap("done")
    tablet.wait_for("attract")


def test_from_the_first_minute_it_opens_and_keeps_without_a_network(
    office: Office, database: Database, keyring: Keyring, waiting: Read
) -> None:
    with tablet_of(office) as tablet:
        enrolled(office, tablet, database, keyring)
        office.cable.cut()
        visit(tablet)
        expect(tablet.page.locator(".state")).to_contain_text("Số phiếu đang chờ gửi: 1. Máy giữ lại")
        # Switched off in the middle of it all, and on again: no network, the same answer.
        office.profile.kill()
    with tablet_of(office) as tablet:
        tablet.open()
        expect(tablet.page.locator(".place-counter")).to_have_text("Quầy số 1")
        visit(tablet, "2")
        expect(tablet.page.locator(".state")).to_contain_text("đang chờ gửi: 2.")
        fonts = "() => document.fonts.ready.then(() => [...document.fonts].map((font) => font.status))"
        assert set(tablet.page.evaluate(fonts)) <= {"loaded", "unloaded"}
        assert "loaded" in tablet.page.evaluate(fonts)
        assert waiting() == ([], [])
        office.cable.mend()
        # Nobody touches it: the next try comes by itself.
        expect(tablet.page.locator(".state")).to_have_text("", timeout=60_000)
    answers, _ = waiting()
    assert len(answers) == 2
    assert all(4 in answer.levels or 2 in answer.levels for answer in answers)


def test_it_can_be_installed(office: Office, database: Database, keyring: Keyring) -> None:
    with tablet_of(office) as tablet:
        enrolled(office, tablet, database, keyring)
        session = tablet.page.context.new_cdp_session(tablet.page)
        assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        manifest = json.loads(session.send("Page.getAppManifest")["data"])
        assert manifest["display"] == "fullscreen"


def test_requests_are_signed_and_the_server_hears_how_it_is(
    office: Office, database: Database, keyring: Keyring
) -> None:
    with tablet_of(office) as tablet:
        headers: list[dict[str, str]] = []
        tablet.page.on("request", lambda one: headers.append(one.headers) if one.method == "POST" else None)
        enrolled(office, tablet, database, keyring)
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

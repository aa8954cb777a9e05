"""The tablet sleeps out of office hours and on holidays, by hours that it knows without a network."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from browser import Chromium, guarded_page
from playwright.sync_api import expect
from server import LiveServer
from tablet import SIZES, Tablet, new_code

from survey import clock
from survey.db import Database
from survey.seal import Keyring

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_it_dims_at_closing_time_without_a_network_and_a_touch_wakes_it(
    chromium: Chromium,
    live_server: LiveServer,
    database: Database,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closing = datetime(2026, 11, 25, 16, 58, tzinfo=ZONE).astimezone(UTC)
    with guarded_page(
        chromium, viewport=SIZES["landscape"], allowed_errors=("net::ERR_INTERNET_DISCONNECTED",)
    ) as page:
        page.clock.install()
        code = new_code(database, keyring)
        tablet = Tablet(page, live_server.insecure_url, hurry=True).open(code)
        monkeypatch.setattr(clock, "now", lambda: closing)
        # The hours and the server's time come with a heartbeat, which must be back before the network goes.
        with page.expect_response("**/heartbeat") as answer:
            page.clock.fast_forward(61_000)
        answer.value.finished()
        asleep = page.locator(".asleep")
        expect(asleep).to_have_count(0)
        page.context.set_offline(True)
        page.clock.run_for(180_000)
        expect(asleep).to_have_count(1)
        page.mouse.click(5, 5)
        expect(asleep).to_have_count(0)
        page.clock.run_for(40_000)
        expect(asleep).to_have_count(0)
        # Nobody there: dark again. Whoever begins finds the questions bright.
        page.clock.run_for(130_000)
        expect(asleep).to_have_count(1)
        tablet.tap("start")
        tablet.wait_for("stage")
        expect(asleep).to_have_count(0)

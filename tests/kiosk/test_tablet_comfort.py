"""Larger text and recordings on the tablet: on a tap alone, without a network too, and forgotten after the visit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import recordings
from browser import Chromium, axe_problems, guarded_page, wait_until_said, watch
from browser_profile import Profile
from certificates import lay_certificate
from flask import Flask
from network import Cable
from playwright.sync_api import expect
from server import LiveServer
from tablet import CAPITAL_MM, SECOND_ITEMS, SIZES, Tablet, new_code, smallest_mm

from survey.db import Database
from survey.http_server import Certificate
from survey.seal import Keyring
from survey.settings import Settings

# Slow for every change: whole visits at the tablet.
pytestmark = [pytest.mark.soak, pytest.mark.browser]

PLAYED = """{
  window.played = [];
  const real = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.played.push([new URL(this.src).pathname.split("/").at(-1), this.volume]);
    return real.call(this);
  };
}"""


@contextmanager
def opened(
    chromium: Chromium,
    server: LiveServer,
    database: Database,
    keyring: Keyring,
    orientation: str = "landscape",
) -> Iterator[Tablet]:
    with guarded_page(chromium, viewport=SIZES[orientation], has_touch=True) as page:
        page.clock.install()
        page.add_init_script(SECOND_ITEMS)
        page.add_init_script(PLAYED)
        yield Tablet(page, server.insecure_url, hurry=True).open(new_code(database, keyring))


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_larger_text_is_chosen_for_one_visit_and_gone_for_the_next_person(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring, orientation: str
) -> None:
    with opened(chromium, live_server, database, keyring, orientation) as tablet:
        page = tablet.page
        assert smallest_mm(page) < CAPITAL_MM, "the check measures"
        tablet.tap("large")
        tablet.wait_for("attract")
        expect(tablet.button("large")).to_have_text("AChữ thường")
        found = {"attract": smallest_mm(page)}
        tablet.begin()
        found["item"] = smallest_mm(page)
        page.clock.fast_forward(51_000)
        page.get_by_role("alertdialog").wait_for()
        found["warning"] = smallest_mm(page)
        page.locator("button[value=more]").click()
        tablet.answer_all()
        found["thanks"] = smallest_mm(page)
        assert {screen: mm for screen, mm in found.items() if mm < CAPITAL_MM} == {}
        # Larger text takes longer to read, and whoever asks for more time has as much again.
        page.clock.run_for(40_000)
        assert tablet.screen == "thanks"
        tablet.tap("more")
        page.clock.run_for(40_000)
        assert tablet.screen == "thanks"
        page.clock.run_for(20_000)
        tablet.wait_for("attract")
        assert smallest_mm(page) < CAPITAL_MM
        # Chosen and left lying: as it was again after a while.
        tablet.tap("large")
        expect(page.locator("html")).to_have_class("large-text")
        page.clock.run_for(51_000)
        expect(page.locator("html")).not_to_have_class("large-text")


def test_recordings_play_on_a_tap_alone_as_loud_as_somebody_wants(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring, settings: Settings
) -> None:
    recordings.lay_all(database, settings.data, "vi")
    with opened(chromium, live_server, database, keyring) as tablet:
        page = tablet.page
        tablet.tap("volume")
        tablet.wait_for("attract")
        expect(tablet.button("volume")).to_have_text("Âm lượng 3/3")
        tablet.begin()
        assert page.evaluate("window.played") == []
        assert axe_problems(page) == []
        question = page.locator("button[value='listen-access-stem']")
        expect(question).to_have_attribute("aria-label", "Nghe câu hỏi")
        watch(question, "aria-pressed")
        question.click()
        wait_until_said(page, "true", "false")
        assert page.evaluate("window.played") == [["access-stem.wav", 1], ["A2.wav", 1]]
        level = page.locator("button[value='listen-level-4']")
        expect(level).to_have_attribute("aria-label", "Nghe: Hài lòng")
        level.click()
        assert page.evaluate("window.played.at(-1)") == ["level-4.wav", 1]
        # Listening answers nothing, and an answer ends what is playing.
        assert tablet.screen == "item"
        before = tablet.heading
        tablet.tap("4")
        tablet.next_question(before)
        expect(page.locator("[aria-pressed=true]")).to_have_count(0)
        tablet.answer_all()
        tablet.tap("done")
        tablet.wait_for("attract")
        expect(tablet.button("volume")).to_have_text("Âm lượng 2/3")


def test_where_there_is_no_recording_there_is_no_speaker(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring, settings: Settings
) -> None:
    recordings.lay(settings.data, "vi", "level-4")
    with opened(chromium, live_server, database, keyring) as tablet:
        tablet.begin()
        values = tablet.page.locator(".key-sound").evaluate_all("all => all.map((one) => one.value)")
        assert values == ["listen-level-4"]


def test_they_play_without_a_network_and_go_when_the_office_takes_them_away(
    app: Flask, database: Database, keyring: Keyring, settings: Settings, tmp_path: Path
) -> None:
    path = recordings.lay(settings.data, "vi", "start")
    trust = lay_certificate(tmp_path / "tls")
    certificate = Certificate(tmp_path / "tls" / "server.pem", tmp_path / "tls" / "server.key")
    profile = Profile(tmp_path / "profile", trust)
    with LiveServer(app, certificate=certificate) as server:
        cable = Cable(server.port)
        try:
            page = profile.open()
            page.add_init_script(PLAYED)
            tablet = Tablet(page, f"https://sipas.lan:{cable.port}").open(new_code(database, keyring))
            expect(page.locator(".foot-offline")).to_have_text("")
            kept = "async () => (await (await caches.open('sipas-sounds')).keys()).length"
            page.wait_for_function(f"async () => (await ({kept})()) === 1")
            cable.cut()
            page.reload()
            tablet.wait_for("attract")
            ended = """() => new Promise((resolve) => {
              const real = HTMLMediaElement.prototype.play;
              HTMLMediaElement.prototype.play = function () {
                for (const end of ["ended", "error"]) this.addEventListener(end, () => resolve(end));
                return real.call(this);
              };
              document.querySelector("button[value=listen-start]").click();
            })"""
            assert page.evaluate(ended) == "ended"
            cable.mend()
            path.unlink()
            app.extensions["sipas"].sounds.look_again()
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_function(f"async () => (await ({kept})()) === 0")
            expect(page.locator(".key-sound")).to_have_count(0)
            profile.check()
        finally:
            profile.close()
            cable.close()

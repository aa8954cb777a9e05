"""A kiosk tablet for tests: codes, enrolment, whole submissions, and a page that is tapped like a screen."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page

from kiosk.configuration import STATIC_DIR
from survey import clock
from survey.db import Database
from survey.seal import Keyring
from survey.services.tablets import devices

ANOTHER_HEADING = "before => document.querySelector('h1')?.textContent.replaceAll('\\u00a0', ' ') !== before"
SIZES = {"landscape": {"width": 1280, "height": 800}, "portrait": {"width": 800, "height": 1280}}
# Draws the third ball: at the first two visits of a stage that is the second item of every dimension, A2, B2,
# C2, D2, E2 – and so the question about feedback.
SECOND_ITEMS = """(() => {
  const real = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (array) => (array instanceof Uint32Array ? array.fill(2) : real(array));
})()"""
# EN 301 549, 5.1.4: a capital letter of 0.7 degrees at 50 cm is 6.1 mm; on 10.1 inches a pixel has 0.17 mm.
CAPITAL_MM = 6.1
PIXEL_MM = 0.17
# The smallest text that can be seen, by the height of its capitals in our own font.
SMALLEST_CAPITAL = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = [Infinity, ""];
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || holder.closest("script, .unseen, .skip") || !holder.checkVisibility()) continue;
    const style = getComputedStyle(holder);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const height = pen.measureText("H").actualBoundingBoxAscent;
    if (height < least[0]) least = [height, node.data.trim()];
  }
  return least;
}"""
# Words that go on in the next line, on what is shown: a line may end between words alone.
BROKEN_WORDS = """() => {
  const shown = document.querySelector("dialog[open]") ?? document.querySelector("main");
  const texts = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
  const found = new Set();
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.parentElement.checkVisibility() || node.parentElement.closest(".unseen")) continue;
    for (const { 0: word, index } of node.data.matchAll(/[^\\s/-]+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      if (boxes.some((box) => box.top > boxes[0].top + box.height / 2)) found.add(word);
    }
  }
  return [...found];
}"""
LARGE = "on => document.documentElement.classList.toggle('large-text', on)"


def broken_words(page: Page) -> list[str]:
    return [f"breaks inside {word}" for word in page.evaluate(BROKEN_WORDS)]


def scrolls(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollHeight > innerHeight"))


def smallest_mm(page: Page) -> float:
    """Give the height of the smallest capital letter that can be seen, on 10.1 inches."""
    height, text = page.evaluate(SMALLEST_CAPITAL)
    return round(height * PIXEL_MM, 2) if text else 0.0


def first_scripts() -> set[Path]:
    """Give the scripts that the tablet's page loads before anybody asks for more: what follows from its first one."""
    found: set[Path] = set()
    waiting = [STATIC_DIR / "js" / "main.mjs"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            source = path.read_text(encoding="utf-8")
            named = re.findall(r'^import [^;]*?from "(\.[^"]+)";$', source, re.MULTILINE)
            waiting += [(path.parent / name).resolve() for name in named]
    return found


def new_code(
    database: Database, keyring: Keyring, *, name: str = "Máy 1", now: datetime | None = None
) -> str:
    """Make an enrolment code for the first counter of the seeded desk."""
    with database.read() as session:
        place = devices.places(session)[0]
    return database.write(
        lambda session: devices.open_enrolment(
            session,
            keyring=keyring,
            desk_id=place.desk_id,
            counter_id=place.counter_id,
            name=name,
            login="nguoi-quan-ly",
            now=now or clock.now(),
        )
    ).code


def enrol(client: FlaskClient, database: Database, keyring: Keyring) -> FlaskClient:
    """Make a client the kiosk of the first counter."""
    response = client.post("/kiosk/enrol", data={"code": new_code(database, keyring)})
    assert response.status_code == 303
    return client


def submission(**changes: Any) -> dict[str, Any]:
    """Give what a tablet sends after a whole visit at the stage of a result."""
    return {
        "key": str(uuid4()),
        "version": 1,
        "stage": "result",
        "field": "land",
        "drawn": ["A1", "B4", "C2", "D3", "E1"],
        "answers": {"A1": "5", "B4": "4", "C2": "na", "D3": "1", "E1": "3"},
        "sent_feedback": None,
        "language": "vi",
        "seconds_ago": 2.5,
        "duration_s": 41.0,
        **changes,
    }


class Tablet:
    """The screen of a kiosk: what is on it, and taps. Playwright waits for the buttons to react.

    With `hurry` the clock of the page, which the test has installed, is put forward instead of waiting.
    """

    language = "vi"

    def __init__(self, page: Page, url: str, *, hurry: bool = False) -> None:
        self.page = page
        self._hurry = hurry
        self.url = f"{url}/kiosk/"

    def open(self, code: str | None = None) -> Tablet:
        self.page.goto(self.url)
        if code is not None:
            self.page.fill("#code", code)
            self.page.click("button[value=enrol]")
        self.wait_for("attract")
        return self

    @property
    def screen(self) -> str:
        return self.page.locator("[data-screen]").get_attribute("data-screen") or ""

    def wait_for(self, *screens: str) -> str:
        """Wait until one of these screens is up and its buttons react."""
        if self._hurry:
            self.page.wait_for_function(
                "names => names.includes(document.querySelector('[data-screen]')?.dataset.screen)",
                arg=list(screens),
            )
            self.page.clock.run_for(400)
        # A function is looked at with every frame, a selector only every half second.
        self.page.wait_for_function(
            """names => {
              const screen = document.querySelector("[data-screen]");
              return names.includes(screen?.dataset.screen) && !screen.querySelector("[aria-disabled]");
            }""",
            arg=list(screens),
        )
        return self.screen

    def button(self, value: str) -> Locator:
        return self.page.locator(f"main button[value='{value}']")

    def tap(self, value: str) -> None:
        self.button(value).click()
        if self._hurry:
            self.page.clock.run_for(100)

    def left_alone(self, seconds: int) -> None:
        """Let time pass until it is the first screen again; no longer, or what is sent then runs out of time."""
        for _ in range(0, seconds, 5):
            if self.screen == "attract":
                break
            self.page.clock.run_for(5_000)
        self.wait_for("attract")

    def begin(self, stage: str = "result", field: str = "skip") -> None:
        self.tap("start")
        self.wait_for("stage")
        self.tap(stage)
        self.wait_for("field")
        self.tap(field)
        self.wait_for("item")

    def next_question(self, before: str) -> str:
        """Wait for what follows a question: the heading is another one, or the visit has ended."""
        self.page.wait_for_function(ANOTHER_HEADING, arg=before)
        return self.wait_for("item", "feedback", "reason", "thanks")

    @property
    def heading(self) -> str:
        """As it is written: where its lines may not end is left out."""
        return (self.page.locator("h1").text_content() or "").replace("\N{NO-BREAK SPACE}", " ")

    def answer_all(self, *, level: str = "4", feedback: str = "yes", reason: str = "skip") -> dict[str, str]:
        """Answer until thanks; gives what was answered by item."""
        given: dict[str, str] = {}
        screen = self.screen
        while screen != "thanks":
            before = self.heading
            if screen == "item":
                item = self.page.locator("button[data-item]").first.get_attribute("data-item") or ""
                given[item] = level
                self.tap(level)
            else:
                self.tap(feedback if screen == "feedback" else reason)
            screen = self.next_question(before)
        return given

    def answer_until(self, last: str, *, level: str = "4") -> None:
        """Answer until a screen that is neither a question nor thanks."""
        while self.screen in {"item", "feedback"}:
            before = self.heading
            self.tap(level if self.screen == "item" else "yes")
            self.page.wait_for_function(ANOTHER_HEADING, arg=before)
            self.wait_for("item", "feedback", last)

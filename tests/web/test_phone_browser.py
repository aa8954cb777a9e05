"""The phone form in Chromium: with and without scripts, by keyboard, on small screens, in every state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from statistics import median
from typing import Any

import pytest
from browser import Chromium, axe_problems, foreign_fonts, guarded_page
from phone import RESULT, RESULT_SCREENS, issue, waiting
from playwright.sync_api import Page, expect
from server import LiveServer

from survey.db import Database
from survey.seal import Keyring
from survey.services.inviting.invitations import Issued
from survey.services.office import installation

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
SMALL = {"width": 320, "height": 568}
DESK = {"width": 1280, "height": 800}
FORWARD = "main form button"
KIND_REFUSALS = ("404", "410", "422", "400")
KILOBYTES = 1000

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What a finger has to hit: links and buttons, and for a radio button its whole label.
SMALL_TARGETS = """least => [...document.querySelectorAll('a[href], button, textarea, label.option')]
  .filter(e => e.checkVisibility() && !e.matches('.skip') && getComputedStyle(e).display !== 'inline')
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([html, box]) => `${html} ${box.width}×${box.height}`)"""
RESIZE = "size => { document.documentElement.style.setProperty('font-size', size); }"


@pytest.fixture
def slips(database: Database, keyring: Keyring, today: date, live_server: LiveServer) -> Callable[[], str]:
    """Gives the address in the QR of a fresh slip."""
    database.write(
        lambda session: installation.change(
            session, hotline="0262 3000 000", petition_address="UBND xã, phòng tiếp công dân"
        )
    )
    fresh: list[Issued] = issue(database, keyring, today, 6)
    return lambda: f"{live_server.url}/P/{fresh.pop().token}"


def forward(page: Page) -> None:
    with page.expect_navigation():
        page.click(FORWARD)


def choose(page: Page, step: str, answers: dict[str, Any] | None = None) -> None:
    for name, value in (answers or RESULT)[step].items():
        if name == "comment":
            page.fill("textarea", value)
        else:
            page.check(f"[name={name}][value='{value}']")


def states(page: Page, url: str, language: str = "vi") -> Iterator[str]:
    """Walk through the form, stopping at each state of it."""
    page.goto(f"{url}?lang={language}")
    yield "stage"
    forward(page)
    yield "stage missing"
    for step in RESULT_SCREENS:
        assert page.url.endswith(f"/{step}")
        if step not in {"stage", "comment"}:
            yield step
        choose(page, step)
        yield f"{step} answered"
        forward(page)
    yield "thanks"
    page.goto(url)
    yield "spent"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("viewport", [PHONE, SMALL], ids=["360", "320"])
def test_an_answer_arrives(
    chromium: Chromium,
    slips: Callable[[], str],
    database: Database,
    keyring: Keyring,
    scripts: bool,
    viewport: dict[str, int],
) -> None:
    with guarded_page(chromium, viewport=viewport, java_script_enabled=scripts) as page:
        page.goto(slips())
        for step in RESULT_SCREENS:
            if step != "stage" or scripts:  # without them the first one stands at the address of the slip
                assert page.url.endswith(f"/{step}")
            choose(page, step)
            forward(page)
        assert page.locator("h1").inner_text().startswith("Đã ghi nhận")
        assert page.locator("form").count() == 0
        assert page.context.cookies() == []
    (answer,) = waiting(database, keyring)
    assert list(answer.levels) == [5, 4, 6, 3, 4, 5, 2, 1, 2, 3, 4, 5, 1, 2, 0, 0]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_back_from_the_second_screen_is_the_first(
    chromium: Chromium, slips: Callable[[], str], scripts: bool
) -> None:
    with guarded_page(chromium, viewport=PHONE, java_script_enabled=scripts) as page:
        page.goto(slips())
        assert ("/P/" in page.url) is not scripts, "a script takes the token from the address"
        choose(page, "stage")
        forward(page)
        page.go_back()
        assert page.url.endswith("/stage")
        assert page.is_checked(f"[name=stage][value={RESULT['stage']['stage']}]")
        forward(page)
        assert page.url.endswith("/access")


def test_the_server_drops_what_a_no_makes_pointless(
    chromium: Chromium, slips: Callable[[], str], database: Database, keyring: Keyring
) -> None:
    with guarded_page(chromium, viewport=PHONE) as page:
        page.goto(slips())
        answers = {
            **{step: {} for step in RESULT_SCREENS},
            "stage": {"stage": "filing"},
            "petitions": {"feedback": "no", "E1": "4", "E2": "1", "E3": "1"},
        }
        while "/thanks" not in page.url:
            choose(page, page.url.rpartition("/")[2], answers)
            forward(page)
    assert list(waiting(database, keyring)[0].levels)[-3:] == [4, 0, 0]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_back_and_refresh_keep_the_form_whole(
    chromium: Chromium, slips: Callable[[], str], database: Database, keyring: Keyring, scripts: bool
) -> None:
    with guarded_page(
        chromium, viewport=PHONE, java_script_enabled=scripts, allowed_errors=KIND_REFUSALS
    ) as page:
        page.goto(slips())
        choose(page, "stage")
        forward(page)
        choose(page, "access")
        forward(page)
        page.go_back()
        assert page.locator("[name=A1]:checked").get_attribute("value") == "5"
        page.reload()
        assert page.locator("[name=A1]:checked").get_attribute("value") == "5"
        page.check("[name=A1][value='1']")
        for step in RESULT_SCREENS[1:]:
            if step != "access":
                choose(page, step)
            forward(page)
        assert "/thanks" in page.url
        page.reload()
        assert page.locator("h1").inner_text().startswith("Đã ghi nhận")
        page.go_back()
        # Nothing of this person is left for the next one who holds the phone.
        assert page.locator("input:checked, textarea").count() == 0
    (answer,) = waiting(database, keyring)
    assert answer.levels[0] == 1


def test_a_double_click_on_the_last_button_stores_once(
    chromium: Chromium, slips: Callable[[], str], database: Database, keyring: Keyring
) -> None:
    with guarded_page(chromium, viewport=PHONE) as page:
        page.goto(slips())
        for step in RESULT_SCREENS[:-1]:
            choose(page, step)
            forward(page)
        page.dblclick(FORWARD)
        # The second click may end the first journey: what counts is where one arrives.
        expect(page).to_have_url(re.compile(r"/thanks\?"))
        assert page.locator("h1").inner_text().startswith("Đã ghi nhận")
    assert len(waiting(database, keyring)) == 1


def test_the_whole_form_by_keyboard_alone(
    chromium: Chromium, slips: Callable[[], str], database: Database, keyring: Keyring
) -> None:
    with guarded_page(chromium, viewport=PHONE) as page:
        page.goto(slips())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        while "/thanks" not in page.url:
            at = page.url
            for _ in range(40):
                page.keyboard.press("Tab")
                kind = page.evaluate("document.activeElement.type ?? ''")
                if kind == "radio":
                    page.keyboard.press("Space")
                    assert page.evaluate("document.activeElement.checked")
                    outlined = "getComputedStyle(document.activeElement.closest('label')).outlineStyle"
                    assert page.evaluate(outlined) == "solid"
                if kind == "submit":
                    break
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            with page.expect_navigation():
                page.keyboard.press("Enter")
            assert page.url != at
    (answer,) = waiting(database, keyring)
    assert answer.stage.value == "filing"  # the first option of the first screen
    assert set(answer.levels) <= {0, 1}


@pytest.mark.parametrize(
    ("language", "viewport"),
    [
        ("vi", PHONE),
        pytest.param("vi", DESK, marks=pytest.mark.soak),
        pytest.param("en", PHONE, marks=pytest.mark.soak),
        pytest.param("en", DESK, marks=pytest.mark.soak),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{one['width']} px",
)
def test_axe_finds_nothing_in_any_state(
    chromium: Chromium, slips: Callable[[], str], language: str, viewport: dict[str, int]
) -> None:
    found = {}
    with guarded_page(chromium, viewport=viewport, allowed_errors=KIND_REFUSALS) as page:
        for state in states(page, slips(), language):
            found[state] = axe_problems(page)
    assert len(found) == 18
    assert {state: problems for state, problems in found.items() if problems} == {}


def test_axe_finds_nothing_on_the_pages_around_the_form(
    chromium: Chromium, live_server: LiveServer, slips: Callable[[], str]
) -> None:
    with guarded_page(chromium, viewport=PHONE, allowed_errors=KIND_REFUSALS) as page:
        for path in ("/", "/quyen-rieng-tu", "/P/X", "/p/-/0123456789/access", "/p/-/0123456789/stage"):
            page.goto(live_server.url + path)
            assert axe_problems(page) == [], path
        page.goto(live_server.url)
        forward(page)
        assert axe_problems(page) == []


def test_axe_would_find_a_broken_form(chromium: Chromium, slips: Callable[[], str]) -> None:
    with guarded_page(chromium, viewport=PHONE) as page:
        page.goto(slips())
        choose(page, "stage")
        forward(page)
        page.evaluate(
            """() => {
              document.documentElement.removeAttribute('lang');
              document.title = '';
              document.querySelector('.option-words').remove();
              document.querySelector('h1').remove();
              document.querySelector('.hint').style.setProperty('color', '#bbb');
            }"""
        )
        rules = {problem.split(": ")[1] for problem in axe_problems(page)}
    assert {"html-has-lang", "document-title", "label", "color-contrast"} <= rules


def test_no_state_scrolls_sideways_and_targets_are_large(
    chromium: Chromium, slips: Callable[[], str]
) -> None:
    wrong = {}
    with guarded_page(chromium, viewport=SMALL, allowed_errors=KIND_REFUSALS) as page:
        for state in states(page, slips()):
            for width, size in product((320, 360, 800, 1280), ("100%", "200%")):
                page.set_viewport_size({"width": width, "height": 740})
                page.evaluate(RESIZE, size)
                problems = page.evaluate(SMALL_TARGETS, 44)
                if page.evaluate(OVERFLOW) > 0:
                    problems.append("scrolls sideways")
                if problems:
                    wrong[state, width, size] = problems
            page.evaluate(RESIZE, "100%")
    assert wrong == {}


def test_the_checks_of_size_would_find_a_fault(chromium: Chromium, slips: Callable[[], str]) -> None:
    with guarded_page(chromium, viewport=SMALL) as page:
        page.goto(slips())
        page.evaluate(
            """() => {
              document.querySelector('.option').style.setProperty('min-height', '0');
              document.querySelector('.option').style.setProperty('padding', '0');
              document.querySelector('h1').style.setProperty('width', '400px');
            }"""
        )
        assert len(page.evaluate(SMALL_TARGETS, 44)) == 1
        assert page.evaluate(OVERFLOW) > 0


def test_every_letter_is_set_in_our_own_font(chromium: Chromium, slips: Callable[[], str]) -> None:
    with guarded_page(chromium, viewport=PHONE, allowed_errors=KIND_REFUSALS) as page:
        for state in states(page, slips()):
            assert foreign_fonts(page) == set(), state


def test_the_first_screen_is_light(chromium: Chromium, slips: Callable[[], str]) -> None:
    with guarded_page(chromium, viewport=PHONE) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: dict[str, float] = {}
        session.on(
            "Network.loadingFinished",
            lambda event: sizes.__setitem__(event["requestId"], event["encodedDataLength"]),
        )
        page.goto(slips(), wait_until="networkidle")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        assert len(sizes) >= 5  # the page, two style sheets, two fonts
        assert sum(sizes.values()) < 60 * KILOBYTES


@pytest.mark.parametrize(
    "media",
    [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"contrast": "more"}],
    ids=["forced colours", "reduced motion", "more contrast"],
)
def test_the_scale_is_whole_under_the_reader_s_settings(
    chromium: Chromium, slips: Callable[[], str], media: dict[str, Any]
) -> None:
    with guarded_page(chromium, viewport=PHONE) as page:
        page.emulate_media(**media)
        page.goto(slips())
        choose(page, "stage")
        forward(page)
        choose(page, "access")
        assert axe_problems(page) == []
        line = page.evaluate("getComputedStyle(document.querySelector('.face')).stroke")
        words = page.evaluate("getComputedStyle(document.querySelector('.option-words')).color")
        assert (line == words) == ("forced_colors" in media)


@pytest.mark.soak
@pytest.mark.parametrize("way_in", ["slip", "poster"])
def test_the_first_screen_is_there_in_a_second_and_a_half(
    chromium: Chromium, slips: Callable[[], str], live_server: LiveServer, way_in: str
) -> None:
    """At 400 kbit/s, 400 ms and a processor four times slower; the median of five."""
    times = []
    for _ in range(5):
        with guarded_page(chromium, viewport=PHONE) as page:
            session = page.context.new_cdp_session(page)
            session.send("Network.enable")
            slow = {"latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
            session.send("Network.emulateNetworkConditions", {"offline": False, **slow})
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            page.goto(slips() if way_in == "slip" else f"{live_server.url}/D/MC")
            times.append(page.evaluate(LARGEST_PAINT))
    assert median(times) <= 1500, times


LARGEST_PAINT = """() => new Promise(done => new PerformanceObserver(
  list => done(list.getEntries().at(-1).startTime)
).observe({type: 'largest-contentful-paint', buffered: true}))"""


def test_text_spacing_cuts_nothing(chromium: Chromium, slips: Callable[[], str]) -> None:
    """WCAG 1.4.12: lines, letters, words and paragraphs further apart, on the narrowest screen."""
    spaced = """() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
      document.adoptedStyleSheets = [sheet];
    }"""
    cut = """() => [...document.querySelectorAll("body *")]
      .filter((e) => e instanceof HTMLElement && e.checkVisibility() && !e.matches(".unseen, .skip, input"))
      .filter((e) => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.tagName)"""
    found = {}
    with guarded_page(chromium, viewport=SMALL, allowed_errors=KIND_REFUSALS) as page:
        for state in states(page, slips()):
            page.evaluate(spaced)
            wrong = page.evaluate(cut) + (["scrolls sideways"] if page.evaluate(OVERFLOW) > 0 else [])
            if wrong:
                found[state] = wrong
    assert found == {}

"""The kiosk for everyone: axe in every state, large targets, keyboard alone, larger text, forced colours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser import Chromium, axe_problems, faint_parts, guarded_page
from playwright.sync_api import Page, Route, expect
from server import LiveServer
from tablet import (
    CAPITAL_MM,
    LARGE,
    SECOND_ITEMS,
    SIZES,
    Tablet,
    broken_words,
    new_code,
    scrolls,
    smallest_mm,
)
from tablet_modules import Run

from kiosk import configuration
from survey.db import Database
from survey.seal import Keyring
from survey.services.office import installation

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def thanks_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at on the last screen may take longer than it stays for people."""
    monkeypatch.setattr(configuration, "THANKS_S", 60)


EXPECTED = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED", "401 (", "422 (")
TARGET_PX = 118  # 20 mm on 10.1 inches at 1280 × 800
GAP_PX = 29  # 5 mm

# Buttons and links that are smaller than a fingertip, and pairs that are too near to each other.
TOO_SMALL = """([side, gap]) => {
  // A link inside a sentence is as small as its words (WCAG 2.5.8 leaves it out).
  const all = [...document.querySelectorAll("button, a[href]:not(.skip, p a), input")];
  const shown = all.filter((e) => e.checkVisibility({visibilityProperty: true}));
  // The keys of a keyboard stand closer: 15 mm and 2 mm.
  const isKey = (e) => e.matches(".pad-key");
  const boxes = shown.map((e) => [e.value || e.textContent, e.getBoundingClientRect(), isKey(e)]);
  const small = boxes.filter(([, box, key]) => Math.min(box.width, box.height) < (key ? 88 : side));
  const near = [];
  boxes.forEach(([name, a, key], i) => boxes.slice(i + 1).forEach(([other, b, alsoKey]) => {
    const dx = Math.max(a.left - b.right, b.left - a.right);
    const dy = Math.max(a.top - b.bottom, b.top - a.bottom);
    if (Math.max(dx, dy) < (key || alsoKey ? 12 : gap) - 0.5) near.push(`${name} is near ${other}`);
  }));
  return [...small.map(([name, box]) => `${name} is ${box.width} × ${box.height}`), ...near];
}"""


@contextmanager
def screen_of(
    chromium: Chromium,
    server: LiveServer,
    database: Database,
    keyring: Keyring,
    *,
    width: int = 1280,
    height: int = 800,
    root_px: int = 16,
    **options: str,
) -> Iterator[Tablet]:
    size = {"width": width, "height": height}
    with guarded_page(chromium, viewport=size, has_touch=True, allowed_errors=EXPECTED, **options) as page:
        page.clock.install()
        page.add_init_script(SECOND_ITEMS)
        if root_px != 16:
            page.add_init_script(
                "addEventListener('DOMContentLoaded', () =>"
                f" {{ document.documentElement.style.fontSize = '{root_px}px'; }})"
            )
        yield Tablet(page, server.insecure_url, hurry=True).open(new_code(database, keyring))


def walk(tablet: Tablet) -> Iterator[str]:
    """Stop at every state a person can bring the tablet into."""
    page = tablet.page
    yield "attract"
    tablet.tap("start")
    yield tablet.wait_for("stage")
    tablet.tap("result")
    yield tablet.wait_for("field")
    tablet.tap("land")
    yield tablet.wait_for("item")
    first = tablet.heading
    tablet.button("4").focus()
    yield "item, an option focused"
    page.clock.fast_forward(51_000)
    page.get_by_role("alertdialog").wait_for()
    page.wait_for_function("() => !document.querySelector('dialog [aria-disabled]')")
    yield "idle warning"
    page.locator("button[value=more]").click()
    tablet.tap("4")
    tablet.next_question(first)
    second = tablet.heading
    tablet.tap("back")
    tablet.next_question(second)
    yield "item, chosen before"
    tablet.tap("3")
    tablet.next_question(first)
    before = tablet.heading
    tablet.tap("2")
    tablet.next_question(before)
    while tablet.screen == "item":
        before = tablet.heading
        tablet.tap("3")
        tablet.next_question(before)
    yield tablet.screen
    tablet.answer_until("reason")
    yield tablet.screen
    tablet.tap("skip")
    yield tablet.wait_for("thanks")
    tablet.tap("phone")
    yield tablet.wait_for("handoff")
    tablet.tap("comment")
    yield tablet.wait_for("comment")
    tablet.tap("send")
    yield "comment, nothing written"
    page.fill("#comment", "Ghế chờ còn thiếu.")
    tablet.tap("send")
    tablet.wait_for("thanks")
    yield "thanks for the comment"
    tablet.tap("done")
    tablet.wait_for("attract")
    tablet.tap("slip")
    yield tablet.wait_for("slip")
    page.fill("#slip", "7K3Q-9M2X-4TX")
    yield "slip, mistyped"
    page.fill("#slip", "0000-0000-000")
    yield tablet.wait_for("slip-refused")
    # Mistyped here, or on the newest slip: the code can be typed again at once.
    tablet.tap("again")
    tablet.wait_for("slip")
    tablet.tap("back")
    tablet.wait_for("attract")
    call = {"call": {"stage": "result", "field": "land"}}
    page.route("**/kiosk/call", lambda route: route.fulfill(json=call), times=1)
    page.clock.run_for(3500)
    page.locator(".screen-attract > .lead").wait_for()
    page.clock.run_for(400)
    yield "called"
    tablet.tap("other")
    page.locator(".screen-attract > .lead").wait_for(state="detached")
    tablet.wait_for("attract")
    yield from walk_without_network(tablet)
    yield from walk_without_enrolment(tablet)


def walk_without_network(tablet: Tablet) -> Iterator[str]:
    page = tablet.page
    tablet.begin()
    page.context.set_offline(True)
    tablet.answer_until("sending")
    tablet.button("leave").wait_for()
    yield "sending, no network"
    tablet.tap("leave")
    tablet.wait_for("attract")
    yield "attract, no network"
    page.context.set_offline(False)
    expect(page.locator(".state")).to_have_text("")
    page.route("**/kiosk/responses", refuse)
    tablet.begin()
    tablet.answer_until("refused")
    yield "refused"
    tablet.tap("leave")
    tablet.wait_for("attract")


def refuse(route: Route) -> None:
    (entry,) = route.request.post_data_json
    route.fulfill(json={"results": [{"key": entry["key"], "result": "rejected", "code": "x"}]})


def walk_without_enrolment(tablet: Tablet) -> Iterator[str]:
    page = tablet.page
    page.context.clear_cookies()
    page.clock.fast_forward(61_000)
    tablet.wait_for("unknown")
    yield "unknown"
    for state in ("unknown, wrong code", "enrolment, wrong code"):
        page.fill("#code", "7K3Q-9M2X-4TB")
        page.click("button[value=enrol]")
        page.locator("#code-error:not(:empty)").wait_for()
        yield state
        page.goto(tablet.url)
    yield "enrolment"


STATES = 25
# Where somebody chooses larger text.
FIRST = {"attract", "called", "attract, no network"}
# Where somebody may go away for good.
LAST = {"thanks", "thanks for the comment", "sending, no network", "refused", "slip-refused"}


def sideways(page: Page) -> int:
    return int(page.evaluate("() => document.documentElement.scrollWidth - innerWidth"))


# The other three pairs are in the soak, where every state is walked in every language.
@pytest.mark.parametrize(
    ("language", "orientation"),
    [
        ("vi", "landscape"),
        pytest.param("en", "portrait", marks=pytest.mark.soak),
        pytest.param("vi", "portrait", marks=pytest.mark.soak),
        pytest.param("en", "landscape", marks=pytest.mark.soak),
    ],
)
def test_every_state_is_accessible_and_has_large_targets(
    chromium: Chromium,
    live_server: LiveServer,
    database: Database,
    keyring: Keyring,
    orientation: str,
    language: str,
) -> None:
    database.write(
        lambda session: installation.change(
            session, hotline="0262 3 000 000", petition_address="UBND xã Ea Drăng, Đắk Lắk"
        )
    )
    found: dict[str, list[str]] = {}
    with screen_of(chromium, live_server, database, keyring, **SIZES[orientation]) as tablet:
        if language != "vi":
            tablet.tap(language)
            expect(tablet.page.locator("html")).to_have_attribute("lang", language)
            tablet.wait_for("attract")
        states = 0
        for state in walk(tablet):
            states += 1
            problems = axe_problems(tablet.page) + faint_parts(tablet.page)
            problems += tablet.page.evaluate(TOO_SMALL, [TARGET_PX, GAP_PX])
            if sideways(tablet.page) > 0:
                problems.append("scrolls sideways")
            if state in LAST and not tablet.page.locator(".petition").is_visible():
                problems.append("does not say where to turn")
            problems += broken_words(tablet.page)
            if scrolls(tablet.page):
                problems.append("does not fit the screen")
            if orientation == "landscape" and state in FIRST:
                tablet.page.evaluate(LARGE, True)
                if scrolls(tablet.page) or smallest_mm(tablet.page) < CAPITAL_MM:
                    problems.append("does not fit the screen in larger text")
                tablet.page.evaluate(LARGE, False)
            if problems:
                found[state] = problems
    assert found == {}
    assert states == STATES


def test_the_checks_see_a_bad_screen(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> None:
    with screen_of(chromium, live_server, database, keyring) as tablet:
        tablet.page.evaluate(
            """() => {
              const bad = ["button", "textarea", "button", "button"].map((n) => document.createElement(n));
              bad.slice(2).forEach((button) => button.append("x"));
              const sheet = new CSSStyleSheet();
              sheet.replaceSync("button { width: 9px; height: 9px; padding: 0; font-size: 6px }");
              document.adoptedStyleSheets = [sheet];
              document.querySelector("main").replaceChildren(...bad);
              document.documentElement.removeAttribute("lang");
              document.title = "";
            }"""
        )
        problems = " ".join(axe_problems(tablet.page))
        for rule in ("button-name", "label", "html-has-lang", "document-title", "target-size", "heading"):
            assert rule in problems, rule
        assert tablet.page.evaluate(TOO_SMALL, [TARGET_PX, GAP_PX])
        tablet.page.evaluate(
            """() => {
              const buttons = [1, 2].map(() => document.createElement("button"));
              const sheet = new CSSStyleSheet();
              sheet.replaceSync("button { width: 150px; height: 150px; margin: 0 }");
              document.adoptedStyleSheets = [sheet];
              document.querySelector("main").replaceChildren(document.createElement("div"));
              document.querySelector("main div").append(...buttons);
            }"""
        )
        assert any("near" in problem for problem in tablet.page.evaluate(TOO_SMALL, [TARGET_PX, GAP_PX]))


@pytest.mark.parametrize(
    ("width", "height", "root_px"),
    [
        pytest.param(1280, 800, 32, id="landscape at 200 %"),
        pytest.param(320, 640, 16, id="320 px"),
        pytest.param(1024, 768, 16, id="an old tablet"),
    ],
)
def test_larger_text_and_smaller_screens_only_scroll_down(
    chromium: Chromium,
    live_server: LiveServer,
    database: Database,
    keyring: Keyring,
    width: int,
    height: int,
    root_px: int,
) -> None:
    found: dict[str, object] = {}
    with screen_of(
        chromium, live_server, database, keyring, width=width, height=height, root_px=root_px
    ) as tablet:
        for state in walk(tablet):
            cut = tablet.page.evaluate(
                """() => [...document.querySelectorAll("main *, dialog *")]
                  .filter((e) => e instanceof HTMLElement && !e.matches(".unseen, input"))
                  .filter((e) => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1)
                  .map((e) => e.className || e.tagName)"""
            )
            if sideways(tablet.page) > 0 or cut:
                found[state] = [sideways(tablet.page), cut]
    assert found == {}


@pytest.mark.soak
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_larger_text_is_large_in_every_state(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring, orientation: str
) -> None:
    """EN 301 549, 5.1.4; only who puts the tablet up sees the states around the enrolment."""
    found: dict[str, object] = {}
    measured = 0
    with screen_of(chromium, live_server, database, keyring, **SIZES[orientation]) as tablet:
        for state in walk(tablet):
            if state.startswith(("unknown", "enrolment")):
                continue
            tablet.page.evaluate(LARGE, True)
            measured += 1
            least, cut = smallest_mm(tablet.page), tablet.page.evaluate(CUT)
            if least < CAPITAL_MM or cut or sideways(tablet.page) > 0:
                found[state] = [least, cut, sideways(tablet.page)]
            tablet.page.evaluate(LARGE, False)
    assert found == {}
    assert measured == STATES - 4


def test_forced_colours_keep_every_button_visible(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> None:
    with screen_of(chromium, live_server, database, keyring, forced_colors="active") as tablet:
        for state in walk(tablet):
            assert axe_problems(tablet.page) == [], state
            edges = tablet.page.evaluate(
                """() => [...document.querySelectorAll("button")].filter((e) => e.checkVisibility())
                  .map((e) => getComputedStyle(e)).map((s) => [s.borderTopStyle, s.borderTopWidth])"""
            )
            assert all(style == "solid" and width != "0px" for style, width in edges), state


def test_a_keyboard_is_enough(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> None:
    """Tab and Enter alone; the heading has the focus on each screen, and the focus is seen on each button."""
    with screen_of(chromium, live_server, database, keyring) as tablet:
        page = tablet.page
        for value, leads_to in (("start", "stage"), ("result", "field"), ("skip", "item")):
            _go_to(page, value)
            page.keyboard.press("Enter")
            tablet.wait_for(leads_to)
        while tablet.screen != "thanks":
            before = tablet.heading
            _go_to(page, "5" if tablet.screen == "item" else "yes")
            page.keyboard.press("Space")
            tablet.next_question(before)
        _go_to(page, "done")
        page.keyboard.press("Enter")
        tablet.wait_for("attract")


def _go_to(page: Page, value: str) -> None:
    assert page.evaluate("() => document.activeElement.id") == "heading"
    for _ in range(15):
        page.keyboard.press("Tab")
        outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        if page.evaluate("() => document.activeElement.value") == value:
            return
    raise AssertionError(f"no way to {value} by the Tab key")


def test_a_screen_reader_is_told_where_it_is(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> None:
    with screen_of(chromium, live_server, database, keyring) as tablet:
        page = tablet.page
        tablet.begin()
        expect(page.locator("#live")).to_have_text("Câu 1 trên 5")
        expect(page.locator("#live")).to_have_attribute("aria-live", "polite")
        expect(page).to_have_title(f"{tablet.heading} – Khảo sát hài lòng SIPAS")
        options = page.get_by_role("group").get_by_role("button")
        names = [options.nth(index).evaluate("e => e.textContent.trim()") for index in range(options.count())]
        assert names == [
            "Rất không hài lòng",
            "Không hài lòng",
            "Bình thường",
            "Hài lòng",
            "Rất hài lòng",
            "Quay lại",
            "Tôi không biết hoặc không áp dụng với tôi",
        ]


SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
CUT = """() => [...document.querySelectorAll("main *, dialog *")]
  .filter((e) => e instanceof HTMLElement && !e.matches(".unseen, input, video"))
  .filter((e) => e.clientWidth > 0 && (e.scrollWidth > e.clientWidth + 1
    || (getComputedStyle(e).overflow !== "visible" && e.scrollHeight > e.clientHeight + 1)))
  .map((e) => e.className || e.tagName)"""


def test_text_spacing_cuts_nothing(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> None:
    """WCAG 1.4.12, at 1280 × 800 and in large text."""
    found: dict[str, object] = {}
    with screen_of(chromium, live_server, database, keyring) as tablet:
        page = tablet.page
        page.evaluate(SPACED)
        for mode in ("usual", "large"):
            if mode == "large":
                tablet.tap("large")
                tablet.wait_for("attract")
            found[f"{mode}, attract"] = [*page.evaluate(CUT), *([1] if sideways(page) > 0 else [])]
            tablet.begin()
            found[f"{mode}, item"] = [*page.evaluate(CUT), *([1] if sideways(page) > 0 else [])]
            tablet.answer_all()
            found[f"{mode}, thanks"] = [*page.evaluate(CUT), *([1] if sideways(page) > 0 else [])]
            tablet.tap("done")
            tablet.wait_for("attract")
    assert {state: cut for state, cut in found.items() if cut} == {}


def test_the_dialog_is_no_trap(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> None:
    """The Tab key goes round inside it, Enter takes either way, and what was there has the focus again."""
    with screen_of(chromium, live_server, database, keyring) as tablet:
        page = tablet.page
        tablet.begin()
        tablet.button("4").focus()
        page.clock.fast_forward(51_000)
        page.get_by_role("alertdialog").wait_for()
        page.clock.run_for(500)
        seen = []
        for _ in range(4):
            seen.append(page.evaluate("() => document.activeElement.value ?? document.activeElement.tagName"))
            page.keyboard.press("Tab")
        assert {"more", "restart"} <= set(seen)
        assert not {"4", "back"} & set(seen), "what lies under the dialog is out of reach"
        page.locator("button[value=more]").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("alertdialog")).to_have_count(0)
        assert page.evaluate("() => document.activeElement.value") == "4"


def test_the_steps_of_the_volume_are_heard(run: Run) -> None:
    """EN 301 549, 8.2.1.1 and 8.2.1.2: a range of 18 dB, and a step 12 dB over the lowest."""
    steps = run('const {VOLUMES} = await load("comfort"); return VOLUMES;')
    over_lowest = [20 * math.log10(step / steps[0]) for step in steps]
    assert over_lowest == sorted(over_lowest)
    assert over_lowest[-1] >= 18
    assert 12 <= over_lowest[1] < 18
    assert steps[-1] == 1

"""Every state of the tablet, found by tapping what a screen offers and by what may happen to it.

A state is named after what is on the screen: the screen, the dimension that is asked, what was chosen before,
an error, a dialog. From each the walk tries every kind of button, and the events below: nobody is there, the
network goes, the server refuses, somebody types. It begins anew for each step, as nobody can go back in time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Page, Route
from playwright.sync_api import TimeoutError as NotInTime
from tablet import Tablet

STATE = """() => {
  const screen = document.querySelector("[data-screen]");
  if (!screen) return document.querySelector("#code-error") ? "enrolment, wrong code" : "enrolment";
  const find = (selector) => screen.querySelector(selector);
  const said = (selector) => [...screen.querySelectorAll(selector)].some((one) => one.textContent.trim());
  const name = screen.dataset.screen;
  return [
    name === "attract" && find("button[value=other]") ? "called" : name,
    name === "item" ? find("[data-item]").dataset.item[0] : "",
    name === "thanks" && !find("button[value=comment]") ? "for the comment" : "",
    name === "sending" && find("button") ? "nobody has to wait" : "",
    find(".chosen-before") ? "chosen before" : "",
    said("[role=alert]") ? "error" : "",
    said(".state") ? "something about the line" : "",
    screen.classList.contains("asleep") ? "asleep" : "",
    document.querySelector("dialog[open]") ? "warning" : "",
  ].filter(Boolean).join(", ");
}"""
# One button of each kind: whoever taps the second tile goes where the first one leads.
OFFERED = """() => {
  const open = document.querySelector("dialog[open]") ?? document.querySelector("[data-screen]");
  if (!open) return [];
  const alike = (one) => one.matches(".tile, .pad-key, .key-language, .key-sound");
  const shown = [...open.querySelectorAll("button")].filter((one) => one.checkVisibility({visibilityProperty: true}));
  const tile = open.dataset?.screen === "field" || open.dataset?.screen === "reason" ? shown.filter((one) => one.matches(".tile")).slice(0, 1) : shown.filter((one) => one.matches(".tile"));
  const others = shown.filter((one) => !alike(one) && !["1", "3", "5", "large", "volume", "camera", "enrol"].includes(one.value));
  return [...tile, ...others].map((one) => one.value);
}"""


@dataclass(frozen=True)
class Happening:
    """What may happen on some screens besides a tap."""

    on: tuple[str, ...]
    do: Callable[[Tablet], None]


def _idle(tablet: Tablet) -> None:
    tablet.page.clock.fast_forward(51_000)


def _no_reason(tablet: Tablet) -> None:
    tablet.page.clock.run_for(31_000)
    tablet.page.locator("[data-screen=thanks]").wait_for()


def _nobody(tablet: Tablet) -> None:
    tablet.page.clock.run_for(31_000)


def _a_minute(tablet: Tablet) -> None:
    """Until the tablet asks the server again; somebody is there, or the chosen language would be forgotten."""
    tablet.page.clock.run_for(30_000)
    if tablet.language != "vi":
        tablet.tap(tablet.language)
    tablet.page.clock.run_for(31_000)


def _network_goes(tablet: Tablet) -> None:
    tablet.page.context.set_offline(True)
    _a_minute(tablet)
    tablet.page.locator(".state:not(:empty)").wait_for()


def _network_goes_at_night(tablet: Tablet) -> None:
    tablet.page.context.set_offline(True)
    tablet.page.clock.run_for(61_000)
    tablet.page.locator(".state:not(:empty)").wait_for()


def _finish_offline(tablet: Tablet) -> None:
    tablet.page.context.set_offline(True)
    tablet.tap("4")
    tablet.page.clock.run_for(5_000)
    tablet.page.locator("[data-screen=sending] button[value=leave]").wait_for()


def _take_back_the_last(tablet: Tablet) -> None:
    """The one way back to the last question: from the question why, asked after a low level."""
    before = tablet.heading
    tablet.tap("2")
    tablet.next_question(before)
    tablet.tap("back")


def _finish_slowly(tablet: Tablet) -> None:
    """The server takes its time: the screen between the last answer and thanks."""
    tablet.page.route("**/kiosk/responses", _hold)
    tablet.tap("4")
    # The tap is taken in a moment of its own, and only then does the tablet begin to lose its patience.
    for _ in range(20):
        tablet.page.clock.run_for(500)
        with suppress(NotInTime):
            tablet.page.locator("[data-screen=sending]").wait_for(timeout=500)
            break


# Deliveries that a server takes long over.
HELD: list[Route] = []


def _hold(route: Route) -> None:
    HELD.append(route)


def _let_go() -> None:
    while HELD:
        HELD.pop().abort()


def _finish_refused(tablet: Tablet) -> None:
    def refuse(route: Route) -> None:
        (entry,) = route.request.post_data_json
        route.fulfill(json={"results": [{"key": entry["key"], "result": "rejected", "code": "x"}]})

    tablet.page.route("**/kiosk/responses", refuse)
    tablet.tap("4")
    tablet.page.clock.run_for(1_000)
    tablet.page.locator("[data-screen=refused]").wait_for()


def _revoked(tablet: Tablet) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=401, json={})

    tablet.page.route("**/kiosk/config.json", refuse)
    _a_minute(tablet)
    tablet.page.locator("[data-screen=unknown]").wait_for()


def _closing_time(tablet: Tablet) -> None:
    def closed(route: Route) -> None:
        told = tablet.page.evaluate("() => JSON.parse(document.querySelector('#kiosk-config').textContent)")
        route.fulfill(json={**told, "hours": {**told["hours"], "week": [[]] * 7, "days": {}}})

    tablet.page.route("**/kiosk/config.json", closed)
    tablet.page.clock.run_for(61_000)
    tablet.page.locator(".asleep").wait_for()


def _called(tablet: Tablet) -> None:
    tablet.page.route(
        "**/kiosk/call", lambda route: route.fulfill(json={"call": {"stage": "result", "field": "land"}})
    )
    for _ in range(60):
        tablet.page.clock.run_for(1_000)
        tablet.page.wait_for_timeout(50)
        if tablet.page.locator("button[value=other]").count():
            break
    tablet.page.unroute("**/kiosk/call")
    # A call is for the next person, so it begins in Vietnamese.
    _choose_language(tablet)


def _type(selector: str, text: str) -> Callable[[Tablet], None]:
    def write(tablet: Tablet) -> None:
        tablet.page.fill(selector, text)
        tablet.page.clock.run_for(500)

    return write


def _comment(tablet: Tablet) -> None:
    tablet.page.fill("#comment", "Ghế chờ còn thiếu.")
    tablet.tap("send")


def _wrong_code(tablet: Tablet) -> None:
    tablet.page.fill("#code", "7K3Q-9M2X-4TB")
    tablet.page.click("button[value=enrol]")
    tablet.page.locator("#code-error:not(:empty)").wait_for()


HAPPENINGS = {
    "nobody touches it": Happening(("stage", "item A", "comment", "slip"), _idle),
    "nobody says why": Happening(("reason",), _no_reason),
    "nobody comes back": Happening(("item, A, warning",), _nobody),
    "the network goes": Happening(("attract",), _network_goes),
    "the network goes at night": Happening(("attract, asleep",), _network_goes_at_night),
    "the last answer without a network": Happening(("item, E",), _finish_offline),
    "the last answer is taken back": Happening(("item, E",), _take_back_the_last),
    "the last answer takes long": Happening(("item, E",), _finish_slowly),
    "the last answer is refused": Happening(("item, E",), _finish_refused),
    "the tablet is revoked": Happening(("attract",), _revoked),
    "the office closes": Happening(("attract",), _closing_time),
    "the desk calls": Happening(("attract",), _called),
    "a wrong code is typed": Happening(("slip",), _type("#slip", "7K3Q-9M2X-4TX")),
    "a code that is none here is typed": Happening(("slip",), _type("#slip", "0000-0000-000")),
    "a comment is written": Happening(("comment",), _comment),
    "a wrong code to enrol": Happening(("unknown",), _wrong_code),
}

Path = tuple[str, ...]


def state(page: Page) -> str:
    return str(page.evaluate(STATE))


def begin(tablet: Tablet) -> None:
    """Open the tablet as the first person of the day finds it."""
    page = tablet.page
    _let_go()
    page.context.set_offline(False)
    page.unroute_all()
    page.goto(tablet.url)
    tablet.wait_for("attract")
    _choose_language(tablet)


def language(page: Page) -> str:
    return str(page.evaluate("() => document.documentElement.lang"))


def _choose_language(tablet: Tablet) -> None:
    if tablet.language != language(tablet.page):
        tablet.tap(tablet.language)
        tablet.page.wait_for_function(
            "language => document.documentElement.lang === language", arg=tablet.language
        )
        tablet.wait_for("attract")


def step(tablet: Tablet, action: str) -> None:
    """Tap a button or let something happen, and wait until the screen is at rest."""
    before = (state(tablet.page), tablet.page.locator("h1").text_content())
    happening = HAPPENINGS.get(action)
    if happening:
        happening.do(tablet)
    else:
        where = "dialog[open]" if tablet.page.locator("dialog[open]").count() else "main"
        tablet.page.locator(f"{where} button[value='{action}']").first.click(timeout=2_000)
    with suppress(NotInTime):
        for _ in range(4):
            tablet.page.clock.run_for(450)
            tablet.page.wait_for_function(
                """([state, title, given]) => (document.querySelector("h1")?.textContent !== title
                  || document.querySelector("dialog[open], [role=alert]:not(:empty), .asleep")) ?? false""",
                arg=[*before, action],
                timeout=150,
            )
            break
    tablet.page.clock.run_for(450)
    if not happening:
        _wait_until_sent(tablet)


def _wait_until_sent(tablet: Tablet) -> None:
    """Under load an answer is on its way for a while: where it leads to is looked at, not the way."""
    for _ in range(100):
        if state(tablet.page) != "sending":
            return
        tablet.page.wait_for_timeout(100)
        tablet.page.clock.run_for(100)


def offered(tablet: Tablet, name: str) -> list[str]:
    found = list(dict.fromkeys(tablet.page.evaluate(OFFERED)))
    first = name.replace(",", "")
    return found + [what for what, one in HAPPENINGS.items() if name in one.on or first in one.on]


def go(tablet: Tablet, path: Path) -> None:
    begin(tablet)
    for action in path:
        step(tablet, action)


def walk(tablet: Tablet) -> dict[str, Path]:
    """Give every state with a shortest way to it."""
    begin(tablet)
    found: dict[str, Path] = {state(tablet.page): ()}
    waiting: deque[Path] = deque([()])
    while waiting:
        path = waiting.popleft()
        go(tablet, path)
        here = state(tablet.page)
        actions = offered(tablet, here)
        for number, action in enumerate(actions):
            if number:
                go(tablet, path)
            try:
                step(tablet, action)
            except NotInTime as error:
                raise AssertionError(f"{action} is not there after {path}: {state(tablet.page)}") from error
            name = state(tablet.page)
            if name not in found:
                found[name] = (*path, action)
                waiting.append((*path, action))
    return found

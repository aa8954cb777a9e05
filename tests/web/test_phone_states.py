"""Every state of the citizen's pages: none that nobody listed, each sound for everyone, in three languages."""

from __future__ import annotations

import os
from pathlib import Path

import made_up
import pytest
from access_table import routes_of
from browser import AXE_TAGS, Chromium, axe_problems, faint_parts, foreign_fonts, guarded_page
from playwright.sync_api import Page, Route
from server import LiveServer
from walk_phone import State, World

from survey.context import PUBLIC
from survey.services.office import installation

LISTED = Path(__file__).resolve().parent.parent / "states" / "phone.txt"
PHONES = [{"width": 360, "height": 740}, {"width": 320, "height": 640}]
TABLETS = [{"width": 1280, "height": 800}, {"width": 800, "height": 1280}]
LOCALES = ("vi", "en", made_up.CODE)

HEAD = ("# Every state of the citizen's pages outside the tablet, as tests/walk_phone.py names them.",)
# Public addresses that are no page of a citizen.
NO_PAGE = {
    "health.healthz": "for whoever watches the server",
    "sounds.play": "a recording",
    "kiosk.start": "the tablet, walked by its own test",
    "kiosk.shell": "the tablet without a network",
    "kiosk.state": "the technician's page of the tablet",
    "kiosk.worker": "a script",
    "kiosk.manifest": "a file",
    "auth.sign_in": "officers",
    "auth.set_up": "the first administrator",
    "kiosk.trust": "the technician's page of certificates",
    "kiosk.authority": "a file",
    "kiosk.https_probe": "an answer for a script",
    "phone.by_poster": "the first screen, as by_token shows it",
    "api.openapi": "a description for programs",
    "api.nothing": "an answer for programs",
    "health.readyz": "for whoever watches the server",
}

# A button and the label of a choice take a finger of 48 px; a link beside text nothing under 44.
SMALL = """() => [...document.querySelectorAll("main button, main textarea, label.option, main input:not([type=radio])")]
  .filter((e) => e.checkVisibility())
  .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect(), 48])
  .concat([...document.querySelectorAll("a[href]:not(.skip)")]
    .filter((e) => e.checkVisibility() && getComputedStyle(e).display !== "inline")
    .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect(), 44]))
  .filter(([, box, least]) => box.width < least - 0.1 || box.height < least - 0.1)
  .map(([html, box]) => `too small: ${html} ${box.width}×${box.height}`)"""


@pytest.fixture
def world(app, database, keyring, today, monkeypatch, settings) -> World:
    database.write(
        lambda session: installation.change(
            session, hotline="0262 3000 000", petition_address="UBND xã Ea Drăng, phòng tiếp công dân"
        )
    )
    made_up.lay(settings.data, made_up.po(database))
    app.extensions["sipas"].languages.look_again()
    return World(app, database, keyring, today, monkeypatch)


def listed() -> list[str]:
    lines = LISTED.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_no_state_can_be_reached_that_is_not_listed(world: World, capsys) -> None:
    """And every public address is walked, or named as no page of a citizen."""
    found = world.walk()
    with capsys.disabled():
        print(f"\ncitizen's pages: {len(found)} states by {len(world.ways_in())} ways in")  # noqa: T201 - the figure
    if "RENEW" in os.environ:
        LISTED.write_text("\n".join([*HEAD, *sorted(found)]) + "\n", encoding="utf-8")
    assert sorted(found) == sorted(listed()), (
        "look at each new state, then: RENEW=1 pytest tests/web/test_phone_states.py -k not_listed"
    )
    public = {
        route.endpoint for route in routes_of(world.app) if route.access == PUBLIC and route.method == "GET"
    }
    unwalked = {one for one in public if not one.endswith("static")} - world.endpoints - set(NO_PAGE)
    assert sorted(unwalked) == [], "walk it, or name it in NO_PAGE"


def test_an_unlisted_state_would_be_found(world: World) -> None:
    """A page with a link that nobody knew of leads the walk to a state that is in no list."""
    from flask import render_template

    def surprise() -> str:
        return render_template("errors/error.html", status=418, code="surprise", reference=None)

    surprise.access_rule = PUBLIC  # type: ignore[attr-defined]
    world.app._got_first_request = False
    world.app.add_url_rule("/bat-ngo", "surprise", surprise)
    ways = world.ways_in()
    world.ways_in = lambda: {**ways, "surprise": lambda c: c.get("/bat-ngo")}  # type: ignore[method-assign]
    assert "errors/error surprise 418" in set(world.walk("surprise")) - set(listed())


def problems_of(page: Page, *, ours_alone: bool) -> list[str]:
    found = axe_problems(page) + faint_parts(page) + list(page.evaluate(SMALL))
    if page.evaluate("() => document.documentElement.scrollWidth - innerWidth") > 0:
        found.append("scrolls sideways")
    if ours_alone:
        found += [f"another font: {name}" for name in foreign_fonts(page)]
        found += [f"not translated: {text}" for text in page.locator(".untranslated").all_text_contents()]
    return found


def looked_at(
    chromium: Chromium,
    server: LiveServer,
    states: dict[str, State],
    sizes: list[dict[str, int]],
    *,
    ours_alone: bool,
) -> dict[str, list[str]]:
    """Show each page as it was answered, with its own headers' rules, and give what is wrong with it."""
    found: dict[str, list[str]] = {}
    with guarded_page(chromium, viewport=sizes[0]) as page:
        shown: dict[str, str] = {}

        def serve(route: Route) -> None:
            route.fulfill(body=shown["html"], content_type="text/html; charset=utf-8")

        page.route(f"{server.url}/walk/*", serve)
        for number, (name, state) in enumerate(states.items()):
            shown["html"] = state.html
            page.goto(f"{server.url}/walk/{number}")
            for size in sizes:
                page.set_viewport_size(size)
                problems = problems_of(page, ours_alone=ours_alone and size is sizes[0])
                if problems:
                    found[f"{name} at {size['width']}"] = problems
    return found


@pytest.mark.browser
def test_every_state_is_sound_in_the_letters_of_all_four_languages(
    world: World, chromium: Chromium, live_server: LiveServer
) -> None:
    """The narrowest phone and the hardest letters; the other languages and screens are in the soak."""
    world.locale = made_up.CODE
    states = {name: one for name, one in world.walk().items() if "large" not in name.split()}
    assert looked_at(chromium, live_server, states, PHONES[1:], ours_alone=True) == {}


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_is_sound_on_every_screen(
    world: World, chromium: Chromium, live_server: LiveServer, locale: str, capsys
) -> None:
    world.locale = locale
    states = world.walk()
    assert sorted(states) == sorted(listed())
    sizes = PHONES + TABLETS
    with capsys.disabled():
        print(f"\n{len(states)} states × {locale} × {len(sizes)} screens, axe {', '.join(AXE_TAGS)}")  # noqa: T201
    assert looked_at(chromium, live_server, states, sizes, ours_alone=locale == made_up.CODE) == {}


@pytest.mark.browser
def test_the_checks_see_a_bad_page(world: World, chromium: Chromium, live_server: LiveServer) -> None:
    state = world.walk("no such page")["errors/error http-404 404"]
    bad = (
        state.html.replace(' lang="vi"', "", 1)
        .replace("<title>", "<title><!--", 1)
        .replace("</title>", "--></title>", 1)
    )
    bad = bad.replace(
        "</main>",
        '<img src="/static/img/favicon.svg"><input><button class="wide"></button>漢'
        '<button style="border: 0; background: #eee">Gửi</button></main>',
    )
    (problems,) = looked_at(
        chromium, live_server, {"bad": State("bad", bad, 200, ("", ()))}, PHONES[1:], ours_alone=True
    ).values()
    said = " ".join(problems)
    for rule in (
        "html-has-lang",
        "image-alt",
        "label",
        "button-name",
        "too small",
        "another font",
        "faint edge",
    ):
        assert rule in said, rule

"""Every state of the tablet: none that nobody listed, each sound for everyone, in three languages on four screens."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import made_up
import pytest
from browser import Chromium, axe_problems, faint_parts, foreign_fonts, guarded_page
from flask import Flask
from server import LiveServer
from tablet import LARGE, SECOND_ITEMS, Tablet, broken_words, new_code
from walk_tablet import go, language, state, walk

from kiosk.configuration import STATIC_DIR
from survey.db import Database
from survey.seal import Keyring
from survey.services.office import installation, office_hours
from survey.settings import Settings

HEAD = ("# Every state of the tablet as tests/walk_tablet.py names it, and a way to it.",)
LISTED = Path(__file__).resolve().parent.parent / "states" / "tablet.txt"
SIZES = [(1280, 800), (800, 1280), (360, 740), (320, 640)]
EXPECTED = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED", "401 (", "422 (", "Failed to fetch")
# Nobody is there who has chosen a language.
IN_VIETNAMESE = ("attract, asleep", "attract, something about the line, asleep")
TARGET_PX = 118  # 20 mm on 10.1 inches at 1280 × 800
# Keys of the keyboard on the screen: 15 mm with 2 mm between them, as many must fit.
PAD_PX = 88
GAP_PX = 29
FINGER_PX = 44

TARGETS = """([side, pad, gap]) => {
  const shown = [...document.querySelectorAll("button, a[href]:not(.skip), input, textarea")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}));
  const boxes = shown.map((one) => [one.value || one.textContent, one.getBoundingClientRect(), one.matches(".pad-key")]);
  const small = boxes.filter(([, box, key]) => Math.min(box.width, box.height) < (key ? Math.min(pad, side) : side) - 0.5);
  const near = [];
  if (gap) boxes.forEach(([name, a, key], i) => boxes.slice(i + 1).forEach(([other, b, alsoKey]) => {
    const dx = Math.max(a.left - b.right, b.left - a.right);
    const dy = Math.max(a.top - b.bottom, b.top - a.bottom);
    if (Math.max(dx, dy) < (key || alsoKey ? 12 : gap) - 0.5) near.push(`${name} is near ${other}`);
  }));
  return [...small.map(([name, box]) => `${name} is ${box.width} × ${box.height}`), ...near];
}"""


def listed() -> dict[str, tuple[str, ...]]:
    """Give every state and a way to it."""
    lines = LISTED.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" ← ") for line in lines if not line.startswith("#")]
    return {name: tuple(filter(None, way.split(" · "))) for name, way in pairs}


def screens_of_the_scripts() -> set[str]:
    """Give the name of every screen that the scripts can draw."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (STATIC_DIR / "js").rglob("*.mjs"))
    return set(re.findall(r'\bscreen\(\s*"([\w-]+)"', source)) | {
        "stage",
        "field",
        "item",
        "feedback",
        "reason",
    }


def test_every_screen_that_the_scripts_draw_is_listed() -> None:
    """Without a browser: a new screen is reported at once, its states by the walk of the soak."""
    known = {line.partition(",")[0] for line in listed()}
    assert screens_of_the_scripts() - known == set()


@contextmanager
def opened(
    chromium: Chromium, server: LiveServer, database: Database, keyring: Keyring, size: tuple[int, int]
) -> Iterator[Tablet]:
    viewport = {"width": size[0], "height": size[1]}
    with guarded_page(chromium, viewport=viewport, has_touch=True, allowed_errors=EXPECTED) as page:
        page.clock.install()
        page.add_init_script(SECOND_ITEMS)
        yield Tablet(page, server.insecure_url, hurry=True).open(new_code(database, keyring))


def problems_of(tablet: Tablet, size: tuple[int, int], *, ours_alone: bool) -> list[str]:
    page = tablet.page
    is_tablet = min(size) >= 800
    found = axe_problems(page) + faint_parts(page)
    found += page.evaluate(TARGETS, [TARGET_PX, PAD_PX, GAP_PX] if is_tablet else [FINGER_PX, FINGER_PX, 0])
    if page.evaluate("() => document.documentElement.scrollWidth - innerWidth") > 0:
        found.append("scrolls sideways")
    found += broken_words(page)
    page.evaluate(LARGE, True)
    found += [f"larger text {problem}" for problem in broken_words(page)]
    page.evaluate(LARGE, False)
    if ours_alone:
        found += [f"another font: {name}" for name in foreign_fonts(page)]
        found += [f"not translated: {text}" for text in page.locator(".untranslated").all_text_contents()]
    return found


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.parametrize("locale", ["vi", "en", made_up.CODE])
def test_every_state_is_listed_and_sound_on_every_screen(
    chromium: Chromium,
    live_server: LiveServer,
    database: Database,
    keyring: Keyring,
    settings: Settings,
    app: Flask,
    locale: str,
    capsys,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Open at whatever hour this runs: the walk closes the office itself.
    told = office_hours.for_tablet
    always = {"week": [[[0, 24 * 60]]] * 7, "days": {}}
    monkeypatch.setattr(office_hours, "for_tablet", lambda hours, now: {**told(hours, now), **always})
    database.write(
        lambda session: installation.change(
            session, hotline="0262 3 000 000", petition_address="UBND xã Ea Drăng, Đắk Lắk"
        )
    )
    made_up.lay(settings.data, made_up.po(database))
    app.extensions["sipas"].languages.look_again()
    problems: dict[str, list[str]] = {}
    with opened(chromium, live_server, database, keyring, SIZES[0]) as tablet:
        page = tablet.page
        tablet.language = locale
        # The walk goes on from a state once; what only another way to it leads to is listed by hand, and gone.
        ways = {**listed(), **(walk(tablet) if locale == "vi" else {})}
        if locale == "vi" and "RENEW" in os.environ:
            lines = [f"{name} ← {' · '.join(path)}" for name, path in sorted(ways.items())]
            LISTED.write_text("\n".join([*HEAD, *lines]) + "\n", encoding="utf-8")
        with capsys.disabled():
            print(f"\ntablet: {len(ways)} states × {locale} × {len(SIZES)} screens")  # noqa: T201 - the figure
        assert sorted(ways) == sorted(listed())
        for name, path in ways.items():
            go(tablet, path)
            assert state(page) == name
            if language(page) != locale and name not in IN_VIETNAMESE:
                problems[f"{name} in {locale}"] = [f"speaks {language(page)}"]
            for size in SIZES:
                page.set_viewport_size({"width": size[0], "height": size[1]})
                found = problems_of(tablet, size, ours_alone=locale == made_up.CODE and size == SIZES[0])
                if found:
                    problems[f"{name} at {size[0]}"] = found
            page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    assert problems == {}

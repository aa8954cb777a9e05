"""Every browser of the tests is watched: what its console says, and every violation of the content policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import Chromium, guarded_page
from flask import Flask
from server import LiveServer

OPENED = re.compile(r"\.(?:new_page|new_context|launch|launch_persistent_context)\(")
WATCHED = {"tests/browser.py", "tests/browser_profile.py"}


def unwatched(files: dict[str, str]) -> list[str]:
    return [name for name, text in files.items() if name not in WATCHED and OPENED.search(text)]


def test_every_browser_is_opened_where_it_is_watched():
    files = {str(path): path.read_text(encoding="utf-8") for path in Path("tests").rglob("*.py")}
    assert unwatched(files) == []
    assert set(files) >= WATCHED


def test_another_browser_would_be_found():
    assert unwatched({"tests/x.py": "page = browser.new_" + "page()"}) == ["tests/x.py"]


@pytest.fixture
def violating(app: Flask) -> Flask:
    """The application with a page that breaks its own policy in silence, and a quiet one after it."""
    html = (
        "<!doctype html><title>x</title><script src='/quiet'></script><img src='https://elsewhere.example/'>"
    )
    app.add_url_rule("/loud", "loud", lambda: html)
    app.add_url_rule("/quiet", "quiet", lambda: "<!doctype html><title>x</title>")
    for name in ("loud", "quiet"):
        app.view_functions[name].access_rule = "public"
    return app


def look_at(server: LiveServer, chromium: Chromium) -> None:
    # Even where a test expects words of the console: the policy is watched apart from it.
    with guarded_page(chromium, allowed_errors=("",)) as page:
        page.goto(f"{server.url}/loud")
        page.goto(f"{server.url}/quiet")


@pytest.mark.browser
def test_a_violation_is_seen_after_the_page_was_left(violating: Flask, chromium: Chromium) -> None:
    with (
        LiveServer(violating) as server,
        pytest.raises(AssertionError, match="content security policy violated"),
    ):
        look_at(server, chromium)

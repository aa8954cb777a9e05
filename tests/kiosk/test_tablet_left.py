"""Somebody walks away: what is forgotten, what is counted, how much time is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from opened_tablet import counts_of
from playwright.sync_api import expect
from tablet import Tablet

from survey.db import Database
from survey.seal import Keyring
from survey.services.answers.responses import Waiting, WaitingComment

pytestmark = pytest.mark.browser


def test_who_walks_away_leaves_nothing_but_a_count(
    tablet: Tablet,
    database: Database,
    keyring: Keyring,
    waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]],
) -> None:
    page = tablet.page
    length = page.evaluate("history.length")
    tablet.tap("en")
    tablet.wait_for("attract")
    tablet.begin(field="land")
    first = tablet.heading
    tablet.tap("3")
    tablet.next_question(first)
    left_at = tablet.heading
    page.clock.fast_forward(51_000)
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".seconds")).to_contain_text("seconds left")
    # The question is out of sight while nobody is there.
    expect(page.locator("h1")).to_be_hidden()
    page.clock.run_for(31_000)
    tablet.wait_for("attract")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert left_at not in page.content().split("kiosk-config")[0]
    expect(page.locator("dialog, .pressed, .chosen-before")).to_have_count(0)
    assert page.evaluate("history.length") == length
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert waiting() == ([], [])
    # Backwards and forwards again: the first screen, whatever the browser kept.
    page.go_back()
    page.go_forward()
    tablet.wait_for("attract")
    tablet.begin()
    expect(page.locator(".chosen-before")).to_have_count(0)
    counts = counts_of(page, database, keyring, {"procedure": (1, 1)})
    assert counts["procedure"] == (1, 1)
    assert counts["access"] == (1, 0)
    assert "staff" not in counts


def test_a_page_that_the_browser_kept_comes_back_as_the_first_screen(tablet: Tablet) -> None:
    tablet.begin()
    tablet.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert tablet.wait_for("attract") == "attract"
    tablet.begin()
    tablet.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert tablet.wait_for("attract") == "attract"


def test_more_time_is_given_ten_times_and_keeps_what_was_said(tablet: Tablet) -> None:
    page = tablet.page
    tablet.begin()
    before = tablet.heading
    more = page.locator("button[value=more]")
    for turn in range(10):
        page.clock.fast_forward(51_000)
        expect(more).to_be_focused()
        page.clock.run_for(10_000)
        if turn % 2:
            page.keyboard.press("Escape")
        else:
            more.click()
        expect(page.get_by_role("alertdialog")).to_have_count(0)
        assert tablet.heading == before
    tablet.tap("5")
    tablet.next_question(before)
    page.clock.fast_forward(51_000)
    page.locator("button[value=restart]").click()
    tablet.wait_for("attract")

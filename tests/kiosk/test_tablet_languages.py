"""The tablet in a language that an office added: chosen by its name, set in our letters, forgotten after."""

from __future__ import annotations

import made_up
import pytest
from browser import Chromium, foreign_fonts, guarded_page
from playwright.sync_api import Page, expect
from server import LiveServer
from tablet import SECOND_ITEMS, SIZES, Tablet, new_code

from survey.db import Database
from survey.seal import Keyring
from survey.services.answers import responses
from survey.settings import Settings

# Slow for every change: whole visits at the tablet.
pytestmark = [pytest.mark.soak, pytest.mark.browser]

SIGNS = "() => /[\\u2063\\u2064]/.test(document.documentElement.outerHTML.split('kiosk-config')[0] + document.title)"


def opened(page: Page, server: LiveServer, database: Database, keyring: Keyring) -> Tablet:
    page.clock.install()
    page.add_init_script(SECOND_ITEMS)
    return Tablet(page, server.insecure_url, hurry=True).open(new_code(database, keyring))


def stand_ins(page: Page) -> list[str]:
    return page.locator(".untranslated[lang=vi]").all_text_contents()


def test_a_whole_visit_in_the_letters_of_e_de_and_gia_rai(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring, settings: Settings
) -> None:
    made_up.lay(settings.data, made_up.po(database))
    with guarded_page(chromium, viewport=SIZES["landscape"], has_touch=True) as page:
        tablet = opened(page, live_server, database, keyring)
        page.get_by_role("button", name=made_up.NAME).click()
        tablet.wait_for("attract")
        expect(page.locator("html")).to_have_attribute("lang", made_up.CODE)
        seen = []

        def look() -> None:
            seen.append(tablet.screen)
            assert foreign_fonts(page) == set()
            assert stand_ins(page) == []
            assert not page.evaluate(SIGNS)

        look()
        tablet.tap("start")
        tablet.wait_for("stage")
        look()
        tablet.tap("result")
        tablet.wait_for("field")
        look()
        tablet.tap("skip")
        tablet.wait_for("item")
        while tablet.screen != "thanks":
            look()
            before = tablet.heading
            tablet.tap("4" if tablet.screen == "item" else "yes")
            tablet.next_question(before)
        look()
        assert seen == ["attract", "stage", "field", *["item"] * 4, "feedback", "item", "thanks"]
        tablet.tap("done")
        tablet.wait_for("attract")
        expect(page.locator("html")).to_have_attribute("lang", "vi")
    with database.read() as session:
        ((answer,), _) = responses.waiting(session, keyring=keyring)
    assert answer.language == made_up.CODE


def test_what_is_missing_is_vietnamese_with_a_mark(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring, settings: Settings
) -> None:
    made_up.lay(settings.data, made_up.po(database, leave_out="Bắt đầu"))
    with guarded_page(chromium, viewport=SIZES["landscape"], has_touch=True) as page:
        tablet = opened(page, live_server, database, keyring)
        tablet.tap(made_up.CODE)
        expect(page.locator("html")).to_have_attribute("lang", made_up.CODE)
        assert stand_ins(page) == ["Bắt đầu đánh giá"]
        mark = page.locator(".untranslated").evaluate("e => getComputedStyle(e, '::after').content")
        assert "vi" in mark
        assert not page.evaluate(SIGNS)


def test_a_language_without_any_text_marks_each_sentence(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring, settings: Settings
) -> None:
    """Texts that the scripts split or replace later, too."""
    head = b'msgid ""\nmsgstr ""\n"Language: qaa\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    made_up.lay(settings.data, head)
    with guarded_page(chromium, viewport=SIZES["landscape"], has_touch=True) as page:
        tablet = opened(page, live_server, database, keyring)
        tablet.tap(made_up.CODE)
        tablet.wait_for("attract")
        tablet.begin()
        tablet.answer_all()
        assert page.locator("h1 .untranslated").all_text_contents() == [
            "Cảm ơn ông/bà!",
            "Đã ghi nhận câu trả lời.",
        ]
        assert page.locator(".returns .untranslated").count() == 1
        assert page.title().startswith("Cảm ơn ông/bà! Đã ghi nhận")
        assert not page.evaluate(SIGNS)

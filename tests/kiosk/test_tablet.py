"""The kiosk on a real screen: a whole visit, going back, a comment, another language."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from browser import Chromium
from opened_tablet import counts_of, opened, until
from playwright.sync_api import expect
from server import LiveServer
from tablet import Tablet

from survey.db import Database
from survey.enums import Stage, TrustClass
from survey.seal import Keyring
from survey.services.answers.responses import Waiting, WaitingComment
from survey.services.office import installation

pytestmark = pytest.mark.browser


@pytest.fixture(params=["landscape", "portrait"])
def orientation(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_visit_of_nine_taps_is_stored_as_tapped(
    chromium: Chromium,
    live_server: LiveServer,
    database: Database,
    keyring: Keyring,
    orientation: str,
    waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]],
) -> None:
    with opened(chromium, live_server, database, keyring, orientation) as tablet:
        page = tablet.page
        page.evaluate("window.taps = 0; addEventListener('click', () => { window.taps += 1; }, true)")
        tablet.begin(stage="result", field="land")
        expect(page.locator(".progress-words")).to_have_text("Câu 1/5")
        given = tablet.answer_all(level="4", feedback="yes")
        assert given == {"A2": "4", "B2": "4", "C2": "4", "D2": "4", "E2": "4"}
        assert tablet.heading == "Cảm ơn ông/bà! Đã ghi nhận câu trả lời."
        assert page.evaluate("window.taps") == 9
        ((answer,), comments) = waiting()
        assert (answer.trust_class, answer.stage, answer.language) == (TrustClass.KIOSK, Stage.RESULT, "vi")
        assert answer.levels == bytes([0, 4, 0, 0, 4, 0, 0, 0, 4, 0, 0, 4, 0, 0, 4, 0])
        assert comments == []
        # Nobody has to close it: once it can be read it is the next person's, and later for who asks for time.
        expect(page.locator(".returns")).to_have_text(re.compile(r"Màn hình tự về trang đầu sau \d\d giây\."))
        page.clock.run_for(9_000)
        assert tablet.screen == "thanks"
        tablet.tap("more")
        tablet.left_alone(60)
        screens = ["visit", "stage", "field", "access", "procedure", "staff", "outcome", "feedback"]
        expected = dict.fromkeys([*screens, "petitions"], (1, 0))
        assert counts_of(page, database, keyring, expected) == expected


def test_a_script_that_only_clicks_gets_every_answer_through(
    unhurried: Tablet, waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]]
) -> None:
    """Buttons that do not react say so: whoever waits for a button to be enabled loses no tap."""
    page = unhurried.page
    for value in ("start", "result", "land", "5", "5", "5", "5", "yes", "5"):
        page.click(f"button[value='{value}']")
    unhurried.wait_for("thanks")
    ((answer,), _) = waiting()
    assert sorted(answer.levels, reverse=True)[:6] == [5, 5, 5, 5, 5, 0]


def test_an_angry_person_needs_no_more_taps_than_a_content_one(
    tablet: Tablet,
    database: Database,
    keyring: Keyring,
    waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]],
) -> None:
    page = tablet.page
    page.evaluate("window.taps = 0; addEventListener('click', () => { window.taps += 1; }, true)")
    tablet.begin(field="land")
    tablet.answer_until("reason", level="1")
    assert page.evaluate("window.taps") == 9
    expect(page.locator(".statement")).to_have_text("Điều gì làm ông/bà chưa hài lòng nhất?")
    expect(page.locator(".progress-words")).to_have_text("Hỏi thêm, không bắt buộc")
    expect(page.locator(".options-reason button")).to_have_count(5)
    # Nothing has to be tapped: it says so, and a touch gives the whole time again.
    # The clock stands: how long the test itself takes plays no part.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 10)
    page.clock.run_for(10_000)
    expect(page.locator(".returns")).to_contain_text(re.compile(r"tự gửi sau (1\d|[1-9]) giây"))
    page.mouse.click(5, 5)
    page.clock.run_for(1_000)
    expect(page.locator(".returns")).to_contain_text(re.compile(r"tự gửi sau (30|29) giây"))
    page.clock.run_for(30_500)
    page.clock.resume()
    tablet.wait_for("thanks")
    ((answer,), _) = waiting()
    assert answer.levels == bytes([0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0])
    assert answer.reasons == ()
    tablet.tap("done")
    counts = counts_of(page, database, keyring, {"reason": (1, 0)})
    assert counts["reason"] == counts["visit"] == (1, 0), "who answered has not broken off"


def test_a_reason_is_one_tap_and_goes_with_the_answer(
    tablet: Tablet, waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]]
) -> None:
    tablet.begin()
    first = tablet.heading
    tablet.tap("2")
    tablet.next_question(first)
    tablet.answer_until("reason")
    expect(tablet.page.locator(".stem")).to_contain_text("Ông/bà đã chọn “Không hài lòng”")
    tablet.tap("access_seats")
    tablet.wait_for("thanks")
    ((answer,), _) = waiting()
    assert answer.reasons == ("access_seats",)
    assert answer.levels == bytes([0, 2, 0, 0, 4, 0, 0, 0, 4, 0, 0, 4, 0, 0, 4, 0])


def test_a_page_that_is_closed_at_the_reason_sends_what_is_answered(
    tablet: Tablet, waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]]
) -> None:
    tablet.begin()
    tablet.answer_until("reason", level="2")
    tablet.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    tablet.wait_for("attract")
    until(tablet.page, lambda: len(waiting()[0]) == 1)
    assert len(waiting()[0]) == 1


def test_who_only_files_is_asked_nothing_about_a_result(
    tablet: Tablet, waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]]
) -> None:
    tablet.begin(stage="filing")
    expect(tablet.page.locator(".progress-words")).to_have_text("Câu 1/4")
    given = tablet.answer_all(level="na", feedback="no")
    assert given == {"A2": "na", "B2": "na", "C2": "na"}
    ((answer,), _) = waiting()
    assert answer.levels == bytes([0, 6, 0, 0, 6, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])


def test_nothing_is_chosen_beforehand_and_going_back_shows_what_was(tablet: Tablet) -> None:
    chosen = tablet.page.locator(".chosen-before")
    tablet.begin()
    expect(chosen).to_have_count(0)
    first = tablet.heading
    tablet.tap("2")
    tablet.next_question(first)
    expect(chosen).to_have_count(0)
    second = tablet.heading
    tablet.tap("back")
    tablet.next_question(second)
    assert tablet.heading == first
    expect(chosen).to_have_count(1)
    expect(tablet.button("2").locator(".chosen-before")).to_be_visible()
    tablet.tap("back")
    tablet.wait_for("field")
    tablet.tap("back")
    tablet.wait_for("stage")
    tablet.tap("back")
    tablet.wait_for("attract")


def test_two_quick_taps_answer_one_question(tablet: Tablet) -> None:
    page = tablet.page
    tablet.begin()
    box = tablet.button("3").bounding_box()
    assert box is not None
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    progress = page.locator(".progress-words")
    # The clock stands: how long the test itself takes plays no part.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 20)
    page.mouse.click(*place)
    page.mouse.click(*place)
    page.clock.run_for(100)
    expect(progress).to_have_text("Câu 2/5")
    for _ in range(3):
        page.clock.run_for(133)
        page.mouse.click(*place)
    # What is taken shows a tenth of a second later.
    page.clock.run_for(101)
    expect(progress).to_have_text("Câu 2/5")
    page.mouse.click(*place)
    page.clock.run_for(100)
    expect(progress).to_have_text("Câu 3/5")


def test_a_comment_is_stored_apart_and_typing_is_a_sign_of_life(
    tablet: Tablet, waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]]
) -> None:
    page = tablet.page
    tablet.begin()
    tablet.answer_all()
    tablet.tap("comment")
    tablet.wait_for("comment")
    tablet.tap("send")
    expect(page.locator("#comment-error")).to_contain_text("chưa viết gì")
    for word in ("Ghế ", "chờ ", "còn ", "thiếu."):
        page.clock.fast_forward(35_000)
        page.locator("#comment").press_sequentially(word)
    expect(page.locator("dialog")).to_have_count(0)
    tablet.tap("send")
    page.get_by_role("heading", name="Đã ghi nhận góp ý").wait_for()
    expect(tablet.button("comment")).to_have_count(0)
    answers, comments = waiting()
    assert len(answers) == 1
    assert [comment.text for comment in comments] == ["Ghế chờ còn thiếu."]
    tablet.tap("done")
    tablet.wait_for("attract")


def test_the_last_screen_says_where_a_reply_can_be_had_and_never_a_score(
    database: Database, tablet: Tablet
) -> None:
    tablet.begin()
    tablet.answer_all()
    expect(tablet.page.locator(".petition")).to_contain_text("Hỏi cán bộ tại quầy")
    assert "%" not in tablet.page.locator("main").inner_text()
    database.write(
        lambda session: installation.change(
            session, hotline="0262 3 000 000", petition_address="UBND xã", confirmed=True
        )
    )
    tablet.tap("done")
    tablet.wait_for("attract")
    # The tablet asks every minute how things stand.
    tablet.page.clock.fast_forward(61_000)
    expect(tablet.page.locator(".foot-hotline")).to_have_text("Đường dây nóng: 0262 3 000 000")
    tablet.begin()
    tablet.answer_all()
    expect(tablet.page.locator(".petition")).to_contain_text("0262 3 000 000")
    expect(tablet.page.locator(".petition")).to_contain_text("UBND xã")


def test_english_is_chosen_by_name_and_forgotten_after(
    tablet: Tablet, waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]]
) -> None:
    page = tablet.page
    tablet.tap("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    tablet.wait_for("attract")
    tablet.begin()
    expect(page.locator(".stem")).to_have_text("How satisfied are you with the place?")
    tablet.answer_all()
    ((answer,), _) = waiting()
    assert answer.language == "en"
    tablet.tap("done")
    tablet.wait_for("attract")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    # Chosen and left lying: Vietnamese again after a while.
    tablet.tap("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.clock.run_for(51_000)
    expect(page.locator("html")).to_have_attribute("lang", "vi")

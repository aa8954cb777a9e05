"""The kiosk on a real screen: a whole visit, going back, walking away, a network that fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from browser import Chromium, guarded_page
from phone import issue
from playwright.sync_api import APIResponse, Page, Route, expect
from server import LiveServer
from sqlalchemy import select
from sqlalchemy.orm import Session
from tablet import SECOND_ITEMS, SIZES, Tablet, new_code

from kiosk import configuration
from survey import clock
from survey.clock import office_day
from survey.db import Database
from survey.enums import Stage, TrustClass
from survey.models import Desk, KioskDevice, ProcedureField, ScreenCount
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Waiting, WaitingComment
from survey.services.inviting.invitations import Issued
from survey.services.office import installation
from survey.services.tablets import calls, devices
from survey.settings import Settings

pytestmark = pytest.mark.browser

# What the console says of a network that a test has cut, and of codes that are wrong on purpose.
EXPECTED = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED", "401 (", "422 (")


@pytest.fixture(params=["landscape", "portrait"])
def orientation(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def waiting(database: Database, keyring: Keyring) -> Callable[[], tuple[list[Waiting], list[WaitingComment]]]:
    def read() -> tuple[list[Waiting], list[WaitingComment]]:
        with database.read() as session:
            return responses.waiting(session, keyring=keyring)

    return read


@contextmanager
def opened(
    chromium: Chromium,
    server: LiveServer,
    database: Database,
    keyring: Keyring,
    orientation: str,
    *,
    hurry: bool = False,
) -> Iterator[Tablet]:
    """Enrol a tablet; its clock goes by itself and can be put forward."""
    size = SIZES[orientation]
    with guarded_page(chromium, viewport=size, has_touch=True, allowed_errors=EXPECTED) as page:
        page.clock.install()
        page.add_init_script(SECOND_ITEMS)
        yield Tablet(page, server.insecure_url, hurry=hurry).open(new_code(database, keyring))


@pytest.fixture
def tablet(
    chromium: Chromium,
    live_server: LiveServer,
    database: Database,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Tablet]:
    # Its clock goes on beside what the test puts it forward: a busy machine must not look like a person who left.
    monkeypatch.setattr(configuration, "THANKS_S", 60)
    with opened(chromium, live_server, database, keyring, "landscape", hurry=True) as tablet:
        yield tablet


@pytest.fixture
def unhurried(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> Iterator[Tablet]:
    """A tablet whose pauses last as long as they do for people."""
    with opened(chromium, live_server, database, keyring, "landscape") as tablet:
        yield tablet


def fetched(route: Route) -> APIResponse:
    """Ask the server itself: only the browser knows the office's names."""
    host = urlsplit(route.request.url).netloc
    address = route.request.url.replace("sipas.lan", "127.0.0.1")
    return route.fetch(url=address, headers={**route.request.headers, "host": host})


Counts = dict[str, tuple[int, int]]


def screen_counts(database: Database) -> Counts:
    with database.read() as session:
        rows = session.scalars(select(ScreenCount)).all()
    return {row.screen: (row.seen, row.left) for row in rows}


def counts_of(page: Page, database: Database, expected: Counts) -> Counts:
    """Give the counts once those expected have come: they are sent when the first screen is up again."""
    until(page, lambda: expected.items() <= screen_counts(database).items())
    return screen_counts(database)


def until(page: Page, happens: Callable[[], bool]) -> None:
    """Look until something has happened on the server; on a busy machine that takes its time."""
    for _ in range(200):
        if happens():
            return
        page.wait_for_timeout(50)


# --- a whole visit ----------------------------------------------------------------------------------


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
        # Nobody has to close it: after eight seconds it is the next person's.
        page.clock.fast_forward(7000)
        assert tablet.screen == "thanks"
        page.clock.run_for(2000)
        tablet.wait_for("attract")
        screens = ["visit", "stage", "field", "access", "procedure", "staff", "outcome", "feedback"]
        expected = dict.fromkeys([*screens, "petitions"], (1, 0))
        assert counts_of(page, database, expected) == expected


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
    page.clock.run_for(20_000)
    # The clock of the page goes on by itself as well.
    expect(page.locator(".returns")).to_contain_text(re.compile(r"tự gửi sau (10|[1-9]) giây"))
    page.mouse.click(5, 5)
    expect(page.locator(".returns")).to_contain_text(re.compile(r"tự gửi sau (30|2\d|1[1-9]) giây"))
    page.clock.run_for(30_500)
    tablet.wait_for("thanks")
    ((answer,), _) = waiting()
    assert answer.levels == bytes([0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0])
    assert answer.reasons == ()
    tablet.tap("done")
    counts = counts_of(page, database, {"reason": (1, 0)})
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
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
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
        page.clock.fast_forward(45_000)
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


# --- a slip -----------------------------------------------------------------------------------------


def slips(database: Database, keyring: Keyring, settings: Settings, count: int) -> list[Issued]:
    return issue(database, keyring, office_day(clock.now(), settings.zone), count)


def scan(page: Page, text: str) -> None:
    """Press keys as a scanner does: all at once, and Enter."""
    page.evaluate(
        """text => [...text, 'Enter'].forEach((key) =>
          document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})))
        """,
        text,
    )


def test_a_code_is_typed_on_the_screen_and_counts_once(
    tablet: Tablet,
    database: Database,
    keyring: Keyring,
    settings: Settings,
    waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]],
) -> None:
    page = tablet.page
    (slip,) = slips(database, keyring, settings, 1)
    wrong = slip.code[:-1] + ("7" if slip.code[-1] != "7" else "8")
    tablet.tap("slip")
    tablet.wait_for("slip")
    for symbol in wrong:
        tablet.tap(symbol)
    expect(page.locator("#slip-error")).to_contain_text("gõ nhầm")
    tablet.tap("erase")
    expect(page.locator("#slip-error")).to_have_text("")
    tablet.tap(slip.code[-1])
    tablet.wait_for("stage")
    assert slip.code not in page.content()
    tablet.tap("result")
    tablet.wait_for("field")
    tablet.tap("skip")
    tablet.wait_for("item")
    tablet.answer_all()
    assert [answer.trust_class for answer in waiting()[0]] == [TrustClass.KIOSK_TOKEN]
    tablet.tap("done")
    tablet.wait_for("attract")
    # The same slip again: it is told so, kindly, and nobody is asked a second time.
    tablet.tap("slip")
    tablet.wait_for("slip")
    page.locator("#slip").fill(slip.code.lower())
    tablet.wait_for("slip-refused")
    assert tablet.heading == "Phiếu này đã được ghi nhận trước đó"
    expect(tablet.button("without")).to_have_count(0)
    tablet.tap("leave")
    tablet.wait_for("attract")


def test_a_scanner_opens_the_form_from_the_first_screen_and_without_a_network(
    tablet: Tablet,
    database: Database,
    keyring: Keyring,
    settings: Settings,
    waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]],
) -> None:
    page = tablet.page
    (slip,) = slips(database, keyring, settings, 1)
    # Without https nothing is kept, so what few visits need is loaded ahead.
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    scan(page, f"HTTP://192.168.1.10/P/{slip.token}")
    tablet.wait_for("stage")
    tablet.tap("filing")
    tablet.wait_for("field")
    tablet.tap("skip")
    tablet.wait_for("item")
    tablet.answer_until("sending")
    tablet.tap("leave")
    tablet.wait_for("attract")
    page.context.set_offline(False)
    expect(page.locator(".state")).to_have_text("")
    assert [answer.trust_class for answer in waiting()[0]] == [TrustClass.KIOSK_TOKEN]
    scan(page, "8934563138164")
    tablet.wait_for("slip")
    expect(page.locator("#slip-error")).to_contain_text("không phải mã trên phiếu")


def test_where_a_part_cannot_be_loaded_the_screen_stays_and_works(tablet: Tablet) -> None:
    """Without https and network, or in the moment of a new release."""
    page = tablet.page
    for name in ("reception", "commenting"):
        page.route(f"**/{name}.mjs", lambda route: route.abort())
    page.reload()
    tablet.wait_for("attract")
    tablet.tap("slip")
    scan(page, "HTTP://192.168.1.10/P/7K3Q9M2X4TB7K3Q9")
    page.clock.run_for(500)
    assert tablet.wait_for("attract") == "attract"
    tablet.begin()
    tablet.answer_all()
    tablet.tap("comment")
    page.clock.run_for(500)
    assert tablet.wait_for("thanks") == "thanks"
    tablet.tap("done")
    tablet.wait_for("attract")


# --- called by the desk -----------------------------------------------------------------------------


def call(database: Database, stage: Stage, field: str | None) -> None:
    def make(session: Session) -> None:
        unit_id = session.scalars(select(Desk.unit_id)).first() or 0
        device_id = session.scalars(select(KioskDevice.id)).one()
        field_id = session.scalar(select(ProcedureField.id).where(ProcedureField.code == field))
        calls.call(
            session, unit_id=unit_id, device_id=device_id, stage=stage, field_id=field_id, now=clock.now()
        )

    database.write(make)


def test_the_desk_calls_with_stage_and_field_set(
    tablet: Tablet,
    database: Database,
    waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]],
) -> None:
    page = tablet.page
    call(database, Stage.RESULT, "land")
    page.clock.run_for(3500)
    page.get_by_text("Việc vừa làm: Nhận kết quả – Đất đai").wait_for()
    assert tablet.heading == "Mời ông/bà đánh giá lần làm việc vừa rồi"
    page.clock.run_for(400)
    tablet.tap("en")
    page.get_by_text("What you came for: To receive a result").wait_for()
    page.clock.run_for(400)
    page.evaluate("window.taps = 0; addEventListener('click', () => { window.taps += 1; }, true)")
    tablet.tap("start")
    tablet.wait_for("item")
    tablet.answer_all()
    assert page.evaluate("window.taps") == 7
    ((answer,), _) = waiting()
    assert (answer.stage, answer.language, answer.trust_class) == (Stage.RESULT, "en", TrustClass.KIOSK)
    assert answer.field_id is not None
    # Who is at the tablet is not disturbed by the next call.
    tablet.tap("done")
    tablet.wait_for("attract")
    tablet.begin()
    call(database, Stage.FILING, None)
    page.clock.run_for(10_000)
    assert tablet.screen == "item"
    tablet.answer_all()
    tablet.tap("done")
    page.get_by_text("Việc vừa làm: Nộp hồ sơ").wait_for()
    # Nobody comes: after two minutes it is the first screen again.
    page.clock.run_for(121_000)
    assert tablet.heading == "Ông/bà thấy việc phục vụ ở đây thế nào?"
    assert counts_of(page, database, {"called": (2, 1)})["called"] == (2, 1)


def test_a_comment_goes_on_at_the_phone(
    tablet: Tablet, live_server: LiveServer, chromium: Chromium, database: Database
) -> None:
    tablet.begin()
    tablet.answer_all()
    tablet.tap("phone")
    tablet.wait_for("handoff")
    expect(tablet.page.get_by_role("img", name="Mã QR mở trang góp ý")).to_be_visible()
    tablet.page.clock.run_for(60_000)
    tablet.tap("comment")
    tablet.wait_for("comment")


# --- walking away -----------------------------------------------------------------------------------


def test_who_walks_away_leaves_nothing_but_a_count(
    tablet: Tablet,
    database: Database,
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
    counts = counts_of(page, database, {"procedure": (1, 1)})
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
        page.clock.run_for(28_000)
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


# --- the network ------------------------------------------------------------------------------------


def test_without_a_network_nothing_is_called_recorded_and_nothing_is_lost(
    tablet: Tablet, waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]]
) -> None:
    page = tablet.page
    page.context.set_offline(True)
    for person in (1, 2):
        tablet.begin()
        tablet.answer_until("sending")
        expect(page.locator("main")).to_contain_text("Máy đang tự gửi lại")
        assert "Đã ghi nhận" not in page.locator("main").inner_text()
        tablet.tap("leave")
        tablet.wait_for("attract")
        expect(page.locator(".state")).to_contain_text("Đang mất kết nối")
        expect(page.locator(".state")).to_contain_text(f"Số phiếu đang chờ gửi: {person}.")
    assert waiting() == ([], [])
    assert page.evaluate("() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    page.context.set_offline(False)
    expect(page.locator(".state")).to_have_text("")
    assert len(waiting()[0]) == 2
    assert page.evaluate("() => dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def test_a_reply_that_got_lost_does_not_count_twice(
    tablet: Tablet, waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]]
) -> None:
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        reply = fetched(route)
        if lost:
            route.fulfill(response=reply)
        else:
            lost.append(reply.status)
            route.abort()

    tablet.page.route("**/kiosk/responses", lose_the_first)
    tablet.begin()
    tablet.answer_until("sending")
    assert lost == [200]
    tablet.page.clock.run_for(2000)
    tablet.wait_for("thanks")
    assert len(waiting()[0]) == 1


def test_a_refused_form_is_not_thanked_for(tablet: Tablet) -> None:
    def refuse(route: Route) -> None:
        (entry,) = route.request.post_data_json
        route.fulfill(json={"results": [{"key": entry["key"], "result": "rejected", "code": "x"}]})

    tablet.page.route("**/kiosk/responses", refuse)
    tablet.begin()
    tablet.answer_until("refused")
    assert "chưa được ghi nhận" in tablet.page.locator("main").inner_text()
    tablet.tap("leave")
    tablet.wait_for("attract")
    expect(tablet.page.locator(".state")).to_contain_text("máy chủ không nhận: 1")


def test_a_revoked_tablet_keeps_its_answers_until_it_is_enrolled_again(
    tablet: Tablet,
    database: Database,
    keyring: Keyring,
    waiting: Callable[[], tuple[list[Waiting], list[WaitingComment]]],
) -> None:
    page = tablet.page
    tablet.begin()
    with database.read() as session:
        device_id = session.scalars(select(KioskDevice.id)).one()
    database.write(
        lambda session: devices.revoke(session, device_id=device_id, login="ai-do", now=clock.now())
    )
    tablet.answer_until("sending")
    tablet.tap("leave")
    tablet.wait_for("unknown")
    page.fill("#code", "7K3Q-9M2X-4TB")
    page.click("button[value=enrol]")
    expect(page.locator("#code-error")).to_contain_text("không dùng được")
    page.fill("#code", new_code(database, keyring))
    page.click("button[value=enrol]")
    tablet.wait_for("attract")
    expect(page.locator(".state")).to_have_text("")
    assert len(waiting()[0]) == 1


def test_a_new_release_is_loaded_between_two_people(tablet: Tablet) -> None:
    page = tablet.page

    def newer(route: Route) -> None:
        reply = fetched(route)
        route.fulfill(response=reply, json={**reply.json(), "program": "newer"})

    page.route("**/kiosk/config.json", newer)
    tablet.begin()
    heading = tablet.heading
    page.evaluate("window.sameDocument = true")
    page.clock.fast_forward(49_000)
    page.mouse.click(5, 5)
    page.clock.fast_forward(20_000)
    page.wait_for_timeout(300)
    assert tablet.heading == heading
    assert page.evaluate("window.sameDocument")
    tablet.answer_all()
    tablet.tap("done")
    tablet.wait_for("attract")
    with page.expect_navigation():
        page.clock.fast_forward(61_000)
    page.unroute("**/kiosk/config.json")
    tablet.wait_for("attract")
    assert page.evaluate("window.sameDocument") is None


def test_without_scripts_the_page_says_what_is_wrong(
    chromium: Chromium, live_server: LiveServer, database: Database, keyring: Keyring
) -> None:
    with guarded_page(chromium, viewport=SIZES["landscape"], java_script_enabled=False) as page:
        page.goto(f"{live_server.insecure_url}/kiosk/")
        page.fill("#code", new_code(database, keyring))
        page.click("button[value=enrol]")
        expect(page.get_by_text("đang tắt JavaScript")).to_be_visible()

"""A visit that begins with a slip, or with a call of the desk; and a comment that goes on at the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser import Chromium
from opened_tablet import counts_of
from phone import issue
from playwright.sync_api import Page, expect
from server import LiveServer
from sqlalchemy import select
from sqlalchemy.orm import Session
from tablet import Tablet

from survey import clock
from survey.clock import office_day
from survey.db import Database
from survey.enums import Stage, TrustClass
from survey.models import Desk, KioskDevice, ProcedureField
from survey.seal import Keyring
from survey.services.answers.responses import Waiting, WaitingComment
from survey.services.inviting.invitations import Issued
from survey.services.tablets import calls
from survey.settings import Settings

pytestmark = pytest.mark.browser


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
    page.evaluate("import('/kiosk/static/js/later.mjs').then((later) => later.loadAhead())")
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
    keyring: Keyring,
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
    # What was asked on the first screen has been answered before the desk calls again.
    page.route("**/kiosk/call", lambda route: route.fulfill(json={"call": None}))
    with page.expect_response("**/kiosk/call"):
        page.clock.run_for(3500)
    tablet.begin()
    page.unroute("**/kiosk/call")
    call(database, Stage.FILING, None)
    page.clock.run_for(10_000)
    assert tablet.screen == "item"
    tablet.answer_all()
    tablet.tap("done")
    page.get_by_text("Việc vừa làm: Nộp hồ sơ").wait_for()
    # Nobody comes: after two minutes it is the first screen again.
    page.clock.run_for(121_000)
    assert tablet.heading == "Ông/bà thấy việc phục vụ ở đây thế nào?"
    assert counts_of(page, database, keyring, {"called": (2, 1)})["called"] == (2, 1)


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

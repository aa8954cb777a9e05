"""A network that fails under a tablet, a server that refuses, a new release."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from browser import Chromium, guarded_page
from opened_tablet import until
from playwright.sync_api import APIResponse, Route, expect
from server import LiveServer
from sqlalchemy import select
from tablet import SIZES, Tablet, new_code

from survey import clock
from survey.db import Database
from survey.models import KioskDevice
from survey.seal import Keyring
from survey.services.answers.responses import Waiting, WaitingComment
from survey.services.tablets import devices

pytestmark = pytest.mark.browser


def fetched(route: Route) -> APIResponse:
    """Ask the server itself: only the browser knows the office's names."""
    host = urlsplit(route.request.url).netloc
    address = route.request.url.replace("sipas.lan", "127.0.0.1")
    return route.fetch(url=address, headers={**route.request.headers, "host": host})


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
    until(tablet.page, lambda: bool(lost))
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
    # The clock of the page goes on by itself as well: far from the fifty seconds after which the tablet asks.
    page.clock.fast_forward(30_000)
    page.mouse.click(5, 5)
    with page.expect_response("**/kiosk/config.json"):
        page.clock.fast_forward(35_000)
    page.wait_for_timeout(300)
    assert tablet.heading == heading
    assert page.evaluate("window.sameDocument")
    tablet.answer_all()
    with page.expect_navigation():
        tablet.button("done").click()
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

"""The officers' page of kiosks: a code shown once, the list, an end for a lost tablet, and for whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from browser import Chromium, axe_problems, guarded_page
from flask import g
from flask.testing import FlaskClient
from pages import as_read, elements, parse
from playwright.sync_api import Page, expect
from server import LiveServer
from tablet import enrol

from survey import clock
from survey.db import Database
from survey.enums import Role
from survey.seal import Keyring
from survey.services.office import installation
from survey.services.people.officers import SignedIn
from survey.services.tablets import devices
from survey.web.admin.kiosks import kiosks

PATH = "/can-bo/quan-tri/kiosk"
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}\b")


def token_of(page: str) -> str:
    fields = elements(parse(page), "input")
    return next(one.get("value") or "" for one in fields if one.get("name") == "csrf_token")


@pytest.fixture
def head(officer_client: Callable[[Role], FlaskClient]) -> FlaskClient:
    return officer_client(Role.HEAD)


def first_place(page: str) -> str:
    return elements(parse(page), "option")[0].get("value") or ""


def test_a_code_made_here_enrols_a_tablet_and_is_shown_once(
    head: FlaskClient, client: FlaskClient, database: Database
) -> None:
    page = head.get(PATH).get_data(as_text=True)
    made = head.post(
        PATH, data={"csrf_token": token_of(page), "name": " Máy  bàn 1 ", "place": first_place(page)}
    ).get_data(as_text=True)
    (code,) = set(CODE.findall(made))
    assert "/kiosk/</strong>" in made
    assert not CODE.search(head.get(PATH).get_data(as_text=True))
    assert client.post("/kiosk/enrol", data={"code": code}).status_code == 303
    with database.read() as session:
        (device,) = devices.list_devices(session)
    assert (device.name, device.counter_name) == ("Máy bàn 1", "Quầy số 1")
    assert "Máy bàn 1" in head.get(PATH).get_data(as_text=True)


def test_a_name_that_is_missing_is_asked_for_and_the_place_is_kept(head: FlaskClient) -> None:
    page = head.get(PATH).get_data(as_text=True)
    whole_desk = elements(parse(page), "option")[1].get("value") or ""
    answer = head.post(PATH, data={"csrf_token": token_of(page), "name": "", "place": whole_desk})
    assert answer.status_code == 422
    again = answer.get_data(as_text=True)
    assert "Hãy đặt tên cho máy." in again
    chosen = [one.get("value") for one in elements(parse(again), "option") if one.get("selected") is not None]
    assert chosen == [whole_desk]
    assert not CODE.search(again)


@pytest.mark.parametrize("place", ["", "1", "999-1", "1-999", "x"])
def test_a_place_that_was_not_offered_is_refused(head: FlaskClient, place: str) -> None:
    page = head.get(PATH).get_data(as_text=True)
    answer = head.post(PATH, data={"csrf_token": token_of(page), "name": "Máy", "place": place})
    assert answer.status_code == 422


def test_a_lost_tablet_is_revoked_and_stays_in_the_list(
    head: FlaskClient, client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    enrol(client, database, keyring)
    page = head.get(PATH).get_data(as_text=True)
    actions = [form.get("action") or "" for form in elements(parse(page), "form")]
    (action,) = (one for one in actions if one.endswith("/thu-hoi"))
    assert head.post(action, data={"csrf_token": token_of(page)}).status_code == 303
    assert client.get("/kiosk/config.json").status_code == 401
    assert "Đã thu hồi lúc" in head.get(PATH).get_data(as_text=True)
    assert head.post(action, data={"csrf_token": token_of(page)}).status_code == 404


def test_without_the_form_token_nothing_happens(head: FlaskClient, database: Database) -> None:
    page = head.get(PATH).get_data(as_text=True)
    answer = head.post(PATH, data={"name": "Máy", "place": first_place(page)})
    assert answer.status_code == 400
    assert not CODE.search(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, 403), (Role.OFFICER, 403), (Role.HEAD, 200), (Role.ADMINISTRATOR, 200)],
)
def test_only_heads_and_administrators_enrol(
    officer_client: Callable[[Role], FlaskClient], role: Role, status: int
) -> None:
    assert officer_client(role).get(PATH).status_code == status


@pytest.fixture
def signed_in_page(chromium: Chromium, live_server: LiveServer, head: FlaskClient) -> Iterator[Page]:
    cookie = head.get_cookie("sipas")
    assert cookie is not None
    with guarded_page(chromium, viewport={"width": 1366, "height": 768}) as page:
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": live_server.url}])
        yield page


@pytest.mark.browser
def test_the_page_is_accessible_with_a_code_and_with_tablets(
    signed_in_page: Page, live_server: LiveServer, client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    page = signed_in_page
    enrol(client, database, keyring)
    page.goto(f"{live_server.url}{PATH}")
    assert axe_problems(page) == []
    page.get_by_text("Đang dùng").click()
    page.get_by_label("Tên máy").fill("Máy bàn 2")
    page.get_by_role("button", name="Tạo mã đăng ký").click()
    expect(page.locator(".shown-once")).to_have_text(CODE)
    assert axe_problems(page) == []
    for width in (320, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


MONDAY_10 = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SILENT = "Im lặng quá 30 phút"
NEVER = "Chưa báo tình trạng lần nào từ khi đăng ký"


@pytest.mark.parametrize(
    ("last", "now", "said"),
    [
        pytest.param(MONDAY_10, MONDAY_10 + timedelta(minutes=29), False, id="29 minutes"),
        pytest.param(MONDAY_10, MONDAY_10 + timedelta(minutes=31), True, id="31 minutes"),
        pytest.param(
            MONDAY_10.replace(hour=16, minute=45),
            MONDAY_10.replace(day=24, hour=7, minute=40),
            False,
            id="over night 25 minutes of office time",
        ),
        pytest.param(
            MONDAY_10.replace(day=20, hour=16, minute=45),
            MONDAY_10.replace(hour=7, minute=50),
            True,
            id="over a weekend 35",
        ),
        pytest.param(
            MONDAY_10.replace(day=21), MONDAY_10.replace(day=22, hour=20), False, id="all of a weekend"
        ),
    ],
)
def test_a_tablet_that_is_silent_in_office_hours_is_named(
    head: FlaskClient,
    client: FlaskClient,
    database: Database,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
    last: datetime,
    now: datetime,
    said: bool,
) -> None:
    enrol(client, database, keyring)
    client.post("/kiosk/heartbeat", json={"program": "a1b2"})
    page = shown_at(now, head, database, monkeypatch, last_seen=last)
    assert (SILENT in page) is said
    assert NEVER not in page


def test_of_a_tablet_that_never_said_anything_the_page_says_that(
    head: FlaskClient,
    client: FlaskClient,
    database: Database,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enrol(client, database, keyring)
    soon = shown_at(MONDAY_10, head, database, monkeypatch, last_seen=MONDAY_10 - timedelta(minutes=29))
    assert NEVER not in soon
    later = shown_at(MONDAY_10, head, database, monkeypatch, last_seen=MONDAY_10 - timedelta(minutes=31))
    assert NEVER in later
    assert SILENT not in later


def shown_at(
    now: datetime,
    head: FlaskClient,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    *,
    last_seen: datetime,
) -> str:
    """Give the view itself, without the session of an officer, which would have ended on such days."""
    seen_at = last_seen.astimezone(UTC)
    database.write(lambda session: devices.mark_seen(session, device_id=1, now=seen_at))
    with head.application.test_request_context(PATH):
        with database.read() as session:
            unit_id = installation.read(session).unit_id
        g.officer = SignedIn(1, "head", Role.HEAD, unit_id, must_change_password=False)
        monkeypatch.setattr(clock, "now", lambda: now.astimezone(UTC))
        return as_read(str(kiosks()))


def test_what_a_tablet_says_of_itself_is_shown(
    head: FlaskClient, client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    enrol(client, database, keyring)
    page = head.get(PATH).get_data(as_text=True)
    assert "phiếu chờ gửi" not in page
    client.post(
        "/kiosk/heartbeat",
        json={
            "program": "a1b2",
            "waiting": 1234,
            "oldest_s": 3 * 86400,
            "refused": 2,
            "usage": 9e8,
            "quota": 1e9,
        },
    )
    page = head.get(PATH).get_data(as_text=True)
    for words in (
        "1.234 phiếu chờ gửi, lâu nhất 3 ngày",
        "không nhận 2 phiếu",
        "sắp đầy",
        "không ngoại tuyến",
    ):
        assert words in page
    client.post("/kiosk/heartbeat", json={"program": "a1b2", "offline": True})
    page = head.get(PATH).get_data(as_text=True)
    assert "Chạy được khi mất mạng" in page
    assert "phiếu chờ gửi" not in page

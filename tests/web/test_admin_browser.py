"""An administrator's first day in a real browser: every page readable, narrow and large, every step done."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import axe_problems, guarded_page
from pages import as_read
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from survey import clock
from survey.enums import Role
from survey.models import Dossier, Invitation, Officer
from survey.services.answers import responses
from survey.services.office import installation
from survey.services.people import officers

pytestmark = [pytest.mark.browser, pytest.mark.dated]

HOME = "/can-bo/quan-tri"
FILES = Path(__file__).parents[1] / "survey" / "files"
PAGES = [
    "/",
    "/?tim=ea",
    "/bo-phan",
    "/don-vi",
    "/don-vi/1",
    "/linh-vuc",
    "/thu-tuc/1",
    "/tai-khoan",
    "/xuat-du-lieu",
    "/nhat-ky",
    "/muc-tieu/2026",
    "/so-nam-truoc",
    "/phieu-moi",
    "/nhap-phieu",
    "/nhap-ho",
    "/khoa-api",
    "/ho-so",
]
# What a finger has to hit in forms; of a box to tick its whole label.
SMALL_TARGETS = """() => [
    ...document.querySelectorAll('button, input:not([type=hidden]), select, summary, .check, .choice')]
  .filter(e => e.checkVisibility() && !e.matches('.check input, .choice input'))
  .filter(e => e.getBoundingClientRect().height < 44)
  .map(e => e.outerHTML.slice(0, 80))"""
SIZES = {"office": (1366, 768), "phone": (360, 740)}


@pytest.fixture
def secret(database, keyring, make_officer) -> str:
    login = make_officer(Role.ADMINISTRATOR)
    with database.read() as session:
        officer_id = session.scalar(select(Officer.id).where(Officer.login == login))
    return database.write(
        lambda s: officers.start_session(s, keyring=keyring, officer_id=officer_id, now=clock.now())
    )


@pytest.fixture
def open_page(chromium, live_server, secret) -> Iterator[Callable[..., Page]]:
    """Open a browser of a size as the administrator; problems of the console fail the test at its end."""
    opened = []

    def make(size: str = "office", **options: object) -> Page:
        width, height = SIZES[size]
        context = guarded_page(
            chromium,
            viewport={"width": width, "height": height},
            base_url=live_server.url,
            allowed_errors=("422", "409"),
            **options,
        )
        page = context.__enter__()
        opened.append(context)
        page.context.add_cookies([{"name": "sipas", "value": secret, "url": live_server.url}])
        return page

    yield make
    for context in opened:
        context.__exit__(None, None, None)


def unfold(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")


def width_beyond(page: Page) -> int:
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_accessible_with_everything_unfolded(open_page, size):
    page, problems = open_page(size), []
    for path in PAGES:
        page.goto(HOME + path)
        unfold(page)
        problems += [f"{path}: {one}" for one in axe_problems(page)]
    assert problems == []


def test_every_page_fits_small_screens_large_text_and_fingers(open_page):
    page, problems = open_page("phone"), []
    for path in PAGES:
        page.goto(HOME + path)
        unfold(page)
        for width in (360, 320):
            page.set_viewport_size({"width": width, "height": 640})
            if width_beyond(page) > 0:
                problems.append(f"{path} at {width}")
        problems += [f"{path}: {one}" for one in page.evaluate(SMALL_TARGETS)]
        page.set_viewport_size({"width": 640, "height": 800})
        page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
        if width_beyond(page) > 0:
            problems.append(f"{path} at 200 %")
    assert problems == []


def test_pile_of_paper_forms_is_typed_with_the_keyboard_alone(open_page, database, keyring):
    page = open_page()
    page.goto(f"{HOME}/nhap-phieu")
    page.get_by_role("button", name="Bắt đầu").click()
    marks = ["2", "1", *"444", *"4444", *"444", *"555", "4", "2", "", "", "1", "2", "", "2"]
    for place in (1, 2):
        page.get_by_role("heading", name=f"Phiếu thứ {place}").wait_for()
        for mark in marks:
            page.keyboard.type(mark)
            page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.id") == "comment", "one key and one Tab a question"
        page.locator("#q-extra_money").press("Enter")
    assert axe_problems(page) == []
    page.get_by_role("link", name="Xem lại và gửi tập").click()
    assert axe_problems(page) == []
    assert width_beyond(page) == 0
    page.get_by_role("button", name="Gửi 2 phiếu").click()
    assert "Đã ghi nhận 2 phiếu giấy" in as_read(page.locator("main").inner_text())
    with database.read() as session:
        answers, _ = responses.waiting(session, keyring=keyring)
    assert {one.levels for one in answers} == {bytes([4] * 10 + [5] * 3 + [4, 0, 0])}


def test_checks_see_a_bad_page(open_page):
    """The negative control: a page of ours that was damaged must not look clean."""
    page = open_page()
    page.goto(f"{HOME}/tai-khoan")
    page.evaluate(
        """() => {
          document.documentElement.removeAttribute('lang');
          document.title = '';
          document.querySelectorAll('label').forEach(one => one.remove());
          const wide = document.createElement('div');
          wide.style.width = '4000px';
          wide.append('wide');
          document.querySelector('main').append(document.createElement('button'), new Image(20, 20), wide);
        }"""
    )
    found = " ".join(axe_problems(page))
    for rule in ("html-has-lang", "document-title", "label", "button-name", "image-alt", "select-name"):
        assert rule in found
    assert width_beyond(page) > 0


def test_office_is_set_up_step_by_step(open_page, database):
    page = open_page()
    page.goto(f"{HOME}/")
    assert page.locator(".state-open").count() == 5
    page.get_by_label("Tìm đơn vị khác").fill("ea dra")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_label("Xã Ea Drăng, Tỉnh Đắk Lắk").check()
    page.get_by_label("Năm kế hoạch").fill("2026")
    page.get_by_role("button", name="Dùng đơn vị và năm này").click()
    page.get_by_label("Tên bộ phận").fill("Trung tâm Phục vụ hành chính công xã")
    page.get_by_role("button", name="Lưu và đánh dấu đã xem").click()
    page.get_by_role("button", name="Dùng danh sách này").click()
    page.get_by_role("button", name="Mục tiêu đúng, xác nhận").click()
    page.get_by_label("Đường dây nóng").fill("0262 000 000")
    page.get_by_role("button", name="Lưu nơi liên hệ").click()
    assert page.locator(".state-open").count() == 0
    page.get_by_role("button", name="Xác nhận thiết lập").click()
    expect(page.get_by_text("Thiết lập đã được xác nhận.")).to_be_visible()
    assert axe_problems(page) == []
    with database.read() as session:
        assert installation.read(session).confirmed


def test_goal_that_was_refused_keeps_what_was_typed(open_page):
    page = open_page()
    page.goto(f"{HOME}/muc-tieu/2026")
    page.locator("#access summary").click()
    page.locator("#access-threshold").fill("tám mươi")
    page.locator("#access-wording").fill("Lời văn đã sửa")
    page.locator("#access").get_by_role("button", name="Lưu mục tiêu").click()
    assert page.locator("#access-threshold").input_value() == "tám mươi"
    assert page.locator("#access-wording").input_value() == "Lời văn đã sửa"
    assert axe_problems(page) == []
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("() => document.activeElement.id") == "access-threshold"
    page.locator("#access-threshold").fill("82,5")
    page.locator("#access").get_by_role("button", name="Lưu mục tiêu").click()
    assert page.get_by_role("status").inner_text() == "Đã lưu mục tiêu."


def test_export_of_the_one_stop_system_becomes_dossiers_and_slips(open_page, database):
    page = open_page("phone")
    page.goto(f"{HOME}/ho-so")
    page.set_input_files("#upload-file", FILES / "dossiers.xlsx")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Không đọc: STT, Tên người nộp, Số điện thoại.")).to_be_visible()
    assert axe_problems(page) == []
    assert width_beyond(page) == 0
    page.get_by_role("button", name="Nhập 5 hồ sơ").click()
    assert "thêm 5 hồ sơ" in as_read(page.get_by_role("status").inner_text())
    page.get_by_role("link", name="Các trang").click()
    page.get_by_role("link", name="Phiếu mời").click()
    page.locator("#returned-start").fill("01/03/2026")
    page.locator("#returned-end").fill("31/03/2026")
    with page.expect_download() as started:
        page.get_by_role("button", name="In phiếu theo hồ sơ (PDF)").click()
    assert started.value.suggested_filename.endswith("-4.pdf")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 5
        assert session.scalar(select(func.count()).select_from(Invitation)) == 4


def test_wrong_rows_are_shown_before_anything_is_stored(open_page, database):
    page = open_page()
    page.goto(f"{HOME}/ho-so")
    bad = "Mã hồ sơ;Ngày trả\nH15.1-260302-0001;32/03/2026\nH15.1-260302-0002;03/03/2026\n"
    page.set_input_files("#upload-file", {"name": "x.csv", "mimeType": "text/csv", "buffer": bad.encode()})
    page.get_by_role("button", name="Xem trước").click()
    row = page.get_by_role("row").nth(1).inner_text().split("\t")
    assert row[:3] == ["2", "Ngày trả", "32/03/2026"]
    assert axe_problems(page) == []
    page.get_by_label("Nhập các dòng đúng, bỏ qua các dòng sai").check()
    page.get_by_role("button", name="Nhập 1 hồ sơ").click()
    assert "bỏ qua 1 dòng sai" in as_read(page.get_by_role("status").inner_text())


def test_account_is_made_without_scripts(open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{HOME}/tai-khoan")
    page.locator("#new-login").fill("motcua1")
    page.locator("#new-role").select_option("officer")
    page.get_by_role("button", name="Tạo tài khoản").click()
    assert len(page.locator(".shown-once").inner_text()) == 19

"""An officer's way in a real browser: the one-time link, signing in, the page, a filter, back, a file."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from browser import axe_problems, guarded_page
from factories import kiosk_submission, make_submission
from filled import filled_once
from many_answers import giver, this_year
from officer_year import fill_year
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey import clock
from survey.enums import Role
from survey.models import Officer
from survey.services.office import plans
from survey.services.people import officers

pytestmark = pytest.mark.browser

PASSWORD = "mot-cau-de-nho-2026"
SIZES = {
    "wide": (2560, 1080),
    "office": (1366, 768),
    "tablet": (1280, 800),
    "upright": (800, 1280),
    "phone": (360, 740),
    "small": (320, 640),
}
SMALL_TARGETS = """() => [...document.querySelectorAll('main button, main select, main summary, main input, .download a')]
  .filter(e => e.checkVisibility() && (e.closest('label') ?? e).getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 90))"""
# Text in pictures, which axe does not weigh: the least contrast of any of it against the white page.
CONTRAST = """() => {
  const light = c => { const v = c.map(x => x / 255).map(x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  return Math.min(...[...document.querySelectorAll('svg text:not(.part-words)')].map(e =>
    1.05 / (light(getComputedStyle(e).fill.match(/\\d+/g).slice(0, 3).map(Number)) + .05))); }"""
# The same for numbers on the coloured parts of a bar, each against the fill that it stands on.
PARTS_CONTRAST = """() => {
  const light = c => { const v = c.map(x => x / 255).map(x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const rgb = text => text.match(/\\d+/g).slice(0, 3).map(Number);
  return Math.min(...[...document.querySelectorAll('.part-words')].map(e => {
    const ground = getComputedStyle(e.previousElementSibling);
    const on = rgb(ground.fill).map(x => x * ground.fillOpacity + 255 * (1 - ground.fillOpacity));
    const [a, b] = [light(rgb(getComputedStyle(e).fill)), light(on)].sort((x, y) => y - x);
    return (a + .05) / (b + .05); })); }"""
CUT_OFF = """() => [...document.querySelectorAll('main h1, main td, main th, main p, main .verdict, main summary')]
  .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && !e.closest('.table-scroll')
    && !e.closest('.unseen, .goals thead, .questions thead') && getComputedStyle(e).display !== 'inline')
  .map(e => e.outerHTML.slice(0, 90))"""


@filled_once
def made_year(database, settings, store, keyring):
    year = this_year(settings)
    give = giver(database, settings, store, keyring, year=year)
    fill_year(give, database, store, year=year)
    give(kiosk_submission, month=4, day=2, count=40, level=5)


@pytest.fixture
def secret(database, keyring, make_officer) -> str:
    make_officer(Role.VIEWER)
    return database.write(
        lambda session: officers.start_session(session, keyring=keyring, officer_id=1, now=clock.now())
    )


@pytest.fixture
def open_page(chromium, live_server, secret) -> Iterator[Callable[..., Page]]:
    """Open the officer page in a browser of a size; problems of its console fail the test at the end."""
    opened = []

    def make(size: str = "office", address: str = "/can-bo/", **options: object) -> Page:
        width, height = SIZES[size]
        context = guarded_page(
            chromium, viewport={"width": width, "height": height}, base_url=live_server.url, **options
        )
        page = context.__enter__()
        opened.append(context)
        page.context.add_cookies([{"name": "sipas", "value": secret, "url": live_server.url}])
        page.goto(address)
        return page

    yield make
    for context in opened:
        context.__exit__(None, None, None)


def problems(page: Page) -> list[str]:
    """Give what axe finds; text in pictures, whose ground it cannot tell, is weighed by ourselves.

    Nor can it tell the ground of cells that are scrolled out of sight: it sees the tables of figures where
    they fit, at the widest size.
    """
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      const wide = new CSSStyleSheet();
      wide.replaceSync('.officer main { max-width: none }');
      document.adoptedStyleSheets = innerWidth > 1600 ? [wide] : [];
      sheet.replaceSync('.figures { display: none }');
      const cut = [...document.querySelectorAll('.table-scroll')].some(e => e.scrollWidth > e.clientWidth);
      if (cut) document.adoptedStyleSheets = [sheet];
    }""")
    unknown = "incomplete: color-contrast: <text"
    seen_whole = page.locator(".figures").count() == page.locator(".figures:visible").count()
    found = [one for one in axe_problems(page) if not one.startswith(unknown)]
    page.evaluate("() => { document.adoptedStyleSheets = [] }")
    least = page.evaluate(CONTRAST)
    if page.viewport_size["width"] > 1600 and not seen_whole:
        found.append("axe did not see the tables of figures")
    return found if least is None or least >= 4.5 else [*found, f"text in a picture at {least}:1"]


def unfold(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")


def test_the_journey_of_the_first_administrator(
    made_year, page, live_server, database, keyring, tmp_path: Path
):
    link = database.write(lambda session: officers.new_setup_secret(session, keyring=keyring))
    page.goto(f"{live_server.url}/can-bo/thiet-lap/{link}")
    assert problems(page) == []
    page.get_by_label("Tên đăng nhập").fill("quantri")
    page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    page.get_by_label("Mật khẩu mới, gõ lại").fill(PASSWORD)
    page.get_by_role("button", name="Tạo tài khoản").click()
    expect(page).to_have_url(f"{live_server.url}/can-bo/quan-tri/")

    page.get_by_role("button", name="Đăng xuất").click()
    assert problems(page) == []
    page.goto(f"{live_server.url}/can-bo/")
    page.get_by_label("Tên đăng nhập").fill("quantri")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/can-bo/")
    rows = page.locator("table.goals tbody tr")
    expect(rows).to_have_count(5)
    whole = rows.first.inner_text()

    page.get_by_text("Lọc thêm").click()
    page.get_by_label("Kênh trả lời").select_option("phone")
    page.get_by_role("button", name="Xem").click()
    expect(page).to_have_url(
        f"{live_server.url}/can-bo/?period={page.get_by_label('Kỳ').input_value()}&channel=phone"
    )
    assert rows.first.inner_text() != whole
    expect(page.get_by_label("Kênh trả lời")).to_have_value("phone")

    unfold(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải bảng này (XLSX)").first.click()
    waiting.value.save_as(tmp_path / "bang.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "bang.xlsx")["Mục tiêu"]
    shown = page.locator("table.figures").first.locator("tbody tr").first.locator("td").nth(8).inner_text()
    first = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "Tiếp cận dịch vụ")
    assert str(first[9]) == shown

    page.go_back()
    expect(page).to_have_url(f"{live_server.url}/can-bo/")
    assert rows.first.inner_text() == whole


@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_whole_at_every_size(size, made_year, open_page):
    page = open_page(size)
    unfold(page)
    assert problems(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(CUT_OFF) == []
    for region in page.locator(".table-scroll").all():
        assert region.get_attribute("tabindex") == "0", "a region that scrolls is reached by keyboard"


@pytest.mark.parametrize("size", ["wide", "small"])
def test_the_page_of_a_dimension_is_whole(size, made_year, open_page):
    page = open_page(size, address="/can-bo/noi-dung/staff")
    unfold(page)
    assert problems(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(PARTS_CONTRAST) >= 4.5
    page.get_by_role("navigation", name="Năm nội dung").get_by_role("link", name="Kết quả").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kết quả giải quyết")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Công chức")


@pytest.mark.parametrize(
    ("size", "address"),
    [
        ("office", "/can-bo/xu-huong?grain=week"),
        ("small", "/can-bo/xu-huong"),
        ("wide", "/can-bo/du-bao"),
        ("small", "/can-bo/du-bao"),
        ("wide", "/can-bo/bao-cao"),
        ("wide", "/can-bo/bao-cao/{year}-Q1"),
        ("small", "/can-bo/bao-cao/{year}-Q1"),
    ],
)
def test_trends_forecast_and_reports_are_whole(size, address, made_year, open_page, today):
    page = open_page(size, address=address.format(year=today.year))
    unfold(page)
    assert problems(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(CUT_OFF) == []


def _lead_a_planned_year(session: Session, *, year: int) -> None:
    session.execute(update(Officer).values(role=Role.HEAD))
    plans.ensure(session, unit_id=session.scalars(select(Officer.unit_id)).one(), year=year)


def test_pages_about_the_answers_are_whole(made_year, database, settings, store, keyring, open_page, today):
    """Comments that wait for a decision, coverage, quality, call-backs: wide and small."""
    last_year = today.year - 1
    give = giver(database, settings, store, keyring, year=last_year)
    for count, comment in ((4, "Chờ lâu quá, ghế ít"), (8, "")):
        give(make_submission, month=2, day=3, count=count, comment=comment)
    database.write(partial(_lead_a_planned_year, year=last_year))
    page = open_page("wide", address=f"/can-bo/gop-y?period={last_year}&state=waiting")
    assert page.locator("form.review").count() == 4
    for address in (f"gop-y?period={last_year}&state=waiting", "do-phu", "chat-luong", "chat-luong/goi-lai"):
        for size in ("wide", "small"):
            page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
            page.goto(f"/can-bo/{address}")
            unfold(page)
            assert problems(page) == [], (address, size)
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (address, size)
            assert page.evaluate(SMALL_TARGETS) == [], (address, size)
            assert page.evaluate(CUT_OFF) == [], (address, size)


def test_a_chart_says_its_points_to_pointer_and_keys_and_stretches(made_year, open_page, today):
    page = open_page(address=f"/can-bo/xu-huong?grain=week&period={today.year}")
    page.evaluate("() => document.fonts.ready")
    chart = page.locator("figure[data-chart]").first
    said = chart.locator(".chart-says")
    area = chart.locator(".reading").first.bounding_box()
    page.mouse.move(area["x"] + area["width"] / 2, area["y"] + 20)
    expect(said).to_contain_text("n = ")
    page.mouse.move(2, 2)
    expect(said).to_be_empty()

    chart.focus()
    page.keyboard.press("Home")
    first = said.inner_text()
    page.keyboard.press("ArrowRight")
    assert said.inner_text() != first
    expect(said).to_have_attribute("role", "status")
    assert problems(page) == []
    page.keyboard.press("Escape")
    expect(said).to_be_empty()
    assert page.evaluate("() => document.activeElement.matches('[data-chart]')")

    assert page.locator(".chart-zoom").count() == 0, "few points need no stretching"
    assert page.locator("svg .chart-cursor").count() == 0


def test_the_time_axis_stretches_and_comes_back(give_days, open_page, today):
    page = open_page(address=f"/can-bo/xu-huong?grain=day&period={today.year}-Q1")
    chart = page.locator("figure[data-chart]").first
    before = chart.locator("svg").inner_html()
    bar = page.locator(".chart-zoom").first
    bar.get_by_role("button", name="Phóng to trục thời gian").click()
    places = "() => [...document.querySelector('[data-chart]').querySelectorAll('g.place')].map(e => e.transform.baseVal[0]?.matrix.e ?? 0)"
    moved = page.evaluate(places)
    assert max(moved) - min(moved) > 100
    line = chart.locator(".trend-line").first.get_attribute("points")
    assert line not in before
    chart.focus()
    page.keyboard.press("End")
    expect(chart.locator(".chart-says")).to_contain_text("n = ")
    assert abs(page.evaluate(places)[-1]) < 30, "the last point is in the window"
    page.keyboard.press("0")
    page.keyboard.press("Escape")
    assert max(map(abs, page.evaluate(places))) < 0.5
    for button in bar.get_by_role("button").all():
        box = button.bounding_box()
        assert box["height"] >= 44


@pytest.fixture
def give_days(give):
    """Thirty days with answers: more points than are told apart without stretching."""
    for month in (1, 2, 3):
        for day in range(2, 22, 2):
            give(kiosk_submission, month=month, day=day, count=6, level=4 if day % 4 else 2)


def test_the_checks_of_a_page_see_a_bad_one(made_year, open_page):
    page = open_page()
    page.evaluate("""() => {
      document.querySelector('html').removeAttribute('lang');
      document.querySelector('label').remove();
      document.querySelector('svg title').parentElement.removeAttribute('aria-labelledby');
      document.querySelector('svg title').remove();
      document.querySelector('svg text').setAttribute('class', '');
      document.querySelector('svg text').style.fill = '#ccc';
      document.querySelector('main').insertAdjacentElement('beforeend', document.createElement('button'));
    }""")
    found = " ".join(problems(page))
    for rule in ("html-has-lang", "select-name", "svg-img-alt", "button-name", "text in a picture"):
        assert rule in found, rule


@pytest.mark.parametrize(("size", "last"), [("office", ".first-words"), ("tablet", "table.goals")])
def test_the_goals_stand_on_the_first_screen(size, last, made_year, open_page):
    page = open_page(size)
    page.evaluate("() => document.fonts.ready")
    box = page.locator(last).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= SIZES[size][1]


def test_it_reads_at_twice_the_size_and_with_wide_spacing(made_year, open_page):
    page = open_page()
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('html { font-size: 200% } * { line-height: 1.5 !important;' +
        ' letter-spacing: .12em !important; word-spacing: .16em !important }');
      document.adoptedStyleSheets = [sheet];
    }""")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CUT_OFF) == []


def test_forced_colours_keep_every_mark(made_year, open_page):
    page = open_page(forced_colors="active")
    for kind in (".estimate", ".threshold", ".verdict-limit", ".interval", ".mark path"):
        seen = page.locator(f"table.goals tbody {kind}").first.evaluate(
            "e => { const s = getComputedStyle(e); return [s.fill, s.stroke, getComputedStyle(document.body).backgroundColor] }"
        )
        assert seen[0] != seen[2] or seen[1] not in {seen[2], "none"}, kind


def test_paper_is_black_on_white_without_controls_and_numbered(made_year, open_page, tmp_path: Path):
    page = open_page()
    page.emulate_media(media="print")
    for control in ("form.filters", ".account", ".download a", "nav.pages"):
        assert not page.locator(control).first.is_visible(), control
    assert page.locator("table.goals tbody tr").first.is_visible()
    assert page.locator("table.figures").first.is_visible(), "folded tables are printed"
    colours = page.evaluate(
        "() => [...new Set([...document.querySelectorAll('.verdict, .mark, h1, td')].map(e => getComputedStyle(e).color))]"
    )
    for colour in colours:
        red, green, blue = (int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")[:3])
        assert red == green == blue, colour
    page.pdf(path=tmp_path / "trang.pdf", prefer_css_page_size=True)
    from pypdfium2 import PdfDocument

    document = PdfDocument(tmp_path / "trang.pdf")
    texts = [sheet.get_textpage().get_text_range() for sheet in document]
    assert f"1/{len(texts)}" in texts[0]
    assert "Chắc chắn" in texts[0] or "chưa chắc chắn" in texts[0]
    width, height = document[0].get_size()
    assert width > height


def test_the_page_works_without_scripts_and_by_keyboard(made_year, open_page):
    page = open_page(java_script_enabled=False)
    page.get_by_label("Kỳ").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Kênh trả lời").select_option("kiosk")
    page.get_by_role("button", name="Xem").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**channel=kiosk")
    expect(page.locator("details.more")).to_have_attribute("open", "")
    expect(page.locator(".status")).to_contain_text("Máy tính bảng tại quầy")

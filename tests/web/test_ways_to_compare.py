"""The further ways to compare as pages: they open, say what to do where empty, and give their tables."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import province
import pytest
from browser import axe_problems, guarded_page
from factories import make_submission
from pages import elements, parse, text_of

from survey.enums import Role, TrustClass
from survey.web.officer.before_after import usual_month

PAGES = (
    "/can-bo/so-sanh",
    "/can-bo/so-sanh/truoc-sau",
    "/can-bo/so-sanh/theo-ho-so",
    "/can-bo/so-sanh/don-vi",
)


@pytest.fixture
def viewer(officer_client):
    return officer_client(Role.VIEWER)


@pytest.fixture
def filled(give):
    for month in (1, 2, 3):
        give(make_submission, month=month, day=5, count=12)
        give(make_submission, month=month, day=5, count=9, trust_class=TrustClass.KIOSK)


@pytest.mark.parametrize("address", PAGES)
def test_every_way_opens_in_an_empty_year(viewer, address):
    answer = viewer.get(address)
    assert answer.status_code == 200
    assert any(text_of(one) for one in elements(parse(answer.text), "p"))
    assert viewer.get(f"{address}?period=1999").status_code == 422


@pytest.mark.dated
def test_before_and_after_with_its_file(viewer, filled, today):
    address = f"/can-bo/so-sanh/truoc-sau?since={today.year}-02&months=1&dimension=staff"
    page = viewer.get(address)
    assert page.status_code == 200
    assert f"Sau (02/{today.year})" in page.text
    book = openpyxl.load_workbook(BytesIO(viewer.get(f"{address}&format=xlsx").data))
    assert book.sheetnames == ["So sánh", "Do giải pháp"]
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert f"Trước (01/{today.year})" in cells
    assert cells.count(21) == 2


def test_a_task_of_the_plan_chooses_its_dimension(viewer, filled):
    page = viewer.get("/can-bo/so-sanh/truoc-sau?task=outcome:0").text
    headings = [text_of(one) for one in elements(parse(page), "h2")]
    assert headings[0] == "Kết quả giải quyết thủ tục hành chính"
    assert viewer.get("/can-bo/so-sanh/truoc-sau?task=outcome:99").status_code == 422


def test_weighted_says_what_is_missing(viewer, filled):
    page = viewer.get("/can-bo/so-sanh/theo-ho-so").text
    assert "Hãy nhập hồ sơ của kỳ" in page
    file = viewer.get("/can-bo/so-sanh/theo-ho-so?format=xlsx")
    cells = openpyxl.load_workbook(BytesIO(file.data)).worksheets[0].iter_rows(values_only=True)
    assert not any("cho 0 phép so sánh" in str(cell) for row in cells for cell in row)


@pytest.mark.browser
def test_every_way_is_accessible(live_server, chromium, database, keyring, make_officer, filled):
    from survey import clock
    from survey.services.people import officers

    province.build(database)
    login = make_officer(Role.VIEWER)

    def start(session):
        from sqlalchemy import select

        from survey.models import Officer

        officer = session.scalars(select(Officer.id).where(Officer.login == login)).one()
        return officers.start_session(session, keyring=keyring, officer_id=officer, now=clock.now())

    secret = database.write(start)
    with guarded_page(chromium, viewport={"width": 1366, "height": 768}) as page:
        page.context.add_cookies([{"name": "sipas", "value": secret, "url": live_server.url}])
        for address in (*PAGES, "/can-bo/so-sanh?by=channel"):
            page.goto(live_server.url + address)
            # Contrast of text in pictures is weighed in test_officer_browser; axe cannot tell it.
            unknown = "incomplete: color-contrast: <text"
            assert [one for one in axe_problems(page) if not one.startswith(unknown)] == [], address
            overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
            assert not overflow, address


def test_a_year_that_has_not_come_to_august_begins_with_its_latest_month():
    assert usual_month([("2026-03", "3/2026"), ("2026-02", "2/2026")], 2026) == "2026-03"
    assert usual_month([("2026-09", "9/2026"), ("2026-08", "8/2026")], 2026) == "2026-08"
    assert usual_month([], 2026) == "2026-08"

"""The ledger of coverage: each step counted, what breaks the order said plainly, small numbers hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from factories import desk_id, kiosk_submission, make_submission, store_answer
from pages import elements, parse, text_of
from sqlalchemy import insert

from survey.enums import InvitationWay, Role
from survey.models import Dossier, InvitationCount, ScreenCount
from survey.reports.coverage import over_time
from survey.reports.coverage.tables import all_tables
from survey.services.intake import mixing
from survey.services.office import periods
from survey.services.pages import coverage
from survey.services.pages.coverage import CoveragePage, Line, Order, Span

pytestmark = pytest.mark.dated

ADDRESS = "/can-bo/do-phu"
DAY = date(2026, 3, 10)


@pytest.fixture
def made(database, settings, store, keyring):
    """One day: 40 dossiers, 20 invitations, 27 who began at the tablet, 12 answers of phones and tablets."""
    desk = desk_id(database)
    dossiers = [
        {
            "code": f"HS{number:02d}",
            "desk_id": desk,
            "received_on": DAY,
            "returned_on": DAY,
            "filing_channel": "counter",
        }
        for number in range(40)
    ]
    database.write(lambda session: session.execute(insert(Dossier), dossiers))
    counted = {"desk_id": desk, "day": DAY}
    database.write(
        lambda session: session.execute(
            insert(InvitationCount).values(**counted, way=InvitationWay.DOSSIER, n=20)
        )
    )
    screens = [
        {**counted, "channel": "kiosk", "screen": screen, "seen": seen, "left": 0}
        for screen, seen in (("stage", 27), ("access", 25))
    ]
    database.write(lambda session: session.execute(insert(ScreenCount), screens))
    noon = datetime(2026, 3, 10, 5, tzinfo=UTC)
    for _ in range(7):
        store_answer(database, settings, store, make_submission(database, store, answered_at=noon))
    for _ in range(5):
        store_answer(database, settings, store, kiosk_submission(database, store, answered_at=noon))
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 3, 11)))


def rows(html: str, caption: str) -> list[list[str]]:
    for table in elements(parse(html), "table"):
        if elements(table, "caption") and text_of(elements(table, "caption")[0]).startswith(caption):
            return [[text_of(cell) for cell in elements(row, "th", "td")] for row in elements(table, "tr")]
    return []


def test_an_empty_ledger_says_what_to_do(officer_client):
    html = officer_client(Role.VIEWER).get(f"{ADDRESS}?period=2026").get_data(as_text=True)
    assert "Hãy nhập hồ sơ ở trang Hồ sơ" in html


def test_every_step_is_counted(made, officer_client):
    client = officer_client(Role.VIEWER)
    html = client.get(f"{ADDRESS}?period=2026-03").get_data(as_text=True)
    assert "Trả 40 hồ sơ; mời 20 người (50,0%); 12 người gửi phiếu" in html
    assert rows(html, "Theo ngày")[1] == ["10/03/2026", "40", "20", "7", "12", "12", "30,0%", "–"]
    by_channel = {row[0]: row[1:] for row in rows(html, "Theo kênh")[1:]}
    assert by_channel == {"Điện thoại": ["–", "7", "7"], "Máy tính bảng tại quầy": ["30", "5", "5"]}
    assert "số lời mời không vượt số hồ sơ đã trả" in html
    content = client.get(f"{ADDRESS}?period=2026-03&format=xlsx&table=time").data
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert [cell.value for cell in sheet[sheet.max_row]] == ["10/03/2026", 40, 20, 7, 12, 12, 0.3, "–"]


def test_a_year_is_told_by_months_and_a_quarter_by_weeks(made, officer_client):
    client = officer_client(Role.VIEWER)
    for period in ("2026", "2026-H1"):
        html = client.get(f"{ADDRESS}?period={period}").get_data(as_text=True)
        assert [row[0] for row in rows(html, "Theo tháng")[1:]] == ["03/2026"]
    html = client.get(f"{ADDRESS}?period=2026-Q1").get_data(as_text=True)
    assert [row[0] for row in rows(html, "Theo tuần")[1:]] == ["09/03 – 15/03"]


@pytest.mark.parametrize(
    ("counts", "order"),
    [
        ((40, 20, 12, 7), Order.HOLDS),
        ((40, 60, 12, 7), Order.MORE_INVITED),
        ((0, 60, 12, 7), Order.MORE_INVITED),
        ((40, 5, 12, 7), Order.MORE_WITH_CODE),
        ((10, 5, 12, 3), Order.MORE_ANSWERED),
    ],
)
def test_what_breaks_the_order_is_named(counts, order):
    assert coverage.order_of(*counts) is order


def test_what_breaks_the_order_is_said_on_the_page(made, database, officer_client):
    desk = desk_id(database)
    more = {"desk_id": desk, "day": date(2026, 3, 24), "way": InvitationWay.ROLL, "n": 200}
    database.write(lambda session: session.execute(insert(InvitationCount).values(**more)))
    html = officer_client(Role.VIEWER).get(f"{ADDRESS}?period=2026").get_data(as_text=True)
    assert "1 tháng: mời nhiều hơn số hồ sơ đã trả" in html


def line(answered: int) -> Line:
    return Line(50, 40, None, answered, answered, 0)


def test_few_answers_are_hidden_and_no_subtraction_gives_them_back():
    hidden = coverage.hide_few([line(30), line(3), line(12)])
    assert [one.answered for one in hidden] == [30, None, None]
    assert [one.is_hidden for one in hidden] == [False, True, True]
    assert [one.returned for one in hidden] == [50, 50, 50]
    assert [one.answered for one in coverage.hide_few([line(30), line(0)])] == [30, 0]


def test_who_began_is_told_in_tens():
    assert [coverage.in_tens(count) for count in (0, 4, 9, 10, 27, 1234)] == [0, None, None, 10, 30, 1230]


def by_field(*lines: tuple[str, int, int | None]) -> CoveragePage:
    found = tuple(
        (name, Line(returned, None, None, n, n, None, is_hidden=n is None)) for name, returned, n in lines
    )
    return replace(page_of(), by_field=found, total=line(100))


def test_of_a_field_the_least_and_the_most_are_told_and_why():
    page = by_field(("Hộ tịch", 100, 20), ("Đất đai", 50, 10), ("Chứng thực", 40, 0), ("", 0, 70))
    table = all_tables(page, locale="vi")["field"]
    assert [[cell.text for cell in row[3:]] for row in table.rows] == [
        ["20,0%", "90,0%"],
        ["20,0%", "100,0%"],
        ["0,0%", "100,0%"],
        ["–", "–"],
    ]
    assert table.note.startswith("70 trong 100 phiếu (70,0%) không rõ lĩnh vực.")
    assert "chưa thể nói lĩnh vực nào" in table.note
    apart = by_field(("Hộ tịch", 100, 80), ("Đất đai", 50, 10), ("", 0, 5))
    assert "chỉ hai khoảng rời nhau" in all_tables(apart, locale="vi")["field"].note


def test_where_the_unknown_are_hidden_no_most_gives_them_back():
    page = by_field(("Hộ tịch", 100, 20), ("Đất đai", 50, None), ("", 0, None))
    shares = [[cell.text for cell in row[3:]] for row in all_tables(page, locale="vi")["field"].rows]
    assert shares == [["20,0%", "–"], ["–", "–"], ["–", "–"]]


def page_of(*with_result: int | None) -> CoveragePage:
    first = date(2026, 1, 5)
    weeks = [first + timedelta(weeks=place) for place in range(len(with_result))]
    total = line(sum(n or 0 for n in with_result))
    return CoveragePage(
        unit="Xã",
        demo=False,
        period=periods.parse("2026-Q1"),
        several_desks=False,
        total=total,
        by_time=tuple(
            (Span(day, day + timedelta(days=6)), Line(50, 40, None, n, n, 0, is_hidden=n is None))
            for day, n in zip(weeks, with_result, strict=True)
        ),
        by_desk=(),
        by_channel=(),
        by_field=(),
        samples=(),
    )


def test_the_course_is_drawn_and_said_and_what_is_hidden_is_a_gap():
    page = page_of(10, 30, None, 20)
    sentence = over_time.time_sentence(page, locale="vi")
    assert sentence == (
        "Thường mỗi tuần 40,0% số hồ sơ có phiếu trả lời; thấp nhất 20,0% (05/01 – 11/01), cao nhất 60,0% "
        "(12/01 – 18/01)."
    )
    drawn = str(over_time.time_chart(page, locale="vi"))
    assert sentence in drawn
    assert drawn.count('class="estimate"') == 3
    assert "19/01 – 25/01: ẩn vì ít người trả lời" in drawn
    two = page_of(10, None, 20)
    assert over_time.time_chart(two, locale="vi") is None
    assert over_time.time_sentence(two, locale="vi") == ""

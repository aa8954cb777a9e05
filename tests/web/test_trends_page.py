"""The page of trends: every grain, signals, notes of days, the map of hours, files."""

from __future__ import annotations

import random
import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from factories import kiosk_submission, make_submission
from filled import filled_once
from many_answers import giver, this_year
from pages import elements, parse, text_of
from sqlalchemy import select

from survey.enums import Role
from survey.models import AuditEvent, DayNote
from survey.services.intake import mixing
from survey.services.people.officers import ROLE_ORDER

PAGE = "/can-bo/xu-huong"
NOTE = "/can-bo/xu-huong/ghi-chu"


@pytest.fixture
def viewer(officer_client):
    return officer_client(Role.VIEWER)


@pytest.fixture
def writer(officer_client):
    return officer_client(Role.OFFICER)


@filled_once
def made_year(database, settings, store, keyring):
    """Two months: full and split forms on days of two weeks each."""
    give = giver(database, settings, store, keyring, year=this_year(settings))
    for month in (1, 2):
        for day in (5, 19):
            give(make_submission, month=month, day=day, count=9)
            give(kiosk_submission, month=month, day=day, count=8, level=3 if month == 2 else 5)


def rows(page: str, title: str) -> list[list[str]]:
    for one in elements(parse(page), "table"):
        captions = elements(one, "caption")
        if captions and text_of(captions[0]).startswith(title):
            return [[text_of(cell) for cell in elements(row, "th", "td")] for row in elements(one, "tr")][2:]
    raise AssertionError(f"no table {title}")


def send(client, address: str, **fields: str):
    """Send a form with the token that the page gives to who may write."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PAGE).text)
    prefix = "" if re.search(r"/\d+$", address) else "note-"
    given = {f"{prefix}{name}": value for name, value in fields.items()}
    return client.post(address, data={**given, "csrf_token": token[1] if token else ""})


@pytest.mark.parametrize("role", ROLE_ORDER)
def test_every_role_reads_it_and_only_officers_write(role, client, officer_client):
    assert client.get(PAGE).status_code == 302
    signed_in = officer_client(role)
    assert signed_in.get(PAGE).status_code == 200
    answer = send(signed_in, NOTE, day="01/01/2026", desk="", text="mất điện")
    assert answer.status_code == (403 if role is Role.VIEWER else 303)


def test_before_the_first_answer_it_says_what_will_appear(viewer):
    page = viewer.get(PAGE).text
    assert "Kỳ này chưa đủ phiếu để vẽ. Khi người dân trả lời, trang này vẽ năm nội dung" in page
    assert "<svg" not in page.split("<main")[1], "no empty charts"
    assert "Bản đồ giờ có khi quý đã kết thúc năm ngày" in page
    assert "Chưa có ghi chú nào trong khoảng này." in page


def test_what_is_no_choice_is_refused(viewer):
    assert viewer.get(f"{PAGE}?grain=hour").status_code == 422
    assert viewer.get(f"{PAGE}?grain=").status_code == 302
    assert viewer.get(f"{PAGE}?quarter=2024-13&dimension=x").status_code == 200, "the map shows what there is"


@pytest.mark.parametrize(
    ("grain", "first", "count"),
    [("week", "1–07/01/", 4), ("month", "01/", 2), ("quarter", "Quý I năm ", 1), ("year", "Năm ", 1)],
)
def test_every_grain_counts_the_same_persons(grain, first, count, made_year, viewer, today):
    page = viewer.get(f"{PAGE}?period={today.year}&grain={grain}").text
    found = [row for row in rows(page, "Công chức") if row[4] != "0"]
    assert len(found) == count
    assert found[0][0].startswith(first)
    assert sum(int(row[4]) for row in found) == 68
    assert all(row[2] != "–" and row[3] != "–" for row in found), "no index without its interval"


def test_days_are_those_with_answers(made_year, viewer, today):
    page = viewer.get(f"{PAGE}?period={today.year}-Q1&grain=day").text
    found = rows(page, "Công chức")
    assert [row[0].split("/", 2)[:2] for row in found] == [
        ["05", "01"],
        ["19", "01"],
        ["05", "02"],
        ["19", "02"],
    ]
    assert [row[4] for row in found] == ["17"] * 4


def test_months_are_those_of_the_page_of_the_dimension(made_year, viewer, today):
    trends = rows(viewer.get(f"{PAGE}?period={today.year}").text, "Công chức")
    for one in elements(parse(viewer.get(f"/can-bo/noi-dung/staff?period={today.year}").text), "table"):
        captions = elements(one, "caption")
        if captions and text_of(captions[0]).startswith("Theo tháng"):
            months = [[text_of(c) for c in elements(row, "th", "td")] for row in elements(one, "tr")][2:]
    assert [row[1:5] for row in trends] == [row[1:5] for row in months[: len(trends)]]


def test_filters_show_the_same_as_the_whole_where_they_leave_nobody_out(give, viewer, today):
    give(make_submission, month=3, day=5, count=12)
    whole = rows(viewer.get(f"{PAGE}?period={today.year}").text, "Công chức")
    filtered = rows(viewer.get(f"{PAGE}?period={today.year}&channel=phone").text, "Công chức")
    assert whole == filtered


def test_a_month_that_chance_does_not_explain_is_named(give, viewer, today):
    chance = random.Random(4)
    for month in range(1, 13):
        for number in range(25):
            level = 2 if month == 9 and number % 5 else 4 if chance.random() < 0.9 else 3
            answers = dict.fromkeys(("A1", "A2", "A3"), level)
            give(make_submission, month=month, day=3, count=1, answers=answers)
    page = viewer.get(f"{PAGE}?period={today.year}").text
    assert f"Vượt khỏi dao động ngẫu nhiên: Tiếp cận (thấp 09/{today.year})." in page
    assert 'class="signal"' in page


@pytest.mark.dated
def test_a_note_stands_at_its_point_with_its_words(made_year, writer, database, today):
    answer = send(
        writer,
        f"{NOTE}?grain=week&period={today.year}",
        day=f"06/01/{today.year}",
        desk="",
        text="Mất điện  sáng",
    )
    assert answer.status_code == 303
    assert answer.location == f"{PAGE}?grain=week&period={today.year}#notes"
    page = writer.get(f"{PAGE}?period={today.year}").text
    assert 'class="note-mark"' in page
    assert f"06/01/{today.year}: Mất điện sáng" in page, "said near its point"
    assert "Mất điện sáng" in " ".join(rows(page, "Công chức")[0]), "and in the table"
    with database.read() as session:
        note = session.scalars(select(DayNote)).one()
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "day-note-written")).one()
    assert note.written_by is Role.OFFICER
    assert "Mất điện" not in str(event.detail), "the audit says that, not what"

    for other in ("/can-bo/", "/can-bo/noi-dung/staff"):
        shown = writer.get(f"{other}?period={today.year}").text
        assert 'class="note-mark"' in shown, other
        assert "Mất điện sáng" in shown, other

    changed = send(writer, f"{NOTE}/{note.id}", text="Mất điện cả ngày")
    assert changed.status_code == 303
    assert "Mất điện cả ngày" in writer.get(f"{PAGE}?period={today.year}").text
    send(writer, f"{NOTE}/{note.id}", text="Mất điện cả ngày", remove="1")
    with database.read() as session:
        assert session.scalars(select(DayNote)).all() == []
    assert send(writer, f"{NOTE}/{note.id}", text="x").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": "31/12/2999", "text": "Hội chợ"}, "Ngày này chưa đến."),
        ({"day": "hôm qua", "text": "Hội chợ"}, "Hãy ghi một ngày, ví dụ 24/11/2026."),
        ({"day": "", "text": "Hội chợ"}, "Hãy ghi một ngày, ví dụ 24/11/2026."),
        ({"day": "01/01/2026", "text": "  "}, "Hãy ghi điều đã xảy ra."),
        ({"day": "01/01/2026", "text": "Hội chợ", "desk": "999"}, "Giá trị này không có trong danh sách."),
    ],
)
def test_a_note_that_cannot_be_kept_says_why_and_keeps_what_was_typed(fields, said, writer, database):
    answer = send(writer, NOTE, **{"desk": "", **fields})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{fields["day"]}"' in answer.text
    with database.read() as session:
        assert session.scalars(select(DayNote)).all() == []


def test_numbers_that_name_somebody_are_masked(writer, database):
    send(writer, NOTE, day="01/01/2026", desk="", text="Ông gọi 0912 345 678 báo hỏng máy")
    with database.read() as session:
        assert "345" not in session.scalars(select(DayNote.text)).one()


@pytest.fixture
def end_of_quarter(database, keyring, store, today):
    """Make the hours of the first quarter readable, as the mixing after its end does."""

    def run() -> None:
        after = date(today.year, 4, 6)
        database.write(lambda session: mixing.mix(session, keyring=keyring, store=store, today=after))

    return run


def test_the_map_of_hours_shows_cells_and_hides_small_ones(give, viewer, today, end_of_quarter):
    for count, day in ((20, 5), (3, 6), (9, 7)):
        give(make_submission, month=1, day=day, count=count)
    assert 'class="chart heat-map"' not in viewer.get(f"{PAGE}?period={today.year}-Q1").text
    end_of_quarter()
    page = viewer.get(f"{PAGE}?period={today.year}-Q1").text
    found = rows(page.replace("<thead>", "<thead><tr></tr>"), "Thứ và giờ")
    persons = [row[2] for row in found]
    assert "20" in persons
    if "< 5" in persons:
        assert persons.count("ẩn") + persons.count("< 5") >= 2, "a second one is hidden with it"
    assert "Đông nhất" in page
    assert 'class="chart heat-map"' in page


def test_a_file_holds_every_table(made_year, viewer, today, end_of_quarter):
    end_of_quarter()
    answer = viewer.get(f"{PAGE}?period={today.year}&format=xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    assert len(book.sheetnames) == 6
    cells = [[cell.value for cell in row] for row in book["Công chức trực tiếp giải quyết"].iter_rows()]
    assert any(row[0] and str(row[0]).startswith(f"01/{today.year}") and row[4] == 34 for row in cells)
    one = viewer.get(f"{PAGE}?period={today.year}&format=xlsx&table=hours")
    assert len(openpyxl.load_workbook(BytesIO(one.data)).sheetnames) == 1

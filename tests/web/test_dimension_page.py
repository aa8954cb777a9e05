"""The page of one dimension: figures counted anew from the answers, signals, hidden groups, files."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from factories import kiosk_submission, make_submission
from filled import filled_once
from many_answers import giver, this_year
from pages import elements, parse, text_of
from sqlalchemy import select

from survey import clock
from survey.enums import Dimension, Form, Part, Role
from survey.i18n import format_number, format_percent
from survey.models import ReasonCount, Response
from survey.services.people.officers import ROLE_ORDER

PAGE = "/can-bo/noi-dung/"
DRAWN_FROM = {"access": 3, "procedure": 4, "staff": 3, "outcome": 3, "petitions": 3}


@pytest.fixture
def viewer(officer_client):
    return officer_client(Role.VIEWER)


@filled_once
def made_year(database, settings, store, keyring):
    """Both forms, every level, blanks; nobody can guess the shares."""
    give = giver(database, settings, store, keyring, year=this_year(settings))
    chance = random.Random(11)
    with database.read() as session:
        items = [item.code for item in store.current(session).instrument.items]
    for month, count in ((1, 12), (2, 9)):
        for _ in range(count):
            levels = {
                code: chance.choice([1, 2, 3, 4, 4, 5, 5, 5]) for code in items if chance.random() < 0.9
            }
            give(make_submission, month=month, day=5, count=1, answers=levels)
            give(kiosk_submission, month=month, day=5, count=1, level=chance.choice([2, 3, 4, 5]))


def table(page: str, title: str) -> list[list[str]]:
    """Give a table of figures as it reads, heads left out."""
    for one in elements(parse(page), "table"):
        captions = elements(one, "caption")
        if captions and text_of(captions[0]).startswith(title):
            rows = [[text_of(cell) for cell in elements(row, "th", "td")] for row in elements(one, "tr")]
            return rows[1:]
    raise AssertionError(f"no table {title}")


def shares_by_hand(session, store, dimension: str) -> dict[str, list[float]]:
    """Weighted shares of the five levels of each item, from the mixed answers themselves."""
    layout = store.current(session).layout
    found = {}
    rows = session.execute(select(Response.form, Response.levels).where(Response.part == Part.HEADLINE)).all()
    for item in layout.items[layout.item_slice(dimension)]:
        place = layout.items.index(item)
        levels = [0.0] * 5
        for form, answers in rows:
            if 1 <= answers[place] <= 5:
                levels[answers[place] - 1] += DRAWN_FROM[dimension] if form is Form.SPLIT else 1
        found[item] = [one / sum(levels) for one in levels]
    return found


@pytest.mark.parametrize("role", ROLE_ORDER)
def test_every_role_reads_it_and_nobody_else_does(role, client, officer_client):
    assert client.get(PAGE + "access").status_code == 302
    assert officer_client(role).get(PAGE + "access").status_code == 200


def test_an_unknown_dimension_is_no_page_and_empty_fields_leave_the_address(viewer):
    assert viewer.get(PAGE + "overall").status_code == 404
    answer = viewer.get(PAGE + "staff?channel=&desk=")
    assert (answer.status_code, answer.location) == (302, PAGE + "staff")
    assert viewer.get(PAGE + "staff?channel=telepathy").status_code == 422
    assert viewer.get(PAGE + "staff?format=pdf").status_code in {400, 422}


def test_before_the_first_answer_it_says_so(viewer):
    page = viewer.get(PAGE + "outcome").text
    assert "Chưa đủ phiếu để so các câu hỏi với nhau." in page
    assert "Chưa có tháng nào đủ phiếu để hiển thị." in page
    assert "Kế hoạch nói phải làm gì" in page, "what to do is known before anybody answers"


@pytest.mark.dated
@pytest.mark.parametrize("dimension", [one.value for one in Dimension])
def test_items_and_levels_are_those_of_the_answers(dimension, made_year, viewer, database, store):
    rows = table(viewer.get(PAGE + dimension).text, "Từng câu hỏi")[1:]
    with database.read() as session:
        expected = shares_by_hand(session, store, dimension)
    assert [row[0].partition(".")[0] for row in rows] == list(expected)
    for row, shares in zip(rows, expected.values(), strict=True):
        assert row[1] == format_percent(shares[3] + shares[4])
        assert row[5:] == [format_percent(share) for share in shares]


def test_a_file_holds_exactly_the_figures_of_the_page(made_year, viewer):
    answer = viewer.get(PAGE + "staff?format=xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    page = viewer.get(PAGE + "staff").text
    assert book.sheetnames == ["Câu hỏi", "Theo tháng", "Nhóm"]
    for sheet, title in zip(book, ("Từng câu hỏi", "Theo tháng", "Ai trả lời thế nào"), strict=True):
        written = [
            [
                (format_percent(cell.value) if cell.number_format == "0.0%" else format_number(cell.value))
                if cell.data_type == "n" and cell.value is not None
                else cell.value
                for cell in row
            ]
            for row in sheet.iter_rows()
        ]
        for row in table(page, title):
            assert row in written or "Trong 100 người trả lời" in row or "giữa" in row, row
    assert "không phải mẫu ngẫu nhiên" in str([row[0] for row in written])


def test_a_month_that_chance_does_not_explain_is_named(give, viewer, today):
    chance = random.Random(4)
    for month in range(1, 13):
        for number in range(25):
            level = 2 if month == 9 and number % 5 else 4 if chance.random() < 0.9 else 3
            give(
                make_submission, month=month, day=3, count=1, answers=dict.fromkeys(("A1", "A2", "A3"), level)
            )
    page = viewer.get(f"{PAGE}access?period={today.year}").text
    assert f"09/{today.year}: thấp hơn giới hạn dưới." in page
    assert page.count("thấp hơn giới hạn dưới") == 4, "sentence, picture, its point and table"
    assert 'class="signal"' in page
    assert 'class="usual"' in page


def test_fewer_than_twelve_months_get_no_limits(made_year, viewer):
    page = viewer.get(PAGE + "access").text
    assert "Mới có 2 tháng đủ phiếu" in page
    assert 'class="usual"' not in page


def test_a_small_group_is_hidden_together_with_the_one_that_would_give_it_away(give, viewer):
    give(make_submission, month=2, day=5, count=30)
    give(kiosk_submission, month=2, day=5, count=3)
    groups = table(viewer.get(PAGE + "access").text, "Ai trả lời thế nào")
    channels = {row[1]: row[2:] for row in groups if row[0] == "Kênh trả lời"}
    if "Máy tính bảng tại quầy" in channels:
        assert channels["Máy tính bảng tại quầy"] == ["–", "–", "–", "ẩn"]
        assert channels["Điện thoại"] == ["–", "–", "–", "ẩn"]
    else:
        assert channels == {"Điện thoại": channels["Điện thoại"]}


def test_who_was_not_asked_is_no_small_group(give, viewer):
    give(make_submission, month=2, day=5, count=20)
    groups = table(viewer.get(PAGE + "outcome").text, "Ai trả lời thế nào")
    assert ["Ai trả lời", "Người nhận kết quả"] in [row[:2] for row in groups]
    assert all(row[-1] != "ẩn" for row in groups)


def test_reasons_are_counted_by_desk_and_month_alone(made_year, viewer, database, store, today):
    with database.read() as session:
        reasons = [one for one in store.current(session).instrument.reasons if one.dimension == "access"]
        desk = session.scalars(select(Response.desk_id)).first()
    month = datetime(today.year, 1, 1, tzinfo=UTC).date()

    def count(session):
        for reason, times in zip(reasons, (7, 3), strict=False):
            session.add(
                ReasonCount(
                    desk_id=desk, month=month, dimension=Dimension.ACCESS, reason=reason.code, count=times
                )
            )

    database.write(count)
    rows = table(viewer.get(PAGE + "access").text, "Lý do khi chưa hài lòng")
    assert [row[1] for row in rows] == ["7", "< 5"]
    assert "Lý do khi chưa hài lòng" not in viewer.get(PAGE + "access?channel=phone").text


def test_the_overview_leads_to_it_with_its_filters(made_year, viewer):
    page = viewer.get("/can-bo/?channel=phone").text
    links = [one.get("href") for one in elements(parse(page), "a")]
    assert f"{PAGE}access?channel=phone" in links


def test_questions_that_few_are_asked_wait_for_a_month_and_are_not_split(
    give, officer_client, today, monkeypatch
):
    """Staff may know who sent feedback: each answer must not show on the day it comes."""
    monkeypatch.setattr(clock, "now", lambda: datetime(today.year, 3, 20, 3, tzinfo=UTC))
    viewer = officer_client(Role.VIEWER)
    give(make_submission, month=1, day=5, count=6)
    page = viewer.get(PAGE + "petitions").text
    assert [row[0].partition(".")[0] for row in table(page, "Từng câu hỏi")[1:]] == ["E1", "E2", "E3"]
    assert "chỉ tính những tháng đã qua" in page
    assert "Tính theo trung bình các mục: 100" in page
    split = viewer.get(PAGE + "petitions?channel=phone").text
    assert "không tách từng câu theo bộ lọc" in split
    assert "Tính theo trung bình các mục" not in split
    with pytest.raises(AssertionError):
        table(split, "Từng câu hỏi")
    give(make_submission, month=3, day=1, count=5)
    assert table(viewer.get(PAGE + "petitions").text, "Từng câu hỏi")[2][4] == "6", "March is not over"
    assert table(viewer.get(PAGE + "staff").text, "Từng câu hỏi")[1][4] == "11"

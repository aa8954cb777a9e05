"""The panel of quality and the lists of call-backs: what they find, show, hide and write into files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from factories import desk_id, kiosk_submission, make_submission, store_answer, store_answers
from pages import elements, parse, text_of
from reported_year import unit_id
from sqlalchemy import insert, select

from survey.enums import Role
from survey.models import Dossier, FlaggedDayTally, KioskDevice
from survey.queries import ratings
from survey.services.intake import mixing
from survey.services.office import plans

pytestmark = pytest.mark.dated

PANEL = "/can-bo/chat-luong"
LISTS = f"{PANEL}/goi-lai"
DAY = date(2026, 3, 10)


@pytest.fixture
def device(database) -> int:
    def work(session) -> int:
        made = KioskDevice(
            name="K", desk_id=1, counter_id=1, key_hash=bytes(32), enrolled_at_utc=datetime(2026, 1, 1, tzinfo=UTC)
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made.id

    return database.write(work)


@pytest.fixture
def answer(database, settings, store, keyring, device):
    """Let so many people answer at the tablet on a day, honestly or all within minutes."""

    def give(day: date, count: int, *, stuffed: bool = False) -> None:
        start = datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)  # 08:00 in the office
        given = []
        for place in range(count):
            moment = start + (timedelta(seconds=20 * place) if stuffed else timedelta(minutes=17 * place))
            level = 5 if stuffed else 3 + place % 3
            drawn = (f"A{1 + place % 3}", "B1", "C1", "D1", "E1")
            given.append(
                kiosk_submission(
                    database,
                    store,
                    level,
                    device_id=device,
                    drawn=drawn,
                    answers=dict.fromkeys(drawn, level),
                    answered_at=moment,
                    duration_s=5.0 if stuffed else 40.0,
                )
            )
        store_answers(database, settings, store, given)
        database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=day + timedelta(days=1)))

    return give


def rows(html: str, caption: str) -> list[list[str]]:
    for table in elements(parse(html), "table"):
        if elements(table, "caption") and text_of(elements(table, "caption")[0]).startswith(caption):
            return [[text_of(cell) for cell in elements(row, "th", "td")] for row in elements(table, "tr")]
    return []


def post(client, page, address, **fields):
    html = client.get(page).get_data(as_text=True)
    token = next(e.get("value") for e in elements(parse(html), "input") if e.get("name") == "csrf_token")
    return client.post(
        address, data={"csrf_token": token, **fields}, headers={"Sec-Fetch-Site": "same-origin"}
    )


def test_an_empty_panel_says_so(officer_client):
    html = officer_client(Role.VIEWER).get(f"{PANEL}?period=2026").get_data(as_text=True)
    assert "chưa có gì để xem" in html
    assert "Gọi lại ngẫu nhiên" in html


def test_stuffing_is_found_with_its_day_and_what_hangs_on_it(answer, officer_client):
    for offset in range(6):
        answer(DAY + timedelta(days=offset), 20)
    answer(DAY + timedelta(days=20), 20, stuffed=True)
    client = officer_client(Role.VIEWER)
    pointing = elements(parse(client.get("/can-bo/?period=2026").text), "a")
    assert [(text_of(one), one.get("href")) for one in pointing if "nên xem lại" in text_of(one)] == [
        (
            "Ngày 30/03/2026: 20 trong 20 phiếu mang nhiều dấu hiệu, nên xem lại (Quầy số 1)",
            f"{PANEL}?period=2026",
        )
    ]
    assert "nên xem lại" not in client.get("/can-bo/?period=2026&stage=filing").text
    html = client.get(f"{PANEL}?period=2026").get_data(as_text=True)
    assert rows(html, "Ngày nên xem lại")[1:] == [
        ["30/03/2026", "Trung tâm Phục vụ hành chính công", "Quầy số 1", "20", "20"]
    ]
    beside = {row[0]: row[1:] for row in rows(html, "Chỉ số khi có")[2:]}
    assert (beside["Tiếp cận dịch vụ"][3], beside["Tiếp cận dịch vụ"][7]) == ("140", "120")
    assert beside["Tiếp cận dịch vụ"][0] > beside["Tiếp cận dịch vụ"][4]
    content = client.get(f"{PANEL}?period=2026&format=xlsx&table=days").data
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert [cell.value for cell in sheet[sheet.max_row]][:4] == [
        "30/03/2026", "Trung tâm Phục vụ hành chính công", "Quầy số 1", 20,
    ]  # fmt: skip


def test_the_overview_says_which_goal_hangs_on_stuffing(answer, officer_client, database):
    database.write(lambda s: plans.ensure(s, unit_id=unit_id(database), year=DAY.year))
    for offset in range(6):
        answer(DAY + timedelta(days=offset), 20)
    client = officer_client(Role.VIEWER)
    assert "không tính phiếu có dấu hiệu" not in client.get("/can-bo/?period=2026").text
    # Two thirds are satisfied of the others: under every goal without the 90.
    answer(DAY + timedelta(days=20), 90, stuffed=True)
    links = elements(parse(client.get("/can-bo/?period=2026").text), "a")
    (said,) = [text_of(one) for one in links if "không tính phiếu có dấu hiệu" in text_of(one)]
    assert "Tiếp cận chưa đạt (66,7%)" in said


def test_honest_days_are_no_days_to_look_at(answer, officer_client):
    for offset in range(4):
        answer(DAY + timedelta(days=offset), 20)
    html = officer_client(Role.VIEWER).get(f"{PANEL}?period=2026").get_data(as_text=True)
    assert rows(html, "Ngày nên xem lại") == []
    assert "không tháng nào có từ 5 phiếu trở lên mang nhiều dấu hiệu" in html
    assert "Nếu không tính các phiếu đó" not in html


def test_without_figures_are_hidden_where_they_would_give_a_few_away(
    answer, database, settings, store, keyring, officer_client
):
    answer(DAY, 20)
    noon = datetime(2026, 3, 17, 5, tzinfo=UTC)
    for place in range(9):
        # Three give one level to everything.
        changes = {} if place < 3 else {"answers": {"A1": 4, "A2": 3, "A3": 4, "B1": 5}}
        given = make_submission(database, store, answered_at=noon, **changes)
        store_answer(database, settings, store, given)
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 3, 18)))
    html = officer_client(Role.VIEWER).get(f"{PANEL}?period=2026").get_data(as_text=True)
    access = next(row for row in rows(html, "Chỉ số khi có") if row[0] == "Tiếp cận dịch vụ")
    assert access[4] == "29"
    assert access[8] == "29", "nobody carries several signals: the same persons"
    assert access[9:] == ["–", "–", "–", "ẩn"], "three persons would show by subtraction"
    assert next(row for row in rows(html, "Các dấu hiệu") if row[0].startswith("Chọn một mức"))[1] == "< 5"


@pytest.fixture
def returned(database) -> None:
    desk = desk_id(database)
    values = [
        {
            "code": f"HS{number:02d}",
            "desk_id": desk,
            "received_on": DAY,
            "returned_on": DAY,
            "filing_channel": "counter",
        }
        for number in range(30)
    ]
    database.write(lambda session: session.execute(insert(Dossier), values))


def test_a_head_draws_an_officer_records_a_viewer_sees_no_codes(returned, officer_client):
    head, officer, viewer = (officer_client(role) for role in (Role.HEAD, Role.OFFICER, Role.VIEWER))
    assert "Chưa rút danh sách nào" in viewer.get(LISTS).get_data(as_text=True)
    assert post(officer, f"{LISTS}", LISTS, period="2026-03").status_code == 403
    drawn = post(head, LISTS, LISTS, period="2026-03")
    assert drawn.status_code == 303
    address = drawn.headers["Location"]
    again = post(head, LISTS, LISTS, period="2026-03")
    assert again.status_code == 422
    assert "Mỗi kỳ chỉ rút một lần" in again.get_data(as_text=True)
    assert viewer.get(address).status_code == 403
    html = officer.get(address).get_data(as_text=True)
    assert html.count("chưa gọi") == 3
    wrong = post(officer, address, f"{address}/1")
    assert wrong.status_code == 422
    saved = post(officer, address, f"{address}/1", **{"n1-reached": "spoke", "n1-served": "yes"})
    assert saved.status_code == 303
    twice = post(officer, address, f"{address}/1", **{"n1-reached": "spoke"})
    assert twice.status_code == 409
    assert officer.get(address).get_data(as_text=True).count("chưa gọi") == 2
    content = officer.get(f"{address}?format=xlsx").data
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[1:3] for row in values[-3:]] == [[1, "đã gọi"], [2, "chưa gọi"], [3, "chưa gọi"]]


def test_signals_of_a_field_that_is_not_told_apart_yet(
    officer_client, database, settings, store, keyring, monkeypatch
):
    """Of a running month every field counts as unknown; the sums of its signals must follow."""
    monkeypatch.setattr(ratings, "is_settled", lambda _month, _today: False)
    field = 1
    database.write(
        lambda s: s.execute(
            insert(Dossier),
            [
                {"code": f"H{n}", "desk_id": desk_id(database), "procedure": "", "field_id": field,
                 "received_on": DAY, "due_on": DAY, "returned_on": DAY, "filing_channel": "counter"}
                for n in range(9)
            ],
        )
    )  # fmt: skip
    noon = datetime(DAY.year, DAY.month, DAY.day, 5, tzinfo=UTC)
    for _ in range(7):
        given = make_submission(database, store, answered_at=noon, field_id=field)
        store_answer(database, settings, store, given)
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=DAY + timedelta(days=1)))
    with database.read() as session:
        assert set(session.scalars(select(FlaggedDayTally.field_id))) == {field}
    client = officer_client(Role.VIEWER)
    for address in (f"{PANEL}?period=2026", f"{PANEL}?period=2026-03"):
        assert client.get(address).status_code == 200


def test_tablet_and_phone_have_the_figures_that_the_comparison_shows(
    answer, officer_client, database, settings, store, keyring
):
    for offset in range(5):
        day = DAY + timedelta(days=offset)
        phones = [
            make_submission(
                database,
                store,
                answers={
                    item: 2 + (place * order + offset) % 4
                    for order, item in enumerate(make_submission(database, store).answers)
                },
                answered_at=datetime(day.year, day.month, day.day, 2, place, tzinfo=UTC),
                duration_s=90.0,
            )
            for place in range(23)
        ]
        store_answers(database, settings, store, phones)
        answer(day, 21)
    client = officer_client(Role.VIEWER)
    panel = rows(client.get(f"{PANEL}?period=2026").text, "Máy tại quầy so với điện thoại")[2:]
    content = client.get("/can-bo/so-sanh?period=2026&by=class&format=xlsx").data
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    compared = {(row[0], row[1]): row[2:] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert len(panel) == 2
    for dimension, at_desk, alone, *gap in (row[:6] for row in panel):
        tablet = compared["C – máy tại quầy", dimension]
        phone = compared["A – điện thoại, có mã phiếu", dimension]
        assert [at_desk, alone] == [f"{100 * share[0]:.1f}%".replace(".", ",") for share in (tablet, phone)]
        assert gap == [f"{points:+.1f}".replace(".", ",").replace("-", "−") for points in tablet[4:7]]

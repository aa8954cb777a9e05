"""Where people stop: counted on tablet and phone, shown in tens, never anybody's way."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from factories import desk_id
from flask.testing import FlaskClient
from pages import elements, parse, text_of
from phone import issue, opened, post, walk
from sqlalchemy import select
from tablet import enrol

from survey import clock
from survey.clock import office_day
from survey.db import Database
from survey.enums import Channel, Role
from survey.models import ScreenCount
from survey.seal import Keyring
from survey.services.pages import stopping
from survey.services.pages.stopping import TimeClass
from survey.services.tablets import screen_counts
from survey.services.tablets.screen_counts import Counts
from survey.settings import Settings
from survey.web.phone import counting

PAGE = "/can-bo/dung-o-dau"


@pytest.fixture
def count(database: Database, settings: Settings):
    def one(channel: Channel = Channel.KIOSK, **counts) -> None:
        day, desk = office_day(clock.now(), settings.zone), desk_id(database)
        database.write(
            lambda session: screen_counts.add(
                session, desk_id=desk, day=day, counts=Counts(**counts), channel=channel
            )
        )

    return one


@pytest.fixture
def viewer(officer_client) -> FlaskClient:
    return officer_client(Role.VIEWER)


def rows(page: str) -> list[list[str]]:
    (table,) = elements(parse(page), "table")
    return [[text_of(cell) for cell in elements(row, "th", "td")] for row in elements(table, "tr")]


def test_an_empty_period_says_what_will_appear(viewer: FlaskClient) -> None:
    page = viewer.get(PAGE).text
    assert "Khi có người dùng máy tính bảng" in page
    assert not elements(parse(page), "table")


def test_a_screen_shows_who_left_there_and_how_long_it_took(viewer: FlaskClient, count) -> None:
    # 407 saw the field, 61 left there; of those who answered, the middle one took 6 to 10 seconds.
    count(
        seen={"visit": 412, "stage": 412, "field": 407, "access": 346},
        left={"stage": 4, "field": 61, "access": 20},
        times={
            "visit": (0, 0, 0, 30, 200, 96, 0, 0),
            "field": (10, 100, 170, 60, 6, 0, 0, 0),
            "access": (300, 26, 0, 0, 0, 0, 0, 0),
        },
    )
    page = viewer.get(PAGE).text
    found = {row[0]: row[1:] for row in rows(page)[2:]}
    assert list(found) == [
        "Cả phiếu, từ câu đầu đến câu cuối",
        "Việc đến làm",
        "Lĩnh vực",
        "Tiếp cận dịch vụ",
    ]
    assert found["Lĩnh vực"][:3] == ["410", "60", "15,0%"]
    assert found["Lĩnh vực"][5] == "6–10 giây"
    # Four persons: neither their number nor a share that tells it.
    assert found["Việc đến làm"] == ["410", "< 10", "–", "–", "–", "–"]
    assert found["Cả phiếu, từ câu đầu đến câu cuối"][5] == "20–30 giây"
    assert "Người dân dừng nhiều nhất ở “Lĩnh vực”: 15,0%" in page
    assert "thường mất 20–30 giây cho cả phiếu" in page


def test_few_persons_are_hidden_and_near_screens_are_not_called_different(viewer: FlaskClient, count) -> None:
    count(seen={"stage": 9, "access": 100, "staff": 90}, left={"stage": 9, "access": 12, "staff": 11})
    page = viewer.get(PAGE).text
    found = {row[0]: row[1:] for row in rows(page)[2:]}
    assert found["Việc đến làm"] == ["< 10", "< 10", "–", "–", "–", "–"]
    assert "chưa tách rõ khỏi các màn hình khác" in page


def test_the_table_downloads_with_the_same_figures(viewer: FlaskClient, count) -> None:
    count(seen={"stage": 40}, left={"stage": 12})
    count(Channel.PHONE, seen={"stage": 30}, times={"stage": (20, 0, 0, 0, 0, 0, 0, 0)})
    assert len(elements(parse(viewer.get(PAGE).text), "table")) == 2
    (only,) = elements(parse(viewer.get(f"{PAGE}?channel=phone").text), "table")
    assert "Điện thoại" in text_of(only)
    file = viewer.get(f"{PAGE}?format=xlsx")
    book = openpyxl.load_workbook(BytesIO(file.data))
    assert book.sheetnames == ["Máy tính bảng tại quầy", "Điện thoại"]
    kiosk, phone = (list(sheet.values)[-1] for sheet in book.worksheets)
    assert kiosk[:4] == ("Việc đến làm", 40, 10, 0.3)
    assert phone[:4] == ("Việc đến làm", 30, 10, 0.333)


def test_the_page_is_in_the_navigation(viewer: FlaskClient) -> None:
    assert f'href="{PAGE}"' in viewer.get("/can-bo/").text


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ((9, 0, 0, 0, 0, 0, 0, 0), None),
        ((10, 0, 0, 0, 0, 0, 0, 0), TimeClass(0, 3)),
        ((5, 5, 0, 0, 0, 0, 0, 0), TimeClass(0, 3)),
        ((5, 6, 0, 0, 0, 0, 0, 0), TimeClass(3, 6)),
        ((1, 0, 0, 0, 0, 0, 0, 9), TimeClass(120, None)),
    ],
)
def test_the_middle_person_lies_in_a_class(times, expected) -> None:
    assert stopping.median_class(times) == expected


def phone_counts(database: Database) -> dict[str, tuple[int, int]]:
    with database.read() as session:
        found = session.scalars(select(ScreenCount).where(ScreenCount.channel == Channel.PHONE.value)).all()
    return {
        one.screen: (one.seen, sum(getattr(one, name) for name in screen_counts.TIME_COLUMNS))
        for one in found
    }


def test_a_phone_is_counted_screen_by_screen(
    client: FlaskClient, database: Database, keyring: Keyring, settings: Settings, monkeypatch
) -> None:
    monkeypatch.setattr(counting, "FLUSH_S", 0.0)
    # However long the test takes, every screen is left at once.
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began)
    first, second = issue(database, keyring, office_day(began, settings.zone), 2)
    walk(client, opened(client, first), {"stage": {"stage": "filing"}})
    # Somebody who goes back, looks again and then stops at the second screen.
    started = opened(client, second)
    access = post(client, started, {"stage": "filing"})
    client.get(started)
    post(client, started, {"stage": "filing"})
    opened(client, second)
    monkeypatch.setattr(clock, "now", lambda: began + timedelta(seconds=45))
    post(client, access, {"A1": "5"})
    counts = phone_counts(database)
    # Seen by, answered by.
    assert counts["stage"] == (2, 2)
    assert counts["access"] == (2, 2)
    assert counts["procedure"] == (2, 1)
    assert counts["comment"] == (1, 1)
    assert counts["visit"] == (2, 1)
    with database.read() as session:
        row = session.scalars(select(ScreenCount).where(ScreenCount.screen == "access")).one()
    assert (row.under_3s, row.under_60s) == (1, 1)


def test_a_tablet_of_an_older_release_sends_no_times(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    kiosk = enrol(client, database, keyring)
    for message in (
        {"seen": {"stage": 2}, "left": {"stage": 1}},
        {"seen": {"stage": 1}, "times": {"stage": [1, 0, 0], "moon": [1] * 8, "field": "x"}},
        {"seen": {"stage": 1}, "times": {"stage": [0, 1, 0, 0, 0, 0, 0, 0], "access": [0] * 7 + [-1]}},
    ):
        assert kiosk.post("/kiosk/screens", json=message).status_code == 200
    with database.read() as session:
        (row,) = session.scalars(select(ScreenCount)).all()
    assert (row.seen, row.left, row.under_3s, row.under_6s) == (4, 1, 0, 1)

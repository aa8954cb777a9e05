"""The page of hours and holidays: what an administrator types is kept, or comes back with what is wrong."""

import re
from datetime import date

import pytest

from survey.enums import Role
from survey.services.office import office_hours
from survey.services.office.office_hours import OfficeHours

PATH = "/can-bo/quan-tri/gio-lam-viec"


@pytest.fixture
def send(officer_client):
    client = officer_client(Role.ADMINISTRATOR)

    def post(path: str, **data: str):
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PATH).text)[1]
        return client.post(PATH + path, data={"csrf_token": token, **data}, follow_redirects=True)

    return post


@pytest.fixture
def hours(database):
    def read() -> OfficeHours:
        with database.read() as session:
            return office_hours.read(session)

    return read


@pytest.mark.parametrize("typed", ["07:30", "7:30", "7h30", "07H30", "7.30", "7g30"])
def test_a_week_is_kept_as_people_write_times(send, hours, typed):
    page = send("", **{"week-d0_0_opens": typed, "week-d0_0_closes": "17h"})
    assert "Đã lưu giờ làm việc" in page.text
    assert [len(spans) for spans in hours().week] == [1, 0, 0, 0, 0, 0, 0]
    assert f"{hours().week[0][0].opens:%H:%M}–{hours().week[0][0].closes:%H:%M}" == "07:30–17:00"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"week-d0_0_opens": "sáng", "week-d0_0_closes": "17:00"}, "ví dụ 07:30"),
        ({"week-d0_0_opens": "25:00", "week-d0_0_closes": "17:00"}, "ví dụ 07:30"),
        ({"week-d0_0_opens": "07:30"}, "cả giờ mở và giờ đóng"),
        ({"week-d2_0_opens": "17:00", "week-d2_0_closes": "7:30"}, "sau giờ mở"),
        (
            {
                "week-d2_0_opens": "7:30",
                "week-d2_0_closes": "12:00",
                "week-d2_1_opens": "11:00",
                "week-d2_1_closes": "17:00",
            },
            "Buổi thứ hai phải bắt đầu sau",
        ),
    ],
)
def test_a_wrong_week_changes_nothing_and_loses_nothing(send, hours, data, said):
    page = send("", **data)
    assert page.status_code == 422
    assert said in page.text
    for value in data.values():
        assert f'value="{value}"' in page.text
    assert hours() == OfficeHours()


@pytest.mark.dated
def test_holidays_are_added_shown_and_taken_out(send, hours):
    page = send("/ngay", **{"days-first": "16/02/2027", "days-last": "20/02/2027", "days-name": "Tết Nguyên đán", "days-kind": "closed"})  # fmt: skip
    assert "16/02/2027 – 20/02/2027" in page.text
    assert len(hours().days) == 5
    page = send("/bo-ngay", first="2027-02-16", last="2027-02-20")
    assert "Chưa ghi ngày nghỉ nào" in page.text
    assert send("/bo-ngay", first="x", last="").status_code == 400


def test_the_fixed_days_are_offered_and_the_moving_ones_are_the_office_s_own(send, hours):
    page = send("/ngay-co-dinh")
    assert "Ngày Chiến thắng" in page.text
    assert {(day.month, day.day) for day in hours().days} == {(1, 1), (4, 30), (5, 1), (9, 2)}
    assert "chưa ghi:" not in page.text
    assert "Giỗ Tổ Hùng Vương" in page.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"days-first": "32/01/2027", "days-name": "x"}, "Hãy ghi một ngày"),
        ({"days-first": "02/01/2027", "days-last": "01/01/2027", "days-name": "x"}, "sau ngày đầu"),
        ({"days-first": "02/01/2027", "days-last": "01/06/2027", "days-name": "x"}, "nhiều đợt"),
        ({"days-first": "02/01/2027", "days-name": " "}, "tên ngày"),
    ],
)
def test_a_wrong_day_is_explained(send, hours, data, said):
    page = send("/ngay", **{"days-kind": "closed", **data})
    assert page.status_code == 422
    assert said in page.text
    assert hours().days == {}


def test_drafts_wait_for_the_first_day_the_office_is_open(database, send):
    send("/ngay", **{"days-first": "01/04/2025", "days-name": "Nghỉ", "days-kind": "closed"})
    with database.read() as session:
        assert office_hours.read(session).first_working_day(date(2025, 4, 1)) == date(2025, 4, 2)

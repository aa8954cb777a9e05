"""Exports of one-stop systems: every spelling of a heading, every form of a day, every problem by name."""

import csv
import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from survey.enums import FilingChannel
from survey.exceptions import ImportRejected
from survey.services.inviting import dossier_files
from survey.services.inviting.dossier_files import DossierTable
from survey.services.sheets.cell_dates import NotADay, day_of

FILES = Path(__file__).parent / "files"
TODAY = date(2026, 11, 24)
HEAD = ["Mã hồ sơ", "Thủ tục", "Lĩnh vực", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày trả", "Hình thức nộp"]
GOOD = [
    "H15.46.12-260302-0001",
    "Khai sinh",
    "Hộ tịch",
    "02/03/2026",
    "03/03/2026",
    "03/03/2026",
    "Trực tiếp",
]


def as_csv(*rows: list[str]) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def read(content: bytes, filename: str = "x.csv", **changes: object) -> DossierTable:
    return dossier_files.read(
        content, filename, **{"field_of": lambda *_names: None, "today": TODAY, **changes}
    )


def with_cell(heading: str, value: str) -> list[str]:
    row = list(GOOD)
    row[HEAD.index(heading)] = value
    return row


@pytest.mark.parametrize(
    "name", ["dossiers_semicolon_utf8_bom.csv", "dossiers_comma_cp1258.csv", "dossiers.xlsx"]
)
def test_samples_of_one_export_are_read_alike(name):
    table = read((FILES / name).read_bytes(), name)
    assert table.errors == []
    assert [row.code for row in table.rows] == [
        "H15.46.12-260302-0001",
        "H15.46.12-260302-0002",
        "H15.46.12-260303-0001",
        "H15.46.12-260304-0007",
        "H15.46.12-260305-0002",
    ]
    assert [row.returned_on for row in table.rows] == [
        date(2026, 3, 2),
        date(2026, 3, 2),
        date(2026, 3, 5),
        None,
        date(2026, 3, 12),
    ]
    assert [row.filing_channel for row in table.rows][2:4] == [FilingChannel.ONLINE, FilingChannel.POSTAL]
    assert table.rows[1].procedure == "Chứng thực bản sao từ bản chính"
    assert table.headings.row == 5
    assert table.headings.not_read == ("STT", "Tên người nộp", "Số điện thoại")
    assert table.skipped == 2


def test_what_is_not_asked_for_is_nowhere_in_what_was_read():
    table = read((FILES / "dossiers.xlsx").read_bytes(), "dossiers.xlsx")
    kept = repr(table.rows) + repr(table.errors)
    assert "Người nộp" not in kept
    assert "09000000" not in kept


@pytest.mark.parametrize(
    ("role", "heading"),
    [
        ("code", "SỐ HỒ SƠ"),
        ("code", "ma ho so"),
        ("code", "Mã số hồ sơ"),
        ("code", "Số biên nhận"),
        ("code", "Dossier code"),
        ("procedure", "Tên TTHC"),
        ("procedure", "Thủ tục hành chính"),
        ("procedure", "Procedure"),
        ("field", "LĨNH VỰC"),
        ("field", "Field"),
        ("received", "Ngày nộp hồ sơ"),
        ("received", "Thời gian tiếp nhận"),
        ("received", "Received"),
        ("due", "Hạn xử lý"),
        ("due", "Ngày hẹn trả KQ"),
        ("due", "Due date"),
        ("returned", "Ngày trả KQ"),
        ("returned", "Ngày kết thúc xử lý"),
        ("returned", "Date returned"),
        ("channel", "Hình thức tiếp nhận"),
        ("channel", "Kênh tiếp nhận"),
        ("channel", "Filing channel"),
    ],
)
def test_heading_is_known_in_many_spellings(role, heading):
    beside = "Mã hồ sơ" if role != "code" else "Ngày tiếp nhận"
    table = read(as_csv([heading, beside], ["", ""]))
    assert {column.role: column.heading for column in table.headings.columns}[role] == heading


def test_better_spelling_wins_where_two_columns_fit():
    table = read(as_csv(["Mã hồ sơ", "Ngày hoàn thành", "Ngày trả kết quả"]))
    assert table.headings.heading("returned") == "Ngày trả kết quả"
    assert table.headings.not_read == ("Ngày hoàn thành",)


def test_headings_are_looked_for_in_the_first_rows_only():
    titles = [["UBND XÃ"]] * 14
    assert read(as_csv(*titles, HEAD, GOOD)).rows[0].row == 16
    with pytest.raises(ImportRejected) as caught:
        read(as_csv(*titles, ["một dòng nữa"], HEAD, GOOD))
    assert caught.value.data["reason"] == "no-headings"


def test_totals_signatures_groups_and_repeated_headings_are_no_dossiers():
    table = read(as_csv(HEAD, ["Lĩnh vực Hộ tịch"], GOOD, HEAD, ["Tổng cộng: 1"], ["", ""], ["Người lập"]))
    assert [row.row for row in table.rows] == [3]
    assert table.errors == []
    assert table.skipped == 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("24/11/2026", date(2026, 11, 24)),
        ("4/1/2026", date(2026, 1, 4)),
        ("24-11-2026", date(2026, 11, 24)),
        ("24.11.2026", date(2026, 11, 24)),
        ("24/11/2026 14:05", date(2026, 11, 24)),
        ("24/11/2026 14:05:59", date(2026, 11, 24)),
        ("24/11/2026 2:05 CH", date(2026, 11, 24)),
        ("14:05 24/11/2026", date(2026, 11, 24)),
        ("14h05, 24/11/2026", date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
        ("2026-11-24T14:05:00+07:00", date(2026, 11, 24)),
        ("2026-11-24 14:05:00.123", date(2026, 11, 24)),
        ("2026/11/24", date(2026, 11, 24)),
        (46350, date(2026, 11, 24)),
        (46350.75, date(2026, 11, 24)),
        ("46350", date(2026, 11, 24)),
        (datetime(2026, 11, 24, 23, 59), date(2026, 11, 24)),  # noqa: DTZ001 - as a spreadsheet gives it
        (date(2026, 11, 24), date(2026, 11, 24)),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_day_is_read_in_every_form(value, expected):
    assert day_of(value) == expected


@pytest.mark.parametrize(
    "value", ["31/02/2026", "11/24/2026", "24/11/26", "hôm nay", "2026", 12, 99_999, True, "24/11/2026 xong"]
)
def test_what_is_no_day_is_said_to_be_none(value):
    with pytest.raises(NotADay):
        day_of(value)


@pytest.mark.parametrize(
    ("heading", "value", "problem", "allowed"),
    [
        ("Mã hồ sơ", "", "code-missing", ()),
        ("Mã hồ sơ", "123/HS", "code-form", ()),
        ("Mã hồ sơ", "H15.46.12-2603-0001", "code-form", ()),
        ("Mã hồ sơ", "H15.46.12-260231-0001", "code-day", ()),
        ("Mã hồ sơ", "H15.46.12-261125-0001", "code-future", ("2026-11-24",)),
        ("Ngày tiếp nhận", "32/03/2026", "not-a-day", ()),
        ("Ngày tiếp nhận", "25/11/2026", "day-outside", ("2000-01-01", "2026-11-24")),
        ("Ngày tiếp nhận", "02/03/1926", "day-outside", ("2000-01-01", "2026-11-24")),
        ("Ngày hẹn trả", "mai", "not-a-day", ()),
        ("Ngày hẹn trả", "01/03/2026", "before-received", ("2026-03-02",)),
        ("Ngày hẹn trả", "03/03/2206", "day-outside", ("2000-01-01", "2036-12-01")),
        ("Ngày trả", "01/03/2026", "before-received", ("2026-03-02",)),
        ("Ngày trả", "25/11/2026", "day-outside", ("2000-01-01", "2026-11-24")),
        ("Hình thức nộp", "Qua người quen", "channel-unknown", ()),
    ],
)
def test_problem_names_row_column_value_and_what_is_allowed(heading, value, problem, allowed):
    table = read(as_csv(["title"], HEAD, ["H15.46.12-260302-0002", *GOOD[1:]], with_cell(heading, value)))
    assert [row.row for row in table.rows] == [3]
    (error,) = table.errors
    assert (error.row, error.column, error.value) == (4, heading, value)
    assert error.problem == problem
    assert error.allowed == allowed


def test_every_problem_of_a_row_is_named():
    row = ["x", "", "", "x", "x", "x", "x"]
    problems = {error.problem for error in read(as_csv(HEAD, row)).errors}
    assert problems == {"code-form", "not-a-day", "channel-unknown"}
    assert len(read(as_csv(HEAD, row)).errors) == 5


def test_code_that_stands_twice_is_an_error_of_the_second_row():
    table = read(as_csv(HEAD, GOOD, GOOD))
    assert len(table.rows) == 1
    assert [(error.row, error.problem, error.allowed) for error in table.errors] == [(3, "repeated", ("2",))]


@pytest.mark.parametrize(
    "written", ["h15.46.12-260302-0001", " H15.46.12 - 260302 - 0001 ", "H15.46.12\u2013260302\u20130001"]
)
def test_code_is_cleaned_of_what_a_keyboard_adds(written):
    assert read(as_csv(HEAD, with_cell("Mã hồ sơ", written))).rows[0].code == "H15.46.12-260302-0001"


def test_day_of_receipt_is_that_of_the_code_where_the_file_has_none():
    assert read(as_csv(HEAD, with_cell("Ngày tiếp nhận", ""))).rows[0].received_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("written", "channel"),
    [
        ("", FilingChannel.COUNTER),
        ("TRỰC TIẾP", FilingChannel.COUNTER),
        ("Nộp trực tuyến", FilingChannel.ONLINE),
        ("Cổng DVC quốc gia", FilingChannel.ONLINE),
        ("Bưu chính công ích", FilingChannel.POSTAL),
        ("online", FilingChannel.ONLINE),
    ],
)
def test_filing_channel_is_read(written, channel):
    assert read(as_csv(HEAD, with_cell("Hình thức nộp", written))).rows[0].filing_channel is channel


def test_long_value_of_an_error_is_cut():
    (error,) = read(as_csv(HEAD, with_cell("Mã hồ sơ", "x" * 500))).errors
    assert len(error.value) == 60


def test_twenty_thousand_rows_take_seconds_and_show_progress():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Họ tên", *HEAD])
    for number in range(20_000):
        sheet.append(["Người nộp", f"H15.46.12-260302-{number:05d}", *GOOD[1:]])
    target = io.BytesIO()
    book.save(target)
    seen: list[int] = []
    table = read(target.getvalue(), "x.xlsx", progress=seen.append)
    assert len(table.rows) == 20_000
    assert seen == list(range(1000, 20_001, 1000))
    # About three seconds alone; the limit leaves room for a machine with other work.

"""Tables as values and as files: what the page hides a file does not tell."""

from io import BytesIO

import openpyxl
import pytest

from survey.reports import tables
from survey.reports.filenames import file_name
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.xlsx_report import Workbook, render

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.org", "=cmd|' /C calc'!A0"]


def read(*made: Table):
    book = Workbook("Xã Ea Drăng", ["Ai trả lời: người nhận kết quả"], made, [one.code for one in made])
    return openpyxl.load_workbook(BytesIO(render(book)))


def test_sheets_of_one_name_are_told_apart():
    made = [Table("a", "Một", [Column("A")], [[Cell("một")]])] * 3
    book = Workbook("Xã", [], made, ["So sánh", "so sánh", "x" * 40])
    names = openpyxl.load_workbook(BytesIO(render(book))).sheetnames
    assert names == ["So sánh", "so sánh (2)", "x" * 31]


def test_a_share_is_stored_as_it_is_shown_and_not_finer():
    cell = tables.share(0.83963, locale="vi")
    assert cell == Cell("84,0%", 0.84)
    table = Table("t", "Bảng", [Column("A"), Column("B", Kind.SHARE)], [[Cell("một"), cell]])
    sheet = read(table)["t"]
    stored = sheet.cell(sheet.max_row, 2)
    assert (stored.value, stored.number_format) == (0.84, "0.0%")


@pytest.mark.parametrize(
    ("value", "threshold", "strict", "cell"),
    [
        (0.8496, 0.85, False, Cell("< 85,0%")),
        (0.85, 0.85, False, Cell("85,0%", 0.85)),
        (0.85004, 0.85, True, Cell("> 85,0%")),
        (0.8523, 0.85, True, Cell("85,2%", 0.852)),
    ],
)
def test_a_share_never_seems_to_lie_on_the_other_side_of_its_goal(value, threshold, strict, cell):
    assert tables.share_against(value, threshold, strict=strict, locale="vi") == cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [(0.01249, Cell("+1,2", 1.2)), (-0.153, Cell("−15,3", -15.3)), (0.0001, Cell("0,0", 0.0))],
)
def test_a_difference_is_told_in_points_with_its_sign(value, cell):
    assert tables.points(value, locale="vi") == cell
    table = Table("t", "Bảng", [Column("A"), Column("B (điểm)", Kind.POINTS)], [[Cell("một"), cell]])
    sheet = read(table)["t"]
    stored = sheet.cell(sheet.max_row, 2)
    assert (stored.value, stored.number_format) == (cell.value, "+0.0;−0.0;0.0")


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_undefined_is_a_dash_and_no_number(value):
    assert tables.share(value, locale="vi") == tables.points(value, locale="vi") == Cell("–")


def test_a_hidden_count_has_no_number():
    assert tables.count(None, locale="vi", hidden_below=5) == Cell("< 5")
    assert tables.count(1234, locale="vi", hidden_below=5) == Cell("1.234", 1234)


@pytest.mark.parametrize("text", FORMULAS)
def test_words_are_never_a_formula_or_a_link(text):
    sheet = read(Table("t", text, [Column(text)], [[Cell(text)]]))["t"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert sheet.cell(sheet.max_row, 1).value == text


def test_titles_over_columns_span_the_columns_they_name():
    columns = [Column("Tháng"), *(Column(name, Kind.SHARE, "Tiếp cận") for name in "abc")]
    table = Table("t", "Bảng", columns, [[Cell("1"), *[Cell("80,0%", 0.8)] * 3]])
    assert table.groups == [("", 1), ("Tiếp cận", 3)]
    (merged,) = read(table)["t"].merged_cells.ranges
    assert (merged.min_col, merged.max_col) == (2, 4)


def test_each_table_has_its_sheet():
    made = [Table(code, "Bảng", [Column("A")], [[Cell("x")]]) for code in ("goals", "trend")]
    assert read(*made).sheetnames == ["goals", "trend"]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("hai-long", "Xã Ea Drăng", "2024-Q4"), "hai-long-xa-ea-drang-2024-q4.xlsx"),
        (("Ư Ơ Ê Đ đ", ""), "u-o-e-d-d.xlsx"),
        (("../../etc/passwd",), "etc-passwd.xlsx"),
        (("con",), "con-tep.xlsx"),
        (("…",), "sipas.xlsx"),
        (("a" * 300,), "a" * 100 + ".xlsx"),
    ],
)
def test_a_file_name_can_be_stored_anywhere(parts, name):
    assert file_name(*parts, extension="xlsx") == name

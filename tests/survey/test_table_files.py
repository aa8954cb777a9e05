"""Tables that people upload: any encoding and separator, and no archive that harms."""

import io
import zipfile

import openpyxl
import pytest

from survey.exceptions import ImportRejected
from survey.services.sheets import table_csv, table_files, table_xlsx
from survey.services.sheets.table_files import fold

TABLE = [["Mã hồ sơ", "Thủ tục"], ["H15.1-260302-0001", "Đăng ký lại khai sinh, khai tử"]]


def rows_of(content: bytes, filename: str) -> list[list[object]]:
    with table_files.opened(content, filename) as sheets:
        return [trimmed(values) for sheet in sheets for _number, values in sheet.rows]


def trimmed(values: tuple[object, ...]) -> list[object]:
    """The cells of a row without the empty ones behind the last."""
    last = max(place for place, value in enumerate(values) if value is not None)
    return list(values[: last + 1])


def refused(content: bytes, filename: str) -> str:
    with pytest.raises(ImportRejected) as caught:
        rows_of(content, filename)
    return str(caught.value.data["reason"])


def as_csv(separator: str, *, quote: bool = True) -> str:
    mark = '"' if quote else ""
    return "\r\n".join(separator.join(f"{mark}{cell}{mark}" for cell in row) for row in TABLE) + "\r\n"


def as_xlsx(rows: list[list[object]] = TABLE) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return target.getvalue()


def rewritten(content: bytes, changes: dict[str, bytes]) -> bytes:
    """The same workbook with some parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return archive({**parts, **changes})


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_is_read_in_every_unicode_encoding(separator, encoding):
    assert rows_of(as_csv(separator).encode(encoding), "x.csv") == TABLE


def test_vietnamese_code_page_gives_composed_letters():
    # Code page 1258 writes ồ as ô and a grave, here bytes F4 CC.
    content = "Ma\u0303 h\u00f4\u0300 s\u01a1;Tên\r\n1;Đâ\u0301t\r\n".encode("cp1258")
    assert b"\xf4\xcc" in content
    assert rows_of(content, "x.csv") == [["Mã hồ sơ", "Tên"], ["1", "Đất"]]


def test_separator_is_not_the_comma_of_a_name():
    assert table_csv.separator_of(as_csv(";", quote=False)) == ";"


def test_hint_of_excel_names_the_separator():
    assert rows_of(("sep=;\r\n" + as_csv(";")).encode(), "x.csv") == TABLE


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    content = b'title\r\n\r\n"two\r\nlines",x\r\nlast,y\r\n'
    with table_files.opened(content, "x.csv") as sheets:
        assert [number for number, _ in next(sheets).rows] == [1, 3, 4]


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Ngày trả KQ", "ngay tra kq"), ("  ĐỊA-CHỈ: ", "dia chi"), ("Lĩnh\nvực", "linh vuc"), ("---", "")],
)
def test_fold_keeps_letters_alone(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("content", "filename", "reason"),
    [
        (b"", "x.csv", "empty"),
        (b" \r\n ", "x.csv", "empty"),
        (b"a,b\r\n" * 1_100_000, "x.csv", "too-large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "x.xls", "old-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "x.xlsx", "old-excel"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "x.xls", "web-page"),
        (b"<?xml version='1.0'?><Workbook/>", "x.csv", "web-page"),
        (b"a,b", "x.pdf", "wrong-kind"),
        (b"a,b", "x.xlsx", "wrong-kind"),
        (as_xlsx(), "x.csv", "wrong-kind"),
        (b"PK\x03\x04 and then nothing of an archive", "x.xlsx", "not-a-table"),
        (archive({"readme.txt": b"no workbook"}), "x.xlsx", "not-a-table"),
        (archive({"xl/workbook.xml": b"<broken"}), "x.xlsx", "not-a-table"),
        (as_xlsx()[:-200], "x.xlsx", "not-a-table"),
    ],
    # Not by length: a workbook holds the second it was made in, and packs it now longer, now shorter.
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_what_is_no_table_is_refused_with_its_reason(content, filename, reason):
    assert refused(content, filename) == reason


def test_limit_of_rows_holds_for_blank_ones_too(monkeypatch):
    monkeypatch.setattr(table_files, "MAX_ROWS", 20)
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert refused(rewritten(as_xlsx(), {"xl/worksheets/sheet1.xml": sheet}), "x.xlsx") == "too-many-rows"


def test_columns_far_out_cost_nothing():
    far = [["a"] + [None] * 16_000 + ["b"]]
    assert rows_of(as_xlsx(far), "x.xlsx") == [["a"]]


def test_wrong_extent_of_a_sheet_hides_no_row():
    with zipfile.ZipFile(io.BytesIO(as_xlsx())) as old:
        sheet = old.read("xl/worksheets/sheet1.xml")
    lying = sheet.replace(b'ref="A1:B2"', b'ref="A1"')
    assert lying != sheet
    assert rows_of(rewritten(as_xlsx(), {"xl/worksheets/sheet1.xml": lying}), "x.xlsx") == TABLE


def test_hidden_sheets_are_passed_over():
    book = openpyxl.Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("shown").append(["shown"])
    target = io.BytesIO()
    book.save(target)
    assert rows_of(target.getvalue(), "x.xlsx") == [["shown"]]


def test_formula_is_the_value_it_had():
    content = as_xlsx([["=1+1", "x"]])
    assert rows_of(content, "x.xlsx") == [[None, "x"]]


BOMBS = {
    "too-many-parts": rewritten(as_xlsx(), {f"xl/media/{n}.bin": b"x" for n in range(100)}),
    "ratio": rewritten(as_xlsx(), {"xl/media/blank.bin": b"\0" * (2 * 1024 * 1024)}),
    "unpacked": rewritten(as_xlsx(), {"xl/media/blank.bin": b"\0" * (51 * 1024 * 1024)}),
    "entities": rewritten(
        as_xlsx(),
        {
            "xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
        },
    ),
    "entities-in-styles": rewritten(
        as_xlsx(),
        {"xl/styles.xml": b'<!DOCTYPE x [<!ENTITY a "ha">]><styleSheet>&a;</styleSheet>'},
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused(name):
    assert refused(BOMBS[name], "x.xlsx") == "archive"


@pytest.mark.parametrize("name", ["ratio", "too-many-parts"])
def test_bomb_would_be_opened_without_the_guard(name, monkeypatch):
    monkeypatch.setattr(table_xlsx, "MAX_ENTRIES", 10_000)
    monkeypatch.setattr(table_xlsx, "MAX_RATIO", 1_000_000)
    assert rows_of(BOMBS[name], "x.xlsx") == TABLE

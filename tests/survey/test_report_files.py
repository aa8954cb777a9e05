"""The files of a report: the layout of decree 30/2020, the same figures in all three, alternative texts."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pypdfium2
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from filled import filled_once
from many_answers import giver
from officer_year import fill_year
from pages import as_read
from reported_year import AT, YEAR, close_all, come_late, report_of, unit_id

from survey.models import Unit
from survey.reports import periodic
from survey.reports.charts.picture import for_paper, pixels, png
from survey.reports.periodic import files
from survey.reports.periodic.document import TableBlock
from survey.reports.periodic.docx import SHORT_TABLE, WIDTH, lines_of
from survey.reports.periodic.figure_check import strange_percentages
from survey.reports.periodic.files import FileKind
from survey.reports.tables import Cell, Column, Table
from survey.services.office import periods
from survey.services.records import period_reports, report_settings, unit_mentions

FONT = "Times New Roman"


@filled_once
def year(database, settings, store, keyring):
    fill_year(giver(database, settings, store, keyring, year=YEAR), database, store, year=YEAR)
    close_all(database, store)


@pytest.fixture
def made(database, store, settings, year):
    """A function that gives a report, its document and its bytes."""

    def make(kind: FileKind, code: str = "2025-Q1", *, corrected: bool = False):
        report = report_of(database, store, code)
        document = periodic.build(report, zone=settings.zone, corrected=corrected)
        return report, document, files.render(report, document, kind)

    return make


def texts_of(opened) -> list[str]:
    """Every paragraph of a DOCX, those in tables too, in their order."""
    return [
        as_read("".join(t.text or "" for t in p.iter(qn("w:t")))) for p in opened.element.body.iter(qn("w:p"))
    ]


def sizes_of(opened, wanted: str) -> list[tuple[float, bool, bool]]:
    """Size, bold and italic of the runs of the paragraphs that read so."""
    found = []
    for p in opened.element.body.iter(qn("w:p")):
        if as_read("".join(t.text or "" for t in p.iter(qn("w:t")))) != wanted:
            continue
        for r in p.iter(qn("w:r")):
            run = docx.text.run.Run(r, None)
            found.append((run.font.size.pt, bool(run.bold), bool(run.italic)))
    return found


def test_paper_margins_and_page_numbers(made):
    opened = docx.Document(io.BytesIO(made(FileKind.DOCX)[2]))
    (section,) = opened.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 20 <= round(section.top_margin.mm, 1) <= 25
    assert 20 <= round(section.bottom_margin.mm, 1) <= 25
    assert 30 <= round(section.left_margin.mm, 1) <= 35
    assert 15 <= round(section.right_margin.mm, 1) <= 20
    assert section.different_first_page_header_footer
    assert not section.first_page_header.paragraphs[0].text, "no number on the first page"
    header = section.header.paragraphs[0]
    assert header.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert [one.text for one in header._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert 13 <= header.runs[0].font.size.pt <= 14


def test_every_letter_is_times_new_roman_and_black(made):
    with ZipFile(io.BytesIO(made(FileKind.DOCX)[2])) as archive:
        styles, body = archive.read("word/styles.xml").decode(), archive.read("word/document.xml").decode()
    opened = docx.Document(io.BytesIO(made(FileKind.DOCX)[2]))
    for name in ("Normal", "Heading 1", "Heading 2", "Caption", "Header"):
        fonts = opened.styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{a}")) for a in ("ascii", "hAnsi", "cs", "eastAsia")} == {FONT}
        assert str(opened.styles[name].font.color.rgb) == "000000"
    assert set(re.findall(r'w:ascii="([^"]*)"', body)) <= {FONT}
    assert "vi-VN" in styles


def test_short_tables_stand_on_one_page(made):
    """LibreOffice loses the rows of a table that is broken right below its heading."""
    opened = docx.Document(io.BytesIO(made(FileKind.DOCX)[2]))
    for table in opened.tables:
        *above, _last = table.rows
        if len(table.rows) > 2 and not is_tall(table):
            assert all(cell.paragraphs[0].paragraph_format.keep_with_next for r in above for cell in r.cells)


def is_tall(table) -> bool:
    """A table that may be broken: one of those the document holds, of more lines than stay together."""
    titles = [cell.text for cell in table.rows[0].cells]
    widths = [cell.width.mm / WIDTH for cell in table.rows[0].cells]
    rows = [[Cell(cell.text) for cell in row.cells] for row in table.rows[1:]]
    return lines_of(TableBlock(Table("", "", [Column(one) for one in titles], rows), widths)) > SHORT_TABLE


def is_kept(row) -> bool:
    return all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells)


def test_no_last_row_and_no_signature_stands_alone_on_a_page(made):
    opened = docx.Document(io.BytesIO(made(FileKind.DOCX)[2]))
    titled = [one for one in opened.tables if one.style.name == "Table Grid"]
    long = [table for table in titled if is_tall(table)]
    assert any(len(table.rows) == 17 for table in long), "the table of questions is a long one"
    assert any(len(table.rows) == 7 for table in long), "few rows of many words are tall too"
    for table in long:
        assert all(is_kept(row) for row in (*table.rows[:3], *table.rows[-3:-1]))
    for table in titled:
        after = docx.text.paragraph.Paragraph(table._tbl.getnext(), opened)
        assert is_kept(table.rows[-1]) == bool(after.text), "a note stands with the end of its table"
    signature = next(one for one in opened.tables if "Nơi nhận:" in one.rows[0].cells[0].text)
    above = signature._tbl.getprevious()
    for _ in range(3):
        assert docx.text.paragraph.Paragraph(above, opened).paragraph_format.keep_with_next
        above = above.getprevious()


def test_the_nine_components_stand_in_their_places(made):
    report, document, content = made(FileKind.DOCX)
    opened = docx.Document(io.BytesIO(content))
    texts = texts_of(opened)
    # 1 national title and motto
    assert all(12 <= s <= 13 and b for s, b, _i in sizes_of(opened, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    assert all(13 <= s <= 14 and b for s, b, _i in sizes_of(opened, "Độc lập - Tự do - Hạnh phúc"))
    # 2 issuer, 3 number and symbol, 4 place and date
    for line in report.head.issuer:
        assert all(12 <= s <= 13 and b for s, b, _i in sizes_of(opened, line.upper()))
    number = next(text for text in texts if text.startswith("Số:"))
    assert re.fullmatch(r"Số: {7,}/BC-UBND", number), "left blank until it is signed"
    assert sizes_of(opened, document.head.place_and_date) == [(13, False, True)]
    assert re.search(r"ngày {3,}tháng {3,}năm \d{4}", document.head.place_and_date)
    # 5 kind and abstract
    assert sizes_of(opened, "BÁO CÁO") == [(14, True, False)]
    assert sizes_of(opened, document.head.abstract) == [(14, True, False)]
    # 6 content, with every section of the outline
    headings = [p.text for p in opened.paragraphs if p.style.name == "Heading 1"]
    assert [one.partition(".")[0] for one in headings] == ["I", "II", "III", "IV", "V", "PHỤ LỤC"]
    body = [p for p in opened.paragraphs if p.style.name == "Normal" and len(p.text) > 200]
    assert body
    assert all(p.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY for p in body if not p.runs[0].italic)
    assert all(
        round(p.paragraph_format.first_line_indent.mm, 1) in {10, 12.7} for p in body if not p.runs[0].italic
    )
    assert opened.styles["Normal"].font.size.pt in {13, 14}
    assert opened.styles["Normal"].paragraph_format.space_after.pt >= 6
    # 7 signer, 8 room for the seal, 9 recipients
    assert all(13 <= s <= 14 and b for s, b, _i in sizes_of(opened, "CHỦ TỊCH"))
    foot = opened.tables[-5:]
    room = [
        p.paragraph_format.space_before.pt
        for table in foot
        for p in table._cells[-1].paragraphs
        if p.paragraph_format.space_before
    ]
    assert max(room) >= 60
    assert sizes_of(opened, "Nơi nhận:") == [(12, True, True)]
    assert all(s == 11 for s, _b, _i in sizes_of(opened, "- Lưu: VT."))
    order = [
        texts.index(one)
        for one in (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "BÁO CÁO",
            "I. THÔNG TIN CHUNG",
            "Nơi nhận:",
            "PHỤ LỤC",
        )
    ]
    assert order == sorted(order)


def test_nobody_is_invented(made):
    _report, document, _content = made(FileKind.DOCX)
    assert document.foot.name == "……"


def test_charts_have_alternative_texts_with_the_figures(made):
    report, _document, content = made(FileKind.DOCX)
    opened = docx.Document(io.BytesIO(content))
    pictures = [shape._inline.docPr for shape in opened.inline_shapes]
    assert pictures
    assert all(len(one.get("descr", "")) > 60 for one in pictures)
    first = next(row for row in report.figures.rows if row.estimate)
    assert first.name["vi"] in pictures[0].get("descr")


def test_no_line_of_the_docx_ends_inside_a_figure(made):
    opened = docx.Document(io.BytesIO(made(FileKind.DOCX)[2]))
    written = "\n".join(
        "".join(t.text or "" for t in p.iter(qn("w:t"))) for p in opened.element.body.iter(qn("w:p"))
    )
    assert "\u00a0người" in written
    assert not re.search(r"[≥≤±] \d|\d (người|phiếu|điểm)\b", written)


def test_pdf_says_what_the_docx_says(made):
    _report, document, content = made(FileKind.PDF)
    pdf = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    text = " ".join(" ".join(pages).split())
    for expected in ("Độc lập - Tự do - Hạnh phúc", "BÁO CÁO", "Nơi nhận:", "PHỤ LỤC", "V. GIẢI PHÁP"):
        assert expected in text
    # A hyphen at the end of a line is read back as a soft one.
    together = re.sub(r"[\s\-\x02\ufffe\u00ad]", "", text)
    for table in document.tables:
        for row in table.rows:
            for cell in row:
                assert re.sub(r"[\s\-]", "", cell.text) in together, cell.text
    assert not pages[0].strip().startswith("1")
    assert pages[1].strip().startswith("2")
    width, height = pdf[0].get_size()
    assert (round(width), round(height)) == (595, 842)


def test_xlsx_has_the_figures_of_the_page_to_the_last_digit(made):
    report, document, content = made(FileKind.XLSX)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = dict(zip([t.code for t in document.tables] + ["evidence"], book.worksheets, strict=True))
    for table in document.tables:
        rows = list(sheets[table.code].iter_rows(values_only=True))[-len(table.rows) :]
        for cells, read in zip(table.rows, rows, strict=True):
            for place, cell in enumerate(cells):
                expected = cell.text if cell.value is None else cell.value
                assert read[place] == expected, (table.code, cell.text)
    rows = list(sheets["evidence"].iter_rows(values_only=True))[-6:]
    for row, read in zip(report.figures.rows, rows[:5], strict=True):
        one = row.estimate
        assert read[1] == one.n
        for place, name in enumerate(
            ("index", "se_cluster", "se_respondent", "df", "n_eff", "lower", "upper"), start=2
        ):
            assert read[place] == pytest.approx(getattr(one, name), rel=1e-14), name
        assert read[-1] == one.method_version


def test_a_correction_shows_the_difference_and_leaves_the_rest(made, database, settings, store, keyring):
    before = texts_of(docx.Document(io.BytesIO(made(FileKind.DOCX)[2])))
    come_late(database, settings, store, keyring, persons=7)
    close_all(database, store)
    plain = texts_of(docx.Document(io.BytesIO(made(FileKind.DOCX)[2])))
    assert plain == before
    corrected = texts_of(docx.Document(io.BytesIO(made(FileKind.DOCX, corrected=True)[2])))
    assert "ĐÍNH CHÍNH" in corrected
    assert any("7 phiếu của kỳ đến muộn" in one for one in corrected)


def test_a_period_without_answers_makes_a_report_that_says_so(database, store, settings):
    report = report_of(database, store, "2025-Q3")
    document = periodic.build(report, zone=settings.zone)
    for kind in FileKind:
        assert files.render(report, document, kind)
    assert any("chưa có" in one.lower() for one in document.locked_texts)


def test_a_chart_becomes_a_picture_of_its_width_with_letters(made):
    _report, document, _content = made(FileKind.PDF)
    picture = next(block for block in document.blocks if hasattr(block, "svg"))
    from PIL import Image

    drawn = Image.open(io.BytesIO(png(picture.svg, width_mm=80)))
    assert abs(drawn.width - pixels(80)) <= 1
    bare = re.sub(r"<text.*?</text>", "", str(picture.svg))
    without = Image.open(io.BytesIO(png(bare, width_mm=80)))
    assert drawn.tobytes() != without.tobytes(), "the letters are drawn"
    assert for_paper(picture.svg).count("<style>") == 1


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Đạt 83,4% như bảng.", []),
        ("Khoảng 81,2–88,1% như bảng.", []),
        ("Đạt 83.40 %", []),
        ("Đạt 91% và 83,5%", ["91%", "83,5%"]),
        ("Không có tỷ lệ nào, chỉ có số 91.", []),
    ],
)
def test_percentages_must_be_those_of_the_report(text, strange):
    own = ["Chỉ số 83,4% (khoảng 81,2–88,1%)"]
    assert strange_percentages(text, own) == strange


@pytest.mark.parametrize(
    ("key", "code", "addressee"),
    [
        ("ea-ral", "2024-Q4", "Ủy ban nhân dân huyện Ea H'Leo"),
        ("ea-ral", "2025-H1", "Ủy ban nhân dân huyện Ea H'Leo"),
        ("ea-ral", "2025", "Ủy ban nhân dân tỉnh Đắk Lắk"),
        ("dak-lak-2025", "2026", "Bộ Nội vụ"),
    ],
)
def test_who_is_addressed_follows_the_law_of_the_period(database, key, code, addressee):
    with database.read() as session:
        unit = session.query(Unit).filter_by(key=key).one()
        assert report_settings.addressee_of(session, unit_id=unit.id, period=periods.parse(code)) == addressee


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        ("UBND xã Ea Ral báo cáo huyện Ea H'Leo, tỉnh Đắk Lắk.", date(2024, 12, 31), []),
        ("HĐND xã Ea Hiao giám sát.", date(2024, 12, 31), [("xã Ea Hiao", "other")]),
        ("Gửi xã Không Có Thật.", date(2024, 12, 31), [("xã Không Có Thật", "unknown")]),
        ("Gửi huyện Ea H'Leo.", date(2026, 1, 1), [("huyện Ea H'Leo", "ended")]),
        ("Người dân trong xã và huyện hài lòng.", date(2024, 12, 31), []),
    ],
)
def test_unit_names_are_held_against_the_tree(database, text, on, expected):
    with database.read() as session:
        own = session.query(Unit).filter_by(key="ea-ral").one().id
        found = unit_mentions.doubtful(session, [text], unit_id=own, on=on)
    assert [(one.name, one.doubt.value) for one in found] == expected


def test_a_signed_report_keeps_its_head_whatever_the_settings_say_later(database, store, settings, year):
    report = report_of(database, store, "2025-Q1")
    period, own = periods.parse("2025-Q1"), unit_id(database)
    texts = {"causes": "Do mưa bão."}
    database.write(
        lambda session: period_reports.sign(
            session, unit_id=own, period=period, texts=texts, number="45", signed_on=date(2025, 4, 12),
            edition=report.edition, login="head", now=AT,
        )
    )  # fmt: skip
    changed = report_settings.ReportSettings(signer="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH")
    database.write(lambda session: report_settings.change(session, changed, login="admin", now=AT))
    signed = report_of(database, store, "2025-Q1")
    document = periodic.build(signed, zone=settings.zone)
    assert signed.state is period_reports.State.SIGNED
    assert document.head.number == "Số: 45/BC-UBND"
    assert document.head.place_and_date.endswith("ngày 12 tháng 4 năm 2025")
    assert document.foot.signer[-1] == "CHỦ TỊCH"
    assert document.head.mark == ""
    assert report_of(database, store, "2025").head.signer[-1] == "PHÓ CHỦ TỊCH"


@pytest.mark.soak
def test_libreoffice_opens_it_and_makes_the_pages(made, tmp_path: Path):
    (tmp_path / "report.docx").write_bytes(made(FileKind.DOCX)[2])
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "report.docx")),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    pdf = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    said = "".join("".join(sheet.get_textpage().get_text_range().split()) for sheet in pdf)
    for table in docx.Document(tmp_path / "report.docx").tables:
        for row in table.rows:
            assert "".join(row.cells[0].text.split()) in said, "a row is lost where a table is broken"
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    assert 4 <= len(pages) <= 12
    text = " ".join(" ".join(pages).split())
    for expected in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Nơi nhận:", "PHỤ LỤC"):
        assert expected in text
    assert not pages[0].strip().startswith("1")
    assert [page.strip().splitlines()[0].strip() for page in pages[1:]] == [
        str(number) for number in range(2, len(pages) + 1)
    ]

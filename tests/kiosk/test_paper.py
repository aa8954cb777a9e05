"""Slips and posters as documents: their words, their pages, and what an office may write into them."""

from __future__ import annotations

import ctypes
import dataclasses
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import ImageFont
from printing import OFFICE, PUBLIC, ROLL_DPI, make_pdf, make_slip, printed, words
from pypdfium2 import raw

import kiosk.paper
from kiosk.paper import (
    MAX_SLIPS,
    OfficeHead,
    Paper,
    Poster,
    PosterPaper,
    render_paper_form,
    render_poster,
    render_slips,
)
from survey import i18n, qr
from survey.exceptions import InvalidInput
from survey.instrument import Instrument
from survey.paths import seeds_dir
from survey.services.office import codes

FONTS = Path(kiosk.paper.__file__).parent / "fonts"
LONG = OfficeHead(
    unit_name="Ủy ban nhân dân " + "xã Ea Drăng hợp nhất và mở rộng " * 4 + "tỉnh Đắk Lắk",
    desk_name="Trung tâm Phục vụ hành chính công " + "cấp xã " * 22,
    hotline="0262 0000 000, 0262 0000 001, 1022",
    petition_address="https://pakn.example.gov.vn " + "hoặc gửi bằng văn bản tới trụ sở " * 4,
)


def make_poster(paper: PosterPaper = PosterPaper.A4, office: OfficeHead = OFFICE, **changes: object) -> bytes:
    poster = Poster(url=f"{PUBLIC}/Q/EA-DRANG-1", desk_name=office.desk_name)
    return render_poster(dataclasses.replace(poster, **changes), paper=paper, office=office)


def sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Give width and height of each page in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            (round(width / 72 * 25.4, 1), round(height / 72 * 25.4, 1))
            for width, height in (page.get_size() for page in document)
        ]


def fonts(pdf: bytes) -> set[str]:
    found = set()
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for shape in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                name = ctypes.create_string_buffer(200)
                raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(shape.raw), name, 200)
                found.add(name.value.decode().partition("+")[2] or name.value.decode())
    return found


@pytest.mark.parametrize("paper", Paper)
def test_a_slip_says_all_that_a_citizen_needs(paper: Paper) -> None:
    slip = make_slip(wifi_note="Tên Wi-Fi: Khach")
    (text,) = words(make_pdf(slip, paper=paper))

    for sentence in (
        "Xã Ea Drăng, tỉnh Đắk Lắk",
        "Trung tâm Phục vụ hành chính công xã Ea Drăng",
        "Ông/bà thấy chúng tôi phục vụ thế nào?",
        "Câu trả lời của ông/bà cho chúng tôi biết việc gì đã tốt, việc gì phải sửa.",
        "Chỉ dùng được trên Wi-Fi của cơ quan.",
        "Tên Wi-Fi: Khach",
        "Hướng vào ô vuông này.",
        "192.168.1.20:8080",
        codes.spoken(slip.code),
        "Phiếu dùng được một lần, đến hết ngày 24/12/2026.",
        "Không cần tên.",
        "Ai cũng được trả lời.",
        "Không ảnh hưởng đến kết quả hồ sơ.",
        "Đường dây nóng: 0262 0000 000",
        "Gửi phản ánh, kiến nghị: https://pakn.example.gov.vn",
    ):
        # A narrow roll may break an address after a dot.
        assert sentence.replace(" ", "") in text.replace(" ", "")


def test_a_public_slip_does_not_speak_of_the_office_network() -> None:
    (text,) = words(make_pdf(make_slip(base=PUBLIC, island=False)))

    assert "Wi-Fi" not in text
    assert "ks.daklak.gov.vn" in text


def test_the_token_of_the_code_is_not_printed_in_words() -> None:
    slip = make_slip()
    (text,) = words(make_pdf(slip))

    assert slip.url.rpartition("/")[2] not in text


@pytest.mark.parametrize("typed", ["7K3Q9M2X4T0", "7k3q-9m2x-4t0", "7K3Q 9M2X 4TO"])
def test_a_code_is_grouped_for_reading_however_it_comes(typed: str) -> None:
    (text,) = words(make_pdf(dataclasses.replace(make_slip(), code=typed)))

    assert "7K3Q-9M2X-4T0" in text


def test_an_office_without_hotline_and_address_prints_no_empty_lines() -> None:
    (text,) = words(make_pdf(office=OfficeHead(unit_name="Xã A", desk_name="Quầy A")))

    assert "Đường dây nóng" not in text
    assert "phản ánh" not in text
    assert "Cần được trả lời riêng" not in text


@pytest.mark.parametrize(
    ("paper", "pages", "size"),
    [(Paper.A5, 5, (148.0, 210.0)), (Paper.A4_TWO_SLIPS, 3, (297.0, 210.0))],
)
def test_five_slips_fill_the_sheets_of_their_size(
    paper: Paper, pages: int, size: tuple[float, float]
) -> None:
    pdf = make_pdf(*(make_slip(seed=seed) for seed in range(5)), paper=paper)

    assert sizes(pdf) == [size] * pages


def test_slips_come_in_the_order_given() -> None:
    slips = [make_slip(seed=seed) for seed in range(4)]

    pages = words(make_pdf(*slips, paper=Paper.ROLL_80MM))

    assert all(codes.spoken(slip.code) in text for slip, text in zip(slips, pages, strict=True))


def test_the_roll_is_cut_where_the_text_ends_and_keeps_to_the_printable_72_mm() -> None:
    pdf = make_pdf(make_slip(), make_slip(island=False), paper=Paper.ROLL_80MM)
    heights = []
    for page in printed(pdf, ROLL_DPI):
        ink = np.array(page) < 128
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        heights.append(page.height)
        assert page.width == 640
        assert columns[0] >= 32
        assert columns[-1] < 32 + 576
        assert rows[0] < 10 * 8
        assert page.height - rows[-1] < 16 * 8

    assert heights[0] > heights[1], "the slip without the network note is shorter"


@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4_TWO_SLIPS])
def test_long_names_make_a_slip_smaller_but_never_longer(paper: Paper) -> None:
    slip = dataclasses.replace(
        make_slip(wifi_note="Tên Wi-Fi và mật khẩu dán ở cửa ra vào " * 4), desk_name=LONG.desk_name
    )
    pdf = make_pdf(slip, paper=paper, office=LONG)
    (page,) = printed(pdf, 100)
    ink = np.array(page) < 128
    margin = math.floor(9 / 25.4 * 100)

    assert len(words(pdf)) == 1
    assert "trụ sở" in words(pdf)[0]
    assert not ink[:margin].any()
    assert not ink[-margin:].any()
    assert not ink[:, :margin].any()


@pytest.mark.parametrize(
    ("paper", "size"),
    [
        (PosterPaper.A4, (210.0, 297.0)),
        (PosterPaper.A3, (297.0, 420.0)),
    ],
)
def test_a_poster_is_one_sheet_that_says_where_what_for_and_who_reads(
    paper: PosterPaper, size: tuple[float, float]
) -> None:
    pdf = make_poster(paper, counter_name="Quầy số 3")
    (text,) = words(pdf)

    assert sizes(pdf) == [size]
    for sentence in (
        "Trung tâm Phục vụ hành chính công xã Ea Drăng",
        "Quầy số 3",
        "Ông/bà thấy chúng tôi phục vụ thế nào?",
        "Để chúng tôi biết việc gì đã tốt, việc gì phải sửa.",
        "Lãnh đạo và công chức được giao việc này.",
        "Không cần tên, ai cũng được trả lời, không ảnh hưởng đến kết quả hồ sơ.",
        "Đường dây nóng: 0262 0000 000",
    ):
        assert sentence in text
    assert "Wi-Fi" not in text


def test_a_poster_takes_the_title_and_the_network_of_its_place() -> None:
    (text,) = words(make_poster(title="Quầy Hộ tịch có làm ông/bà hài lòng?", island=True, wifi_note="Khach"))

    assert "Quầy Hộ tịch có làm ông/bà hài lòng?" in text
    assert "thế nào?" not in text
    assert "Chỉ dùng được trên Wi-Fi của cơ quan. Khach" in text


@pytest.mark.parametrize("paper", PosterPaper)
def test_a_poster_with_long_names_stays_one_sheet(paper: PosterPaper) -> None:
    pdf = make_poster(paper, office=LONG, counter_name="Quầy tiếp nhận " * 6, island=True)
    assert len(words(pdf)) == 1


def test_the_card_for_a_table_says_what_a_passer_by_needs() -> None:
    pdf = make_poster(PosterPaper.A4_FOLDED, island=True, wifi_note="Khach", counter_name="Quầy số 3")
    (text,) = words(pdf)

    assert sizes(pdf) == [(210.0, 297.0)]
    for sentence in (
        "Xã Ea Drăng, tỉnh Đắk Lắk",
        "Quầy số 3",
        "Chỉ dùng được trên Wi-Fi của cơ quan.",
        "Không ảnh hưởng đến kết quả hồ sơ.",
        "Đường dây nóng: 0262 0000 000",
    ):
        assert sentence in text


def test_an_office_may_write_what_it_likes_without_touching_the_layout() -> None:
    name = '#panic("x") *A* _B_ $C$ [D] \\E @f <g> "h" // i'
    (text,) = words(make_pdf(office=dataclasses.replace(OFFICE, unit_name=name)))

    assert name in text


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return Instrument.read(seeds_dir() / "instrument.toml")


FIELDS = ("Hộ tịch", "Chứng thực", "Đất đai", "Bảo trợ xã hội", "Thi đua, khen thưởng")


def test_the_paper_form_asks_the_whole_questionnaire_on_two_pages(instrument: Instrument) -> None:
    pages = words(render_paper_form(instrument, office=OFFICE, fields=FIELDS))
    text = " ".join(pages)

    assert len(pages) == 2
    for item in instrument.items:
        assert item.text["vi"] in text
        assert item.code in text.split()
    for question in (instrument.stage, instrument.feedback, *instrument.service_use):
        assert question.text["vi"] in text
        assert all(option.text["vi"] in text for option in question.options)
    for sentence in (
        "đánh dấu ✓",
        "Không áp dụng",
        "Phiếu không ghi tên",
        *FIELDS,
        "Đường dây nóng: 0262 0000 000",
    ):
        assert sentence in text
    # Whoever types a form in sees that both pages are of the version that was printed.
    assert all("Mẫu sipas-16, bản 1" in page for page in pages)


def test_the_paper_form_has_a_box_for_every_answer_and_no_number_of_its_own(instrument: Instrument) -> None:
    pdf = render_paper_form(instrument, office=OFFICE, fields=FIELDS)
    options = sum(
        len(question.options) for question in (instrument.stage, instrument.feedback, *instrument.service_use)
    )
    assert boxes(pdf) == len(instrument.items) * 6 + options + len(FIELDS)
    assert pdf == render_paper_form(instrument, office=OFFICE, fields=FIELDS), "every sheet is alike"


def boxes(pdf: bytes) -> int:
    """Count the squares of six millimetres that are drawn."""
    found = 0
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for shape in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=6):
                left, bottom, right, top = shape.get_bounds()
                sides = ((right - left) / 72 * 25.4, (top - bottom) / 72 * 25.4)
                found += all(6 <= side < 7 for side in sides)
    return found


def test_a_form_of_an_office_with_long_names_and_many_fields_stays_one_sheet(instrument: Instrument) -> None:
    fields = [f"Lĩnh vực có tên dài số {number}" for number in range(20)]
    assert len(words(render_paper_form(instrument, office=LONG, fields=fields))) == 2


def test_the_paper_form_in_english_leaves_no_vietnamese(instrument: Instrument) -> None:
    office = OfficeHead(unit_name="Commune", desk_name="Desk", hotline="1022", petition_address="the office")
    text = " ".join(words(render_paper_form(instrument, office=office, locale="en")))
    assert instrument.items[0].text["en"] in text
    assert text.translate({ord(c): "" for c in "✓…→’“”"}).isascii()


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_letter_that_is_printed_has_a_glyph(instrument: Instrument, locale: str) -> None:
    """A sign that the font lacks is an empty box on paper: no other font steps in."""
    poster = Poster(url=f"{PUBLIC}/D/MC", desk_name=OFFICE.desk_name, island=True)
    prints = [render_paper_form(instrument, office=OFFICE, fields=FIELDS, locale=locale)]
    prints += [render_slips([make_slip()], paper=paper, office=OFFICE, locale=locale) for paper in Paper]
    prints += [render_poster(poster, paper=paper, office=OFFICE, locale=locale) for paper in PosterPaper]
    printed_letters = set("".join(text for pdf in prints for text in words(pdf))) - {" "}
    font = ImageFont.truetype(str(FONTS / "sipas-sans-regular.ttf"), 40)
    missing = bytes(font.getmask("漢"))

    assert [letter for letter in sorted(printed_letters) if bytes(font.getmask(letter)) == missing] == []
    assert bytes(font.getmask("✕")) == missing, "the control has no glyph"


def make_form(office: OfficeHead = OFFICE) -> bytes:
    return render_paper_form(Instrument.read(seeds_dir() / "instrument.toml"), office=office)


@pytest.mark.parametrize("make", [make_pdf, make_poster, make_form], ids=["slip", "poster", "form"])
def test_only_the_shipped_font_is_used(make: Callable[..., bytes]) -> None:
    pdf = make(office=dataclasses.replace(OFFICE, unit_name="Buôn Ƀuôr, ê̆ ô̆ ơ̆ ư̆"))

    assert fonts(pdf) == {"SipasSans-Regular", "SipasSans-Bold"}


def test_the_same_slips_give_the_same_bytes_without_a_time_of_printing() -> None:
    pdf = make_pdf(make_slip(), make_slip(seed=2))

    assert pdf == make_pdf(make_slip(), make_slip(seed=2))
    # A slip found in the street must not tell the minute in which its owner stood at the desk.
    assert b"CreationDate" not in pdf
    assert b"CreateDate" not in pdf


def test_an_address_too_long_for_a_receipt_is_refused_before_printing() -> None:
    with pytest.raises(qr.QrTooLong):
        make_pdf(make_slip(base="HTTPS://KHAO-SAT-HAI-LONG.DAKLAK.GOV.VN"))


def test_a_handout_stands_before_the_slips_and_on_none_of_them() -> None:
    made = [make_slip(seed=n) for n in range(3)]
    codes = [f"H15.1-260302-000{n}" for n in range(3)]
    for paper in Paper:
        pdf = render_slips(made, paper=paper, office=OFFICE, handout=codes)
        texts = words(pdf)
        assert all(code in texts[0] for code in codes)
        assert not any("260302" in text for text in texts[1:])
        assert len(texts) == 1 + len(words(render_slips(made, paper=paper, office=OFFICE)))


@pytest.mark.parametrize("count", [0, MAX_SLIPS + 1])
def test_a_print_without_slips_or_with_too_many_is_refused(count: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        render_slips([make_slip()] * count, paper=Paper.A5, office=OFFICE)

    assert refused.value.data["value"] == count


@pytest.mark.soak
def test_a_server_that_prints_all_day_does_not_grow() -> None:
    """Without forgetting, these fifteen prints leave about 300 MB behind; with it they need less than 130."""
    script = """
from pathlib import Path
from printing import OFFICE, Paper, make_slip, render_slips
for day in range(15):
    render_slips([make_slip(seed=day * 100 + n) for n in range(40)], paper=Paper.A5, office=OFFICE)
# Not getrusage: its peak is inherited from the process of the tests.
print(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024)
"""
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(root), str(root / "tests")))},
    )

    assert int(run.stdout) < 180


def test_paper_in_english_leaves_no_vietnamese_sentence() -> None:
    office = OfficeHead(unit_name="Commune", desk_name="Desk", hotline="1022", petition_address="the office")
    slip = dataclasses.replace(make_slip(), desk_name="Desk")
    poster = Poster(url=f"{PUBLIC}/Q/1", desk_name="Desk", island=True)
    texts = words(render_slips([slip], paper=Paper.A5, office=office, locale="en"))
    texts += words(render_poster(poster, paper=PosterPaper.A4, office=office, locale="en"))

    last_day = i18n.format_date(slip.expires_on, locale="en")
    assert f"This slip can be used once, until the end of {last_day}." in texts[0]
    assert "Who reads it?" in texts[1]
    assert all(text.isascii() for text in (text.translate({ord(c): "" for c in "✓…’"}) for text in texts))

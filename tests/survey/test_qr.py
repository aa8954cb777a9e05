"""The code itself: its size, what it holds, and what is refused before anything is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from survey import qr

RECEIPT = "HTTPS://KS.DAKLAK.GOV.VN/P/7K3Q9M2X4TBC0D5E"


def bitmap(matrix: qr.QrMatrix, dots: int = 4) -> Image.Image:
    side = matrix.modules_with_quiet_zone
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(matrix.rows):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + qr.QUIET_ZONE, y + qr.QUIET_ZONE), 0)
    return image.resize((side * dots, side * dots), Image.Resampling.NEAREST)


def test_a_receipt_url_of_43_capitals_is_version_3_at_level_q() -> None:
    assert len(RECEIPT) == 43

    matrix = qr.encode(RECEIPT)
    read = zxingcpp.read_barcode(bitmap(matrix))

    assert (matrix.version, matrix.modules) == (3, 29)
    assert read is not None
    assert read.text == RECEIPT
    assert read.ec_level == "Q"


@pytest.mark.parametrize(("characters", "version"), [(16, 1), (17, 2), (29, 2), (30, 3), (47, 3)])
def test_the_smallest_version_that_holds_the_text_is_taken(characters: int, version: int) -> None:
    assert qr.encode("A" * characters).version == version


@pytest.mark.parametrize("text", ["A" * 48, RECEIPT.lower(), "A" * 9000], ids=["48", "lower case", "far"])
def test_a_text_beyond_version_3_is_refused(text: str) -> None:
    with pytest.raises(qr.QrTooLong):
        qr.encode(text)


def test_a_poster_may_carry_more() -> None:
    assert qr.encode(RECEIPT.lower(), max_version=qr.POSTER_MAX_VERSION).version == 4


@pytest.mark.parametrize(
    ("base_url", "characters", "version", "millimetres"),
    [
        ("https://ks.daklak.gov.vn", 43, 3, 27.75),
        ("https://ks.daklak.gov.vn/", 43, 3, 27.75),
        ("http://192.168.1.20:8080", 43, 3, 27.75),
        ("http://10.0.0.2", 34, 3, 27.75),
        ("https://ks.eadrang.daklak.vn", 47, 3, 27.75),
    ],
)
def test_a_short_address_fits_a_receipt(
    base_url: str, characters: int, version: int, millimetres: float
) -> None:
    fit = qr.fits_receipt(base_url)

    assert (fit.characters, fit.spare_characters) == (characters, 47 - characters)
    assert (fit.version, fit.millimetres_at_203dpi) == (version, millimetres)
    # The promise is kept by the encoder too.
    assert qr.encode("A" * fit.characters).version == fit.version


def test_a_shorter_token_gives_a_smaller_code() -> None:
    fit = qr.fits_receipt("http://10.0.0.2", suffix_length=13)

    assert (fit.version, fit.modules, fit.millimetres_at_203dpi) == (2, 25, 24.75)


def test_an_address_one_character_too_long_is_refused_with_the_figures() -> None:
    with pytest.raises(qr.QrTooLong) as refused:
        qr.fits_receipt("https://ks1.eadrang.daklak.vn")

    assert (refused.value.data["characters"], refused.value.data["capacity"]) == (48, 47)


@pytest.mark.parametrize(
    ("base_url", "signs"),
    [
        ("https://ks.daklak.gov.vn/dg", "dg"),
        ("https://ks_1.vn", "_"),
        ("https://đắk.vn", "ĐẮ"),
        ("http://[fd00::1]", "[]"),
    ],
)
def test_an_address_that_capitals_cannot_write_is_refused(base_url: str, signs: str) -> None:
    with pytest.raises(qr.QrNotAlphanumeric) as refused:
        qr.fits_receipt(base_url)

    assert refused.value.data["characters"] == signs


def test_the_drawing_has_exactly_the_dark_modules_and_the_quiet_zone() -> None:
    matrix = qr.encode(RECEIPT)

    drawing = ElementTree.fromstring(qr.svg(matrix, label='Mã "QR" & <địa chỉ>'))  # noqa: S314 - our own text
    white, black = drawing.findall("{http://www.w3.org/2000/svg}path")
    dark = set()
    for run in black.attrib["d"].rstrip("z").split("z"):
        corner, _, width = run.partition("h")
        x, y = (int(value) for value in corner.lstrip("M").split())
        dark.update((x + step, y) for step in range(int(width.partition("v")[0])))

    assert drawing.attrib["viewBox"] == "0 0 37 37"
    assert drawing.attrib["aria-label"] == 'Mã "QR" & <địa chỉ>'
    assert white.attrib["d"] == "M0 0h37v37H0z"
    assert dark == {(x + 4, y + 4) for y, row in enumerate(matrix.rows) for x, on in enumerate(row) if on}


def test_a_drawing_without_a_label_is_hidden_from_a_screen_reader() -> None:
    drawing = ElementTree.fromstring(qr.svg(qr.encode(RECEIPT)))  # noqa: S314 - our own text

    assert drawing.attrib["aria-hidden"] == "true"
    assert "role" not in drawing.attrib


def test_codes_are_drawn_where_pillow_is_not_installed() -> None:
    script = f"import sys; sys.modules['PIL'] = None; from survey import qr; qr.svg(qr.encode({RECEIPT!r}))"

    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(qr.__file__).parents[1])

"""Paper as a printer leaves it and a phone sees it: bitmaps of our PDFs, and what happens to them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter

from kiosk.paper import OfficeHead, Paper, Slip, render_slips
from survey.services.office import codes

ROLL_DPI = 203.2  # 8 dots a millimetre
SHEET_DPI = 300.0

ISLAND = "HTTP://192.168.1.20:8080"
PUBLIC = "HTTPS://KS.DAKLAK.GOV.VN"

OFFICE = OfficeHead(
    unit_name="Xã Ea Drăng, tỉnh Đắk Lắk",
    desk_name="Trung tâm Phục vụ hành chính công xã Ea Drăng",
    hotline="0262 0000 000",
    petition_address="https://pakn.example.gov.vn",
)


def make_slip(
    *, seed: int = 1, base: str = ISLAND, island: bool = True, wifi_note: str | None = None
) -> Slip:
    draw = random.Random(seed)
    token = codes.symbols_from_bytes(draw.randbytes(10), codes.TOKEN_SYMBOLS)
    code = codes.with_check(codes.symbols_from_bytes(draw.randbytes(7), codes.CODE_SYMBOLS))
    return Slip(
        url=f"{base}/P/{token}",
        code=code,
        desk_name=OFFICE.desk_name,
        expires_on=date(2026, 12, 24),
        island=island,
        wifi_note=wifi_note,
    )


def make_pdf(*slips: Slip, paper: Paper = Paper.A5, office: OfficeHead = OFFICE) -> bytes:
    return render_slips(slips or [make_slip()], paper=paper, office=office)


def printed(pdf: bytes, dpi: float) -> list[Image.Image]:
    """Rasterise each page as a printer of that resolution does."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def words(pdf: bytes) -> list[str]:
    """Give the text of each page, with single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def read(image: Image.Image) -> str | None:
    found = zxingcpp.read_barcode(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text if found else None


def found_at(image: Image.Image) -> tuple[int, int, int, int]:
    """Give left, top, right and bottom of the code on a page."""
    found = zxingcpp.read_barcode(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert found is not None, "no code on the page"
    corners = (
        found.position.top_left,
        found.position.top_right,
        found.position.bottom_left,
        found.position.bottom_right,
    )
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(across), min(down), max(across), max(down)


Damage = Callable[[Image.Image, random.Random], Image.Image]


def blurred(image: Image.Image, draw: random.Random) -> Image.Image:
    """A hand that shakes: a blur of one to two dots."""
    return image.filter(ImageFilter.GaussianBlur(draw.uniform(1.0, 2.0)))


def rotated(image: Image.Image, draw: random.Random) -> Image.Image:
    """A phone held askew: up to five degrees either way."""
    angle = draw.choice((-1, 1)) * draw.uniform(2.0, 5.0)
    return image.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def with_dead_columns(image: Image.Image, draw: random.Random) -> Image.Image:
    """Three heating elements that no longer print leave three white lines down the code."""
    left, _, right, _ = found_at(image)
    dots = np.array(image)
    for column in draw.sample(range(left, right), 3):
        dots[:, column] = 255
    return Image.fromarray(dots)


def with_missed_rows(image: Image.Image, draw: random.Random) -> Image.Image:
    """Three rows that a slipping roll did not print."""
    _, top, _, bottom = found_at(image)
    dots = np.array(image)
    for row in draw.sample(range(top, bottom), 3):
        dots[row, :] = 255
    return Image.fromarray(dots)


def after(*damages: Damage) -> Damage:
    """Let one mishap follow another, in this order."""

    def apply(image: Image.Image, draw: random.Random) -> Image.Image:
        for damage in damages:
            image = damage(image, draw)
        return image

    return apply


def share_read(images: Sequence[tuple[Image.Image, str]], damage: Damage, *, seed: int) -> float:
    """Give the share of codes that still say exactly what was printed."""
    draw = random.Random(seed)
    return sum(read(damage(image, draw)) == url for image, url in images) / len(images)

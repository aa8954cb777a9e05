"""The shipped fonts: a glyph for every letter of four languages, and marks that sit where they belong."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import typst
from PIL import Image, ImageFont

import survey
from kiosk import paper

PDF_FONTS = Path(paper.__file__).parent / "fonts"
WEB_FONTS = Path(survey.__file__).parent / "static" / "fonts"
WEIGHTS = ("regular", "bold")

VIETNAMESE_VOWELS = "aăâeêioôơuưy"
TONES = ["", "\N{COMBINING GRAVE ACCENT}", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING HOOK ABOVE}",
         "\N{COMBINING TILDE}", "\N{COMBINING DOT BELOW}"]  # fmt: skip
BREVE = "\N{COMBINING BREVE}"
ETHNIC = "ƀčĕĭñŏŭ"  # Ê Đê and Gia Rai; those with two marks are below
STACKED = ["ê", "ô", "ơ", "ư", "Ê", "Ô", "Ơ", "Ư"]
SIGNS = "≤≥−≈±×÷‰%₫–—…“”’•←↑→↓✓✗●○◐▲▼ \N{NO-BREAK SPACE}\N{NON-BREAKING HYPHEN}"


def letters() -> str:
    composed = "".join(
        unicodedata.normalize("NFC", vowel + tone) for vowel in VIETNAMESE_VOWELS for tone in TONES
    )
    small = composed + "đ" + ETHNIC + "bcdfghjklmnpqrstvwxz"
    marks = "".join(TONES) + BREVE + "\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING HORN}\N{COMBINING CARON}"
    return small + small.upper() + marks + "0123456789" + SIGNS


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_letter_has_its_own_glyph(weight: str) -> None:
    font = ImageFont.truetype(str(PDF_FONTS / f"sipas-sans-{weight}.ttf"), 40)
    missing = bytes(font.getmask("\N{TIBETAN SYLLABLE OM}"))

    without = [letter for letter in letters() if bytes(font.getmask(letter)) == missing]

    assert without == []
    assert bytes(font.getmask("漢")) == missing, "the control has no glyph"


def ink(text: str, weight: str, *, features: str = "(:)") -> tuple[float, float, float, float]:
    """Give left, top, right and bottom of the ink in ems, at a baseline of 0."""
    source = f"""
        #set page(width: 4em, height: 4em, margin: 1em)
        #set text(font: "Sipas Sans", fallback: false, size: 10pt, weight: "{weight}", features: {features})
        #text("{text}")
    """.encode()
    png = typst.compile(source, font_paths=[PDF_FONTS], ignore_system_fonts=True, format="png", ppi=720)
    assert isinstance(png, bytes)
    dark = np.array(Image.open(io.BytesIO(png)).convert("L")) < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    left, top, right, bottom = (float(edge) / 100 for edge in (columns[0], rows[0], columns[-1], rows[-1]))
    return left, top, right, bottom


def rise_and_drift(base: str, weight: str, *, features: str = "(:)") -> tuple[float, float]:
    """Say how far a breve rises above the letter and how far the ink then reaches beside it."""
    left, top, right, _ = ink(base, weight)
    new_left, new_top, new_right, _ = ink(base + BREVE, weight, features=features)
    return top - new_top, max(left - new_left, new_right - right)


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("base", STACKED)
def test_the_breve_stands_above_the_letter_and_its_first_mark(base: str, weight: str) -> None:
    rise, drift = rise_and_drift(base, weight)

    assert rise > 0.12
    assert drift < 0.05


def test_without_the_tables_of_marks_the_breve_would_fall_into_the_letter() -> None:
    rise, drift = rise_and_drift("Ê", "regular", features="(mark: 0, mkmk: 0, ccmp: 0)")

    assert rise <= 0.12 or drift >= 0.05


@pytest.mark.parametrize("base", STACKED)
def test_a_letter_typed_as_its_parts_looks_the_same(base: str) -> None:
    apart = unicodedata.normalize("NFD", base)

    assert ink(apart + BREVE, "regular") == ink(base + BREVE, "regular")


def test_the_fonts_of_pages_stay_small() -> None:
    sizes = [(WEB_FONTS / f"sipas-sans-{weight}.woff2").stat().st_size for weight in WEIGHTS]

    assert sum(sizes) < 40_000, "both weights are part of the first load on a phone"


@pytest.mark.parametrize("folder", [WEB_FONTS, PDF_FONTS], ids=["pages", "paper"])
def test_the_licence_goes_with_the_fonts_and_the_name_is_ours(folder: Path) -> None:
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8")
    font = ImageFont.truetype(str(PDF_FONTS / "sipas-sans-bold.ttf"), 12)
    assert font.getname() == ("Sipas Sans", "Bold")

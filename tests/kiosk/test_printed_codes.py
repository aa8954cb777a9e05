"""Printed codes, read back from the dots of a printer: whole, and after what paper and hands do to them."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from PIL import Image
from printing import (
    ISLAND,
    OFFICE,
    PUBLIC,
    ROLL_DPI,
    SHEET_DPI,
    Damage,
    after,
    blurred,
    found_at,
    make_pdf,
    make_slip,
    printed,
    read,
    rotated,
    share_read,
    with_dead_columns,
    with_missed_rows,
)

from kiosk.paper import Paper, Poster, PosterPaper, render_poster
from survey import qr

TOKENS = 24
SEEN_BY_A_CAMERA = {
    "whole": after(),
    "blurred": blurred,
    "rotated": rotated,
    "columns, rotated, blurred": after(with_dead_columns, rotated, blurred),
    "rows, rotated, blurred": after(with_missed_rows, rotated, blurred),
}
# No camera sees a line of one dot as sharp as this. The decoder counts runs of dots along a row, and a sharp
# line inside a corner square cuts its run: over 288 draws it read 99 %, at worst 22 of 24 in a round.
SHARP_LINES = {"dead columns": with_dead_columns, "missed rows": with_missed_rows}
DPI = {Paper.ROLL_80MM: ROLL_DPI, Paper.ROLL_58MM: ROLL_DPI, Paper.A5: SHEET_DPI}
ROLLS = (Paper.ROLL_80MM, Paper.ROLL_58MM)


@functools.cache
def printed_slips(paper: Paper) -> list[tuple[Image.Image, str]]:
    slips = [
        make_slip(seed=seed, base=(ISLAND, PUBLIC)[seed % 2], island=seed % 2 == 0) for seed in range(TOKENS)
    ]
    pages = printed(make_pdf(*slips, paper=paper), DPI[paper])
    return list(zip(pages, (slip.url for slip in slips), strict=True))


@functools.cache
def coarse_codes() -> list[tuple[Image.Image, str]]:
    """The same addresses at two dots a module, as a careless template would print them."""
    coarse = []
    for _, url in printed_slips(Paper.ROLL_80MM):
        matrix = qr.encode(url)
        dots = np.kron(np.pad(np.array(matrix.rows), qr.QUIET_ZONE), np.ones((2, 2)))
        coarse.append((Image.fromarray(np.uint8(255 * (1 - dots))), url))
    return coarse


@pytest.mark.parametrize("damage", SEEN_BY_A_CAMERA.values(), ids=SEEN_BY_A_CAMERA.keys())
@pytest.mark.parametrize("paper", DPI)
def test_every_slip_is_read_to_the_letter(paper: Paper, damage: Damage) -> None:
    assert share_read(printed_slips(paper), damage, seed=11) == 1.0


@pytest.mark.parametrize("damage", SHARP_LINES.values(), ids=SHARP_LINES.keys())
# The narrow roll carries the same code at the same eight dots.
@pytest.mark.parametrize("paper", [Paper.ROLL_80MM, Paper.A5])
def test_three_sharp_lines_spoil_one_slip_in_ten_at_most(paper: Paper, damage: Damage) -> None:
    assert share_read(printed_slips(paper), damage, seed=11) >= 0.9


def test_two_dots_a_module_do_not_survive_the_same_mishaps() -> None:
    assert share_read(coarse_codes(), after(), seed=11) == 1.0, "the control must be readable while whole"
    assert share_read(coarse_codes(), SEEN_BY_A_CAMERA["columns, rotated, blurred"], seed=11) < 0.2


def test_a_code_cut_at_its_edge_is_not_read() -> None:
    def cut(image: Image.Image, draw: object) -> Image.Image:
        left, _, right, _ = found_at(image)
        return image.crop((0, 0, right - (right - left) // 4, image.height))

    assert share_read(printed_slips(Paper.ROLL_80MM), cut, seed=11) == 0.0


@pytest.mark.parametrize("paper", ROLLS)
@pytest.mark.parametrize("island", [True, False], ids=["island", "public"])
def test_each_module_on_the_roll_is_eight_whole_dots(island: bool, paper: Paper) -> None:
    slip = make_slip(island=island, wifi_note="Tên Wi-Fi: Khach" if island else None)
    (page,) = printed(make_pdf(slip, paper=paper), ROLL_DPI)
    matrix = qr.encode(slip.url)
    side = matrix.modules * 8
    left, top, _, _ = found_at(page)

    dots = np.array(page)[top : top + side, left : left + side] / 255
    drawn = 1 - np.kron(np.array(matrix.rows), np.ones((8, 8)))

    # Not a grey dot in the code: its edges lie on the dots of the printer.
    assert np.abs(dots - drawn).max() < 0.02


@pytest.mark.parametrize("paper", ROLLS)
def test_the_code_on_the_roll_keeps_its_quiet_zone(paper: Paper) -> None:
    (page,) = printed(make_pdf(paper=paper), ROLL_DPI)
    left, top, right, bottom = found_at(page)
    zone = qr.QUIET_ZONE * 8

    around = np.array(page)[top - zone : bottom + zone, left - zone : right + zone].copy()
    around[zone:-zone, zone:-zone] = 255

    assert around.min() > 250


@pytest.mark.parametrize("damage", SEEN_BY_A_CAMERA.values(), ids=SEEN_BY_A_CAMERA.keys())
@pytest.mark.parametrize("paper", PosterPaper)
def test_a_poster_is_read_from_its_bitmap(paper: PosterPaper, damage: Damage) -> None:
    assert share_read(printed_poster(paper) * 4, damage, seed=11) == 1.0


@functools.cache
def printed_poster(paper: PosterPaper) -> list[tuple[Image.Image, str]]:
    """A poster as an office printer gives it; of the card for a table the half that stands upright."""
    poster = Poster(url=f"{PUBLIC}/D/EA-DRANG-1", desk_name=OFFICE.desk_name, counter_name="Quầy số 3")
    (page,) = printed(render_poster(poster, paper=paper, office=OFFICE), 150)
    if paper is PosterPaper.A4_FOLDED:
        page = page.crop((0, page.height // 2, page.width, page.height))
    return [(page, poster.url)]


def test_both_sides_of_the_card_say_the_same() -> None:
    poster = Poster(url=f"{PUBLIC}/D/EA-DRANG-1", desk_name=OFFICE.desk_name, island=True)
    (page,) = printed(render_poster(poster, paper=PosterPaper.A4_FOLDED, office=OFFICE), 150)
    half = page.height // 2
    upper, lower = page.crop((0, 0, page.width, half)), page.crop((0, half, page.width, page.height))

    assert read(upper) == read(lower) == poster.url
    assert found_at(upper.rotate(180)) == pytest.approx(found_at(lower), abs=2), (
        "the upper half stands on its head"
    )


def test_a_poster_is_read_from_across_the_room() -> None:
    """A4 at 30 dots an inch: a photograph in which the sheet is 250 pixels wide."""
    poster = Poster(url=f"{PUBLIC}/Q/EA-DRANG-1", desk_name=OFFICE.desk_name)
    pages = printed(render_poster(poster, paper=PosterPaper.A4, office=OFFICE), 30)

    assert share_read([(page, poster.url) for page in pages * 12], rotated, seed=11) == 1.0


def test_two_slips_on_a4_are_both_read() -> None:
    slips = [make_slip(seed=1), make_slip(seed=2), make_slip(seed=3)]
    first, second = printed(make_pdf(*slips, paper=Paper.A4_TWO_SLIPS), SHEET_DPI)
    half = first.width // 2

    halves = [
        first.crop((0, 0, half, first.height)),
        first.crop((half, 0, first.width, first.height)),
        second,
    ]

    assert [read(part) for part in halves] == [slip.url for slip in slips]

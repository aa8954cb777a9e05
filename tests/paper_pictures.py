"""The sheets of paper as pictures for the documentation: `python tests/paper_pictures.py`.

They are drawn from the layouts with an office of the tests; no token on them was ever issued.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from PIL import Image, ImageOps  # noqa: E402 - after the checkout is on the path
from printing import OFFICE, PUBLIC, make_slip, printed  # noqa: E402

from kiosk.paper import Paper, Poster, PosterPaper, render_paper_form, render_poster, render_slips  # noqa: E402
from survey.instrument import Instrument  # noqa: E402
from survey.paths import seeds_dir  # noqa: E402

IMAGES = ROOT / "docs" / "images"
GREYS = 16
EDGE = 150  # of the sheet, so that white paper shows on a white page
GAP = 16
FIELDS = ("Hộ tịch", "Chứng thực", "Đất đai", "Bảo trợ xã hội", "Thi đua, khen thưởng")


def sheets(pdf: bytes, dpi: float) -> Image.Image:
    """Give the pages of a PDF beside each other."""
    return beside([ImageOps.expand(page, 1, fill=EDGE) for page in printed(pdf, dpi)])


def beside(pages: Sequence[Image.Image]) -> Image.Image:
    width = sum(page.width for page in pages) + GAP * (len(pages) - 1)
    row = Image.new("L", (width, max(page.height for page in pages)), 255)
    left = 0
    for page in pages:
        row.paste(page, (left, 0))
        left += page.width + GAP
    return row


def pictures() -> dict[str, Image.Image]:
    slip = make_slip(wifi_note="Tên Wi-Fi: Mot-cua")
    poster = Poster(url=f"{PUBLIC}/D/MC", desk_name=OFFICE.desk_name)
    instrument = Instrument.read(seeds_dir() / "instrument.toml")
    form = render_paper_form(instrument, office=OFFICE, fields=FIELDS)
    return {
        "slip-a5": sheets(render_slips([slip], paper=Paper.A5, office=OFFICE), 100),
        "slip-80mm": sheets(render_slips([slip], paper=Paper.ROLL_80MM, office=OFFICE), 120),
        "slip-58mm": sheets(render_slips([slip], paper=Paper.ROLL_58MM, office=OFFICE), 120),
        "poster-a4": sheets(render_poster(poster, paper=PosterPaper.A4, office=OFFICE), 80),
        "table-card": sheets(render_poster(poster, paper=PosterPaper.A4_FOLDED, office=OFFICE), 80),
        "paper-form": sheets(form, 90),
    }


def main() -> None:
    for name, picture in pictures().items():
        picture.quantize(GREYS).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

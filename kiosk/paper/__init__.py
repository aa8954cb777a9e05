"""What citizens get on paper, as PDF: slips with a one-time code, posters, table cards, the form itself."""

from kiosk.paper.forms import render_paper_form
from kiosk.paper.office import OfficeHead
from kiosk.paper.posters import Poster, PosterPaper, render_poster
from kiosk.paper.slips import MAX_SLIPS, Paper, Slip, render_slips

__all__ = [
    "MAX_SLIPS",
    "OfficeHead",
    "Paper",
    "Poster",
    "PosterPaper",
    "Slip",
    "render_paper_form",
    "render_poster",
    "render_slips",
]

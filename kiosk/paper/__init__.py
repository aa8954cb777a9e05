"""What citizens get on paper: slips with a one-time code, and posters, as PDF."""

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
    "render_poster",
    "render_slips",
]

"""How the answers to one question spread over the five levels, as one bar from bad to good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.svg import add, markup, picture, words

WIDTH, HEIGHT = 360, 30
_BAR = 22
_GAP = 1.5
# A share narrower than this has no room for its number; the table beside the chart has it.
_WRITTEN_FROM = 0.11


@dataclass(frozen=True, slots=True)
class LevelsBar:
    """`shares` of the levels from the worst to the best, adding up to 1; `words` says them."""

    name: str
    title: str
    description: str
    shares: Sequence[float]
    locale: str = "vi"


def levels_bar(bar: LevelsBar) -> Markup:
    root = picture(
        WIDTH, HEIGHT, name=bar.name, title=bar.title, description=bar.description, kind="levels-bar"
    )
    left = 0.0
    for level, share in enumerate(bar.shares, start=1):
        width = share * WIDTH
        if width > _GAP:
            group = add(root, "g", f"level level-{level}")
            add(group, "rect", "part", x=left, y=4, width=width - _GAP, height=_BAR)
            if share >= _WRITTEN_FROM:
                words(group, "part-words", left + width / 2, 20, format_percent(share, 0, locale=bar.locale))
        left += width
    return markup(root)

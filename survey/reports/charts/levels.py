"""How the answers to one question spread over the five levels, as one bar from bad to good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.i18n import format_percent
from survey.reports.charts.drawing import draw
from survey.reports.charts.scales import Linear, places
from survey.reports.charts.specification import Box, Chart, Group, Mark, Words

WIDTH, HEIGHT = 360, 30
_TOP, _BAR = 4, 22
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


def levels_chart(bar: LevelsBar) -> Chart:
    """Specify the bar of levels: parts that add up to the whole width."""
    groups, left = [], 0.0
    for level, share in enumerate(bar.shares, start=1):
        if share * WIDTH > _GAP:
            marks: list[Mark] = [Box("part", (left, left + share - _GAP / WIDTH), (0.0, 1.0))]
            if share >= _WRITTEN_FROM:
                text = format_percent(share, 0, locale=bar.locale)
                marks.append(Words("part-words", left + share / 2, 0.0, text, dy=20 - _TOP))
            groups.append(Group(f"level level-{level}", marks))
        left += share
    return Chart(
        bar.name,
        "levels-bar",
        bar.title,
        bar.description,
        WIDTH,
        HEIGHT,
        Linear(0.0, 1.0, 0.0, WIDTH),
        places(1, _TOP, _TOP + _BAR),
        still=groups,
    )


def levels_bar(bar: LevelsBar) -> Markup:
    return draw(levels_chart(bar))

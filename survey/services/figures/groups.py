"""Which of several groups may be shown, so that no subtraction gives a few persons away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.suppression import protect_parts


def shown(persons: Sequence[int], *, least: int, close: Collection[int] = ()) -> list[bool]:
    """Say which groups of one whole may be shown beside each other and beside their sum.

    A group of nobody is no small group where its question was not asked: it is shown as nobody and is left
    out of the sum. A small group takes another with it, so that the total does not give it back. `close` are
    places of groups that nearly are a group of another page: they are hidden too, and never alone.
    """
    asked = [place for place, count in enumerate(persons) if count]
    gates, _total = protect_parts([persons[place] for place in asked], minimum=least)
    visible = {place for place, gate in zip(asked, gates, strict=True) if gate.is_shown} - set(close)
    if len(asked) - len(visible) == 1 and visible:
        visible.remove(min(visible, key=lambda place: (persons[place], place)))
    return [place in visible or not count for place, count in enumerate(persons)]

"""Which of several groups may be shown, so that no subtraction gives a few persons away."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.suppression import protect_parts


def shown(persons: Sequence[int], *, least: int) -> list[bool]:
    """Say which groups of one whole may be shown beside each other and beside their sum.

    A group of nobody is no small group where its question was not asked: it is shown as nobody and is left
    out of the sum. A small group takes another with it, so that the total does not give it back.
    """
    asked = [count for count in persons if count]
    gates, _total = protect_parts(asked, minimum=least)
    decisions = iter(gates)
    return [next(decisions).is_shown if count else True for count in persons]

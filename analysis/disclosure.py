"""Small counts: which figures of a page may be shown so that nobody in them can be singled out.

A decision names the rule that made it and never carries the count it hides. Tables, whose totals give a
hidden cell away, are in :mod:`analysis.suppression`; the rules for subtracting one published figure from
another in :mod:`analysis.differencing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from analysis._validation import check_choice, check_whole

MINIMUM_CELL: Final = 5
MINIMUM_COUNTER: Final = 10


class Visibility(StrEnum):
    """What a page may show in the place of a figure."""

    SHOWN = "shown"
    BELOW_MINIMUM = "below-minimum"  # only the words "fewer than the minimum"
    HIDDEN = "hidden"  # nothing at all


@dataclass(frozen=True, slots=True)
class DisclosureDecision:
    """Whether a figure may be shown, the rule that decided, and the minimum that rule works with."""

    visibility: Visibility
    rule: str
    minimum: int

    @property
    def is_shown(self) -> bool:
        """True when the figure may be printed."""
        return self.visibility is Visibility.SHOWN


def shown(rule: str, minimum: int) -> DisclosureDecision:
    """Return the decision to show a figure that passed ``rule``."""
    return DisclosureDecision(Visibility.SHOWN, rule, minimum)


def gate_count(count: int, *, grain: str = "cell") -> DisclosureDecision:
    """Decide on one figure by the number of persons it rests on.

    Fewer than 5 persons are shown only as "fewer than 5", zero included: a zero tells of everybody in the
    cell at once. A counter is one or two known officers, so below 10 it shows nothing.

    Parameters
    ----------
    count
        Persons behind the figure.
    grain
        ``"cell"`` for any unit, field, month or channel; ``"counter"`` for a single counter.

    Raises
    ------
    AnalysisError
        If ``count`` is negative or not whole, or ``grain`` is unknown.

    References
    ----------
    OECD Glossary of Statistical Terms, "threshold rule" (3 to 5); CMS cell size policy (1–10).

    Examples
    --------
    >>> gate_count(4).visibility, gate_count(4).rule
    (<Visibility.BELOW_MINIMUM: 'below-minimum'>, 'count-below-5')
    >>> gate_count(9, grain="counter").visibility
    <Visibility.HIDDEN: 'hidden'>
    """
    persons = check_whole("count", count)
    check_choice("grain", grain, ("cell", "counter"))
    minimum, below = (
        (MINIMUM_CELL, Visibility.BELOW_MINIMUM) if grain == "cell" else (MINIMUM_COUNTER, Visibility.HIDDEN)
    )
    rule = f"{'count' if grain == 'cell' else 'counter'}-below-{minimum}"
    return shown(rule, minimum) if persons >= minimum else DisclosureDecision(below, rule, minimum)


def gate_dissatisfied(count: int) -> DisclosureDecision:
    """Decide on the number of *dissatisfied* persons at a desk: 1 to 4 of them are hidden, 0 is not.

    Where it is hidden, the number satisfied must not stand beside n, nor a share that gives it back.

    Examples
    --------
    >>> [gate_dissatisfied(count).is_shown for count in (0, 1, 4, 5)]
    [True, False, False, True]
    """
    persons = check_whole("count", count)
    rule = f"dissatisfied-1-to-{MINIMUM_CELL - 1}"
    if 1 <= persons < MINIMUM_CELL:
        return DisclosureDecision(Visibility.HIDDEN, rule, MINIMUM_CELL)
    return shown(rule, MINIMUM_CELL)

"""The fewest persons that a figure may rest on."""

from __future__ import annotations

from dataclasses import replace

from analysis.disclosure import MINIMUM_CELL, MINIMUM_COUNTER
from survey.queries.ratings import Ratings
from survey.services.figures import groups
from survey.services.office import scopes
from survey.services.office.scopes import Filters

# Fewer persons are never shown; a counter needs more, since few people serve there.
SHOWN_FROM = MINIMUM_CELL
COUNTER_SHOWN_FROM = MINIMUM_COUNTER


def least_shown(filters: Filters) -> int:
    """Give the fewest persons that figures under these filters may rest on."""
    return COUNTER_SHOWN_FROM if filters.counter_id is not None else SHOWN_FROM


def least_beside(of_period: Ratings, filters: Filters) -> int:
    """Give the fewest persons that figures may rest on beside those of other counters.

    Where a counter is hidden, everybody less the counters that are shown would be that counter, unless
    answers of no known counter are left as well. The next one is hidden too then: its least is the next ten.
    """
    least = least_shown(filters)
    if filters.counter_id is None:
        return least
    persons: dict[int, int] = {}
    everybody = replace(filters, counter_id=None)
    for mark, n in zip(of_period.days.marks, of_period.days.n.tolist(), strict=True):
        if scopes.matches(mark, everybody):
            persons[mark.counter_id] = persons.get(mark.counter_id, 0) + n
    own = persons.get(filters.counter_id, 0)
    if persons.pop(0, 0) or own < least:
        return least
    shown = groups.shown(list(persons.values()), least=least)
    if dict(zip(persons, shown, strict=True))[filters.counter_id]:
        return least
    return (own // COUNTER_SHOWN_FROM + 1) * COUNTER_SHOWN_FROM

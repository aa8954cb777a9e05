"""The attacks: what somebody who holds everything but the key tries on what `red_team` made and seized."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from red_team import Known, Row, Seized

from survey.enums import Form, Stage, TrustClass
from survey.queries.coverage import TELLING
from survey.services.tablets.screen_counts import VISIT


def candidates(seized: Seized, one: Known, *, with_copies: bool) -> list[Row]:
    """List the rows that may be the answer of a person: by every mark, the day, and the copies around a batch.

    With copies the attacker replays the mixer: it knows the batch and the day under which the answer was stored.
    """
    true = seized.truth()[one.label]
    surely, surely_not = seen_by(seized, one, with_copies=with_copies)
    return [
        row
        for row in seized.rows
        if row.form is one.form
        and surely <= row.screens
        and not surely_not & row.screens
        and row.trust_class in (one.trust_class, TrustClass.COARSENED)
        and row.stage in (Stage.RESULT, Stage.ANY)
        and (row.counter_id is None or row.counter_id == one.counter_id)
        and (row.field_id is None or row.field_id == one.field_id)
        and row.day >= one.day
        and (not with_copies or (row.batch == true.batch and row.day == true.day))
    ]


def seen_by(seized: Seized, one: Known, *, with_copies: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Say which telling screens a person must have seen, and which not, from the counts.

    With copies from before and after the minute, what grew; without them, days and months on which everybody
    or nobody saw a screen.
    """
    if one.form is not Form.SPLIT:
        return frozenset(), frozenset()
    if with_copies and one.shown is not None:
        return one.shown, TELLING - one.shown - {"comment"}
    of_month = [counts for day, counts in seized.screens.items() if _month(day) == _month(one.day)]
    surely, surely_not = set(), set()
    for counts in (seized.screens.get(one.day, Counter()), sum(of_month, Counter())):
        if counts["petitions"] == counts[VISIT]:  # counted over the same time
            surely |= {screen for screen in TELLING if counts[screen] >= counts[VISIT] > 0}
            surely_not |= {screen for screen in TELLING - {"comment"} if not counts[screen]}
    return frozenset(surely - surely_not), frozenset(surely_not)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def by_attributes(seized: Seized, *, with_copies: bool, seed: int = 1) -> Iterator[tuple[bool, int]]:
    """Guess one candidate of each person; give whether it was right, and among how many it was."""
    chance = random.Random(seed)
    for one in seized.of_mixed():
        found = candidates(seized, one, with_copies=with_copies)
        yield chance.choice(found).label == one.label, len(found)


def by_order(seized: Seized, *, whole: bool = False) -> Iterator[tuple[bool, int]]:
    """Match who came first with the row that lies first: within a batch and its cell, or in the whole table."""
    cells: dict[object, list[Known]] = defaultdict(list)
    truth = seized.truth()
    for one in seized.of_mixed():
        row = truth[one.label]
        key = (row.form, row.trust_class, row.batch, row.day, row.counter_id, row.field_id)
        cells[row.form if whole else key].append(one)
    for persons in cells.values():
        labels = {one.label for one in persons}
        rows = sorted((row for row in seized.rows if row.label in labels), key=lambda row: row.place)
        for one, row in zip(sorted(persons, key=lambda p: (p.day, p.minute)), rows, strict=True):
            yield one.label == row.label, len(persons)


def by_hours(seized: Seized) -> list[int]:
    """Count, for each person, whose levels are in the sums of the hour they answered in; none is none."""
    found = []
    for one in seized.of_mixed():
        quarter = date(one.day.year, (one.day.month - 1) // 3 * 3 + 1, 1)
        n = seized.hours.get((quarter, one.day.isoweekday(), one.minute // 120, one.form))
        if n is not None:
            found.append(n)
    return found


def leftovers(seized: Seized, *files: bytes) -> int:
    """Count the mixed answers of whose sealed form a piece lies in some file: free pages, a log, a backup."""
    return sum(any(piece in file for file in files for piece in pieces) for pieces in seized.sealed.items())


def share_linked(found: Iterable[tuple[bool, int]]) -> float:
    hits = [right for right, _among in found]
    return sum(hits) / len(hits)


def excess(found: Iterable[tuple[bool, int]]) -> float:
    """Say by how many standard deviations the hits are above what chance gives."""
    hits = mean = variance = 0.0
    for right, among in found:
        hits += right
        mean += 1 / among
        variance += (1 / among) * (1 - 1 / among)
    return (hits - mean) / max(variance, 1e-9) ** 0.5

"""Which waiting answers may be mixed now, under which day, and how coarse: pure rules, no database.

Whoever holds everything but the key may know who answered, with which dossier and when: from a token, a
list of slips, a log of a proxy, two copies of the database. And whoever reads the pages may subtract those of
yesterday from those of today. So at least `CELL` answers of one desk and pool leave together under one day;
a day with fewer is dated by a later one; and a mark (stage, class, counter) stays only where `CELL` answers
that leave together share it and every mark before it. What was mixed before hides nobody.

A field stays beside a day where enough dossiers of it were returned that day; of answers that a token
belongs to, enough must share it as well. Pages see to it that few of a field are not told apart.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from survey.enums import Form, Part, Stage, TrustClass, part_of
from survey.queries.ratings import CELL, is_settled
from survey.services.answers.responses import Waiting

# Nobody can know whose these are: no token was spent and no officer typed them.
NAMELESS = frozenset({TrustClass.KIOSK, TrustClass.POSTER})

Mark = TypeVar("Mark", bound=Hashable)
# (part, stage, class, counter) on one day: the marks that must not single anybody out.
CellKey = tuple[Part, Stage, TrustClass, int]


@dataclass(frozen=True, slots=True)
class Release:
    """A waiting answer with the day and the marks under which it may be stored."""

    answer: Waiting
    part: Part
    day: date
    stage: Stage
    trust_class: TrustClass
    counter_id: int | None
    field_id: int | None


def part_of_waiting(answer: Waiting) -> Part:
    return part_of(answer.stage, answer.trust_class)


def cell_of(answer: Waiting) -> CellKey:
    return part_of_waiting(answer), answer.stage, answer.trust_class, answer.counter_id or 0


def pool_of(answer: Waiting) -> tuple[Part, Form, int, bool]:
    """Give the pool whose answers may hide each other: only those who were asked the same look alike.

    Part, form, questionnaire, and beside the headline whether the questions about a result were asked.
    """
    part = part_of_waiting(answer)
    after_result = part is Part.APART and answer.stage is Stage.RESULT
    return part, answer.form, answer.version_id, after_result


def take_whole_days(
    waiting: Sequence[Waiting],
    most: int,
    *,
    choose: Callable[[Sequence[Waiting], int], list[Waiting]],
) -> list[Waiting]:
    """Take about `most` of what waits, the oldest days first, a day of a part and form whole.

    A share of every day would leave fewer than `CELL` of many: those would be dated by a later day. Whole
    days also hide everybody among all answers of the day. A day of more than `most` is split evenly.
    At most one and a half times `most`: a few that find no day yet must not block what comes after them.
    """
    groups: dict[tuple[date, str, str, int, bool], list[Waiting]] = {}
    for answer in waiting:
        part, form, version_id, after_result = pool_of(answer)
        groups.setdefault((answer.day, part.value, form.value, version_id, after_result), []).append(answer)
    taken: list[Waiting] = []
    for _day_and_pool, group in sorted(groups.items()):
        pieces = math.ceil(len(group) / most)
        piece = choose(group, math.ceil(len(group) / pieces)) if pieces > 1 else group
        if len(taken) + len(piece) > most and 2 * len(taken) >= most:
            break
        taken += piece
        if pieces > 1:
            break
    return taken


def plan_releases(
    waiting: Sequence[Waiting],
    *,
    today: date,
    returned: Mapping[tuple[date, int], int],
) -> list[Release]:
    """Plan what one desk may release now.

    Parameters
    ----------
    waiting
        Every waiting answer of the desk.
    today
        The office day that is not over yet: of it only answers of full cells leave.
    returned
        For each day and field, how many dossiers were returned.
    """
    pools: dict[tuple[Part, Form, int, bool], list[Waiting]] = {}
    for answer in waiting:
        pools.setdefault(pool_of(answer), []).append(answer)
    releases: list[Release] = []
    for (part, *_), answers in pools.items():
        dated = _dated(_ready(answers, today=today))
        for day in sorted({label for label, _answer in dated}):
            of_day = [answer for label, answer in dated if label == day]
            releases.extend(_coarsened(of_day, part, day, today, returned))
    return releases


def _ready(answers: Sequence[Waiting], *, today: date) -> list[Waiting]:
    """Everything of days that are over; of today only what fills a whole cell."""
    todays = Counter(cell_of(answer) for answer in answers if answer.day >= today)
    return [answer for answer in answers if answer.day < today or todays[cell_of(answer)] >= CELL]


def _dated(answers: Sequence[Waiting]) -> list[tuple[date, Waiting]]:
    """Date each answer by its day, or by a later one where its day has too few. What finds no day waits."""
    by_day: dict[date, list[Waiting]] = {}
    for answer in answers:
        by_day.setdefault(answer.day, []).append(answer)
    dated: list[tuple[date, Waiting]] = []
    carried: list[Waiting] = []
    for day in sorted(by_day):
        carried += by_day[day]
        if len(carried) >= CELL:
            dated.extend((day, answer) for answer in carried)
            carried = []
    return dated


def _coarsened(
    answers: Sequence[Waiting],
    part: Part,
    day: date,
    today: date,
    returned: Mapping[tuple[date, int], int],
) -> list[Release]:
    """Take from the answers of one day every mark that fewer than `CELL` of them share."""
    releases = [
        Release(
            answer,
            part,
            day,
            stage=answer.stage,
            trust_class=answer.trust_class,
            counter_id=answer.counter_id,
            # A few that come late would show as a step of the field's figures.
            field_id=None if is_settled(day, today) else _shown_field(answer.field_id, day, returned),
        )
        for answer in answers
    ]
    releases = _coarsen(releases, lambda r: (), lambda r: r.stage, _without_stage)
    releases = _coarsen(releases, lambda r: (r.stage,), lambda r: r.trust_class, _without_class)
    releases = _coarsen(
        releases,
        lambda r: (r.stage, r.trust_class),
        lambda r: r.counter_id or 0,
        lambda r: replace(r, counter_id=None),
    )
    # Who answered with a token, and for which dossier, may be known: their fields must hide among answers.
    named = [release for release in releases if release.trust_class not in NAMELESS]
    nameless = [release for release in releases if release.trust_class in NAMELESS]
    return nameless + hide_fields(named)


def hide_fields(releases: Sequence[Release]) -> list[Release]:
    """Take the field from answers with a token wherever fewer than `CELL` of a cell share it."""
    return _coarsen(
        releases,
        lambda r: (r.stage, r.trust_class, r.counter_id),
        lambda r: r.field_id or 0,
        lambda r: replace(r, field_id=None),
    )


def _without_stage(release: Release) -> Release:
    return replace(release, stage=Stage.ANY)


def _without_class(release: Release) -> Release:
    return replace(release, trust_class=TrustClass.COARSENED)


def _shown_field(field_id: int | None, day: date, returned: Mapping[tuple[date, int], int]) -> int | None:
    """Keep the field only where enough dossiers of it were returned that day."""
    if field_id is None or returned.get((day, field_id), 0) < CELL:
        return None
    return field_id


def _coarsen(
    releases: Sequence[Release],
    group_of: Callable[[Release], tuple[Hashable, ...]],
    mark_of: Callable[[Release], Hashable],
    without: Callable[[Release], Release],
) -> list[Release]:
    """Remove a mark in each group until every mark, and the absence of one, is shared by `CELL` answers."""
    groups: dict[tuple[Hashable, ...], list[Release]] = {}
    for release in releases:
        groups.setdefault(group_of(release), []).append(release)
    coarse: list[Release] = []
    for members in groups.values():
        giving = give_up(Counter(mark_of(release) for release in members))
        for release in members:
            mark = mark_of(release)
            if giving[mark]:
                giving[mark] -= 1
                coarse.append(without(release))
            else:
                coarse.append(release)
    return coarse


def give_up(fresh: Mapping[Mark, int], earlier: Mapping[Mark, int] | None = None) -> Counter[Mark]:
    """Say how many answers of each mark must give it up, so that nobody's mark or lack of one stands alone.

    A mark that fewer than `CELL` share is given up by all of them. Where these are too few to hide among each
    other, others of the next mark join them: as few as needed, or all where the rest would be too few.
    """
    before = earlier or {}
    sizes = {mark: count + before.get(mark, 0) for mark, count in fresh.items()}
    giving = Counter({mark: fresh[mark] for mark, size in sizes.items() if size < CELL})
    while giving and giving.total() < CELL and len(giving) < len(fresh):
        mark = min((one for one in fresh if one not in giving), key=lambda one: (sizes[one], str(one)))
        needed = CELL - giving.total()
        giving[mark] = needed if fresh[mark] - needed >= CELL else fresh[mark]
    return giving

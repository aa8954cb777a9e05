"""Which waiting answers may be mixed now, under which day, and how coarse: pure rules, no database.

Whoever holds everything but the key may know who answered, with which dossier and when: from a token, a
list of slips, a log of a proxy, two copies of the database. So at least `CELL` answers of one desk, part and
form leave together under one day; a day with fewer is dated by a later one; and a mark (stage, class,
counter, field) stays only where `CELL` answers that leave together share it and every mark before it. Of
answers that no token belongs to (the kiosk, a poster) nobody knows who gave them: for these, earlier answers
of the day count too, and a field needs enough dossiers only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from survey.enums import Form, Part, Stage, TrustClass, part_of
from survey.services.responses import Waiting

CELL = 5
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


def plan_releases(
    waiting: Sequence[Waiting],
    *,
    today: date,
    mixed: Mapping[date, Mapping[CellKey, int]],
    returned: Mapping[tuple[date, int], int],
) -> list[Release]:
    """Plan what one desk may release now.

    Parameters
    ----------
    waiting
        Every waiting answer of the desk.
    today
        The office day that is not over yet: of it only answers of full cells leave.
    mixed
        For each day of the desk, how many answers of each cell were mixed before.
    returned
        For each day and field, how many dossiers were returned.
    """
    releases: list[Release] = []
    for part in Part:
        before = {day: _nameless_of_part(cells, part) for day, cells in mixed.items()}
        for form in Form:
            answers = [one for one in waiting if part_of_waiting(one) is part and one.form is form]
            ready = _ready(answers, today=today, mixed=mixed)
            dated = _dated(ready, {day: count for day, count in before.items() if count})
            if len(dated) < CELL:
                continue
            for day in sorted({label for label, _answer in dated}):
                of_day = [answer for label, answer in dated if label == day]
                releases.extend(_coarsened(of_day, part, day, mixed.get(day, {}), returned))
    return releases


def _nameless_of_part(cells: Mapping[CellKey, int], part: Part) -> int:
    return sum(
        n for (of_part, _stage, kind, _counter), n in cells.items() if of_part is part and kind in NAMELESS
    )


def _ready(
    answers: Sequence[Waiting], *, today: date, mixed: Mapping[date, Mapping[CellKey, int]]
) -> list[Waiting]:
    """Everything of days that are over; of today only what fills a whole cell."""
    todays = Counter(cell_of(answer) for answer in answers if answer.day >= today)
    done = mixed.get(today, {})
    return [
        answer
        for answer in answers
        if answer.day < today or todays[cell_of(answer)] + _earlier(answer, done) >= CELL
    ]


def _earlier(answer: Waiting, done: Mapping[CellKey, int]) -> int:
    """Count earlier answers among which this one may hide: none where somebody may know who gave it."""
    return done.get(cell_of(answer), 0) if answer.trust_class in NAMELESS else 0


def _are_nameless(answers: Sequence[Waiting]) -> bool:
    return all(answer.trust_class in NAMELESS for answer in answers)


def _dated(answers: Sequence[Waiting], before: Mapping[date, int]) -> list[tuple[date, Waiting]]:
    """Date each answer by its day, or by a later one where its day has too few.

    Answers of the kiosk may join what was mixed under their day before; small rests of a month join the last
    day of it that has enough, so that a month keeps its answers. What finds no day waits.
    """
    by_day: dict[date, list[Waiting]] = {}
    for answer in answers:
        by_day.setdefault(answer.day, []).append(answer)
    enough = {day for day, count in before.items() if count >= CELL}
    dated: list[tuple[date, Waiting]] = []
    carried: list[Waiting] = []
    for day in sorted(by_day):
        month_end = _last_of_month(carried, day, enough)
        if month_end is not None:
            dated.extend((month_end, answer) for answer in carried)
            carried = []
        group = carried + by_day[day]
        if len(group) + (before.get(day, 0) if _are_nameless(group) else 0) >= CELL:
            dated.extend((day, answer) for answer in group)
            enough.add(day)
            carried = []
        else:
            carried = group
    if carried and _are_nameless(carried):
        last = max((day for day in enough if day <= carried[-1].day), default=None)
        if last is not None and (last.year, last.month) == (carried[-1].day.year, carried[-1].day.month):
            dated.extend((last, answer) for answer in carried)
    return dated


def _last_of_month(carried: Sequence[Waiting], day: date, enough: set[date]) -> date | None:
    if not carried or not _are_nameless(carried):
        return None
    start = carried[0].day
    if (start.year, start.month) == (day.year, day.month):
        return None
    return max((d for d in enough if (d.year, d.month) == (start.year, start.month)), default=None)


def _coarsened(
    answers: Sequence[Waiting],
    part: Part,
    day: date,
    mixed: Mapping[CellKey, int],
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
            field_id=_shown_field(answer.field_id, day, returned),
        )
        for answer in answers
    ]
    done = _done(releases, part, mixed)
    releases = _coarsen(releases, lambda r: (), lambda r: r.stage, done[0], _without_stage)
    releases = _coarsen(releases, lambda r: (r.stage,), lambda r: r.trust_class, done[1], _without_class)
    releases = _coarsen(
        releases,
        lambda r: (r.stage, r.trust_class),
        lambda r: r.counter_id or 0,
        done[2],
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
        {},
        lambda r: replace(r, field_id=None),
    )


_Counts = Mapping[tuple[tuple[Hashable, ...], Hashable], int]


def _done(
    releases: Sequence[Release], part: Part, mixed: Mapping[CellKey, int]
) -> tuple[_Counts, _Counts, _Counts]:
    """Count what was mixed under this day before, by stage, class and counter, as far as it hides anybody."""
    stages: Counter[tuple[tuple[Hashable, ...], Hashable]] = Counter()
    classes: Counter[tuple[tuple[Hashable, ...], Hashable]] = Counter()
    counters: Counter[tuple[tuple[Hashable, ...], Hashable]] = Counter()
    only_nameless = _are_nameless([release.answer for release in releases])
    for (of_part, stage, kind, counter), n in mixed.items():
        if of_part is not part or kind not in NAMELESS:
            continue
        counters[(stage, kind), counter] += n
        if only_nameless:
            stages[(), stage] += n
            classes[(stage,), kind] += n
    return stages, classes, counters


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
    done: _Counts,
    without: Callable[[Release], Release],
) -> list[Release]:
    """Remove a mark in each group until every mark, and the absence of one, is shared by `CELL` answers."""
    groups: dict[tuple[Hashable, ...], list[Release]] = {}
    for release in releases:
        groups.setdefault(group_of(release), []).append(release)
    coarse: list[Release] = []
    for group, members in groups.items():
        fresh = Counter(mark_of(release) for release in members)
        earlier = {mark: done.get((group, mark), 0) for mark in fresh}
        giving = give_up(fresh, earlier)
        for release in members:
            mark = mark_of(release)
            if giving[mark]:
                giving[mark] -= 1
                coarse.append(without(release))
            else:
                coarse.append(release)
    return coarse


def give_up(fresh: Mapping[Mark, int], earlier: Mapping[Mark, int]) -> Counter[Mark]:
    """Say how many answers of each mark must give it up, so that nobody's mark or lack of one stands alone.

    A mark that fewer than `CELL` share is given up by all of them. Where these are too few to hide among each
    other, others of the next mark join them: as few as needed, or all where the rest would be too few.
    """
    sizes = {mark: count + earlier.get(mark, 0) for mark, count in fresh.items()}
    giving = Counter({mark: fresh[mark] for mark, size in sizes.items() if size < CELL})
    while giving and giving.total() < CELL and len(giving) < len(fresh):
        mark = min((one for one in fresh if one not in giving), key=lambda one: (sizes[one], str(one)))
        needed = CELL - giving.total()
        giving[mark] = needed if fresh[mark] - needed >= CELL else fresh[mark]
    return giving

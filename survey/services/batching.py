"""Which waiting answers may be mixed now, under which day, and how coarse: pure rules, no database.

The rules of unlinkability: at least `CELL` answers of one desk and part leave together; a day with fewer
than `CELL` answers is dated by a later day with enough; a mark (stage, class, counter, field) stays only
where at least `CELL` answers share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from survey.enums import Part, Stage, TrustClass, part_of
from survey.services.responses import Waiting

CELL = 5

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
        answers = [answer for answer in waiting if part_of_waiting(answer) is part]
        before = {day: _of_part(cells, part) for day, cells in mixed.items()}
        ready = _ready(answers, today=today, mixed=mixed)
        dated = _dated(ready, {day: count for day, count in before.items() if count})
        if len(dated) < CELL:
            continue
        for day in sorted({label for label, _answer in dated}):
            of_day = [answer for label, answer in dated if label == day]
            releases.extend(_coarsened(of_day, part, day, mixed.get(day, {}), returned))
    return releases


def _of_part(cells: Mapping[CellKey, int], part: Part) -> int:
    return sum(count for cell, count in cells.items() if cell[0] is part)


def _ready(
    answers: Sequence[Waiting], *, today: date, mixed: Mapping[date, Mapping[CellKey, int]]
) -> list[Waiting]:
    """Everything of days that are over; of today only what fills a whole cell."""
    todays = Counter(cell_of(answer) for answer in answers if answer.day >= today)
    done = mixed.get(today, {})
    return [
        answer
        for answer in answers
        if answer.day < today or todays[cell_of(answer)] + done.get(cell_of(answer), 0) >= CELL
    ]


def _dated(answers: Sequence[Waiting], before: Mapping[date, int]) -> list[tuple[date, Waiting]]:
    """Date each answer by its day, or by a neighbour where its day has too few.

    Small days join the next day; at the end of a month they join the last day of that month that has
    enough, so that a month keeps its answers. What finds no day waits.
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
        if len(group) + before.get(day, 0) >= CELL:
            dated.extend((day, answer) for answer in group)
            enough.add(day)
            carried = []
        else:
            carried = group
    if carried:
        last = max((day for day in enough if day <= carried[-1].day), default=None)
        if last is not None and (last.year, last.month) == (carried[-1].day.year, carried[-1].day.month):
            dated.extend((last, answer) for answer in carried)
    return dated


def _last_of_month(carried: Sequence[Waiting], day: date, enough: set[date]) -> date | None:
    if not carried:
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
    done = Counter({cell: count for cell, count in mixed.items() if cell[0] is part})
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
    releases = _coarsen(releases, lambda r: (), lambda r: r.stage, _stages(done), _without_stage)
    releases = _coarsen(
        releases, lambda r: (r.stage,), lambda r: r.trust_class, _classes(done), _without_class
    )
    return _coarsen(
        releases,
        lambda r: (r.stage, r.trust_class),
        lambda r: r.counter_id or 0,
        Counter({((stage, kind), counter): n for (_part, stage, kind, counter), n in done.items()}),
        lambda r: replace(r, counter_id=None),
    )


def _without_stage(release: Release) -> Release:
    return replace(release, stage=Stage.ANY)


def _without_class(release: Release) -> Release:
    return replace(release, trust_class=TrustClass.COARSENED)


def _stages(done: Counter[CellKey]) -> Counter[tuple[tuple[Hashable, ...], Hashable]]:
    counts: Counter[tuple[tuple[Hashable, ...], Hashable]] = Counter()
    for (_part, stage, _kind, _counter), n in done.items():
        counts[(), stage] += n
    return counts


def _classes(done: Counter[CellKey]) -> Counter[tuple[tuple[Hashable, ...], Hashable]]:
    counts: Counter[tuple[tuple[Hashable, ...], Hashable]] = Counter()
    for (_part, stage, kind, _counter), n in done.items():
        counts[(stage,), kind] += n
    return counts


def _shown_field(field_id: int | None, day: date, returned: Mapping[tuple[date, int], int]) -> int | None:
    """Keep the field only where enough dossiers of it were returned that day."""
    if field_id is None or returned.get((day, field_id), 0) < CELL:
        return None
    return field_id


def _coarsen(
    releases: list[Release],
    group_of: Callable[[Release], tuple[Hashable, ...]],
    mark_of: Callable[[Release], Hashable],
    done: Mapping[tuple[tuple[Hashable, ...], Hashable], int],
    without: Callable[[Release], Release],
) -> list[Release]:
    """Remove a mark in each group until every mark, and the absence of one, is shared by `CELL` answers."""
    new = Counter((group_of(release), mark_of(release)) for release in releases)
    removed: set[tuple[tuple[Hashable, ...], Hashable]] = set()
    for group in {key[0] for key in new}:
        sizes = {mark: count + done.get((group, mark), 0) for (at, mark), count in new.items() if at == group}
        fresh = {mark: count for (at, mark), count in new.items() if at == group}
        small = {mark for mark, size in sizes.items() if size < CELL}
        while small and sum(fresh[mark] for mark in small) < CELL and len(small) < len(sizes):
            small.add(min((mark for mark in sizes if mark not in small), key=lambda m: (sizes[m], str(m))))
        removed |= {(group, mark) for mark in small}
    return [
        without(release) if (group_of(release), mark_of(release)) in removed else release
        for release in releases
    ]

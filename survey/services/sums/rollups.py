"""Months of a desk with their days already squared, and estimates of whole units from them.

A page of a province would have to read a row for each desk, day and set of marks: hundreds of thousands. The
figures without filters need less, because the squares over days add up month by month: one row for each desk,
month and part. The sums are those of the tallies bit for bit; what is filtered reads the tallies.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from analysis import rolled
from analysis.estimate import estimate_many, stratum_sums
from analysis.layout import Layout
from analysis.results import SurveyEstimate
from survey import clock
from survey.db import Database, asked_once
from survey.enums import Part, TrustClass
from survey.models import Desk, MonthRollup, MonthTally, Setting
from survey.queries import ratings
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period
from survey.services.sums import estimates
from survey.services.sums.estimates import ALPHA, LEVEL, File

_KEY, _WHOLE = "rollups", "whole"


def fingerprint(layout: Layout) -> str:
    """Name a layout shortly: versions with the same items in the same places share it."""
    return hashlib.sha256(repr(layout.dimensions).encode()).hexdigest()[:16]


def renew(session: Session, months: Collection[tuple[int, date]], *, store: InstrumentStore) -> None:
    """Make the rows of some desks and months anew from the tallies, in the transaction that changed these."""
    by_layout: dict[str, list[tuple[int, Published]]] = {}
    for version_id, published in store.all(session).items():
        by_layout.setdefault(fingerprint(published.layout), []).append((version_id, published))
    for desk_id, month in sorted(months):
        session.execute(
            delete(MonthRollup)
            .where(MonthRollup.desk_id == desk_id, MonthRollup.month == month)
            .execution_options(synchronize_session=False)
        )
        rows = [
            row
            for name, versions in by_layout.items()
            for row in _rows(session, name, versions, desk_id, month)
        ]
        if rows:
            session.execute(insert(MonthRollup), rows)


def _rows(
    session: Session, name: str, versions: Sequence[tuple[int, Published]], desk_id: int, month: date
) -> list[dict[str, object]]:
    published = versions[0][1]
    whole = ratings.from_tallies(
        session,
        layout=published.layout,
        versions=[version_id for version_id, _published in versions],
        desk_ids=[desk_id],
        start=month,
        end=(month + timedelta(days=31)).replace(day=1),
    )
    file = File.of(whole, [desk_id])
    rows: list[dict[str, object]] = []
    for part in Part:
        domain = whole.where(lambda mark, part=part: mark.part is part)  # type: ignore[misc]  # bound now
        if not domain.days.marks:
            continue
        sums = stratum_sums(estimates.design_sums(domain, file, published.instrument))
        rows.append(
            {
                "desk_id": desk_id,
                "month": month,
                "part": part,
                "layout": name,
                "n": int(domain.days.n.sum()),
                "trust_classes": "".join(sorted({mark.trust_class.value for mark in domain.days.marks})),
                "file_days": int(file.clusters[0]),
                "file_persons": int(file.persons[0]),
                "sums": rolled.encoded(rolled.pack(sums)[0]),
            }
        )
    return rows


def ensure(database: Database, *, store: InstrumentStore) -> int:
    """Make every row where an older program kept none; desk by desk, so that answers do not wait long."""
    with database.read() as session:
        if are_whole(session):
            return 0
        months = session.execute(select(MonthTally.desk_id, MonthTally.month).distinct()).all()
    by_desk: dict[int, set[date]] = {}
    for row in months:
        by_desk.setdefault(row.desk_id, set()).add(row.month)
    for desk_id, of_desk in sorted(by_desk.items()):
        database.write(_renewal(desk_id, of_desk, store))
    database.write(lambda session: session.merge(Setting(key=_KEY, value=_WHOLE)))
    return len(months)


class _renewal:  # noqa: N801 - a callable with its values
    def __init__(self, desk_id: int, months: Collection[date], store: InstrumentStore) -> None:
        self._desk_id, self._months, self._store = desk_id, months, store

    def __call__(self, session: Session) -> None:
        # As in mixing: where several processes serve, one of them changes the sums of a desk.
        session.execute(select(Desk.id).where(Desk.id == self._desk_id).with_for_update())
        renew(session, {(self._desk_id, month) for month in self._months}, store=self._store)


def are_whole(session: Session) -> bool:
    """Say whether every month has its rows; until then pages read the tallies."""
    kept = select(Setting.value).where(Setting.key == _KEY)
    return asked_once(session, (are_whole,), lambda: session.scalar(kept) == _WHOLE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One domain: a part in a span of whole months, within the full file of another span."""

    part: Part
    start: date
    end: date
    file_start: date
    file_end: date
    desks: frozenset[int] | None = None  # some of the desks that were loaded, or all

    @classmethod
    def of(cls, part: Part, period: Period, file: Period, desks: Collection[int] | None = None) -> Wanted:
        chosen = None if desks is None else frozenset(desks)
        return cls(part, period.start, period.end, file.start, file.end, chosen)


@dataclass(frozen=True, slots=True)
class Rolled:
    """Rows of a unit's desks over a span."""

    layout: Layout
    desk: np.ndarray
    month: np.ndarray  # ordinals of first days
    part: np.ndarray  # places in `Part`
    n: np.ndarray
    trust_classes: tuple[str, ...]
    file: Mapping[tuple[int, int], tuple[int, int]]  # desk and month -> days, persons
    sums: np.ndarray

    def persons(self, part: Part, period: Period) -> int:
        return int(self.n[self._chosen(part, period.start, period.end)].sum())

    def classes(self, part: Part, period: Period) -> frozenset[TrustClass]:
        chosen = np.flatnonzero(self._chosen(part, period.start, period.end))
        return frozenset(TrustClass(letter) for place in chosen for letter in self.trust_classes[place])

    def _chosen(self, part: Part, start: date, end: date) -> np.ndarray:
        of_part = self.part == list(Part).index(part)
        found: np.ndarray = of_part & (self.month >= start.toordinal()) & (self.month < end.toordinal())
        return found

    def estimates(
        self, wanted: Sequence[Wanted], methods: Mapping[str, str] | str
    ) -> list[SurveyEstimate | None]:
        """Estimate many domains at once; None for one without answers."""
        blocks, domains, days, persons = [], [], [], []
        files: dict[tuple[date, date], Mapping[int, tuple[int, int]]] = {}
        for place, one in enumerate(wanted):
            chosen = np.flatnonzero(self._chosen(one.part, one.start, one.end))
            if one.desks is not None:
                chosen = chosen[np.isin(self.desk[chosen], sorted(one.desks))]
            chosen = chosen[np.argsort(self.desk[chosen], kind="stable")]
            if not len(chosen):
                continue
            starts = np.flatnonzero(np.diff(self.desk[chosen], prepend=-1))
            blocks.append(_added(self.sums, chosen, starts))
            domains += [place] * len(starts)
            span = (one.file_start, one.file_end)
            if span not in files:
                files[span] = self._file_of(*span)
            file = files[span]
            for desk in self.desk[chosen[starts]].tolist():
                days.append(file[desk][0])
                persons.append(file[desk][1])
        if not blocks:
            return [None] * len(wanted)
        sums = rolled.unpack(self.layout, np.concatenate(blocks), file_clusters=days, file_persons=persons)
        table = estimate_many(
            sums,
            np.array(domains, np.int64),
            len(wanted),
            kinds=("item", "dimension", "overall"),
            methods=methods,
            level=LEVEL,
            alpha=ALPHA,
        )
        known = set(domains)
        return [table.survey_estimate(place) if place in known else None for place in range(len(wanted))]

    def _file_of(self, start: date, end: date) -> Mapping[int, tuple[int, int]]:
        """Add up days and persons of each desk over a span."""
        found: dict[int, tuple[int, int]] = {}
        for (desk, month), (days, persons) in self.file.items():
            if start.toordinal() <= month < end.toordinal():
                before = found.get(desk, (0, 0))
                found[desk] = (before[0] + days, before[1] + persons)
        return found


def _added(sums: np.ndarray, chosen: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Add up runs of chosen rows; whole rows at a time, which takes half as long as `reduceat`."""
    lengths = np.diff(starts, append=len(chosen))
    found: np.ndarray = sums[chosen[starts]]
    for step in range(1, int(lengths.max())):
        longer = np.flatnonzero(lengths > step)
        more = sums[chosen[starts[longer] + step]]
        if len(longer) == len(found):
            found += more
        else:
            found[longer] += more
    return found


# What was estimated last, by the sums it was estimated from: between two batches nothing changes.
_REMEMBERED = 64
_memory: OrderedDict[Hashable, Any] = OrderedDict()
_memory_lock = Lock()
# The rows read last, by unit and span: a year of a province with 100 desks takes some 15 MB.
_SPANS_KEPT = 6
_read_before: OrderedDict[Hashable, tuple[Mapping[_Mark, int], np.ndarray]] = OrderedDict()
Found = TypeVar("Found")


def remembered(key: Hashable, make: Callable[[], Found]) -> Found:
    """Give what was made for a key before, or make it; a few dozen are kept."""
    with _memory_lock:
        if key in _memory:
            _memory.move_to_end(key)
            return cast("Found", _memory[key])
    made = make()
    with _memory_lock:
        _memory[key] = made
        while len(_memory) > _REMEMBERED:
            _memory.popitem(last=False)
    return made


def forget() -> None:
    """Drop what was remembered; measurements begin so."""
    with _memory_lock:
        _memory.clear()
        _read_before.clear()


def state(
    session: Session, *, published: Published, desk_ids: Sequence[int], start: date, end: date
) -> Hashable:
    """Name the sums of a span: another name whenever an answer was added to them.

    Answers are only ever added, each to one row, and every row's persons go into the name.
    """
    n, days, persons = MonthRollup.n, MonthRollup.file_days, MonthRollup.file_persons
    row = session.execute(
        select(func.count(), func.sum(n), func.sum(n * n), func.sum(days), func.sum(n * persons)).where(
            MonthRollup.layout == fingerprint(published.layout),
            MonthRollup.desk_id.in_(desk_ids),
            MonthRollup.month >= start,
            MonthRollup.month < end,
        )
    ).one()
    counts = tuple(int(value or 0) for value in row)
    return (str(session.get_bind().engine.url), published.id, tuple(desk_ids), start, end, counts)


def remembered_of(
    session: Session,
    key: Hashable,
    make: Callable[[], Found],
    *,
    published: Published,
    desk_ids: Sequence[int],
    span: tuple[date, date],
) -> Found:
    """Give what was made of the sums of a span before, whatever their marks, until an answer is added."""
    if not are_whole(session):
        return make()
    start, end = span
    named = state(session, published=published, desk_ids=desk_ids, start=start, end=end)
    # Fields are told apart once their month has settled, by the day of UTC.
    return remembered((key, named, clock.now().date()), make)


def load(session: Session, *, layout: Layout, desk_ids: Sequence[int], start: date, end: date) -> Rolled:
    """Read the rows of desks over a span; what was read before and did not change since is not read again."""
    name = fingerprint(layout)
    place = (str(session.get_bind().engine.url), name, tuple(desk_ids), start, end)
    marks = _marks(session, name, desk_ids, start, end)
    with _memory_lock:
        before = _read_before.get(place)
    sums = _sums_of(session, layout, name, marks, before, (desk_ids, start, end))
    with _memory_lock:
        _read_before[place] = ({mark: row for row, mark in enumerate(marks)}, sums)
        _read_before.move_to_end(place)
        while len(_read_before) > _SPANS_KEPT:
            _read_before.popitem(last=False)
    parts = {part: number for number, part in enumerate(Part)}
    return Rolled(
        layout,
        np.array([mark.desk_id for mark in marks], np.int64),
        np.array([mark.month.toordinal() for mark in marks], np.int64),
        np.array([parts[mark.part] for mark in marks], np.int64),
        np.array([mark.n for mark in marks], np.int64),
        tuple(mark.trust_classes for mark in marks),
        {(mark.desk_id, mark.month.toordinal()): (mark.file_days, mark.file_persons) for mark in marks},
        sums,
    )


class _Mark(NamedTuple):
    """Everything of a row but its sums. Answers are only ever added, so equal marks have equal sums."""

    desk_id: int
    month: date
    part: Part
    n: int
    trust_classes: str
    file_days: int
    file_persons: int


_COLUMNS = tuple(getattr(MonthRollup, name) for name in _Mark._fields)


def _marks(session: Session, name: str, desk_ids: Sequence[int], start: date, end: date) -> list[_Mark]:
    rows = session.execute(select(*_COLUMNS).where(*_within(name, desk_ids, start, end)))
    return [_Mark(*row) for row in rows]


def _within(name: str, desk_ids: Sequence[int], start: date, end: date) -> tuple[ColumnElement[bool], ...]:
    month = MonthRollup.month
    return (MonthRollup.layout == name, MonthRollup.desk_id.in_(desk_ids), month >= start, month < end)


def _sums_of(
    session: Session,
    layout: Layout,
    name: str,
    marks: Sequence[_Mark],
    before: tuple[Mapping[_Mark, int], np.ndarray] | None,
    span: tuple[Sequence[int], date, date],
) -> np.ndarray:
    """Give the sums of every mark, row by row; only rows that are new or changed are read."""
    known, kept = before if before else ({}, np.empty((0, rolled.width(layout)), np.int64))
    wanted = {
        (mark.desk_id, mark.month, mark.part): row for row, mark in enumerate(marks) if mark not in known
    }
    some_known = len(wanted) < len(marks)
    if some_known:  # in one pass, whatever row stands for those that are read below
        sums = kept[[known.get(mark, 0) for mark in marks]]
    else:
        sums = np.empty((len(marks), kept.shape[1]), np.int64)
    if wanted:
        desk_ids, start, end = span
        if some_known:  # few desks and months changed: ask for those alone
            desk_ids = sorted({desk_id for desk_id, _month, _part in wanted})
            start = min(month for _desk, month, _part in wanted)
        rows = session.execute(
            select(MonthRollup.desk_id, MonthRollup.month, MonthRollup.part, MonthRollup.sums).where(
                *_within(name, desk_ids, start, end)
            )
        ).all()
        read = [(wanted[key], row.sums) for row in rows if (key := (row[0], row[1], row[2])) in wanted]
        sums[[to for to, _blob in read]] = rolled.decoded(layout, [blob for _to, blob in read])
    return sums


def headlines(
    session: Session,
    *,
    store: InstrumentStore,
    published: Published,
    period: Period,
    groups: Sequence[Collection[int]],
    methods: Mapping[str, str] | str,
) -> list[SurveyEstimate | None]:
    """Estimate the headline of several groups of desks: from rolled months, or from tallies meanwhile."""
    everybody = sorted({desk for group in groups for desk in group})
    if are_whole(session):
        rolled_months = load(
            session, layout=published.layout, desk_ids=everybody, start=period.start, end=period.end
        )
        wanted = [Wanted.of(Part.HEADLINE, period, period, group) for group in groups]
        return rolled_months.estimates(wanted, methods)
    versions = [one for one, other in store.all(session).items() if other.layout == published.layout]
    whole = ratings.from_tallies(
        session,
        layout=published.layout,
        versions=versions,
        desk_ids=everybody,
        start=period.start,
        end=period.end,
    )
    file = File.of(whole, everybody)
    found: list[SurveyEstimate | None] = []
    for group in groups:
        inside = frozenset(group)
        domain = whole.where(lambda mark, one=inside: mark.part is Part.HEADLINE and mark.desk_id in one)  # type: ignore[misc]  # bound now
        found.append(
            estimates.estimate_domain(domain, file, published.instrument, methods)
            if domain.days.marks
            else None
        )
    return found

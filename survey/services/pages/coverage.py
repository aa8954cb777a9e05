"""The ledger of coverage: of those whose result was returned, who was invited, began, and sent an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from analysis.disclosure import MINIMUM_COUNTER
from analysis.sample_size import for_threshold
from survey.enums import Channel, Dimension, Part
from survey.instrument import Texts
from survey.queries import coverage, ratings
from survey.services.figures import groups
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.figures.outlook import Outlook
from survey.services.office import installation, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period, PeriodKind
from survey.services.office.scopes import Filters
from survey.services.pages import officer_page
from survey.services.sums import unit_ratings

# Who began is counted screen by screen: told in tens, so that no difference tells of a few.
ROUND_TO = 10
# A plan asks for so many that a share this far above the threshold is shown with four chances in five.
ABOVE = 0.05
USUAL_DEFF = 1.5  # where a period has no answers of its own to tell


Second = TypeVar("Second")
Count = TypeVar("Count")


class Order(StrEnum):
    """What is wrong with returned ≥ invited ≥ answered; nothing where it holds."""

    HOLDS = "holds"
    MORE_INVITED = "more-invited"
    MORE_WITH_CODE = "more-with-code"
    MORE_ANSWERED = "more-answered"


class Grain(StrEnum):
    """What a row of the table of time is: as long as lets a period be read at a glance."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Span:
    """A month, a week or a day of the period; `last` is its last day."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Line:
    """None where it is not counted, or where too few would show. `started` is in tens."""

    returned: int | None
    invited: int | None
    started: int | None
    answered: int | None
    with_result: int | None
    with_code: int | None
    is_hidden: bool = False  # answers are there, but too few to be shown
    order: Order = Order.HOLDS


@dataclass(frozen=True, slots=True)
class Sample:
    """What one goal asks for, and what is there."""

    dimension: Dimension
    name: Texts
    threshold: float | None
    n: int | None
    planned: int | None
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class CoveragePage:
    unit: str
    demo: bool
    period: Period
    several_desks: bool
    total: Line
    by_time: tuple[tuple[Span, Line], ...]
    by_desk: tuple[tuple[str, Line], ...]
    by_channel: tuple[tuple[Channel, Line], ...]
    by_field: tuple[tuple[str, Line], ...]
    samples: tuple[Sample, ...]

    @property
    def grain(self) -> Grain:
        return grain_of(self.period)


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    desk_id: int | None,
    today: date,
    locale: str = "vi",
) -> CoveragePage:
    installed = installation.read(session)
    names = {desk.id: desk.name for desk in scopes.desks_of(session, unit_id)}
    desk_ids = [desk_id] if desk_id in names else list(names)
    counts = _Counts.read(session, desk_ids, period)
    page = officer_page.build(
        session,
        store=store,
        unit_id=unit_id,
        period=period,
        filters=Filters(desk_id=desk_id if desk_id in names else None),
        today=today,
        locale=locale,
    )
    return CoveragePage(
        unit=next(iter(installation.unit_names(session, unit_id).values()), ""),
        demo=installed.demo,
        period=period,
        several_desks=len(names) > 1,
        total=counts.line(period.start, period.end),
        by_time=tuple(counts.by_time(period)),
        by_desk=tuple(counts.by_desk(names, period)),
        by_channel=_by_channel(session, store, desk_ids, period, counts),
        by_field=_by_field(session, store, desk_ids, period, locale),
        samples=_samples(page, counts.total_returned),
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    returned: Mapping[coverage.Key, int]
    invited: Mapping[coverage.Key, int]
    answered: Mapping[coverage.Key, tuple[int, int, int]]
    started: Mapping[tuple[int, str], int]

    @classmethod
    def read(cls, session: Session, desk_ids: Sequence[int], period: Period) -> _Counts:
        start, end = period.start, period.end
        return cls(
            coverage.returned(session, desk_ids=desk_ids, start=start, end=end),
            coverage.invited(session, desk_ids=desk_ids, start=start, end=end),
            coverage.answered(session, desk_ids=desk_ids, start=start, end=end),
            coverage.started(session, desk_ids=desk_ids, start=start, end=end),
        )

    @property
    def total_returned(self) -> int:
        return sum(self.returned.values())

    def line(self, start: date, end: date, *, whole: bool = True) -> Line:
        """Add up some days; who began is known for whole periods only."""
        everyone, with_result, with_code = (
            sum(n[place] for (_desk, day), n in self.answered.items() if start <= day < end)
            for place in range(3)
        )
        returned, invited = (
            sum(n for (_desk, day), n in found.items() if start <= day < end)
            for found in (self.returned, self.invited)
        )
        began = sum(self.started.values())
        return Line(
            returned,
            invited,
            in_tens(began) if whole else None,
            everyone,
            with_result,
            with_code,
            order=order_of(returned, invited, with_result, with_code),
        )

    def by_time(self, period: Period) -> Iterator[tuple[Span, Line]]:
        spans = [span for span in _spans(period) if self._has_any(span)]
        lines = [self.line(span.first, span.last + timedelta(days=1), whole=False) for span in spans]
        return zip(spans, hide_few(lines), strict=True)

    def _has_any(self, span: Span) -> bool:
        return any(
            span.first <= day <= span.last
            for found in (self.returned, self.invited, self.answered)
            for _desk, day in found
        )

    def by_desk(self, names: Mapping[int, str], period: Period) -> Iterator[tuple[str, Line]]:
        returned, invited, answered, started = (
            _split(found) for found in (self.returned, self.invited, self.answered, self.started)
        )
        desks = [desk for desk in names if desk in returned or desk in invited or desk in answered]
        lines = [
            _Counts(
                returned.get(desk, {}), invited.get(desk, {}), answered.get(desk, {}), started.get(desk, {})
            ).line(period.start, period.end)
            for desk in desks
        ]
        return zip([names[desk] for desk in desks], hide_few(lines), strict=True)


def _split(found: Mapping[tuple[int, Second], Count]) -> Mapping[int, Mapping[tuple[int, Second], Count]]:
    """Tell desks apart in one go: a province has a hundred of them, with every day of a year."""
    by_desk: dict[int, dict[tuple[int, Second], Count]] = {}
    for key, n in found.items():
        by_desk.setdefault(key[0], {})[key] = n
    return by_desk


def in_tens(count: int) -> int | None:
    return None if 0 < count < MINIMUM_COUNTER else round(count / ROUND_TO) * ROUND_TO


def order_of(returned: int, invited: int, with_result: int, with_code: int) -> Order:
    """Say where returned ≥ invited ≥ answered does not hold."""
    if returned and with_result > returned:
        return Order.MORE_ANSWERED
    if invited > returned:
        return Order.MORE_INVITED
    return Order.MORE_WITH_CODE if with_code > invited else Order.HOLDS


def hide_few(lines: Sequence[Line]) -> list[Line]:
    """Hide the answers of lines with few, and of one more where a subtraction would give them back."""
    visible = groups.shown([line.answered or 0 for line in lines], least=SHOWN_FROM)
    with_result = groups.shown([line.with_result or 0 for line in lines], least=SHOWN_FROM)
    return [
        Line(
            line.returned,
            line.invited,
            line.started,
            line.answered if shown else None,
            line.with_result if shown and result_shown else None,
            line.with_code if shown and result_shown else None,
            is_hidden=not (shown and result_shown),
            order=line.order if shown and result_shown else Order.HOLDS,
        )
        for line, shown, result_shown in zip(lines, visible, with_result, strict=True)
    ]


def _spans(period: Period) -> Iterator[Span]:
    """Give the days of a month, the weeks of a quarter cut at its ends, the months of a longer period."""
    grain = grain_of(period)
    if grain is Grain.MONTH:
        yield from (Span(month.start, month.end - timedelta(days=1)) for month in period.months())
        return
    first = period.start
    while first < period.end:
        last = first if grain is Grain.DAY else first + timedelta(days=6 - first.weekday())
        last = min(last, period.end - timedelta(days=1))
        yield Span(first, last)
        first = last + timedelta(days=1)


def grain_of(period: Period) -> Grain:
    return {PeriodKind.MONTH: Grain.DAY, PeriodKind.QUARTER: Grain.WEEK}.get(period.kind, Grain.MONTH)


def _by_channel(
    session: Session, store: InstrumentStore, desk_ids: Sequence[int], period: Period, counts: _Counts
) -> tuple[tuple[Channel, Line], ...]:
    answered: Counter[Channel] = Counter()
    with_result: Counter[Channel] = Counter()
    for mark, n in _cells(session, store, desk_ids, period):
        channel = scopes.channel_of(mark)
        if channel is None:
            continue
        answered[channel] += n
        if mark.part is Part.HEADLINE:
            with_result[channel] += n
    began: Counter[str] = Counter()
    for (_desk, name), n in counts.started.items():
        began[name] += n
    lines = [
        Line(
            None,
            None,
            in_tens(began[channel.value]) if channel.value in began else None,
            answered[channel],
            with_result[channel],
            None,
        )
        for channel in Channel
    ]
    return tuple(zip(Channel, hide_few(lines), strict=True))


def _by_field(
    session: Session, store: InstrumentStore, desk_ids: Sequence[int], period: Period, locale: str
) -> tuple[tuple[str, Line], ...]:
    returned = coverage.returned_by_field(session, desk_ids=desk_ids, start=period.start, end=period.end)
    with_result: Counter[int] = Counter()
    for mark, n in _cells(session, store, desk_ids, period):
        if mark.part is Part.HEADLINE:
            with_result[mark.field_id] += n
    names = {field.id: field.name for field in scopes.fields_list(session, locale)} | {0: ""}
    fields = [field for field in names if returned.get(field) or with_result[field]]
    lines = [
        Line(returned.get(field, 0), None, None, with_result[field], with_result[field], None)
        for field in fields
    ]
    return tuple(zip([names[field] for field in fields], hide_few(lines), strict=True))


def _cells(
    session: Session, store: InstrumentStore, desk_ids: Sequence[int], period: Period
) -> Iterator[tuple[ratings.Mark, int]]:
    published = store.current(session)
    found = unit_ratings.load(session, store, published, desk_ids, period, period).months
    return zip(found.marks, found.n.tolist(), strict=True)


def _samples(page: officer_page.OfficerPage, returned: int) -> tuple[Sample, ...]:
    found = []
    for row in page.overview.rows:
        planned = None
        if row.goal is not None and 0 < row.goal.threshold < 1 - ABOVE:
            known = row.estimate is not None and row.estimate.n_eff > 0
            deff = max(1.0, row.estimate.n / row.estimate.n_eff) if row.estimate and known else USUAL_DEFF
            planned = for_threshold(
                row.goal.threshold + ABOVE, row.goal.threshold, deff=deff, population=returned or None
            ).persons
        found.append(
            Sample(
                row.dimension,
                row.name,
                row.goal.threshold if row.goal else None,
                row.estimate.n if row.estimate else None,
                planned,
                page.outlooks[row.dimension],
            )
        )
    return tuple(found)

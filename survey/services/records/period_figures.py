"""Every figure of a report, gathered once: what a period's record freezes and what its draft shows.

The plain figures of the whole unit, without filters: the only ones that carry verdicts of record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.results import ANALYSIS_VERSION, IndexEstimate
from analysis.suppression import protect_parts
from survey.enums import Channel, Dimension, TrustClass
from survey.instrument import Texts
from survey.models import ReasonCount
from survey.queries import dossiers, ratings, service_use
from survey.queries.ratings import Cells, Ratings
from survey.services.figures import routed_items, satisfaction
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.figures.goal_figures import GoalRow
from survey.services.figures.satisfaction import BesideRow, TrendPoint
from survey.services.office import installation, periods, plans, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period
from survey.services.office.scopes import Filters
from survey.services.records import plain_values, without_signals
from survey.services.records.period_changes import ChangeSince, changes
from survey.services.records.without_signals import WithoutSignals
from survey.services.sums import unit_ratings
from survey.services.sums.estimates import File, estimate_domain

# Raised whenever figures mean something else than before under the same name.
FIGURES_VERSION = 3
# From here on a record says where the answers of several signals decide.
KNOWS_SIGNALS_FROM = 3
# Texts whose figures are kept as they were read: a year's is some 100 kB.
_READ_KEPT = 16


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One question; `estimate` is None where too few answered to show anything."""

    code: str
    dimension: Dimension
    text: Texts
    estimate: IndexEstimate | None


@dataclass(frozen=True, slots=True)
class PersonsOf:
    """How many persons one part of the whole had; None where hidden, so that no difference names anybody."""

    name: Texts
    code: str
    persons: int | None


@dataclass(frozen=True, slots=True)
class SaidOfService:
    """One question of the service-use block with its options; the total counts who answered it."""

    code: str
    label: Texts
    answered: int | None
    options: tuple[PersonsOf, ...]


@dataclass(frozen=True, slots=True)
class ReasonFigures:
    """How often a reason for low levels was tapped; only what was tapped five times and more is here."""

    dimension: Dimension
    code: str
    text: Texts
    count: int


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """What stands in a report. Everything a reader of a later year needs is here, names and words as well."""

    version: int
    analysis_version: str
    instrument: str
    period: Period
    as_of: date
    unit_id: int
    unit_name: str
    desks: tuple[str, ...]
    demo: bool
    plan_year: int | None
    plan_confirmed: bool
    answers: int  # of every part, mixed: what is compared to find late ones
    rows: tuple[GoalRow, ...]
    overall: IndexEstimate | None
    persons: int | None
    returned: int
    due: int
    late: int
    classes: frozenset[TrustClass]
    item_means: Mapping[Dimension, IndexEstimate]
    items: tuple[ItemFigures, ...]
    beside: tuple[BesideRow, ...]
    channels: tuple[PersonsOf, ...]
    fields: tuple[PersonsOf, ...]
    trend: Mapping[Dimension, tuple[TrendPoint, ...]]
    changes: tuple[ChangeSince, ...]
    before: Period
    reasons: tuple[ReasonFigures, ...]
    service: tuple[SaidOfService, ...]
    without_signals: WithoutSignals | None = None  # None where none count, or closed before version 3


def written(figures: PeriodFigures) -> tuple[str, str]:
    """Give the canonical text of the figures and its SHA-256."""
    text = plain_values.written(figures)
    return text, digest(text)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=_READ_KEPT)
def read(text: str) -> PeriodFigures:
    """Read figures from their text; the same text, which every page of a closed period asks for, once."""
    return plain_values.read(PeriodFigures, text)


def previous(period: Period) -> Period:
    """Give the period of the same kind that ended where this one starts."""
    return periods.containing(period.start - timedelta(days=1), period.kind)


def gather(
    session: Session, *, store: InstrumentStore, unit_id: int, period: Period, today: date
) -> PeriodFigures:
    """Gather the figures of a period as they stand now. Reads sums and counts, never an answer."""
    found = satisfaction.overview(
        session, store=store, unit_id=unit_id, period=period, filters=Filters(), today=today
    )
    published = store.current(session)
    desks = scopes.desks_of(session, unit_id)
    desk_ids = [desk.id for desk in desks]
    methods = plans.methods_of(found.plan)
    whole = _load(session, store, published, desk_ids, period)
    domain = whole.where(lambda mark: scopes.matches(mark, Filters()))
    estimated = estimate_domain(domain, File.of(whole, desk_ids), published.instrument, methods)
    due, late = dossiers.returned_late(session, desk_ids=desk_ids, start=period.start, end=period.end)
    installed = installation.read(session)
    names = installation.unit_names(session, unit_id)
    before = previous(period)
    earlier = _before(session, store, published, desk_ids, before, methods)
    return PeriodFigures(
        version=FIGURES_VERSION,
        analysis_version=ANALYSIS_VERSION,
        instrument=f"{published.instrument.code}/{published.instrument.version}",
        period=period,
        as_of=today,
        unit_id=unit_id,
        unit_name=next(iter(names.values()), ""),
        desks=tuple(desk.name for desk in desks),
        demo=installed.demo,
        plan_year=found.plan.year if found.plan else None,
        plan_confirmed=bool(found.plan and found.plan.confirmed),
        answers=int(whole.days.n.sum()),
        rows=found.rows,
        overall=found.overall,
        persons=found.persons,
        returned=found.returned,
        due=due,
        late=late,
        classes=found.classes,
        item_means=found.item_means,
        items=_items(
            published,
            {
                **estimated.items,
                **_routed(session, store, published, desk_ids, whole, period, methods, today),
            },
        ),
        beside=found.beside,
        channels=_channels(domain.days),
        fields=_fields(session, domain.days),
        trend=_until(found.trend, period),
        changes=changes(((row.dimension, row.estimate) for row in found.rows), earlier),
        before=before,
        reasons=_reasons(session, published, desk_ids, period),
        service=_service(session, published, desk_ids, period),
        without_signals=without_signals.look(
            session,
            store=store,
            desk_ids=desk_ids,
            period=period,
            before=before,
            methods=methods,
            rows=found.rows,
        ),
    )


def _load(
    session: Session,
    store: InstrumentStore,
    published: Published,
    desk_ids: Sequence[int],
    period: Period,
) -> Ratings:
    return ratings.from_tallies(
        session,
        layout=published.layout,
        versions=unit_ratings.same_layout_versions(session, store, published),
        desk_ids=desk_ids,
        start=period.start,
        end=period.end,
    )


def _routed(
    session: Session,
    store: InstrumentStore,
    published: Published,
    desk_ids: Sequence[int],
    whole: Ratings,
    period: Period,
    methods: Mapping[str, str],
    today: date,
) -> Mapping[str, IndexEstimate]:
    """Estimate the questions that only some are asked, and those beside them, from whole groups of months."""
    described = [one for one in published.instrument.dimensions if routed_items.has_routed(one)]
    if not described:
        return {}
    year = _load(session, store, published, desk_ids, periods.make(period.year))
    headline = year.where(lambda mark: scopes.matches(mark, Filters()))
    found: dict[str, IndexEstimate] = {}
    for dimension in described:
        domain = routed_items.released(headline, dimension, period, today=today)
        estimated = estimate_domain(domain, File.of(whole, desk_ids), published.instrument, methods)
        found |= {item.code: estimated.items[item.code] for item in dimension.items}
    return found


def _items(published: Published, found: Mapping[str, IndexEstimate]) -> tuple[ItemFigures, ...]:
    return tuple(
        ItemFigures(
            item.code,
            Dimension(item.dimension),
            item.label,
            found[item.code] if found[item.code].n >= SHOWN_FROM else None,
        )
        for item in published.instrument.items
    )


def _channels(days: Cells) -> tuple[PersonsOf, ...]:
    counts: dict[Channel, int] = {}
    for mark, n in zip(days.marks, days.n.tolist(), strict=True):
        channel = scopes.channel_of(mark)
        if channel is not None:
            counts[channel] = counts.get(channel, 0) + n
    names = {Channel.PHONE: "Điện thoại", Channel.KIOSK: "Máy tính bảng tại quầy"}
    found = [(channel, counts[channel]) for channel in names if channel in counts]
    shown = _protected([n for _channel, n in found])
    return tuple(
        PersonsOf({"vi": names[channel]}, channel.value, persons)
        for (channel, _n), persons in zip(found, shown, strict=True)
    )


def _fields(session: Session, days: Cells) -> tuple[PersonsOf, ...]:
    """Count persons by field; those whose field was coarsened or skipped make a line of their own."""
    counts = ratings.persons_by_field(days)
    if not counts:
        return ()
    known = [place for place in scopes.fields_list(session) if counts.get(place.id)]
    found = [*((place.name, place.code, counts[place.id]) for place in known)]
    if counts.get(0):
        found.append(("Không rõ lĩnh vực", "", counts[0]))
    shown = _protected([n for _name, _code, n in found])
    return tuple(
        PersonsOf({"vi": name}, code, persons) for (name, code, _n), persons in zip(found, shown, strict=True)
    )


def _protected(counts: Sequence[int]) -> list[int | None]:
    """Hide small parts of a total that is shown, and what would give them back."""
    if not counts:
        return []
    decisions, _total = protect_parts(counts)
    return [n if one.is_shown else None for n, one in zip(counts, decisions, strict=True)]


def _until(
    trend: Mapping[Dimension, tuple[TrendPoint, ...]], period: Period
) -> Mapping[Dimension, tuple[TrendPoint, ...]]:
    return {
        dimension: tuple(point for point in points if point.month.start < period.end)
        for dimension, points in trend.items()
    }


def _before(
    session: Session,
    store: InstrumentStore,
    published: Published,
    desk_ids: Sequence[int],
    before: Period,
    methods: Mapping[str, str],
) -> Mapping[str, IndexEstimate]:
    whole = _load(session, store, published, desk_ids, before)
    domain = whole.where(lambda mark: scopes.matches(mark, Filters()))
    if not domain.days.marks:
        return {}
    return estimate_domain(domain, File.of(whole, desk_ids), published.instrument, methods).dimensions


def _reasons(
    session: Session, published: Published, desk_ids: Sequence[int], period: Period
) -> tuple[ReasonFigures, ...]:
    rows = session.execute(
        select(ReasonCount.dimension, ReasonCount.reason, func.sum(ReasonCount.count).label("n"))
        .where(
            ReasonCount.desk_id.in_(desk_ids),
            ReasonCount.month >= period.start,
            ReasonCount.month < period.end,
        )
        .group_by(ReasonCount.dimension, ReasonCount.reason)
    )
    texts = {reason.code: reason.text for reason in published.instrument.reasons}
    found = [
        ReasonFigures(Dimension(row.dimension), row.reason, texts[row.reason], int(row.n))
        for row in rows
        if row.reason in texts and row.n >= SHOWN_FROM
    ]
    return tuple(sorted(found, key=lambda one: (list(Dimension).index(one.dimension), -one.count, one.code)))


def _service(
    session: Session, published: Published, desk_ids: Sequence[int], period: Period
) -> tuple[SaidOfService, ...]:
    counted = service_use.counts(session, desk_ids=desk_ids, start=period.start, end=period.end)
    said = []
    for question in published.instrument.service_use:
        of_question: Mapping[str, int] = counted.get(question.code, {})
        parts = [of_question.get(option.code, 0) for option in question.options]
        answered = sum(parts)
        if not answered:
            continue
        shown = _protected(parts)
        said.append(
            SaidOfService(
                question.code,
                question.label,
                answered if answered >= SHOWN_FROM else None,
                tuple(
                    PersonsOf(option.text, option.code, n if answered >= SHOWN_FROM else None)
                    for option, n in zip(question.options, shown, strict=True)
                ),
            )
        )
    return tuple(said)

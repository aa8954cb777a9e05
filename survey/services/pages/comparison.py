"""Groups of answers beside each other: each with its index, and what is surely different from the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from analysis.group_differences import GroupDifference, compare_pairs
from analysis.results import IndexEstimate
from survey.enums import Channel, Dimension, Part, Stage, TrustClass
from survey.exceptions import NotFound
from survey.instrument import Texts
from survey.queries.ratings import Mark, Ratings
from survey.services.figures import counter_figures, disclosure, groups
from survey.services.office import installation, plans, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period
from survey.services.office.scopes import Filters, Place
from survey.services.sums import rollups, unit_ratings
from survey.services.sums.estimates import File, estimate_domain

REST = "rest"
COARSENED = "0"  # the key of answers whose mark was given up
# More desks than these are held against one that is chosen only; units have a picture of their own.
MOST_GROUPS = 40


class By(StrEnum):
    """What the answers are grouped by."""

    DESK = "desk"
    COUNTER = "counter"
    FIELD = "field"
    CHANNEL = "channel"
    STAGE = "stage"
    TRUST_CLASS = "class"
    SPAN = "span"  # months before a day and months after it: a page of its own
    WEIGHTING = "weighting"  # as people answered, and as dossiers were returned: a page of its own


# What the page of groups offers.
GROUPINGS = (By.DESK, By.COUNTER, By.FIELD, By.CHANNEL, By.STAGE, By.TRUST_CLASS)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months, the last one included."""

    is_after: bool
    first: Period
    last: Period


class Weighting(StrEnum):
    ANSWERS = "answers"  # every person counts once
    DOSSIERS = "dossiers"  # fields count as their dossiers


Value = Place | Channel | Stage | TrustClass | Span | Weighting | None  # None: the mark was given up


@dataclass(frozen=True, slots=True)
class Figure:
    """One group in one dimension; `estimate` is None where nobody or too few answered.

    `persons` is None where the group is hidden. `difference` is None where it is compared with nothing.
    """

    estimate: IndexEstimate | None
    persons: int | None
    difference: GroupDifference | None = None


@dataclass(frozen=True, slots=True)
class Group:
    key: str  # as it stands in the address
    value: Value
    figures: Mapping[Dimension, Figure]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`compared` counts the pairs that the correction allows for."""

    unit: str
    demo: bool
    by: By
    period: Period
    is_open: bool
    filters: Filters
    dimensions: tuple[Dimension, ...]
    names: Mapping[Dimension, Texts]
    goals: Mapping[Dimension, float]
    groups: tuple[Group, ...]
    against: str
    compared: int
    least: int


_Indices = Mapping[Dimension, IndexEstimate]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Estimates of every group and of the answers outside it, by key."""

    values: Mapping[str, Value]
    inside: Mapping[str, _Indices]
    outside: Mapping[str, _Indices]  # empty where there is one group only
    # Groups that may be those of another page but for one to four persons.
    close: frozenset[str] = frozenset()


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    by: By,
    period: Period,
    filters: Filters,
    today: date,
    dimension: Dimension | None = None,
    against: str = REST,
    locale: str = "vi",
) -> Comparison:
    """Compare groups. Reads sums only.

    Raises
    ------
    NotFound
        `against` names no group.
    """
    published = store.current(session)
    plan = plans.find(session, unit_id=unit_id, year=period.year)
    methods = plans.methods_of(plan)
    desks = scopes.desks_of(session, unit_id, past=filters.past)
    asked = _asked(by, filters)
    found = _sort(session, store, published, by, period, asked, desks, methods, locale)
    if against not in {REST, *found.values}:
        raise NotFound(what="group", value=against)
    every = tuple(Dimension(described.code) for described in published.instrument.dimensions)
    least = least_shown(by, asked)
    # All five are compared whichever is shown, so that no claim depends on the choice of the page.
    made, compared = _figures(found, every, against=against, least=least)
    names = installation.unit_names(session, unit_id)
    return Comparison(
        unit=next(iter(names.values()), ""),
        demo=installation.read(session).demo,
        by=by,
        period=period,
        is_open=period.is_open(today),
        filters=asked,
        dimensions=(dimension,) if dimension else every,
        names={Dimension(d.code): d.name for d in published.instrument.dimensions},
        goals={one: goal.threshold for one, goal in plan.goals.items()} if plan else {},
        groups=tuple(Group(key, found.values[key], made[key]) for key in found.values),
        against=against,
        compared=compared,
        least=least,
    )


def least_shown(by: By, filters: Filters) -> int:
    return disclosure.COUNTER_SHOWN_FROM if by is By.COUNTER else disclosure.least_shown(filters)


def _asked(by: By, filters: Filters) -> Filters:
    """Drop the filter that would leave one group only."""
    return {
        By.DESK: replace(filters, desk_id=None, counter_id=None),
        # A counter's sums know the desk and the month, and nothing else.
        By.COUNTER: Filters(desk_id=filters.desk_id, past=filters.past),
        By.FIELD: replace(filters, field_id=None),
        By.CHANNEL: replace(filters, channel=None),
        By.STAGE: replace(filters, stage=None, all_stages=True),
    }.get(by, filters)


def _sort(
    session: Session,
    store: InstrumentStore,
    published: Published,
    by: By,
    period: Period,
    filters: Filters,
    desks: Sequence[Place],
    methods: Mapping[str, str],
    locale: str,
) -> _Sorted:
    desk_ids = [desk.id for desk in desks]
    if by is By.DESK and filters.is_plain:
        return _sort_desks(session, store, published, period, desks, methods)
    of_period = unit_ratings.load(session, store, published, desk_ids, period, period)
    if by is By.COUNTER:
        return _sort_counters(session, published, of_period, period, filters, desks)
    whole = File.of(of_period, desk_ids)
    domain = of_period.where(_belongs(by, filters))
    key_of = _key_of(by)
    present = {key_of(mark) for mark in domain.days.marks}
    values = {key: value for key, value in _values(session, by, desks, locale) if key in present}

    def estimate(part: Ratings) -> _Indices:
        found = estimate_domain(part, whole, published.instrument, methods)
        return {Dimension(name): one for name, one in found.dimensions.items()}

    inside = {key: estimate(domain.where(_has(key_of, key))) for key in values}
    outside: dict[str, _Indices] = {}
    if len(values) > 1:
        outside = {key: estimate(domain.where(_has_not(key_of, key))) for key in values}
    return _Sorted(values, inside, outside)


def _sort_desks(
    session: Session,
    store: InstrumentStore,
    published: Published,
    period: Period,
    desks: Sequence[Place],
    methods: Mapping[str, str],
) -> _Sorted:
    """Estimate each desk from its rolled months: a province has too many days and marks to read them."""

    def estimates(groups_of: Sequence[Sequence[int]]) -> list[_Indices | None]:
        found = rollups.headlines(
            session,
            store=store,
            published=published,
            period=period,
            groups=groups_of,
            methods=methods,
        )
        return [
            {Dimension(name): index for name, index in one.dimensions.items()} if one else None
            for one in found
        ]

    ids = [desk.id for desk in desks]
    inside = {
        str(one): indices
        for one, indices in zip(ids, estimates([[one] for one in ids]), strict=True)
        if indices is not None
    }
    values: dict[str, Value] = {str(desk.id): desk for desk in desks if str(desk.id) in inside}
    outside: dict[str, _Indices] = {}
    if 1 < len(values) <= MOST_GROUPS:
        rests = estimates([[other for other in ids if str(other) != key] for key in values])
        outside = {key: rest for key, rest in zip(values, rests, strict=True) if rest is not None}
    return _Sorted(values, inside, outside)


def _sort_counters(
    session: Session,
    published: Published,
    of_period: Ratings,
    period: Period,
    filters: Filters,
    desks: Sequence[Place],
) -> _Sorted:
    chosen = [desk for desk in desks if filters.desk_id in {None, desk.id}]
    of_desks = of_period.where(lambda mark: filters.desk_id in {None, mark.desk_id})
    offered = dict(_counters(session, chosen))
    found = counter_figures.read(
        session,
        published=published,
        of_period=of_desks,
        period=period,
        counter_ids=[int(key) for key in offered],
    )
    values = {key: value for key, value in offered.items() if int(key) in found.by_counter}
    if not values:
        return _Sorted({}, {}, {})
    inside = {key: found.inside(int(key)) for key in values}
    outside = {key: found.outside(int(key)) for key in values}
    return _Sorted(
        {**values, COARSENED: None},
        {**inside, COARSENED: found.unknown()},
        {**outside, COARSENED: {}},
        frozenset(str(counter_id) for counter_id in found.close),
    )


def _belongs(by: By, filters: Filters) -> Callable[[Mark], bool]:
    if by is By.TRUST_CLASS:
        # Posters, assisted entry and paper stand beside the headline, and here beside its classes.
        return lambda mark: scopes.matches(mark, filters) or _is_apart(mark, filters)
    return lambda mark: scopes.matches(mark, filters)


def _is_apart(mark: Mark, filters: Filters) -> bool:
    """Read a mark of the pool apart as if it belonged to the headline, for the filters beside the stage."""
    return mark.part is Part.APART and scopes.matches(replace(mark, part=Part.HEADLINE), filters)


def _key_of(by: By) -> Callable[[Mark], str]:
    def stage(mark: Mark) -> str:
        return (Stage.RESULT if mark.part is Part.HEADLINE else mark.stage).value

    found: Mapping[By, Callable[[Mark], str]] = {
        By.DESK: lambda mark: str(mark.desk_id),
        By.FIELD: lambda mark: str(mark.field_id),
        By.CHANNEL: lambda mark: getattr(scopes.channel_of(mark), "value", COARSENED),
        By.STAGE: stage,
        By.TRUST_CLASS: lambda mark: mark.trust_class.value,
    }
    return found[by]


def _has(key_of: Callable[[Mark], str], key: str) -> Callable[[Mark], bool]:
    return lambda mark: key_of(mark) == key


def _has_not(key_of: Callable[[Mark], str], key: str) -> Callable[[Mark], bool]:
    return lambda mark: key_of(mark) != key


def _values(session: Session, by: By, desks: Sequence[Place], locale: str) -> list[tuple[str, Value]]:
    """List every group there may be, in the order of the house: by plan or name, never by rank."""
    if by is By.DESK:
        return [(str(desk.id), desk) for desk in desks]
    if by is By.FIELD:
        return [*((str(one.id), one) for one in scopes.fields_list(session, locale)), (COARSENED, None)]
    if by is By.CHANNEL:
        return [*((one.value, one) for one in Channel), (COARSENED, None)]
    if by is By.STAGE:
        order = (Stage.RESULT, Stage.FILING, Stage.OTHER, Stage.ANY)
        return [(one.value, one if one is not Stage.ANY else None) for one in order]
    return [(one.value, one if one is not TrustClass.COARSENED else None) for one in TrustClass]


def _counters(session: Session, desks: Sequence[Place]) -> list[tuple[str, Value]]:
    by_desk = scopes.counters_by_desk(session, [desk.id for desk in desks])
    several = len(desks) > 1
    return [
        (
            str(counter.id),
            replace(counter, name=f"{counter.name} ({desk.name})") if several else counter,
        )
        for desk in desks
        for counter in by_desk.get(desk.id, ())
    ]


def _figures(
    found: _Sorted, dimensions: Sequence[Dimension], *, against: str, least: int
) -> tuple[Mapping[str, Mapping[Dimension, Figure]], int]:
    made: dict[str, dict[Dimension, Figure]] = {key: {} for key in found.values}
    places: list[tuple[str, Dimension]] = []
    pairs: list[tuple[IndexEstimate, IndexEstimate]] = []
    for dimension in dimensions:
        estimates = {key: one[dimension] for key, one in found.inside.items()}
        close = [place for place, key in enumerate(estimates) if key in found.close]
        visible = groups.shown([one.n for one in estimates.values()], least=least, close=close)
        shown = {key: one for (key, one), yes in zip(estimates.items(), visible, strict=True) if yes}
        for key in found.values:
            one = shown.get(key)
            made[key][dimension] = Figure(
                one if one is not None and one.n else None, one.n if one is not None else None
            )
            other = _other(found, shown, key, dimension, against)
            if one is not None and other is not None and _is_known(one) and _is_known(other):
                places.append((key, dimension))
                pairs.append((one, other))
    for (key, dimension), difference in zip(places, compare_pairs(pairs), strict=True):
        made[key][dimension] = replace(made[key][dimension], difference=difference)
    return made, len(pairs)


def _other(
    found: _Sorted, shown: Mapping[str, IndexEstimate], key: str, dimension: Dimension, against: str
) -> IndexEstimate | None:
    """Give what a group is held against; answers without their mark are held against nothing."""
    if found.values[key] is None or key == against:
        return None
    if against != REST:
        return shown.get(against)
    return found.outside.get(key, {}).get(dimension)


def _is_known(one: IndexEstimate) -> bool:
    return bool(one.n) and not math.isnan(one.index)

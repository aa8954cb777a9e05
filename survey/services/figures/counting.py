"""Figures for the commands on the machine itself, counted from the answers, mixed and waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis.results import SurveyEstimate
from survey.enums import part_of
from survey.queries import dossiers, ratings
from survey.queries.ratings import CELL, Answer, Mark, Ratings
from survey.seal import Keyring
from survey.services.answers import kept, responses
from survey.services.figures import goal_figures
from survey.services.figures.goal_figures import GoalRow
from survey.services.office import periods, plans, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.scopes import Filters
from survey.services.sums import unit_ratings
from survey.services.sums.estimates import File, estimate_domain

BY = ("month", "desk", "field", "channel")


@dataclass(frozen=True, slots=True)
class Group:
    by: Mapping[str, str | None]
    estimate: SurveyEstimate


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything in a span of days, mixed and waiting."""

    ratings: Ratings
    file: File


def count(
    session: Session,
    *,
    store: InstrumentStore,
    keyring: Keyring,
    unit_id: int,
    start: date,
    end: date,
) -> Counted:
    """Count everything of a span.

    Raises
    ------
    AnswersPurged
    """
    kept.check(session, start)
    published = store.current(session)
    versions = unit_ratings.same_layout_versions(session, store, published)
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    mixed = ratings.answers(session, versions=versions, desk_ids=desk_ids, start=start, end=end)
    waiting, _comments = responses.waiting(session, keyring=keyring)
    given = mixed + [
        _as_answer(session, one)
        for one in waiting
        if one.version_id in versions and one.desk_id in desk_ids and start <= one.day < end
    ]
    summed = ratings.summed(published.layout, given)
    return Counted(summed, File.of(summed, desk_ids))


def _as_answer(session: Session, waiting: responses.Waiting) -> Answer:
    """Give a waiting answer the marks it would be mixed under, were its cell full."""
    returned = dossiers.returned_by_day_and_field(
        session, desk_id=waiting.desk_id, start=waiting.day, end=date.fromordinal(waiting.day.toordinal() + 1)
    )
    known = waiting.field_id and returned.get((waiting.day, waiting.field_id), 0) >= CELL
    return Answer(
        Mark(
            waiting.version_id,
            waiting.desk_id,
            waiting.day,
            waiting.counter_id or 0,
            waiting.field_id or 0 if known else 0,
            part_of(waiting.stage, waiting.trust_class),
            waiting.stage,
            waiting.form,
            waiting.trust_class,
        ),
        waiting.levels,
    )


def estimate_groups(
    session: Session,
    counted: Counted,
    *,
    store: InstrumentStore,
    by: Sequence[str],
    methods: Mapping[str, str] | str,
    all_stages: bool,
) -> list[Group]:
    """Estimate the whole, or each group that has answers."""
    published = store.current(session)
    filters = Filters(all_stages=all_stages)
    domain = counted.ratings.where(lambda mark: scopes.matches(mark, filters))
    names = _namers(session, counted.file.strata)
    keys = {_key(mark, by, names) for mark in domain.days.marks} if by else {()}
    return [
        Group(
            dict(zip(by, key, strict=True)),
            estimate_domain(
                domain.where(_has_key(key, by, names)),
                counted.file,
                published.instrument,
                methods,
            ),
        )
        for key in sorted(keys, key=lambda key: tuple(part or "" for part in key))
    ]


Namer = Callable[[Mark], str | None]


def _namers(session: Session, desk_ids: Sequence[int]) -> Mapping[str, Namer]:
    desks = {desk.id: desk.code for desk in scopes.desks_by_id(session, desk_ids)}
    fields = {place.id: place.code for place in scopes.fields_list(session)}
    return {
        "month": lambda mark: f"{mark.time:%Y-%m}",
        "desk": lambda mark: desks.get(mark.desk_id),
        "field": lambda mark: fields.get(mark.field_id),
        "channel": _channel_name,
    }


def _channel_name(mark: Mark) -> str | None:
    channel = scopes.channel_of(mark)
    return channel.value if channel else None


def _key(mark: Mark, by: Sequence[str], names: Mapping[str, Namer]) -> tuple[str | None, ...]:
    return tuple(names[name](mark) for name in by)


def _has_key(
    key: tuple[str | None, ...], by: Sequence[str], names: Mapping[str, Namer]
) -> Callable[[Mark], bool]:
    return lambda mark: _key(mark, by, names) == key


def goal_rows(
    session: Session, *, store: InstrumentStore, keyring: Keyring, unit_id: int, year: int
) -> tuple[GoalRow, ...]:
    """Hold the whole year, waiting answers included, against its plan and the year before."""
    published = store.current(session)
    plan = plans.get(session, unit_id=unit_id, year=year)
    this = _headline(session, store, keyring, unit_id, year, plan.methods)
    before = _headline(session, store, keyring, unit_id, year - 1, plan.methods)
    last_year = goal_figures.measured_last_year(before.dimensions) | goal_figures.typed_baselines(
        session, unit_id, year - 1
    )
    return goal_figures.goal_rows(published, this, plan, last_year, least=1)


def _headline(
    session: Session,
    store: InstrumentStore,
    keyring: Keyring,
    unit_id: int,
    year: int,
    methods: Mapping[str, str],
) -> SurveyEstimate:
    span = periods.make(year)
    counted = count(session, store=store, keyring=keyring, unit_id=unit_id, start=span.start, end=span.end)
    groups = estimate_groups(session, counted, store=store, by=(), methods=methods, all_stages=False)
    return groups[0].estimate

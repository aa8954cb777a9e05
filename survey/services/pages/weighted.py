"""The index as people answered, and as the fields of the returned dossiers would have it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.intervals import wilson_t
from analysis.results import IndexEstimate
from analysis.weight_margins import Margin, merge_small_categories
from analysis.weighting import MINIMUM_ANSWERS, Weights, WeightVerdict, post_stratify
from survey.enums import Dimension
from survey.models import Dossier
from survey.queries import ratings
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.office import installation, plans, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period
from survey.services.office.scopes import Filters, Place
from survey.services.pages.comparison import By, Comparison, Figure, Group, Weighting
from survey.services.sums import unit_ratings
from survey.services.sums.estimates import ALPHA, LEVEL, File, estimate_domain

METHOD = "+fields-of-dossiers/1"  # added to the method of the plan: another index than the one of record

Estimates = Mapping[Dimension, IndexEstimate]


@dataclass(frozen=True, slots=True)
class FieldShare:
    """Fields that are weighted together: their dossiers, and the persons whose field is known."""

    names: tuple[str, ...]
    dossiers: int
    persons: int


@dataclass(frozen=True, slots=True)
class Weighted:
    """`weights` is None where nothing can be weighted: no dossiers, or no answer whose field is known."""

    comparison: Comparison
    weights: Weights | None
    fields: tuple[FieldShare, ...]
    without_field: int | None  # persons whose field was given up or is not known; None where a few


@dataclass(frozen=True, slots=True)
class _Mix:
    """Persons and dossiers by field; `cells` are the fields that are weighted together."""

    names: Mapping[int, str]
    persons: Mapping[int, int]  # 0: the field was given up or is not known
    dossiers: Mapping[int, int]
    cells: Sequence[tuple[int, ...]]

    @classmethod
    def of(cls, places: Sequence[Place], persons: Mapping[int, int], dossiers: Mapping[int, int]) -> _Mix:
        cells = _cells([place.id for place in places], persons, dossiers)
        return cls({place.id: place.name for place in places}, persons, dossiers, cells)

    def persons_in(self, cell: Sequence[int]) -> int:
        return sum(self.persons.get(one, 0) for one in cell)

    def dossiers_in(self, cell: Sequence[int]) -> int:
        return sum(self.dossiers.get(one, 0) for one in cell)

    def weights(self) -> Weights | None:
        """Weigh each person by the dossiers of the cell, to know what it costs."""
        if not self.cells:
            return None
        totals = np.array([float(self.dossiers_in(cell)) for cell in self.cells])
        persons = [self.persons_in(cell) for cell in self.cells]
        codes = np.repeat(np.arange(len(self.cells)), persons).astype(np.int64)
        return post_stratify(Margin("field", codes, totals))

    def shares(self) -> tuple[FieldShare, ...]:
        return tuple(
            FieldShare(tuple(self.names[one] for one in cell), self.dossiers_in(cell), self.persons_in(cell))
            for cell in self.cells
        )

    def without_field(self) -> int | None:
        n = self.persons.get(0, 0)
        return n if n == 0 or n >= SHOWN_FROM else None


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    today: date,
    dimension: Dimension | None = None,
    past: bool = True,
    locale: str = "vi",
) -> Weighted:
    """Put the index of the headline beside the one post-stratified to the dossiers returned in the period."""
    published = store.current(session)
    plan = plans.find(session, unit_id=unit_id, year=period.year)
    filters = Filters(past=past)
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id, past=past)]
    of_period = unit_ratings.load(session, store, published, desk_ids, period, period)
    whole = File.of(of_period, desk_ids)
    domain = of_period.where(lambda mark: scopes.matches(mark, filters))

    def estimate(fields: Sequence[int] | None) -> Estimates:
        part = domain if fields is None else domain.where(lambda mark: mark.field_id in fields)
        found = estimate_domain(part, whole, published.instrument, plans.methods_of(plan))
        return {Dimension(name): one for name, one in found.dimensions.items()}

    mix = _Mix.of(
        scopes.fields_list(session, locale),
        ratings.persons_by_field(domain.days),
        _returned(session, desk_ids, period),
    )
    weights = mix.weights()
    every = tuple(Dimension(described.code) for described in published.instrument.dimensions)
    comparison = Comparison(
        unit=next(iter(installation.unit_names(session, unit_id).values()), ""),
        demo=installation.read(session).demo,
        by=By.WEIGHTING,
        period=period,
        is_open=period.is_open(today),
        filters=filters,
        dimensions=(dimension,) if dimension else every,
        names={Dimension(one.code): one.name for one in published.instrument.dimensions},
        goals={one: goal.threshold for one, goal in plan.goals.items()} if plan else {},
        groups=_groups(mix, weights, estimate),
        against=Weighting.ANSWERS.value,
        compared=0,
        least=SHOWN_FROM,
    )
    return Weighted(comparison, weights, mix.shares(), mix.without_field())


def _groups(
    mix: _Mix, weights: Weights | None, estimate: Callable[[Sequence[int] | None], Estimates]
) -> tuple[Group, ...]:
    """Give the index as people answered, then as dossiers were returned unless the weights are refused."""
    figures = {Weighting.ANSWERS: {one: _figure(found) for one, found in estimate(None).items()}}
    if weights is not None and weights.verdict is not WeightVerdict.REFUSE:
        parts = [(mix.dossiers_in(cell), estimate(cell)) for cell in mix.cells]
        figures[Weighting.DOSSIERS] = {one: _figure(_mean(one, parts)) for one in Dimension}
    return tuple(Group(key.value, key, found) for key, found in figures.items())


def _returned(session: Session, desk_ids: Sequence[int], period: Period) -> Mapping[int, int]:
    rows = session.execute(
        select(Dossier.field_id, func.count().label("n"))
        .where(
            Dossier.desk_id.in_(desk_ids),
            Dossier.returned_on >= period.start,
            Dossier.returned_on < period.end,
            Dossier.field_id.is_not(None),
        )
        .group_by(Dossier.field_id)
    )
    return {row.field_id: int(row.n) for row in rows}


def _cells(
    fields: Sequence[int], persons: Mapping[int, int], dossiers: Mapping[int, int]
) -> list[tuple[int, ...]]:
    """Give the fields with dossiers, small ones merged with their neighbour in the list of the office."""
    used = [one for one in fields if dossiers.get(one)]
    if not used or not any(persons.get(one) for one in used):
        return []
    codes = np.repeat(np.arange(len(used)), [persons.get(one, 0) for one in used])
    totals = np.array([float(dossiers[one]) for one in used])
    margin = Margin("field", codes.astype(np.int64), totals)
    merged, groups = merge_small_categories(margin, minimum=MINIMUM_ANSWERS)
    joined = [tuple(map(int, group.partition(":")[2].split("+"))) for group in groups]
    alone = [(place,) for place in range(len(used)) if not any(place in group for group in joined)]
    cells = sorted([*joined, *alone])
    if len(cells) != len(merged.totals):
        raise AssertionError("merged fields do not add up")
    return [tuple(used[place] for place in cell) for cell in cells]


def _mean(dimension: Dimension, parts: Sequence[tuple[int, Estimates]]) -> IndexEstimate | None:
    """Mean of the cells' indices by their dossiers, with Satterthwaite's degrees of freedom."""
    known = [(count, found[dimension]) for count, found in parts]
    if any(not one.n or math.isnan(one.index) or math.isnan(one.df) for _count, one in known):
        return None
    total = sum(count for count, _one in known)
    shares = [count / total for count, _one in known]
    ones = [one for _count, one in known]
    index = sum(share * one.index for share, one in zip(shares, ones, strict=True))
    variances = [
        (share * max(one.se_cluster, one.se_respondent)) ** 2 for share, one in zip(shares, ones, strict=True)
    ]
    variance = sum(variances)
    spread = sum(v**2 / one.df for v, one in zip(variances, ones, strict=True) if one.df > 0)
    n = sum(one.n for one in ones)
    df = variance**2 / spread if spread > 0 else float(n - 1)
    n_eff = index * (1 - index) / variance if variance > 0 else float(n)
    lower, upper = wilson_t(index, n_eff, df, level=LEVEL)
    one_sided = wilson_t(index, n_eff, df, level=1 - 2 * ALPHA)
    return IndexEstimate(
        index=index,
        n=n,
        valid=sum(one.valid for one in ones),
        satisfied=sum(one.satisfied for one in ones),
        se_cluster=math.sqrt(variance),
        se_respondent=math.sqrt(variance),
        df=df,
        n_eff=n_eff,
        lower=float(lower),
        upper=float(upper),
        one_sided_lower=float(one_sided[0]),
        one_sided_upper=float(one_sided[1]),
        level=LEVEL,
        alpha=ALPHA,
        method_version=ones[0].method_version + METHOD,
        interval_method="wilson-t",
    )


def _figure(found: IndexEstimate | None) -> Figure:
    if found is None or not found.n:
        return Figure(None, 0)
    return Figure(found, found.n) if found.n >= SHOWN_FROM else Figure(None, None)

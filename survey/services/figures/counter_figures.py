"""Indices of counters: what the days' cells keep of them, and what joins them once a month.

Only sums of a dimension are kept by counter, so the index is the pooled share of its answers, and its
uncertainty is borrowed: a counter's person is worth as much as a person of all counters together, whose
estimate has the days and the questions behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import sums
from analysis.intervals import wilson_t
from analysis.results import IndexEstimate, SurveyEstimate
from survey.enums import Dimension, Part
from survey.models import CounterMonth
from survey.queries.ratings import CELL, Cells, Ratings
from survey.services.office.instruments import Published
from survey.services.office.periods import Period
from survey.services.sums.estimates import ALPHA, LEVEL, File, estimate_domain, form_weights, forms_of

METHOD = "pooled"
BORROWED = "design-effect-of-all-counters"


@dataclass(frozen=True, slots=True)
class Share:
    """Persons, and answers weighted by the design, of one dimension."""

    persons: int
    valid: int
    satisfied: int

    def __add__(self, other: Share) -> Share:
        return Share(self.persons + other.persons, self.valid + other.valid, self.satisfied + other.satisfied)

    def __sub__(self, other: Share) -> Share:
        return Share(self.persons - other.persons, self.valid - other.valid, self.satisfied - other.satisfied)


Shares = Mapping[Dimension, Share]
NOBODY: Shares = {dimension: Share(0, 0, 0) for dimension in Dimension}


@dataclass(frozen=True, slots=True)
class Counters:
    """Sums of each counter and of everybody, and the estimate that lends its design effect."""

    by_counter: Mapping[int, Shares]
    everybody: Shares
    whole: SurveyEstimate
    close: frozenset[int]  # counters that are nearly a field: see `_without_field`

    def inside(self, counter_id: int) -> Mapping[Dimension, IndexEstimate]:
        return self._estimates(self.by_counter[counter_id])

    def outside(self, counter_id: int) -> Mapping[Dimension, IndexEstimate]:
        own = self.by_counter[counter_id]
        return self._estimates({one: self.everybody[one] - own[one] for one in Dimension})

    def unknown(self) -> Mapping[Dimension, IndexEstimate]:
        """Estimate the answers that no counter is known of."""
        left = dict(self.everybody)
        for shares in self.by_counter.values():
            left = {one: left[one] - shares[one] for one in Dimension}
        return self._estimates(left)

    def _estimates(self, shares: Shares) -> Mapping[Dimension, IndexEstimate]:
        return {one: estimate(shares[one], self.whole.dimensions[one.value]) for one in Dimension}


def read(
    session: Session, *, published: Published, of_period: Ratings, period: Period, counter_ids: Sequence[int]
) -> Counters:
    """Read the headline of a period by counter."""
    domain = of_period.where(lambda mark: mark.part is Part.HEADLINE)
    desk_ids = sorted({mark.desk_id for mark in of_period.days.marks})
    whole = estimate_domain(domain, File.of(of_period, desk_ids), published.instrument, METHOD)
    months = _months(session, period, counter_ids)
    by_counter: dict[int, Shares] = {}
    for counter_id in counter_ids:
        kept = domain.days.where(lambda mark, one=counter_id: mark.counter_id == one)  # type: ignore[misc]  # bound now
        shares, monthly = shares_of(published, kept), months.get(counter_id, NOBODY)
        by_counter[counter_id] = {one: shares[one] + monthly[one] for one in Dimension}
    known = {one: shares for one, shares in by_counter.items() if any(s.persons for s in shares.values())}
    close = {one for one in known if 0 < _without_field(domain.days, one) < CELL}
    return Counters(known, shares_of(published, domain.days), whole, frozenset(close))


def _without_field(days: Cells, counter_id: int) -> int:
    """Count whom the days' cells of a counter leave without a field.

    Where a counter serves one field alone, they are what is left of it beside the page of fields. What joins
    a counter once a month holds nobody without a field, or five.
    """
    kept = days.where(lambda mark: mark.counter_id == counter_id and not mark.field_id)
    return int(kept.n.sum())


def _months(session: Session, period: Period, counter_ids: Sequence[int]) -> Mapping[int, Shares]:
    rows = session.execute(
        select(
            CounterMonth.counter_id,
            CounterMonth.dimension,
            func.sum(CounterMonth.persons).label("persons"),
            func.sum(CounterMonth.valid).label("valid"),
            func.sum(CounterMonth.satisfied).label("satisfied"),
        )
        .where(
            CounterMonth.counter_id.in_(counter_ids),
            CounterMonth.month >= period.start,
            CounterMonth.month < period.end,
        )
        .group_by(CounterMonth.counter_id, CounterMonth.dimension)
    )
    found: dict[int, dict[Dimension, Share]] = {}
    for row in rows:
        share = Share(int(row.persons), int(row.valid), int(row.satisfied))
        found.setdefault(row.counter_id, dict(NOBODY))[row.dimension] = share
    return found


def shares_of(published: Published, cells: Cells) -> Shares:
    """Weighted sums of each dimension over cells; a person counts once."""
    if not cells.marks:
        return NOBODY
    layout = published.layout
    linear = sums.read_linear(layout, cells.sums)
    weights = form_weights(published.instrument)[forms_of(cells.marks)].astype(np.int64)
    found = {}
    for place, dimension in enumerate(layout.dimension_names):
        inside = layout.item_slice(dimension)
        valid = linear.levels[:, inside, :].sum(axis=(1, 2))
        satisfied = linear.levels[:, inside, 3:].sum(axis=(1, 2))
        weight = weights[:, place]
        persons = int(linear.patterns[place].sum())
        found[Dimension(dimension)] = Share(persons, int(weight @ valid), int(weight @ satisfied))
    return found


def estimate(share: Share, lender: IndexEstimate) -> IndexEstimate:
    """Make an index of sums, its person worth as much as the lender's."""
    index = share.satisfied / share.valid if share.valid else float("nan")
    worth = lender.n_eff / lender.n if lender.n else float("nan")
    n_eff = share.persons * min(worth, 1.0)
    df = min(lender.df, float(share.persons - 1))
    lower, upper = wilson_t(index, n_eff, df, level=LEVEL)
    one_sided = wilson_t(index, n_eff, df, level=1 - 2 * ALPHA)
    error = (index * (1 - index) / n_eff) ** 0.5 if n_eff > 0 else float("nan")
    return IndexEstimate(
        index=index,
        n=share.persons,
        valid=share.valid,
        satisfied=share.satisfied,
        se_cluster=error,
        se_respondent=error,
        df=df,
        n_eff=n_eff,
        lower=float(lower),
        upper=float(upper),
        one_sided_lower=float(one_sided[0]),
        one_sided_upper=float(one_sided[1]),
        level=LEVEL,
        alpha=ALPHA,
        method_version=lender.method_version,
        interval_method="wilson-t",
        flags=(BORROWED,),
    )

"""What the panel of quality reads: answers of two years, and those with signals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.enums import Dimension
from survey.queries import flagged, ratings
from survey.queries.flagged import FlaggedSums
from survey.queries.ratings import Ratings
from survey.services.office import periods, plans, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period
from survey.services.office.plans import GoalView
from survey.services.sums import unit_ratings


@dataclass(frozen=True, slots=True)
class QualitySums:
    published: Published
    names: Mapping[int, str]  # every desk of the unit
    desk_ids: Sequence[int]
    period: Period
    whole: Ratings  # the year before and the year of the period, or the period alone
    flags: FlaggedSums
    methods: Mapping[str, str]
    goals: Mapping[Dimension, GoalView]

    @classmethod
    def open(
        cls,
        session: Session,
        store: InstrumentStore,
        unit_id: int,
        period: Period,
        desk_id: int | None,
        *,
        period_alone: bool = False,
    ) -> QualitySums:
        published = store.current(session)
        names = {desk.id: desk.name for desk in scopes.desks_of(session, unit_id)}
        chosen = [desk_id] if desk_id in names else list(names)
        versions = unit_ratings.same_layout_versions(session, store, published)
        start, end = periods.make(period.year - 1).start, periods.make(period.year).end
        if period_alone:
            start, end = period.start, period.end
        plan = plans.find(session, unit_id=unit_id, year=period.year)
        return cls(
            published,
            names,
            chosen,
            period,
            ratings.from_tallies(
                session, layout=published.layout, versions=versions, desk_ids=chosen, start=start, end=end
            ),
            flagged.load(
                session, layout=published.layout, versions=versions, desk_ids=chosen, start=start, end=end
            ),
            plans.methods_of(plan),
            plan.goals if plan else {},
        )

    @property
    def of_period(self) -> Ratings:
        return self.whole.where(unit_ratings.within(self.period))

    def all_months(self) -> list[Period]:
        both = [*periods.make(self.period.year - 1).months(), *periods.make(self.period.year).months()]
        answered = {mark.time for mark in self.whole.months.marks}
        return [month for month in both if month.start in answered and month.start < self.period.end]


def by_time(cells: ratings.Cells) -> Counter[date]:
    found: Counter[date] = Counter()
    for mark, n in zip(cells.marks, cells.n.tolist(), strict=True):
        found[mark.time] += n
    return found

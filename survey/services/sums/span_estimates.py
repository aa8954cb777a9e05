"""Full estimates of many stretches of whole months at once, from the rollups where they serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis.results import SurveyEstimate
from survey.enums import Part
from survey.queries.ratings import Ratings
from survey.services.office import periods, scopes
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period, PeriodKind
from survey.services.office.scopes import Filters
from survey.services.sums import rollups
from survey.services.sums.estimates import File, estimate_domain
from survey.services.sums.rollups import Wanted
from survey.services.sums.unit_ratings import load, within

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class SpanReader:
    """Reads figures of a unit. The full file of a stretch is its year, as on every page."""

    session: Session
    store: InstrumentStore
    published: Published
    desk_ids: Sequence[int]
    methods: Mapping[str, str]
    filters: Filters

    def estimates(self, spans: Sequence[Span]) -> Sequence[SurveyEstimate | None]:
        """Estimate each stretch of whole months; None where nobody answered."""
        if not spans:
            return []
        if self.filters.is_plain and rollups.are_whole(self.session):
            return self._rolled(spans)
        return self._from_tallies(spans)

    def ratings(self, start: date, end: date) -> Ratings:
        """Read the sums of whole months."""
        whole = Period(start, end, PeriodKind.YEAR)
        return load(self.session, self.store, self.published, self.desk_ids, whole, whole)

    def _rolled(self, spans: Sequence[Span]) -> Sequence[SurveyEstimate | None]:
        start, end = _around(spans)
        state = rollups.state(
            self.session, published=self.published, desk_ids=self.desk_ids, start=start, end=end
        )

        def make() -> Sequence[SurveyEstimate | None]:
            rolled = rollups.load(
                self.session, layout=self.published.layout, desk_ids=self.desk_ids, start=start, end=end
            )
            wanted = [Wanted(Part.HEADLINE, *span, *_year_of(span)) for span in spans]
            return rolled.estimates(wanted, self.methods)

        key = ("spans", state, tuple(spans), tuple(sorted(self.methods.items())))
        return rollups.remembered(key, make)

    def _from_tallies(self, spans: Sequence[Span]) -> Sequence[SurveyEstimate | None]:
        everything = self.ratings(*_around(spans))
        domain = everything.where(lambda mark: scopes.matches(mark, self.filters))
        files = {
            year: File.of(everything.where(within(periods.make(year))), self.desk_ids)
            for year in {start.year for start, _end in spans}
        }
        return [self._estimate(domain, span, files[span[0].year]) for span in spans]

    def _estimate(self, domain: Ratings, span: Span, file: File) -> SurveyEstimate | None:
        of_span = domain.where(lambda mark: span[0] <= mark.time < span[1])
        if not of_span.days.marks:
            return None
        return estimate_domain(of_span, file, self.published.instrument, self.methods)


def _around(spans: Sequence[Span]) -> Span:
    """Give whole years around the stretches, so that the full file of each is read with it."""
    return date(min(start for start, _end in spans).year, 1, 1), periods.make(
        max(start for start, _end in spans).year
    ).end


def _year_of(span: Span) -> Span:
    year = periods.make(span[0].year)
    return year.start, year.end

"""The sums of a unit's desks over periods, of every version whose answers can be summed with today's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from survey.queries import ratings
from survey.queries.ratings import Mark, Ratings
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.office.periods import Period


def within(period: Period) -> Callable[[Mark], bool]:
    """Give the choice of cells that lie in a period."""
    return lambda mark: period.start <= mark.time < period.end


def same_layout_versions(session: Session, store: InstrumentStore, published: Published) -> list[int]:
    """List the versions whose answers can be summed with today's: the same items in the same places."""
    return [i for i, other in store.all(session).items() if other.layout == published.layout]


def load(
    session: Session,
    store: InstrumentStore,
    published: Published,
    desk_ids: Sequence[int],
    first: Period,
    last: Period,
) -> Ratings:
    """Read the sums of desks from the start of one period to the end of another."""
    return ratings.from_tallies(
        session,
        layout=published.layout,
        versions=same_layout_versions(session, store, published),
        desk_ids=desk_ids,
        start=first.start,
        end=last.end,
    )

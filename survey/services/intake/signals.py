"""The sums of answers that carry a signal, kept in the transaction that stores the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.db import Database, insert_if_absent
from survey.enums import Channel, Signal
from survey.models import (
    Desk,
    FlaggedDayTally,
    FlaggedMonthTally,
    Response,
    Setting,
    SignalCount,
)
from survey.queries.ratings import Mark
from survey.services.intake.quality import has_several, signals_of
from survey.services.office import scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.sums import tallies
from survey.services.sums.tallies import Mixed, first_of_month

_KEY, _WHOLE = "signals", "whole"


@dataclass(frozen=True, slots=True)
class Flagged:
    """A mixed answer with its signal bits."""

    mixed: Mixed
    bits: int


def add(session: Session, flagged: Sequence[Flagged], *, store: InstrumentStore) -> None:
    """Add the answers that carry a signal to their sums."""
    counts: Counter[tuple[int, date, Channel, Signal]] = Counter()
    for one in flagged:
        at = (one.mixed.cell.desk_id, first_of_month(one.mixed.day), _channel(one.mixed))
        counts.update((*at, signal) for signal in signals_of(one.bits))
    for several in (False, True):
        chosen = [one.mixed for one in flagged if one.bits and has_several(one.bits) is several]
        tallies.add_cells(session, FlaggedDayTally, FlaggedMonthTally, chosen, store=store, several=several)
    for (desk_id, month, channel, signal), n in sorted(counts.items()):
        _increase(session, SignalCount, {"desk_id": desk_id, "month": month, "channel": channel,
                                         "signal": signal}, n=n)  # fmt: skip


def _increase(session: Session, table: type[Any], key: dict[str, Any], **added: int) -> None:
    if not insert_if_absent(session, table, {**key, **added}):
        session.execute(
            update(table)
            .filter_by(**key)
            .values({name: getattr(table, name) + count for name, count in added.items()})
            .execution_options(synchronize_session=False)
        )


def _channel(mixed: Mixed) -> Channel:
    cell = mixed.cell
    found = scopes.channel_of(
        Mark(
            cell.version_id,
            cell.desk_id,
            mixed.day,
            cell.counter_id,
            cell.field_id,
            cell.part,
            cell.stage,
            cell.form,
            cell.trust_class,
        )
    )
    return found or Channel.PHONE  # of a few full forms set apart it is not known which they were


def rebuild(session: Session, desk_id: int, *, store: InstrumentStore) -> None:
    """Drop the sums of a desk's signals and add its answers again."""
    for table in (FlaggedDayTally, FlaggedMonthTally, SignalCount):
        session.execute(delete(table).where(table.desk_id == desk_id))
    add(session, list(_flagged_responses(session, desk_id)), store=store)


def _flagged_responses(session: Session, desk_id: int) -> Iterable[Flagged]:
    rows = session.execute(
        select(*tallies.SUMMED_COLUMNS, Response.version_id, Response.flags).where(
            Response.desk_id == desk_id, Response.flags > 0
        )
    )
    for row in rows:
        yield Flagged(tallies.mixed_of(row, row.version_id), row.flags)


def ensure(database: Database, *, store: InstrumentStore) -> int:
    """Make the sums where an older program kept none; desk by desk, so that answers do not wait long."""
    with database.read() as session:
        if are_whole(session):
            return 0
        desks = session.scalars(select(Response.desk_id).distinct().order_by(Response.desk_id)).all()
    for desk_id in desks:
        database.write(_Renewal(desk_id, store))
    database.write(lambda session: session.merge(Setting(key=_KEY, value=_WHOLE)))
    return len(desks)


@dataclass(frozen=True, slots=True)
class _Renewal:
    desk_id: int
    store: InstrumentStore

    def __call__(self, session: Session) -> None:
        # As in mixing: where several processes serve, one of them changes the sums of a desk.
        session.execute(select(Desk.id).where(Desk.id == self.desk_id).with_for_update())
        rebuild(session, self.desk_id, store=self.store)


def are_whole(session: Session) -> bool:
    """Say whether every answer with a signal is in the sums."""
    return session.scalar(select(Setting.value).where(Setting.key == _KEY)) == _WHOLE

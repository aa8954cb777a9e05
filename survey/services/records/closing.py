"""Periods close by themselves: ten days after their end their figures and verdicts are the record.

Nobody chooses the moment. Where the computer was off, the period closes as soon as it is on again, with the
figures of that day. What comes later never changes a record: it is a correction beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.db import Database, insert_if_absent
from survey.exceptions import NotFound
from survey.instrument import Instrument
from survey.models import DayTally, PeriodCorrection, PeriodRecord, Plan
from survey.services.figures import attention
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.figures.satisfaction import Options, Overview
from survey.services.office import audit, installation, periods, plans, scopes, unit_tree
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period, PeriodKind
from survey.services.office.scopes import Filters
from survey.services.records import period_figures
from survey.services.records.period_figures import PeriodFigures

# What the server itself does stands in the audit under this name; no account can have it.
ITSELF = "(sipas)"


@dataclass(frozen=True, slots=True)
class Correction:
    """The figures with what came after the period closed."""

    number: int
    noticed_at: datetime
    figures: PeriodFigures
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """What a closed period was found to be. `is_whole` is False where somebody changed the stored text."""

    id: int
    period: Period
    closed_at: datetime
    figures: PeriodFigures
    digest: str
    is_whole: bool
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A record without its figures, for lists."""

    period: Period
    closed_at: datetime
    digest: str
    corrections: int


def find(session: Session, *, unit_id: int, period: Period) -> Record | None:
    """Give the record of a period; None while it is open or has not been closed yet."""
    row = session.scalars(
        select(PeriodRecord).where(PeriodRecord.unit_id == unit_id, PeriodRecord.period == period.code)
    ).one_or_none()
    if row is None:
        return None
    corrections = session.scalars(
        select(PeriodCorrection).where(PeriodCorrection.record_id == row.id).order_by(PeriodCorrection.number)
    ).all()
    return Record(
        row.id,
        period,
        row.closed_at_utc,
        period_figures.read(row.figures),
        row.digest,
        _is_whole(row) and all(_is_whole(one) for one in corrections),
        tuple(
            Correction(one.number, one.noticed_at_utc, period_figures.read(one.figures), one.digest)
            for one in corrections
        ),
    )


def _is_whole(kept: PeriodRecord | PeriodCorrection) -> bool:
    return period_figures.digest(kept.figures) == kept.digest


def recorded(
    session: Session,
    *,
    instrument: Instrument,
    unit_id: int,
    period: Period,
    filters: Filters,
    today: date,
    locale: str = "vi",
) -> tuple[Overview | None, datetime | None]:
    """Give the page of a closed period from its record; None where it is open or filtered."""
    if period.is_open(today) or not filters.is_plain:
        return None, None
    record = find(session, unit_id=unit_id, period=period)
    if record is None:
        return None, None
    kept = record.figures
    of_year = periods.make(period.year)
    year = record if period == of_year else find(session, unit_id=unit_id, period=of_year)
    desks = scopes.desks_of(session, unit_id)
    # The months of the whole year, where that is closed as well.
    trend = (year or record).figures.trend
    found = Overview(
        period=period,
        is_open=False,
        filters=filters,
        least=SHOWN_FROM,
        plan=plans.find(session, unit_id=unit_id, year=period.year),
        rows=kept.rows,
        overall=kept.overall,
        persons=kept.persons,
        returned=kept.returned,
        classes=kept.classes,
        item_means=kept.item_means,
        trend=trend,
        beside=kept.beside,
        waiting=0,  # what comes now belongs to no closed period
        options=Options(
            desks,
            scopes.counters_of(session, [desk.id for desk in desks]),
            scopes.fields_list(session, locale),
            plans.years(session, unit_id),
        ),
        attention=attention.look(
            instrument,
            {one.code: one.estimate for one in kept.items if one.estimate is not None},
            {
                dimension: [(one.month, one.estimate) for one in points if one.month.end <= period.end]
                for dimension, points in trend.items()
            },
        ),
    )
    return found, record.closed_at


def closed(session: Session, unit_id: int) -> Mapping[str, Closed]:
    """Give every closed period of a unit by its code."""
    rows = session.execute(
        select(
            PeriodRecord.period,
            PeriodRecord.closed_at_utc,
            PeriodRecord.digest,
            func.count(PeriodCorrection.id).label("corrections"),
        )
        .outerjoin(PeriodCorrection, PeriodCorrection.record_id == PeriodRecord.id)
        .where(PeriodRecord.unit_id == unit_id)
        .group_by(PeriodRecord.id, PeriodRecord.period, PeriodRecord.closed_at_utc, PeriodRecord.digest)
    )
    return {
        row.period: Closed(periods.parse(row.period), row.closed_at_utc, row.digest, int(row.corrections))
        for row in rows
    }


def first_damaged(session: Session) -> str | None:
    """Name the first record or correction whose text is not that of its digest; None where all are whole."""
    for row in session.execute(select(PeriodRecord.period, PeriodRecord.figures, PeriodRecord.digest)):
        if period_figures.digest(row.figures) != row.digest:
            return str(row.period)
    corrections = session.execute(
        select(PeriodRecord.period, PeriodCorrection.figures, PeriodCorrection.digest).join(
            PeriodRecord, PeriodRecord.id == PeriodCorrection.record_id
        )
    )
    for row in corrections:
        if period_figures.digest(row.figures) != row.digest:
            return str(row.period)
    return None


def started_on(session: Session, unit_id: int) -> date | None:
    """Give the first day that a unit has an answer of."""
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    return session.scalar(select(func.min(DayTally.day)).where(DayTally.desk_id.in_(desk_ids)))


def begun(first: date, today: date) -> Iterator[Period]:
    """Give every period that has begun since a day, the short ones of a year before the longer ones."""
    for kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR):
        period = periods.containing(first, kind)
        while period.start <= today:
            yield period
            period = periods.containing(period.end, kind)


def due(session: Session, *, unit_id: int, today: date) -> list[Period]:
    """List what should have closed by today and has not, the oldest end first.

    A period without a single answer has nothing to keep.
    """
    by_day = _answers_by_day(session, unit_id)
    if not by_day:
        return []
    done = closed(session, unit_id)
    waiting = [
        one
        for one in begun(min(by_day), today)
        if not one.is_open(today)
        and one.code not in done
        and any(one.start <= day < one.end for day in by_day)
    ]
    return sorted(waiting, key=lambda one: (one.end, one.start))


def close(
    database: Database,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    today: date,
    now: datetime,
) -> None:
    """Freeze the figures of a period as they stand; nothing where that was done before.

    The figures are gathered outside the write, so that no answer has to wait for them.
    """
    if period.is_open(today):
        raise NotFound(what="closed-period", value=period.code)
    with database.read() as session:
        figures = period_figures.gather(session, store=store, unit_id=unit_id, period=period, today=today)
    text, digest = period_figures.written(figures)

    def freeze(session: Session) -> None:
        values = {
            "unit_id": unit_id,
            "period": period.code,
            "closed_at_utc": now,
            "figures": text,
            "digest": digest,
            "answers": figures.answers,
        }
        if insert_if_absent(session, PeriodRecord, values):
            # With the digest in the chain of the audit, another record could not take this one's place.
            detail = {"period": period.code, "unit": unit_id, "digest": digest}
            audit.record(session, login=ITSELF, action="period-closed", now=now, detail=detail)

    database.write(freeze)


def close_due(
    database: Database, *, store: InstrumentStore, unit_ids: Sequence[int], today: date, now: datetime
) -> int:
    """Close everything that is due and look for what came late; give how many records were written."""
    written = 0
    for unit_id in unit_ids:
        with database.read() as session:
            waiting = due(session, unit_id=unit_id, today=today)
        for period in waiting:
            close(database, store=store, unit_id=unit_id, period=period, today=today, now=now)
        written += len(waiting)
        written += _correct(database, store=store, unit_id=unit_id, today=today, now=now)
    return written


def _correct(database: Database, *, store: InstrumentStore, unit_id: int, today: date, now: datetime) -> int:
    with database.read() as session:
        late = _with_late_answers(session, unit_id)
    for period in late:
        with database.read() as session:
            figures = period_figures.gather(session, store=store, unit_id=unit_id, period=period, today=today)
        _write_correction(database, unit_id, period, figures, now)
    return len(late)


def _with_late_answers(session: Session, unit_id: int) -> list[Period]:
    """List the closed periods to which at least five answers came since the figures that were last kept.

    With fewer, the difference between two published figures would be the answers of so few persons.
    """
    rows = session.execute(
        select(PeriodRecord.period, PeriodRecord.answers, func.max(PeriodCorrection.answers).label("later"))
        .outerjoin(PeriodCorrection, PeriodCorrection.record_id == PeriodRecord.id)
        .where(PeriodRecord.unit_id == unit_id)
        .group_by(PeriodRecord.id, PeriodRecord.period, PeriodRecord.answers)
    ).all()
    if not rows:
        return []
    by_day = _answers_by_day(session, unit_id)
    found = []
    for row in rows:
        period = periods.parse(row.period)
        now = sum(n for day, n in by_day.items() if period.start <= day < period.end)
        if now - max(row.answers, row.later or 0) >= SHOWN_FROM:
            found.append(period)
    return sorted(found, key=lambda one: (one.end, one.start))


def _answers_by_day(session: Session, unit_id: int) -> Mapping[date, int]:
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    rows = session.execute(
        select(DayTally.day, func.sum(DayTally.n).label("n"))
        .where(DayTally.desk_id.in_(desk_ids))
        .group_by(DayTally.day)
    )
    return {row.day: int(row.n) for row in rows}


def _write_correction(
    database: Database, unit_id: int, period: Period, figures: PeriodFigures, now: datetime
) -> None:
    text, digest = period_figures.written(figures)

    def keep(session: Session) -> None:
        record_id = session.scalars(
            select(PeriodRecord.id)
            .where(PeriodRecord.unit_id == unit_id, PeriodRecord.period == period.code)
            .with_for_update()
        ).one()
        before = session.execute(
            select(
                func.coalesce(func.max(PeriodCorrection.number), 0).label("number"),
                func.coalesce(func.max(PeriodCorrection.answers), 0).label("answers"),
            ).where(PeriodCorrection.record_id == record_id)
        ).one()
        if before.answers >= figures.answers:
            return  # another process was faster
        session.add(
            PeriodCorrection(
                record_id=record_id,
                number=before.number + 1,
                noticed_at_utc=now,
                figures=text,
                digest=digest,
                answers=figures.answers,
            )
        )
        session.flush()
        detail = {"period": period.code, "unit": unit_id, "number": before.number + 1, "digest": digest}
        audit.record(session, login=ITSELF, action="period-corrected", now=now, detail=detail)

    database.write(keep)


def units_of(session: Session) -> list[int]:
    """List the units whose periods this installation closes: its own."""
    unit_id = installation.read(session).unit_id
    if unit_id is None:
        return []
    below = unit_tree.below(session, unit_id, past=False) - {unit_id}
    planned = session.scalars(select(Plan.unit_id).distinct().where(Plan.unit_id.in_(below)))
    return [unit_id, *sorted(planned)]

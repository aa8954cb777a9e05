"""Reports of periods: prepared, written into, signed. The figures come from the record; nobody edits them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.db import Database, insert_if_absent
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import PeriodReport
from survey.services.office import audit, office_hours
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period, PeriodKind
from survey.services.records import closing, period_figures, plain_values, report_settings
from survey.services.records import unit_mentions as mentions
from survey.services.records.closing import Correction, Record
from survey.services.records.period_figures import PeriodFigures
from survey.services.records.report_settings import ReportHead
from survey.services.records.unit_mentions import Mention

TEXT_CHARACTERS = 12_000
NUMBER_CHARACTERS = 16


class Part(StrEnum):
    """What an officer may write into a report, in its order."""

    GENERAL = "general"
    RESULTS = "results"
    LIMITS = "limits"
    CAUSES = "causes"
    MEASURES = "measures"


class State(StrEnum):
    RUNNING = "running"  # the period has not ended
    DRAFT = "draft"  # it has ended and is not closed: "tạm tính"
    CLOSED = "closed"
    SIGNED = "signed"
    CORRECTED = "corrected"  # closed or signed, and answers came late


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of periods."""

    period: Period
    state: State
    prepared: bool
    is_signed: bool
    closed_at: datetime | None
    signed_at: datetime | None
    number: str
    corrections: int


@dataclass(frozen=True, slots=True)
class SignedReport:
    """What was signed: the head and every text, which no later change of settings touches."""

    head: ReportHead
    texts: Mapping[str, str]
    corrections: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report is made of. `texts` holds what was written; untouched parts are not in it."""

    period: Period
    state: State
    figures: PeriodFigures
    record: Record | None
    corrections: tuple[Correction, ...]
    head: ReportHead
    texts: Mapping[str, str]
    edition: int
    signed_at: datetime | None
    signed_login: str
    signed_corrections: int
    doubts: tuple[Mention, ...]

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def can_be_signed(self) -> bool:
        return self.record is not None and self.record.is_whole and not self.is_signed


def _row(session: Session, unit_id: int, period: Period) -> PeriodReport | None:
    return session.scalars(
        select(PeriodReport).where(PeriodReport.unit_id == unit_id, PeriodReport.period == period.code)
    ).one_or_none()


def _state(period: Period, today: date, *, is_closed: bool, is_signed: bool, corrections: int) -> State:
    if today < period.end:
        return State.RUNNING
    if not is_closed:
        return State.DRAFT
    if corrections:
        return State.CORRECTED
    return State.SIGNED if is_signed else State.CLOSED


def unlisted(session: Session, *, unit_id: int, today: date) -> tuple[Period, ...]:
    """Give the periods with figures that the office does not report, the latest first: they are read too."""
    first = closing.started_on(session, unit_id)
    if first is None:
        return ()
    shown = {one.period.code for one in listed(session, unit_id=unit_id, today=today)}
    closed = closing.closed(session, unit_id)
    found = [
        period
        for period in closing.begun(first, today)
        if period.code not in shown and (period.code in closed or period.is_open(today))
    ]
    return tuple(sorted(found, key=lambda one: (one.end, one.start), reverse=True))


def listed(session: Session, *, unit_id: int, today: date) -> tuple[Listed, ...]:
    """List the periods that the office reports and those somebody worked on, the latest first."""
    first = closing.started_on(session, unit_id)
    kinds = set(report_settings.read(session).kinds)
    closed = closing.closed(session, unit_id)
    rows = {
        row.period: row
        for row in session.scalars(select(PeriodReport).where(PeriodReport.unit_id == unit_id))
    }
    found = []
    for period in closing.begun(first, today) if first else ():
        row, record = rows.get(period.code), closed.get(period.code)
        if row is None and (period.kind not in kinds or (record is None and not period.is_open(today))):
            continue
        signed = row is not None and row.signed_at_utc is not None
        corrections = record.corrections if record else 0
        found.append(
            Listed(
                period,
                _state(
                    period,
                    today,
                    is_closed=record is not None,
                    is_signed=signed,
                    corrections=corrections - (row.signed_corrections if row else 0),
                ),
                prepared=row is not None,
                is_signed=signed,
                closed_at=record.closed_at if record else None,
                signed_at=row.signed_at_utc if row else None,
                number=str((row.signed or {}).get("head", {}).get("number", "")) if row else "",
                corrections=corrections,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.period.end, one.period.start), reverse=True))


def get(session: Session, *, store: InstrumentStore, unit_id: int, period: Period, today: date) -> Report:
    """Give what the report of a period is made of: the record once closed, else the figures of today.

    Raises
    ------
    NotFound
        The period has not begun.
    """
    if period.start > today:
        raise NotFound(what="period", value=period.code)
    record = closing.find(session, unit_id=unit_id, period=period)
    figures = (
        record.figures
        if record
        else period_figures.gather(session, store=store, unit_id=unit_id, period=period, today=today)
    )
    row = _row(session, unit_id, period)
    kept = _signed(row)
    head = kept.head if kept else report_settings.head(session, unit_id=unit_id, period=period)
    texts = kept.texts if kept else dict(row.texts) if row else {}
    corrections = record.corrections if record else ()
    known = row.signed_corrections if row else 0
    return Report(
        period=period,
        state=_state(
            period,
            today,
            is_closed=record is not None,
            is_signed=kept is not None,
            corrections=len(corrections) - known,
        ),
        figures=figures,
        record=record,
        corrections=corrections,
        head=head,
        texts=texts,
        edition=row.edition if row else 0,
        signed_at=row.signed_at_utc if row else None,
        signed_login=row.signed_login if row else "",
        signed_corrections=known,
        doubts=doubts(session, unit_id=unit_id, period=period, head=head, texts=texts.values()),
    )


def doubts(
    session: Session, *, unit_id: int, period: Period, head: ReportHead, texts: Iterable[str]
) -> tuple[Mention, ...]:
    """Name the units in the head and the texts that do not belong to this office and period."""
    # Heads are written in capitals; the tree's names are compared without regard to that.
    issuer = " ".join(head.issuer).title()
    said = [issuer, head.superior.title(), *head.basis, head.addressee, *head.recipients, *texts]
    last = period.end - timedelta(days=1)
    return mentions.doubtful(session, said, unit_id=unit_id, on=last)


def _signed(row: PeriodReport | None) -> SignedReport | None:
    if row is None or row.signed is None:
        return None
    text = plain_values.json_text(row.signed)
    return plain_values.read(SignedReport, text)


def write(
    session: Session,
    *,
    unit_id: int,
    period: Period,
    texts: Mapping[str, str],
    edition: int,
    login: str,
    now: datetime,
) -> None:
    """Keep what was written; a part that is missing goes back to the proposed text.

    Raises
    ------
    Conflict
        Signed already, or somebody else saved meanwhile.
    """
    for part, text in texts.items():
        if part not in set(Part) or len(text) > TEXT_CHARACTERS:
            raise InvalidInput(field=part, value=len(text), maximum=TEXT_CHARACTERS)
    row = _ensure(session, unit_id, period, now)
    if row.signed_at_utc is not None:
        raise Conflict(what="report-is-signed", value=period.code)
    if row.edition != edition:
        raise Conflict(what="report-changed-meanwhile", value=period.code)
    row.texts, row.edition = dict(texts), edition + 1
    session.flush()
    detail = {"period": period.code, "edition": row.edition, "parts": ", ".join(sorted(texts))}
    audit.record(session, login=login, action="report-written", now=now, detail=detail)


def _ensure(session: Session, unit_id: int, period: Period, now: datetime) -> PeriodReport:
    values = {
        "unit_id": unit_id,
        "period": period.code,
        "prepared_at_utc": now,
        "texts": {},
        "edition": 0,
        "signed_login": "",
        "signed_digest": "",
        "signed_corrections": 0,
    }
    insert_if_absent(session, PeriodReport, values)
    query = (
        select(PeriodReport)
        .where(PeriodReport.unit_id == unit_id, PeriodReport.period == period.code)
        .with_for_update()
    )
    return session.scalars(query.execution_options(populate_existing=True)).one()


def sign(
    session: Session,
    *,
    unit_id: int,
    period: Period,
    texts: Mapping[str, str],
    number: str,
    signed_on: date | None,
    edition: int,
    login: str,
    now: datetime,
) -> None:
    """Note that the head of the office signed the report: from now on neither text nor head changes.

    `texts` are all parts as they read, the proposed ones among them.

    Raises
    ------
    Conflict
        The period is not closed, its record was changed by hand, or the report is signed or newer.
    """
    record = closing.find(session, unit_id=unit_id, period=period)
    if record is None:
        raise Conflict(what="period-is-open", value=period.code)
    if not record.is_whole:
        raise Conflict(what="record-is-damaged", value=period.code)
    if not number.strip() or len(number.strip()) > NUMBER_CHARACTERS:
        raise InvalidInput(field="number", value=number)
    if signed_on is None or signed_on < period.end:
        raise InvalidInput(field="signed_on", value=signed_on)
    row = _ensure(session, unit_id, period, now)
    if row.signed_at_utc is not None:
        raise Conflict(what="report-is-signed", value=period.code)
    if row.edition != edition:
        raise Conflict(what="report-changed-meanwhile", value=period.code)
    head = report_settings.with_number(
        report_settings.head(session, unit_id=unit_id, period=period), number=number, signed_on=signed_on
    )
    kept = SignedReport(head, dict(texts), len(record.corrections))
    text = plain_values.written(kept)
    digest = hashlib.sha256(f"{record.digest}\n{text}".encode()).hexdigest()
    row.signed, row.signed_digest = plain_values.parsed(text), digest
    row.signed_at_utc, row.signed_login = now, login
    row.signed_corrections = len(record.corrections)
    session.flush()
    detail = {"period": period.code, "number": head.number, "digest": digest}
    audit.record(session, login=login, action="report-signed", now=now, detail=detail)


def record_download(session: Session, *, period: Period, kind: str, login: str, now: datetime) -> None:
    detail = {"period": period.code, "format": kind}
    audit.record(session, login=login, action="report-downloaded", now=now, detail=detail)


def prepare_due(database: Database, *, unit_ids: Sequence[int], today: date, now: datetime) -> int:
    """Open the drafts of periods that have ended, from the first working day after; give how many."""
    prepared = 0
    for unit_id in unit_ids:
        with database.read() as session:
            waiting = _unprepared(session, unit_id, today)
        for period in waiting:
            database.write(partial(_prepare, unit_id=unit_id, period=period, now=now))
        prepared += len(waiting)
    return prepared


def _unprepared(session: Session, unit_id: int, today: date) -> list[Period]:
    first = closing.started_on(session, unit_id)
    if first is None:
        return []
    kinds = {PeriodKind(kind) for kind in report_settings.read(session).kinds}
    done = set(session.scalars(select(PeriodReport.period).where(PeriodReport.unit_id == unit_id)))
    closed = closing.closed(session, unit_id)
    hours = office_hours.read(session)
    return [
        period
        for period in closing.begun(first, today)
        if period.kind in kinds
        and period.code not in done
        and today >= hours.first_working_day(period.end)
        # Long ago and never closed: nobody answered, so there is nothing to report.
        and (period.code in closed or period.is_open(today))
    ]


def _prepare(session: Session, *, unit_id: int, period: Period, now: datetime) -> None:
    _ensure(session, unit_id, period, now)
    detail = {"period": period.code}
    audit.record(session, login=closing.ITSELF, action="report-prepared", now=now, detail=detail)

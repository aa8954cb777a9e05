"""Counts along the way from a returned dossier to a sent answer: sums of the database, never answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from survey.enums import Part, TrustClass
from survey.models import DayTally, Dossier, InvitationCount, ScreenCount

Key = tuple[int, date]  # desk and day
# Screens of a tablet that only some answers lead to: counted by month, not by day.
TELLING = frozenset({"comment", "feedback", "petitions", "reason"})
WITH_CODE = (TrustClass.PHONE_TOKEN, TrustClass.KIOSK_TOKEN)


def returned(session: Session, *, desk_ids: Sequence[int], start: date, end: date) -> Mapping[Key, int]:
    query = select(Dossier.desk_id, Dossier.returned_on, func.count()).where(
        Dossier.desk_id.in_(desk_ids), Dossier.returned_on >= start, Dossier.returned_on < end
    )
    return _counts(session, query.group_by(Dossier.desk_id, Dossier.returned_on))


def returned_by_field(
    session: Session, *, desk_ids: Sequence[int], start: date, end: date
) -> Mapping[int, int]:
    """Count by field; 0 where a dossier's field is unknown."""
    rows = session.execute(
        select(Dossier.field_id, func.count())
        .where(Dossier.desk_id.in_(desk_ids), Dossier.returned_on >= start, Dossier.returned_on < end)
        .group_by(Dossier.field_id)
    )
    return {field_id or 0: int(n) for field_id, n in rows}


def invited(session: Session, *, desk_ids: Sequence[int], start: date, end: date) -> Mapping[Key, int]:
    query = select(InvitationCount.desk_id, InvitationCount.day, func.sum(InvitationCount.n)).where(
        InvitationCount.desk_id.in_(desk_ids), InvitationCount.day >= start, InvitationCount.day < end
    )
    return _counts(session, query.group_by(InvitationCount.desk_id, InvitationCount.day))


def answered(
    session: Session, *, desk_ids: Sequence[int], start: date, end: date
) -> Mapping[Key, tuple[int, int, int]]:
    """Count answers by the day they were mixed under: all, of people with a result, surely with a code."""
    n = DayTally.n
    rows = session.execute(
        select(
            DayTally.desk_id,
            DayTally.day,
            func.sum(n),
            func.sum(case((DayTally.part == Part.HEADLINE, n), else_=0)),
            func.sum(case((DayTally.trust_class.in_(WITH_CODE), n), else_=0)),
        )
        .where(DayTally.desk_id.in_(desk_ids), DayTally.day >= start, DayTally.day < end)
        .group_by(DayTally.desk_id, DayTally.day)
    )
    return {(desk_id, day): (int(a), int(b), int(c)) for desk_id, day, a, b, c in rows}


def started(
    session: Session, *, desk_ids: Sequence[int], start: date, end: date
) -> Mapping[tuple[int, str], int]:
    """Count who began, by desk and channel: on each day, those on the screen that most people saw."""
    seen = (
        select(
            ScreenCount.desk_id, ScreenCount.channel, ScreenCount.day, func.max(ScreenCount.seen).label("n")
        )
        .where(
            ScreenCount.desk_id.in_(desk_ids),
            ScreenCount.day >= start,
            ScreenCount.day < end,
            ScreenCount.screen.not_in(TELLING),
        )
        .group_by(ScreenCount.desk_id, ScreenCount.channel, ScreenCount.day)
        .subquery()
    )
    rows = session.execute(
        select(seen.c.desk_id, seen.c.channel, func.sum(seen.c.n)).group_by(seen.c.desk_id, seen.c.channel)
    )
    return {(desk_id, channel): int(n) for desk_id, channel, n in rows}


def _counts(session: Session, query: Select[*tuple[Any, ...]]) -> Mapping[Key, int]:
    return {(desk_id, day): int(n) for desk_id, day, n in session.execute(query)}

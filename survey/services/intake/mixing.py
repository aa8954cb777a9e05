"""Move waiting answers into the response table in random order, with the marks that nobody can be tied by."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from survey.enums import Form
from survey.models import Comment, Desk, Dossier, Intake, ReasonCount, Response
from survey.queries.ratings import CELL
from survey.seal import Keyring
from survey.services.answers import masking
from survey.services.answers.folding import fold, language_of
from survey.services.answers.responses import Waiting, WaitingComment, waiting
from survey.services.intake import beside, counter_months, quality, rhythm, signals
from survey.services.intake.batching import CellKey, Release, cell_of, plan_releases, take_whole_days
from survey.services.intake.seen_today import SeenToday
from survey.services.office.instruments import InstrumentStore
from survey.services.sums import tallies
from survey.services.tablets import telling_screens

# About so many answers of a desk in one transaction: while they are mixed, nobody else's answer is stored.
MOST_AT_ONCE = 250
# Answers of a desk that are looked at together: what a burst is shows only beside its neighbours.
SEEN_AT_ONCE = 5000
# So long an answer of today stays at least, for the same reason; its minute is kept, not its second.
SETTLES = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MixReport:
    """How many answers and comments left intake, and how many entries wait on."""

    mixed: int
    comments: int
    waiting: int


def mix(
    session: Session,
    *,
    keyring: Keyring,
    store: InstrumentStore,
    today: date,
    now: datetime | None = None,
    seen: SeenToday | None = None,
) -> MixReport:
    """Mix every desk that has enough. One transaction: an answer is either waiting or mixed.

    With `now`, an instant in the zone of the office, answers of the last minutes stay. Who mixes again and
    again gives the same `seen`, so that signals are seen beside what was mixed before.
    """
    seen = seen or SeenToday()
    settled = now - SETTLES if now else None
    mixed = comments = left = 0
    for desk_id in session.scalars(select(Intake.desk_id).distinct().order_by(Intake.desk_id)).all():
        # Where several processes serve, one of them mixes a desk.
        session.execute(select(Desk.id).where(Desk.id == desk_id).with_for_update())
        report = _mix_desk(
            session, desk_id, keyring=keyring, store=store, today=today, settled=settled, seen=seen
        )
        mixed, comments, left = mixed + report.mixed, comments + report.comments, left + report.waiting
    counter_months.release(session, keyring=keyring, today=today)
    rhythm.release(session, keyring=keyring, store=store, today=today)
    telling_screens.release(session, keyring=keyring, today=today)
    return MixReport(mixed, comments, left)


def _mix_desk(
    session: Session,
    desk_id: int,
    *,
    keyring: Keyring,
    store: InstrumentStore,
    today: date,
    settled: datetime | None,
    seen: SeenToday,
) -> MixReport:
    answers, comments = waiting(session, keyring=keyring, desk_id=desk_id, most=SEEN_AT_ONCE)
    ready = may_leave(answers, settled)
    if len(ready) > MOST_AT_ONCE:
        ready = take_whole_days(ready, MOST_AT_ONCE, choose=secrets.SystemRandom().sample)
    releases = plan_releases(
        ready,
        today=today,
        returned=_returned(session, desk_id, {answer.day for answer in ready}),
    )
    if not releases:
        return MixReport(0, 0, count_waiting(session, desk_id))
    secrets.SystemRandom().shuffle(releases)
    flags = quality.hidden_among_others(releases, _flags(session, desk_id, answers, releases, today, seen))
    session.execute(insert(Response), [_row(release, flags[release.answer.id]) for release in releases])
    summed = [_summed(release) for release in releases]
    tallies.add(session, summed, store=store)
    signals.add(
        session,
        [
            signals.Flagged(mixed, flags[release.answer.id])
            for mixed, release in zip(summed, releases, strict=True)
        ],
        store=store,
    )
    counter_months.hold(session, releases, keyring=keyring, store=store)
    rhythm.hold(session, releases, keyring=keyring, store=store)
    beside.add(session, releases, store=store)
    _count_reasons(session, releases, store)
    gone = [release.answer.id for release in releases]
    kept = _keep_comments(session, releases, comments)
    _forget(session, gone + [comment.id for comment in comments])
    return MixReport(len(releases), kept, count_waiting(session, desk_id))


def may_leave(answers: Sequence[Waiting], settled: datetime | None) -> list[Waiting]:
    """Choose what may leave now: what has settled, but for enough to leave together with what has not.

    Fewer than five that stay alone would wait for the day's end, long after everybody else was counted.
    """
    ready = [answer for answer in answers if _has_settled(answer, settled)]
    fresh = Counter(_together(answer) for answer in answers if not _has_settled(answer, settled))
    staying: set[bytes] = set()
    for key, count in fresh.items():
        same = [answer for answer in ready if _together(answer) == key]
        same.sort(key=lambda answer: answer.minute, reverse=True)
        staying |= {answer.id for answer in same[: max(CELL - count, 0)]}
    return [answer for answer in ready if answer.id not in staying]


def _together(answer: Waiting) -> tuple[date, Form, int, CellKey]:
    return answer.day, answer.form, answer.version_id, cell_of(answer)


def _has_settled(answer: Waiting, settled: datetime | None) -> bool:
    if settled is None or answer.day < settled.date():
        return True
    return answer.day == settled.date() and answer.minute < settled.hour * 60 + settled.minute


def _flags(
    session: Session,
    desk_id: int,
    answers: Sequence[Waiting],
    releases: Sequence[Release],
    today: date,
    seen: SeenToday,
) -> Mapping[bytes, int]:
    """Give the signal bits of what leaves, seen beside what waits and what left today."""
    leaving = [release.answer for release in releases]
    mixed = seen.beside(desk_id, answers, today=today)
    tablets = {one.device_id for some in (answers, mixed) for one in some if one.device_id is not None}
    past = seen.past(session, desk_id, today=today)
    known = quality.usual(session, desk_id, tablets, today=today, past=past)
    bits = quality.flag_bits(answers, known, mixed=mixed)
    seen.add(desk_id, leaving, today=today)
    return quality.without_rare({answer.id: bits[answer.id] for answer in leaving})


def _row(release: Release, flags: int) -> dict[str, Any]:
    answer = release.answer
    return {
        "id": secrets.token_bytes(16),
        "version_id": answer.version_id,
        "desk_id": answer.desk_id,
        "day": release.day,
        "counter_id": release.counter_id,
        "field_id": release.field_id,
        "part": release.part,
        "stage": release.stage,
        "form": answer.form,
        "trust_class": release.trust_class,
        "levels": answer.levels,
        "flags": flags,
    }


def _summed(release: Release) -> tallies.Mixed:
    answer = release.answer
    cell = tallies.Cell(
        answer.version_id,
        answer.desk_id,
        release.counter_id or 0,
        release.field_id or 0,
        release.part,
        release.stage,
        answer.form,
        release.trust_class,
    )
    return tallies.Mixed(cell, release.day, answer.levels)


def _returned(session: Session, desk_id: int, days: set[date]) -> Mapping[tuple[date, int], int]:
    """Count dossiers returned by day and field, for the rule that field and day stand together."""
    if not days:
        return {}
    rows = session.execute(
        select(Dossier.returned_on, Dossier.field_id, func.count().label("n"))
        .where(
            Dossier.desk_id == desk_id,
            Dossier.returned_on >= min(days),
            Dossier.field_id.is_not(None),
        )
        .group_by(Dossier.returned_on, Dossier.field_id)
    )
    return {(row.returned_on, row.field_id): int(row.n) for row in rows}


def _count_reasons(session: Session, releases: Sequence[Release], store: InstrumentStore) -> None:
    counts: Counter[tuple[int, date, str, str]] = Counter()
    for release in releases:
        answer = release.answer
        if not answer.reasons:
            continue
        reasons = {r.code: r for r in store.get(session, answer.version_id).instrument.reasons}
        month = tallies.first_of_month(release.day)
        for code in answer.reasons:
            if code in reasons:
                counts[answer.desk_id, month, reasons[code].dimension, code] += 1
    for (desk_id, month, dimension, reason), count in counts.items():
        row = session.get(ReasonCount, (desk_id, month, dimension, reason))
        if row is None:
            session.add(
                ReasonCount(desk_id=desk_id, month=month, dimension=dimension, reason=reason, count=count)
            )
        else:
            row.count += count
    session.flush()


def _keep_comments(session: Session, releases: Sequence[Release], comments: Sequence[WaitingComment]) -> int:
    """Store what was written, in random order; comments of the kiosk leave with any batch of their desk."""
    rows = [
        _comment_row(release.answer.desk_id, release.day, release.answer.comment)
        for release in releases
        if release.answer.comment
    ]
    rows += [_comment_row(c.desk_id, c.day, c.text) for c in comments]
    secrets.SystemRandom().shuffle(rows)
    if rows:
        session.execute(insert(Comment), rows)
    return len(rows)


def _comment_row(desk_id: int, day: date, text: str) -> dict[str, Any]:
    # Masked when it came in; once more for what an older program had sealed.
    masked = masking.mask(text)
    return {
        "id": secrets.token_bytes(16),
        "desk_id": desk_id,
        "month": tallies.first_of_month(day),
        "dimension": None,
        "language": language_of(masked),
        "text": masked,
        "folded": fold(masked),
    }


def _forget(session: Session, identities: Sequence[bytes]) -> None:
    for start in range(0, len(identities), 500):
        session.execute(
            delete(Intake)
            .where(Intake.id.in_(identities[start : start + 500]))
            .execution_options(synchronize_session=False)
        )


def count_waiting(session: Session, desk_id: int | None = None) -> int:
    """Count what waits: the only figure of intake that a page may show."""
    query = select(func.count()).select_from(Intake)
    if desk_id is not None:
        query = query.where(Intake.desk_id == desk_id)
    return int(session.scalar(query) or 0)

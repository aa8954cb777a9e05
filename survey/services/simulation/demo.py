"""Fill a separate, marked data folder with a simulated year of xã Ea Ral."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey.db import Database
from survey.enums import Dimension, Form, Stage, TrustClass
from survey.exceptions import Conflict
from survey.models import Counter, Desk, Dossier, KioskDevice, ProcedureField, Setting
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Submission
from survey.services.intake import mixing
from survey.services.inviting import invitations
from survey.services.office import installation, plans, seeding
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.records import closing
from survey.services.simulation import demo_beside, demo_screens
from survey.services.simulation.demo_beside import Beside
from survey.services.simulation.demo_citizens import AnswerDraft, Day, simulate

YEAR = 2024
SEED = 2024
UNIT = "ea-ral"

# Made up for the demonstration, and said to be so in the source of each figure.
BASELINE_2023 = {
    Dimension.ACCESS: (0.842, 412),
    Dimension.PROCEDURE: (0.848, 412),
    Dimension.STAFF: (0.861, 412),
    Dimension.OUTCOME: (0.781, 412),
    Dimension.PETITIONS: (0.802, 96),
}
BASELINE_SOURCE = "Số liệu mô phỏng"
_FILLED = "demo-filled"  # the setting that is written last


class State(StrEnum):
    EMPTY = "empty"
    REAL = "real"
    BROKEN_OFF = "broken-off"
    FILLED = "filled"


@dataclass(frozen=True, slots=True)
class _Place:
    desk_id: int
    counters: Mapping[str, int]
    devices: Mapping[str, int]
    fields: Mapping[str, int]


def fill(
    database: Database,
    *,
    keyring: Keyring,
    store: InstrumentStore,
    zone: ZoneInfo,
    seed: int = SEED,
    progress: Callable[[date], None] = lambda day: None,
) -> int:
    """Seed an empty database as xã Ea Ral in 2024 and simulate its year; give the number of answers."""
    database.write(_prepare)
    with database.read() as session:
        published = store.current(session)
        place = _place(session)
    total = 0
    for day in simulate(published.instrument, year=YEAR, seed=seed):
        more = demo_beside.beside(day, published.instrument, seed=seed)
        database.write(
            partial(
                _store_day,
                day=day,
                more=more,
                place=place,
                published=published,
                keyring=keyring,
                zone=zone,
            )
        )
        database.write(
            partial(
                demo_screens.store, day=day, instrument=published.instrument, desk_id=place.desk_id, seed=seed
            )
        )
        tomorrow = day.day + timedelta(days=1)
        database.write(partial(mixing.mix, keyring=keyring, store=store, today=tomorrow))
        _close_due(database, store, day.day, zone)
        total += len(day.answers)
        progress(day.day)
    # The year is over: its last counters join their month, its last periods close.
    after = date(YEAR + 1, 1, 11)
    database.write(partial(mixing.mix, keyring=keyring, store=store, today=after))
    _close_due(database, store, after, zone)
    database.write(partial(_review, seed=seed))
    database.write(lambda session: session.add(Setting(key=_FILLED, value=total)))
    return total


def _close_due(database: Database, store: InstrumentStore, today: date, zone: ZoneInfo) -> None:
    """Close what is due, as the server's clerk does every day."""
    with database.read() as session:
        unit_id = installation.read(session).unit_id
    if unit_id is not None:
        now = datetime.combine(today, time(18), zone)
        closing.close_due(database, store=store, unit_ids=[unit_id], today=today, now=now)


def state(session: Session) -> State:
    """Say what a migrated database holds already."""
    found = installation.read(session)
    if found.unit_id is None:
        return State.EMPTY
    if not found.demo:
        return State.REAL
    return State.BROKEN_OFF if session.get(Setting, _FILLED) is None else State.FILLED


def _prepare(session: Session) -> None:
    found = installation.read(session)
    if found.unit_id is not None:
        raise Conflict(what="installation", value="demo" if found.demo else "real")
    seeding.seed(session, today=date(YEAR, 1, 1), unit_key=UNIT, year=YEAR)
    installation.change(
        session, demo=True, confirmed=True, hotline="0262 000 0000 (mô phỏng)", petition_address=""
    )
    unit_id = installation.read(session).unit_id
    if unit_id is None:
        raise Conflict(what="installation", value="no unit")
    for dimension, (value, n) in BASELINE_2023.items():
        plans.set_baseline(
            session,
            unit_id=unit_id,
            year=YEAR - 1,
            dimension=dimension,
            value=value,
            n=n,
            method="pooled" if dimension is Dimension.PETITIONS else "item-mean",
            source=BASELINE_SOURCE,
        )
    desk = session.scalars(select(Desk)).one()
    desk.confirmed = True
    session.add_all(
        Counter(desk_id=desk.id, code=f"Q{number}", name=f"Quầy số {number}") for number in (2, 3)
    )
    session.flush()
    for counter in session.scalars(select(Counter).order_by(Counter.code)).all():
        session.add(
            KioskDevice(
                name=f"Máy {counter.name.lower()}",
                desk_id=desk.id,
                counter_id=counter.id,
                key_hash=secrets.token_bytes(32),  # no tablet knows this key: nobody can send as it
                enrolled_at_utc=datetime(YEAR, 1, 1, tzinfo=UTC),
            )
        )
    session.flush()


def _review(session: Session, *, seed: int) -> None:
    unit_id = installation.read(session).unit_id
    if unit_id is not None:
        day = date(YEAR + 1, 1, 10)
        demo_beside.review(session, unit_id=unit_id, seed=seed, today=day)


def _place(session: Session) -> _Place:
    desk_id = session.scalars(select(Desk.id)).one()
    counters = {row.code: row.id for row in session.execute(select(Counter.code, Counter.id))}
    by_counter = {
        row.counter_id: row.id for row in session.execute(select(KioskDevice.counter_id, KioskDevice.id))
    }
    return _Place(
        desk_id,
        counters,
        {code: by_counter[identity] for code, identity in counters.items()},
        {row.code: row.id for row in session.execute(select(ProcedureField.code, ProcedureField.id))},
    )


def _store_day(
    session: Session,
    day: Day,
    more: Beside,
    place: _Place,
    published: Published,
    keyring: Keyring,
    zone: ZoneInfo,
) -> None:
    session.execute(
        insert(Dossier),
        [
            {
                "code": dossier.code,
                "desk_id": place.desk_id,
                "procedure": "",
                "field_id": place.fields[dossier.field],
                "received_on": dossier.received_on,
                "due_on": dossier.due_on,
                "returned_on": dossier.returned_on,
                "filing_channel": dossier.filing_channel,
            }
            for dossier in day.dossiers
        ],
    )
    tokens = _slips(session, day, more, keyring)
    given = zip(day.answers, more.comments, more.reasons, strict=True)
    for answer, comment, reasons in sorted(given, key=lambda one: one[0].minute):
        responses.submit(
            session,
            replace(_submission(answer, place, published, zone, tokens), comment=comment, reasons=reasons),
            instrument=published.instrument,
            keyring=keyring,
            zone=zone,
            now=_instant(answer, zone),
        )


def _slips(session: Session, day: Day, more: Beside, keyring: Keyring) -> Mapping[int, bytes]:
    """Issue the slips of this day, some of them again: place of the dossier -> token hash."""
    by_code = {day.dossiers[place].code: place for place in more.slips}
    again = {day.dossiers[place].code for place in more.reprinted}
    rows = session.execute(select(Dossier.id, Dossier.code).where(Dossier.code.in_(by_code))).all()
    issued = invitations.issue_for_dossiers(
        session, keyring=keyring, dossier_ids=[row.id for row in rows], today=day.day
    )
    reprints = [row.id for row in rows if row.code in again]
    invitations.issue_for_dossiers(session, keyring=keyring, dossier_ids=reprints, today=day.day)
    return {
        by_code[one.dossier_code]: invitations.token_hash(keyring, one.token)
        for one in issued
        if one.dossier_code is not None
    }


def _submission(
    answer: AnswerDraft, place: _Place, published: Published, zone: ZoneInfo, tokens: Mapping[int, bytes]
) -> Submission:
    on_kiosk = answer.form is Form.SPLIT
    return Submission(
        key=secrets.token_bytes(16),
        version_id=published.id,
        desk_id=place.desk_id,
        stage=Stage(answer.stage),
        form=answer.form,
        trust_class=TrustClass.KIOSK if on_kiosk else TrustClass.PHONE_TOKEN,
        answers=answer.answers,
        answered_at=_instant(answer, zone),
        counter_id=place.counters[answer.counter] if on_kiosk else None,
        field_id=place.fields[answer.field],
        sent_feedback=answer.sent_feedback,
        drawn=answer.drawn,
        service_use=answer.service_use,
        comment=answer.comment,
        token_hash=tokens[answer.dossier] if answer.dossier is not None else None,
        device_id=place.devices[answer.counter] if on_kiosk else None,
        duration_s=answer.seconds,
    )


def _instant(answer: AnswerDraft, zone: ZoneInfo) -> datetime:
    return datetime.combine(answer.day, time(answer.minute // 60, answer.minute % 60), zone)

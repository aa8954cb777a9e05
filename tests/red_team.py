"""The simulated weeks that an attacker of mixed answers looks at, and what it seizes (`red_attacks` uses it).

The attacker holds the database with its file, copies of it from before and after every batch, the list of
dossiers and a log of requests. Of everybody who answered with a token it knows the dossier, the minute, the
tablet or phone, and the language. It does not hold the key, and what still waits sealed is no part of the claim.

Every simulated answer has levels of its own. They are the truth to compare with and are read for nothing else.
"""

from __future__ import annotations

import itertools
import random
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import insert, select, text

from survey.db import Database
from survey.enums import Form, Stage, TrustClass
from survey.instrument import LOW_LEVELS, Instrument
from survey.models import Counter as CounterTable
from survey.models import Desk, Dossier, HourTally, Intake, ProcedureField, Response, ScreenCount
from survey.queries.coverage import TELLING
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.answers.responses import Submission
from survey.services.intake import mixing
from survey.services.intake.seen_today import SeenToday
from survey.services.inviting import invitations
from survey.services.office.instruments import InstrumentStore
from survey.services.simulation import demo_citizens
from survey.services.tablets import telling_screens
from survey.services.tablets.screen_counts import VISIT, Counts
from survey.settings import Settings

YEAR = 2024
# Between two looks of the mixer, in minutes of the simulated day.
MIX_EVERY = 20
# So many bytes of a sealed text are found in no file by chance.
_PIECE = 32


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person who answered with a token."""

    label: bytes  # the levels: the truth, never read by an attack
    day: date
    minute: int
    form: Form
    trust_class: TrustClass
    counter_id: int | None
    field_id: int
    # Screens that copies around that minute show to have been seen; None where the counts did not grow.
    shown: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A mixed answer as it lies in the table; `place` is where, `batch` between which copies it came."""

    label: bytes
    day: date
    stage: Stage
    form: Form
    trust_class: TrustClass
    counter_id: int | None
    field_id: int | None
    batch: int
    place: int
    screens: frozenset[str]  # what whoever gave this answer must have seen on a tablet


@dataclass(frozen=True, slots=True)
class Seized:
    """Everything that the attacker took."""

    known: Sequence[Known]
    rows: Sequence[Row]
    sealed: Mapping[bytes, bytes]  # of answers mixed by now, from earlier copies: id, end of the sealed text
    hours: Mapping[tuple[date, int, int, Form], int]
    dossiers: Counter[tuple[date, int]]  # returned, by day and field
    screens: Mapping[date, Counter[str]]  # of the tablets, as they lie in the table
    lengths: frozenset[int]  # of everything sealed that a copy showed

    def truth(self) -> Mapping[bytes, Row]:
        return {row.label: row for row in self.rows}

    def of_mixed(self) -> list[Known]:
        mixed = self.truth()
        return [one for one in self.known if one.label in mixed]


def simulate(
    database: Database,
    settings: Settings,
    store: InstrumentStore,
    *,
    days: int,
    busy: float = 1.0,
    fields: int = 0,
    seed: int = 7,
    mix_every: int = MIX_EVERY,
    stands_still: bool = False,
) -> Seized:
    """Let some weeks pass with the services of the product, and take everything.

    With `fields`, every dossier belongs to one of so many fields, all as frequent. A mixer that `stands_still`
    finds everything at the end, as after a server that was off while tablets went on.
    """
    keyring = Keyring.open(settings.data)
    chance = random.Random(seed)
    with database.read() as session:
        published = store.current(session)
        desk_id = session.scalars(select(Desk.id)).first()
        counter_id = session.scalars(select(CounterTable.id)).first()
    field_ids = database.write(lambda session: _fields(session, fields))
    labels = _Labels(published.instrument, chance)
    known: list[Known] = []
    batch_of: dict[bytes, int] = {}
    gone: dict[bytes, bytes] = {}
    lengths: set[int] = set()
    batch = 0

    seen = SeenToday()

    def look(today: date) -> bool:
        """Mix once, with copies from before and after; say whether anything left."""
        nonlocal batch
        with database.read() as session:
            sealed = session.execute(select(Intake.id, Intake.sealed)).all()
        lengths.update(len(row.sealed) for row in sealed)
        waiting = {row.id: row.sealed[-_PIECE:] for row in sealed}
        if not waiting:
            return False
        mix = partial(mixing.mix, keyring=keyring, store=store, today=today, seen=seen)
        if not database.write(mix).mixed:
            return False
        database.empty_log()
        batch += 1
        with database.read() as session:
            left = set(session.scalars(select(Intake.id)))
            gone.update((identity, end) for identity, end in waiting.items() if identity not in left)
            for identity in session.scalars(select(Response.id)):
                batch_of.setdefault(identity, batch)
        return True

    now_and_then = _not_yet if stands_still else look
    with _busy(busy):
        year = list(
            itertools.islice(demo_citizens.simulate(published.instrument, year=YEAR, seed=seed), days)
        )
    for of_day in year:
        fresh = [_dossier(one, desk_id, field_ids, chance) for one in of_day.dossiers]
        tokens = database.write(
            lambda session, fresh=fresh, day=of_day.day: _returned(session, keyring, fresh, day)
        )
        free = list(range(len(fresh)))
        chance.shuffle(free)
        due = 0
        for answer in sorted(of_day.answers, key=lambda one: one.minute):
            while answer.minute >= due:
                now_and_then(of_day.day)
                due += mix_every
            on_phone = answer.form is Form.FULL
            place = answer.dossier if on_phone else _of_same_field(answer, of_day, free)
            with_token = place is not None and (
                on_phone or (answer.stage is Stage.RESULT and chance.random() < 0.3)
            )
            if place is not None and not on_phone:
                free.remove(place)
            dossier = fresh[place] if place is not None else None
            field_id = dossier["field_id"] if dossier else field_ids[answer.field]
            kind = _class_of(on_phone=on_phone, with_token=with_token)
            given = labels.full(answer.stage) if on_phone else labels.split(answer.drawn)
            moment = datetime.combine(
                of_day.day, time(answer.minute // 60, answer.minute % 60), settings.zone
            )
            submission = Submission(
                key=secrets.token_bytes(16),
                version_id=published.id,
                desk_id=desk_id,
                stage=Stage(answer.stage),
                form=answer.form,
                trust_class=kind,
                answers=given,
                answered_at=moment,
                counter_id=None if on_phone else counter_id,
                field_id=field_id,
                sent_feedback=True if on_phone or any(c in given for c in ("E2", "E3")) else None,
                drawn=answer.drawn,
                service_use=answer.service_use,
                language="en" if chance.random() < 0.03 else "vi",
                token_hash=tokens[place] if with_token else None,
                duration_s=answer.seconds,
                comment="Chờ lâu, ghế thiếu. " * chance.randrange(60) if chance.random() < 0.2 else "",
            )
            database.write(
                lambda session, submission=submission: responses.submit(
                    session, submission, instrument=published.instrument, keyring=keyring,
                    zone=settings.zone, now=submission.answered_at,
                )
            )  # fmt: skip
            label = published.instrument.pack(
                given, stage=submission.stage, sent_feedback=submission.sent_feedback,
                drawn=answer.drawn if answer.form is Form.SPLIT else None,
            )  # fmt: skip
            shown = (
                None
                if on_phone
                else _count_screens(
                    database, keyring, desk_id, of_day.day, screens_of(published.instrument, label)
                )
            )
            if with_token:
                known.append(
                    Known(
                        label,
                        of_day.day,
                        answer.minute,
                        answer.form,
                        kind,
                        submission.counter_id,
                        field_id,
                        shown,
                    )
                )
        now_and_then(of_day.day)
        now_and_then(of_day.day + timedelta(days=1))
    _until_nothing_leaves(partial(look, year[-1].day + timedelta(days=1)))
    return _seize(database, published.instrument, known, batch_of, gone, frozenset(lengths))


def _class_of(*, on_phone: bool, with_token: bool) -> TrustClass:
    if on_phone:
        return TrustClass.PHONE_TOKEN
    return TrustClass.KIOSK_TOKEN if with_token else TrustClass.KIOSK


def _not_yet(_today: date) -> bool:
    return False


def _until_nothing_leaves(look: Callable[[], bool]) -> None:
    while look():
        pass


def _of_same_field(
    answer: demo_citizens.AnswerDraft, day: demo_citizens.Day, free: Sequence[int]
) -> int | None:
    """Choose the dossier of somebody at the tablet: of the field that was tapped, and of nobody with a phone."""
    phones = _phones(day)
    return next((p for p in free if day.dossiers[p].field == answer.field and p not in phones), None)


def _phones(day: demo_citizens.Day) -> set[int]:
    return {answer.dossier for answer in day.answers if answer.dossier is not None}


@contextmanager
def _busy(times: float) -> Iterator[None]:
    """Let so many times as many dossiers come."""
    before = dict(demo_citizens.FIELDS)
    for field, (mean, response) in before.items():
        demo_citizens.FIELDS[field] = (mean * times, response)
    try:
        yield
    finally:
        demo_citizens.FIELDS.update(before)


class _Labels:
    """Levels that no two answers share."""

    def __init__(self, instrument, chance: random.Random) -> None:
        self._instrument, self._chance = instrument, chance
        self._used: set[tuple[tuple[str, int], ...]] = set()

    def full(self, stage: str) -> dict[str, int]:
        asked = [
            i.code
            for d in self._instrument.dimensions_asked(Stage.RESULT)
            for i in d.items_asked(Stage.RESULT)
        ]
        return self._fresh(asked)

    def split(self, drawn: tuple[str, ...] | None) -> dict[str, int]:
        return self._fresh(list(drawn or ()))

    def _fresh(self, items: Sequence[str]) -> dict[str, int]:
        while True:
            given = {item: self._chance.randint(1, 5) for item in items}
            key = tuple(sorted(given.items()))
            if key not in self._used:
                self._used.add(key)
                return given


def _fields(session, count: int) -> Mapping[str | int, int]:
    known = {row.code: row.id for row in session.execute(select(ProcedureField.code, ProcedureField.id))}
    if not count:
        return known
    template = session.scalars(select(ProcedureField)).first()
    columns = {
        c.key: getattr(template, c.key)
        for c in ProcedureField.__table__.columns
        if c.key not in ("id", "code")
    }
    made = [ProcedureField(**{**columns, "code": f"f{number}"}) for number in range(count)]
    session.add_all(made)
    session.flush()
    return {**known, **{number: field.id for number, field in enumerate(made)}}


def _dossier(draft, desk_id: int, field_ids: Mapping, chance: random.Random) -> dict:
    many = [key for key in field_ids if isinstance(key, int)]
    return {
        "code": draft.code + f"-{chance.randrange(10**6)}",
        "desk_id": desk_id,
        "procedure": "",
        "field_id": field_ids[chance.choice(many)] if many else field_ids[draft.field],
        "received_on": draft.received_on,
        "due_on": draft.due_on,
        "returned_on": draft.returned_on,
        "filing_channel": draft.filing_channel,
    }


def _returned(session, keyring: Keyring, fresh: Sequence[dict], day: date) -> Mapping[int, bytes]:
    if not fresh:
        return {}
    session.execute(insert(Dossier), fresh)
    place_of = {one["code"]: place for place, one in enumerate(fresh)}
    ids = session.scalars(select(Dossier.id).where(Dossier.code.in_(place_of))).all()
    issued = invitations.issue_for_dossiers(session, keyring=keyring, dossier_ids=ids, today=day)
    return {place_of[one.dossier_code]: invitations.token_hash(keyring, one.token) for one in issued}


def _count_screens(
    database: Database, keyring: Keyring, desk_id: int, day: date, screens: frozenset[str]
) -> frozenset[str] | None:
    """Count the screens of one visit as a tablet hands them in; give what copies from before and after show."""
    before = _screen_counts(database)[day]
    counts = Counts(seen=dict.fromkeys((VISIT, *screens), 1))
    database.write(
        lambda session: telling_screens.add(session, keyring=keyring, desk_id=desk_id, day=day, counts=counts)
    )
    after = _screen_counts(database)[day]
    # Everybody here sees the question about petitions: where nothing grew, nothing was counted.
    return frozenset(screen for screen in TELLING if after[screen] > before[screen]) or None


def screens_of(instrument: Instrument, levels: bytes) -> frozenset[str]:
    """Say which of the screens that not everybody sees an answer of the tablet leads to."""
    by_filter = any(levels[item.position] and item.only_with_feedback for item in instrument.items)
    is_low = any(level in LOW_LEVELS for level in levels)
    shown = {"petitions", *(["feedback"] if by_filter else []), *(["reason"] if is_low else [])}
    return frozenset(shown)


def _screen_counts(database: Database) -> Mapping[date, Counter[str]]:
    found: dict[date, Counter[str]] = defaultdict(Counter)
    with database.read() as session:
        for row in session.execute(select(ScreenCount.day, ScreenCount.screen, ScreenCount.seen)):
            found[row.day][row.screen] += row.seen
    return found


def _seize(
    database: Database,
    instrument: Instrument,
    known: Sequence[Known],
    batch_of: Mapping[bytes, int],
    sealed: Mapping[bytes, bytes],
    lengths: frozenset[int],
) -> Seized:
    # The order in which the rows lie: by the primary key in SQLite, by their physical place in PostgreSQL.
    query = select(Response).order_by(Response.id if database.is_sqlite else text("ctid"))
    with database.read() as session:
        rows = [
            Row(
                r.levels,
                r.day,
                r.stage,
                r.form,
                r.trust_class,
                r.counter_id,
                r.field_id,
                batch_of[r.id],
                place,
                screens_of(instrument, r.levels),
            )
            for place, r in enumerate(session.scalars(query))
        ]
        hours = Counter()
        for h in session.scalars(select(HourTally)):
            hours[h.quarter, h.weekday, h.slot, h.form] += h.n
        dossiers = Counter(
            (row.returned_on, row.field_id)
            for row in session.execute(select(Dossier.returned_on, Dossier.field_id))
        )
    return Seized(known, rows, sealed, hours, dossiers, _screen_counts(database), lengths)

"""Piles of paper forms: typed one by one, looked through, typed a second time in part, sent together.

A pile waits sealed, so that a power cut loses nothing typed; it names no officer. Sent together, its answers
enter the intake at one moment, and only how many there were is noted.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from survey.enums import TrustClass
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.i18n import SOURCE
from survey.models import Desk, EntryBatch
from survey.seal import Keyring
from survey.services.answers import responses, typed_forms
from survey.services.answers.typed_forms import TypedForm
from survey.services.office import audit
from survey.services.office.instruments import InstrumentStore
from survey.services.spoken import tiles

PURPOSE = "entry-batch"
MOST_FORMS = 100
# One form in ten is asked for a second time, at least one of a pile.
CHECKED_SHARE = 10
BATCH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Batch:
    """One pile. `checked` holds, for a form typed twice, how many questions were wrong the first time."""

    id: bytes
    desk_id: int
    desk_name: str
    version_id: int
    day: date  # of the next form; each keeps its own
    forms: tuple[TypedForm, ...] = ()
    checked: tuple[tuple[str, int], ...] = ()

    @property
    def handle(self) -> str:
        return self.id.hex()

    @property
    def language(self) -> str:
        """Give the language of the next form: a pile is mostly of one."""
        return self.forms[-1].language if self.forms else SOURCE

    @property
    def to_check(self) -> tuple[int, ...]:
        """Give the places of the forms to be typed again: drawn by the pile, so nobody can pick them."""
        count = -(-len(self.forms) // CHECKED_SHARE)
        ranked = sorted(range(len(self.forms)), key=lambda place: self._rank(self.forms[place]))
        return tuple(sorted(ranked[:count]))

    def _rank(self, form: TypedForm) -> float:
        return random.Random(self.id + bytes.fromhex(form.key)).random()  # noqa: S311 - not a secret

    def difference_of(self, form: TypedForm) -> int | None:
        return dict(self.checked).get(form.key)


def open_batch(
    session: Session, *, keyring: Keyring, store: InstrumentStore, desk_id: int, day: date, today: date
) -> Batch:
    """Begin a pile of forms of the questionnaire that is asked today.

    Raises
    ------
    InvalidInput
    """
    name = session.scalar(select(Desk.name).where(Desk.id == desk_id, Desk.active))
    if name is None:
        raise InvalidInput(field="desk_id", value=desk_id)
    if not today - typed_forms.OLDEST < day <= today:
        raise InvalidInput(field="day", value=day.isoformat())
    version_id = store.current(session).id
    batch = Batch(secrets.token_bytes(BATCH_BYTES), desk_id, name, version_id, day)
    session.execute(insert(EntryBatch).values(id=batch.id, desk_id=desk_id, sealed=_sealed(batch, keyring)))
    return batch


def unsent(session: Session, *, keyring: Keyring, desk_ids: Sequence[int]) -> Sequence[Batch]:
    """Give the piles of these desks that nobody has sent yet."""
    rows = session.execute(_BATCHES.where(EntryBatch.desk_id.in_(desk_ids)).order_by(EntryBatch.id))
    return [_unsealed(row, keyring) for row in rows]


def get(session: Session, *, keyring: Keyring, handle: str, desk_ids: Sequence[int]) -> Batch:
    """Give one pile.

    Raises
    ------
    NotFound
        There is none, it was sent, or its desk is another unit's.
    """
    return _unsealed(_row(session, handle, desk_ids), keyring)


def put(session: Session, batch: Batch, form: TypedForm, *, keyring: Keyring) -> Batch:
    """Add a form to a pile, or put it in the place of the form with the same key.

    Raises
    ------
    NotFound
    Conflict
        The pile is full.
    """

    def change(now: Batch) -> Batch:
        if any(one.key == form.key for one in now.forms):
            return replace(now, forms=tuple(form if one.key == form.key else one for one in now.forms))
        if len(now.forms) >= MOST_FORMS:
            raise Conflict(what="batch-full", value=MOST_FORMS)
        return replace(now, forms=(*now.forms, form), day=form.day)

    return _changed(session, batch, keyring, change)


def drop(session: Session, batch: Batch, key: str, *, keyring: Keyring) -> Batch:
    """Take a form out of a pile."""
    return _changed(
        session,
        batch,
        keyring,
        lambda now: replace(now, forms=tuple(form for form in now.forms if form.key != key)),
    )


def check(session: Session, batch: Batch, key: str, differing: int, *, keyring: Keyring) -> Batch:
    """Note that a form was typed a second time, and how many questions were wrong the first time."""
    return _changed(
        session,
        batch,
        keyring,
        lambda now: replace(now, checked=tuple({key: differing, **dict(now.checked)}.items())),
    )


def discard(session: Session, batch: Batch, *, keyring: Keyring) -> None:
    """Throw an empty pile away, looked at as it stands now: another window may have typed into it.

    Raises
    ------
    NotFound
    Conflict
        There are forms in it.
    """
    if _unsealed(_row(session, batch.handle, [batch.desk_id], lock=True), keyring).forms:
        raise Conflict(what="batch-not-empty")
    session.execute(delete(EntryBatch).where(EntryBatch.id == batch.id))


def send(
    session: Session,
    batch: Batch,
    *,
    store: InstrumentStore,
    keyring: Keyring,
    zone: ZoneInfo,
    login: str,
    now: datetime,
) -> int:
    """Store every form of a pile as an answer on paper, each once; give how many were new."""
    locked = _unsealed(_row(session, batch.handle, [batch.desk_id], lock=True), keyring)
    count = submit(
        session,
        locked.forms,
        store=store,
        version_id=locked.version_id,
        desk_id=locked.desk_id,
        trust_class=TrustClass.PAPER,
        keyring=keyring,
        zone=zone,
        login=login,
        now=now,
    )
    session.execute(delete(EntryBatch).where(EntryBatch.id == locked.id))
    return count


def submit(
    session: Session,
    forms: Sequence[TypedForm],
    *,
    store: InstrumentStore,
    version_id: int,
    desk_id: int,
    trust_class: TrustClass,
    keyring: Keyring,
    zone: ZoneInfo,
    login: str,
    now: datetime,
) -> int:
    """Store typed forms, each once, and note how many."""
    instrument = store.get(session, version_id).instrument
    field_ids = tiles.field_ids(session)
    shuffled = list(forms)
    secrets.SystemRandom().shuffle(shuffled)
    stored = sum(
        responses.submit(
            session,
            typed_forms.submission(
                form,
                instrument,
                version_id=version_id,
                desk_id=desk_id,
                trust_class=trust_class,
                field_ids=field_ids,
                zone=zone,
                now=now,
            ),
            instrument=instrument,
            keyring=keyring,
            zone=zone,
            now=now,
        )
        for form in shuffled
    )
    if stored:
        desk = session.scalar(select(Desk.code).where(Desk.id == desk_id))
        action = "paper-forms-entered" if trust_class is TrustClass.PAPER else "assisted-forms-entered"
        audit.record(session, login=login, action=action, now=now, detail={"desk": desk, "count": stored})
    return stored


# --- sealed ------------------------------------------------------------------------------------------

_BATCHES = select(EntryBatch.id, EntryBatch.desk_id, EntryBatch.sealed, Desk.name).join(
    Desk, Desk.id == EntryBatch.desk_id
)


def _row(session: Session, handle: str, desk_ids: Sequence[int], *, lock: bool = False) -> Any:
    try:
        identity = bytes.fromhex(handle)
    except ValueError:
        raise NotFound(what="entry-batch") from None
    query = _BATCHES.where(EntryBatch.id == identity, EntryBatch.desk_id.in_(desk_ids))
    row = session.execute(query.with_for_update(of=EntryBatch) if lock else query).one_or_none()
    if row is None:
        raise NotFound(what="entry-batch")
    return row


def _changed(session: Session, batch: Batch, keyring: Keyring, change: Callable[[Batch], Batch]) -> Batch:
    """Change a pile as it stands now: two windows may type into one."""
    changed = change(_unsealed(_row(session, batch.handle, [batch.desk_id], lock=True), keyring))
    row = session.get_one(EntryBatch, changed.id)
    row.sealed = _sealed(changed, keyring)
    return changed


def _sealed(batch: Batch, keyring: Keyring) -> bytes:
    plain = {
        "version": batch.version_id,
        "day": batch.day.isoformat(),
        "forms": [{**asdict(form), "day": form.day.isoformat()} for form in batch.forms],
        "checked": batch.checked,
    }
    return keyring.seal_json(PURPOSE, plain, bound_to=batch.id)


def _unsealed(row: Any, keyring: Keyring) -> Batch:
    plain = keyring.unseal_json(PURPOSE, row.sealed, bound_to=row.id)
    return Batch(
        id=row.id,
        desk_id=row.desk_id,
        desk_name=row.name,
        version_id=plain["version"],
        day=date.fromisoformat(plain["day"]),
        forms=tuple(TypedForm(**{**form, "day": date.fromisoformat(form["day"])}) for form in plain["forms"]),
        checked=tuple((key, int(count)) for key, count in plain["checked"]),
    )

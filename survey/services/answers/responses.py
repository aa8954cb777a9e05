"""Take a submission in: check it against the published version, store it once, spend its token."""

from __future__ import annotations

import base64
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from survey.clock import office_day
from survey.db import insert_if_absent
from survey.enums import Form, Stage, TrustClass
from survey.exceptions import AnswersRejected
from survey.instrument import Instrument
from survey.models import Intake, SubmissionKey
from survey.seal import Keyring
from survey.services.answers import masking
from survey.services.inviting import invitations

INTAKE_PURPOSE = "intake"
KEY_MONTHS = 14  # at least 400 days
COMMENT_CHARACTERS = 1200
# Everything that waits is sealed as long as this: its length does not tell who wrote, how much, or gave a
# reason. The longest comment fits, compressed.
INTAKE_BYTES = 1280
_INSERT_INTAKE = insert(Intake.__table__)  # type: ignore[arg-type]  # a table, not an alias


@dataclass(frozen=True, slots=True)
class Submission:
    """One finished answer as an edge received it; `answers` maps item code to 1–5, or 6 for `na`."""

    key: bytes
    version_id: int
    desk_id: int
    stage: Stage
    form: Form
    trust_class: TrustClass
    answers: Mapping[str, int]
    answered_at: datetime
    counter_id: int | None = None
    field_id: int | None = None
    language: str = "vi"
    sent_feedback: bool | None = None
    drawn: tuple[str, ...] | None = None
    service_use: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    comment: str = ""
    token_hash: bytes | None = None
    device_id: int | None = None
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission in intake, unsealed."""

    id: bytes
    desk_id: int
    version_id: int
    day: date
    minute: int  # of the office day
    stage: Stage
    form: Form
    trust_class: TrustClass
    counter_id: int | None
    field_id: int | None
    language: str
    levels: bytes
    service_use: tuple[int, int, int, int]
    reasons: tuple[str, ...]
    comment: str
    device_id: int | None
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class WaitingComment:
    """A comment left on the kiosk after the answer was sent; it waits with the answers of its desk."""

    id: bytes
    desk_id: int
    day: date
    language: str
    text: str


def submit(
    session: Session,
    submission: Submission,
    *,
    instrument: Instrument,
    keyring: Keyring,
    zone: ZoneInfo,
    now: datetime,
) -> bool:
    """Store a submission once; False where its key was stored before.

    The key is looked at before the token, so that a replay is a duplicate and not a spent slip.

    Raises
    ------
    AnswersRejected, InvitationUnknown, InvitationSpent, InvitationVoid, InvitationExpired
    """
    if len(submission.key) < 16:
        raise AnswersRejected(question="key", value=len(submission.key), allowed=["16 bytes or more"])
    payload = _payload(submission, instrument, zone)
    today = office_day(now, zone)
    if not insert_if_absent(
        session,
        SubmissionKey,
        {"key_hash": keyring.mac("submission-key", submission.key), "keep_until": _keep_until(today)},
    ):
        return False
    if submission.token_hash is not None:
        # Valid is what was valid when the answer was given, although a tablet may deliver it days later.
        answered_on = office_day(submission.answered_at, zone)
        invitations.spend(session, hashed=submission.token_hash, today=answered_on)
    _insert_intake(session, keyring, submission.desk_id, payload)
    return True


def is_stored(session: Session, *, keyring: Keyring, key: bytes) -> bool:
    """Say whether a submission with this key was stored before."""
    return session.get(SubmissionKey, keyring.mac("submission-key", key)) is not None


def leave_comment(
    session: Session, *, desk_id: int, text: str, language: str, key: bytes, day: date, keyring: Keyring
) -> bool:
    """Keep a comment apart from the answer that was sent before it; False where it was kept already."""
    stripped = plain_text(text)
    if not stripped:
        return False
    if not insert_if_absent(
        session,
        SubmissionKey,
        {"key_hash": keyring.mac("comment-key", key), "keep_until": _keep_until(day)},
    ):
        return False
    payload = {"kind": "comment", "day": day.isoformat(), "lang": language, "text": stripped}
    _insert_intake(session, keyring, desk_id, payload)
    return True


def is_comment_kept(session: Session, *, key: bytes, keyring: Keyring) -> bool:
    """Say whether a comment of this key was left before."""
    hashed = keyring.mac("comment-key", key)
    return (
        session.scalar(select(SubmissionKey.keep_until).where(SubmissionKey.key_hash == hashed)) is not None
    )


def plain_text(written: str) -> str:
    """Give what was written without what a database would stumble over, and without what names a person.

    The original is kept nowhere, sealed or not. Masked before it is cut, so that no number loses its end.
    """
    if not written:
        return ""  # nearly everybody's comment
    storable = (
        written[: 2 * COMMENT_CHARACTERS].encode("utf-8", "replace").decode()
    )  # no half surrogate pairs
    composed = unicodedata.normalize("NFC", storable)
    plain = "".join(c for c in composed if c in "\n\t" or unicodedata.category(c) != "Cc")
    return masking.mask(plain.strip())[:COMMENT_CHARACTERS]


def _insert_intake(session: Session, keyring: Keyring, desk_id: int, payload: Mapping[str, Any]) -> None:
    identity = secrets.token_bytes(16)
    # Core on the connection: this is the path that every answer takes.
    session.connection().execute(
        _INSERT_INTAKE,
        {
            "id": identity,
            "desk_id": desk_id,
            "sealed": keyring.seal_json(INTAKE_PURPOSE, payload, bound_to=identity, size=INTAKE_BYTES),
        },
    )


def _payload(submission: Submission, instrument: Instrument, zone: ZoneInfo) -> dict[str, Any]:
    if submission.stage is Stage.ANY:
        raise AnswersRejected(question="stage", value=submission.stage.value, allowed=["filing", "result"])
    if submission.form is Form.SPLIT:
        instrument.check_draw(submission.stage, submission.drawn or ())
    levels = instrument.pack(
        submission.answers,
        stage=submission.stage,
        sent_feedback=submission.sent_feedback,
        drawn=submission.drawn if submission.form is Form.SPLIT else None,
    )
    asked = {question.code for question in instrument.service_use_asked(submission.stage)}
    service_use = [
        question.position(submission.service_use.get(question.code)) if question.code in asked else 0
        for question in instrument.service_use
    ]
    local = submission.answered_at.astimezone(zone)
    return {
        "kind": "answer",
        "version": submission.version_id,
        "day": local.date().isoformat(),
        "minute": local.hour * 60 + local.minute,
        "stage": submission.stage.value,
        "form": submission.form.value,
        "class": submission.trust_class.value,
        "counter": submission.counter_id,
        "field": submission.field_id,
        "lang": submission.language,
        "levels": base64.b64encode(levels).decode(),
        "use": service_use,
        "reasons": instrument.reasons_heard(levels, submission.reasons),
        "comment": plain_text(submission.comment),
        "device": submission.device_id,
        "seconds": submission.duration_s,
    }


def _keep_until(day: date) -> date:
    """Give the first day of the month that lies at least 400 days ahead."""
    months = day.year * 12 + day.month - 1 + KEY_MONTHS + 1
    return date(months // 12, months % 12 + 1, 1)


def waiting(
    session: Session, *, keyring: Keyring, desk_id: int | None = None, most: int | None = None
) -> tuple[list[Waiting], list[WaitingComment]]:
    """Unseal what waits: for mixing, and for the commands on the machine itself.

    With `most`, a random choice of so many: ids are random, so any stretch of them is one.
    """
    answers: list[Waiting] = []
    comments: list[WaitingComment] = []
    for row in _sealed(session, desk_id, most):
        plain = keyring.unseal_json(INTAKE_PURPOSE, row.sealed, bound_to=row.id)
        day = date.fromisoformat(plain["day"])
        if plain["kind"] == "comment":
            comments.append(WaitingComment(row.id, row.desk_id, day, plain["lang"], plain["text"]))
            continue
        visits, late, apology, extra_money = plain["use"]
        answers.append(
            Waiting(
                id=row.id,
                desk_id=row.desk_id,
                version_id=plain["version"],
                day=day,
                minute=plain["minute"],
                stage=Stage(plain["stage"]),
                form=Form(plain["form"]),
                trust_class=TrustClass(plain["class"]),
                counter_id=plain["counter"],
                field_id=plain["field"],
                language=plain["lang"],
                levels=base64.b64decode(plain["levels"]),
                service_use=(visits, late, apology, extra_money),
                reasons=tuple(plain["reasons"]),
                comment=plain["comment"],
                device_id=plain["device"],
                duration_s=plain["seconds"],
            )
        )
    return answers, comments


def _sealed(session: Session, desk_id: int | None, most: int | None) -> Sequence[Row[bytes, int, bytes]]:
    query = select(Intake.id, Intake.desk_id, Intake.sealed)
    if desk_id is not None:
        query = query.where(Intake.desk_id == desk_id)
    if most is None:
        return session.execute(query).all()
    pivot = secrets.token_bytes(16)
    after = session.execute(query.where(Intake.id >= pivot).order_by(Intake.id).limit(most)).all()
    before = session.execute(query.where(Intake.id < pivot).order_by(Intake.id).limit(most - len(after)))
    return [*after, *before]

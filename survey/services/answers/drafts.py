"""The unfinished answer of a phone: what each screen changes in it, and the submission it becomes.

It lives in a cookie of that phone (`sealed_drafts`), never in the database. It holds levels, stage, filter,
service use and the submission key; never the comment. A day after its start it is worth nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from survey.enums import Form, Stage, TrustClass
from survey.exceptions import AnswersRejected
from survey.instrument import LOW_LEVELS, Dimension, Instrument
from survey.services.answers.responses import Submission

# More than 20 hours, so that nobody is hurried (WCAG 2.2.1): who puts the phone away goes on in the evening.
LIFETIME = timedelta(hours=24)
KEY_BYTES = 16

# Screens that are no dimension; a dimension's screen has the dimension's code.
STAGE = "stage"
SERVICE_USE = "use"
COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person has said so far. `identity` is the hash of the token, or random for a poster."""

    identity: bytes
    by_poster: bool
    key: bytes
    version_id: int
    desk_id: int
    field_id: int | None
    started_at: datetime
    language: str = "vi"
    large_text: bool = False
    stage: Stage | None = None
    sent_feedback: bool | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)  # by dimension
    service_use: Mapping[str, str] = field(default_factory=dict)
    reached: str = STAGE
    reached_at: datetime | None = None  # since when the furthest screen is shown; None from the start

    @property
    def expires_at(self) -> datetime:
        return self.started_at + LIFETIME

    def seconds_shown(self, now: datetime) -> float:
        """Give how long the furthest screen has been there."""
        return (now - (self.reached_at or self.started_at)).total_seconds()

    @property
    def token_hash(self) -> bytes | None:
        return None if self.by_poster else self.identity


def start(
    *,
    token_hash: bytes | None,
    version_id: int,
    desk_id: int,
    field_id: int | None,
    language: str,
    now: datetime,
) -> Draft:
    """Begin an answer for a token, or for a poster where there is none."""
    return Draft(
        identity=token_hash or secrets.token_bytes(KEY_BYTES),
        by_poster=token_hash is None,
        key=secrets.token_bytes(KEY_BYTES),
        version_id=version_id,
        desk_id=desk_id,
        field_id=field_id,
        started_at=now,
        language=language,
    )


def screens(instrument: Instrument, stage: Stage | None) -> tuple[str, ...]:
    """Give the screens in their order; before the stage is known there is only its question."""
    if stage is None:
        return (STAGE,)
    dimensions = (dimension.code for dimension in instrument.dimensions_asked(stage))
    return (STAGE, *dimensions, SERVICE_USE, COMMENT)


def at_stage(draft: Draft, instrument: Instrument, stage: Stage) -> Draft:
    """Set the stage; what is not asked at this stage is dropped."""
    asked = {i.code for d in instrument.dimensions_asked(stage) for i in d.items_asked(stage)}
    questions = {question.code for question in instrument.service_use_asked(stage)}
    return replace(
        draft,
        stage=stage,
        levels={code: level for code, level in draft.levels.items() if code in asked},
        service_use={code: value for code, value in draft.service_use.items() if code in questions},
    )


def with_levels(
    draft: Draft,
    dimension: Dimension,
    levels: Mapping[str, int],
    *,
    sent_feedback: bool | None,
    reason: str | None = None,
) -> Draft:
    """Take the levels of one dimension, and why they are low, in place of those given before.

    Under a "no" to the filter, what was said about handled feedback is dropped; so is a reason without a low
    level.
    """
    own = {item.code: item for item in dimension.items}
    kept = {code: level for code, level in draft.levels.items() if code not in own}
    filtered = any(item.only_with_feedback for item in dimension.items)
    given = {
        code: level
        for code, level in levels.items()
        if not (own[code].only_with_feedback and sent_feedback is False)
    }
    reasons = {code: said for code, said in draft.reasons.items() if code != dimension.code}
    if reason and any(level in LOW_LEVELS for level in given.values()):
        reasons[dimension.code] = reason
    return replace(
        draft,
        levels={**kept, **given},
        reasons=reasons,
        sent_feedback=sent_feedback if filtered else draft.sent_feedback,
    )


def with_service_use(draft: Draft, instrument: Instrument, answers: Mapping[str, str]) -> Draft:
    """Take the service-use block; a question that follows from another answer needs that answer."""
    for question in instrument.service_use:
        question.position(answers.get(question.code))  # refuses an option that does not exist
    follows = {q.code: q.ask_if for q in instrument.service_use if q.ask_if}
    kept = {
        code: value
        for code, value in answers.items()
        if code not in follows or answers.get(follows[code][0]) == follows[code][1]
    }
    return replace(draft, service_use=kept)


def reaching(draft: Draft, screen: str, order: tuple[str, ...], *, now: datetime) -> Draft:
    """Remember the furthest screen, so that scanning the slip again leads back to it."""
    if draft.reached in order and order.index(draft.reached) >= order.index(screen):
        return draft
    return replace(draft, reached=screen, reached_at=now)


def submission(draft: Draft, *, comment: str, now: datetime) -> Submission:
    """Make the finished answer."""
    if draft.stage is None:
        raise AnswersRejected(question=STAGE, value=None, allowed=[stage.value for stage in Stage])
    return Submission(
        key=draft.key,
        version_id=draft.version_id,
        desk_id=draft.desk_id,
        stage=draft.stage,
        form=Form.FULL,
        trust_class=TrustClass.POSTER if draft.by_poster else TrustClass.PHONE_TOKEN,
        answers=draft.levels,
        answered_at=now,
        field_id=draft.field_id,
        language=draft.language,
        sent_feedback=draft.sent_feedback,
        service_use=draft.service_use,
        reasons=tuple(draft.reasons.values()),
        comment=comment,
        token_hash=draft.token_hash,
        duration_s=(now - draft.started_at).total_seconds(),
    )

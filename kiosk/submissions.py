"""What a tablet sends, read: JSON in, a submission or a comment out, or why it can never be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kiosk import dating
from survey import i18n
from survey.enums import Form, Stage, TrustClass
from survey.exceptions import AnswersRejected
from survey.instrument import Instrument, level_of
from survey.services.answers.responses import COMMENT_CHARACTERS, Submission
from survey.services.tablets.devices import Device

_LONGEST_VISIT_S = 24 * 3600
_STAGES = (Stage.FILING.value, Stage.RESULT.value, Stage.OTHER.value)
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LateComment:
    """A comment that was written after the answer was sent; nothing ties it to that answer."""

    key: bytes
    text: str
    language: str
    written_at: datetime


def read_version(entry: Entry) -> int:
    """Give the number of the questionnaire version that was shown."""
    version = entry.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version < 2**31:
        raise AnswersRejected(question="version", value=version, allowed=["a published version"])
    return version


def read_submission(
    entry: Entry, *, instrument: Instrument, device: Device, field_ids: Mapping[str, int], now: datetime
) -> Submission:
    """Read one answer of the split form as this device sent it.

    Raises
    ------
    AnswersRejected
    """
    stage = _stage(entry.get("stage"))
    drawn = _drawn(entry.get("drawn"))
    instrument.check_draw(stage, drawn)
    answers = _answers(entry.get("answers"))
    sent_feedback = _sent_feedback(entry.get("sent_feedback"), instrument, drawn)
    _check_complete(answers, instrument, drawn, sent_feedback=sent_feedback)
    return Submission(
        key=_key(entry),
        version_id=read_version(entry),
        desk_id=device.desk_id,
        counter_id=device.counter_id,
        field_id=_field(entry.get("field"), field_ids),
        stage=stage,
        form=Form.SPLIT,
        trust_class=TrustClass.KIOSK,
        answers=answers,
        drawn=drawn,
        sent_feedback=sent_feedback,
        reasons=_reasons(entry.get("reasons")),
        language=_language(entry.get("language")),
        answered_at=dating.read(entry, now).best,
        device_id=device.id,
        duration_s=_duration(entry.get("duration_s")),
    )


def read_comment(entry: Entry, *, now: datetime) -> LateComment:
    """Read one comment.

    Raises
    ------
    AnswersRejected
    """
    text = entry.get("text")
    if not isinstance(text, str) or not text.strip():
        raise AnswersRejected(question="text", value=type(text).__name__, allowed=["some words"])
    return LateComment(
        key=_key(entry),
        text=text[:COMMENT_CHARACTERS],
        language=_language(entry.get("language")),
        written_at=dating.read(entry, now).best,
    )


def echoed_key(entry: object) -> str | None:
    """Give the key as it came, so that the tablet knows which entry an answer is about."""
    key = entry.get("key") if isinstance(entry, Mapping) else None
    return key[:64] if isinstance(key, str) else None


def _key(entry: Entry) -> bytes:
    raw = entry.get("key")
    try:
        return UUID(raw).bytes if isinstance(raw, str) else _refuse_key()
    except ValueError:
        return _refuse_key()


def _refuse_key() -> bytes:
    raise AnswersRejected(question="key", value="", allowed=["a UUID"])


def _stage(raw: object) -> Stage:
    if isinstance(raw, str) and raw in _STAGES:
        return Stage(raw)
    raise AnswersRejected(question="stage", value=raw, allowed=list(_STAGES))


def _drawn(raw: object) -> tuple[str, ...]:
    if isinstance(raw, list) and all(isinstance(code, str) for code in raw):
        return tuple(raw)
    raise AnswersRejected(question="drawn", value=type(raw).__name__, allowed=["item codes"])


def _answers(raw: object) -> dict[str, int]:
    if not isinstance(raw, dict):
        raise AnswersRejected(question="answers", value=type(raw).__name__, allowed=["item: level"])
    return {str(code): level_of(str(level)) for code, level in raw.items()}


def _reasons(raw: object) -> tuple[str, ...]:
    """Read why somebody was not content. Tablets of the first releases say nothing; it refuses no answer."""
    return tuple(code for code in raw if isinstance(code, str)) if isinstance(raw, list) else ()


def _sent_feedback(raw: object, instrument: Instrument, drawn: tuple[str, ...]) -> bool | None:
    """Read the filter: answered exactly where an item was drawn that only people with feedback can rate."""
    asked = any(instrument.item_by_code[code].only_with_feedback for code in drawn)
    if (asked and isinstance(raw, bool)) or (not asked and raw is None):
        return raw
    raise AnswersRejected(question="sent_feedback", value=raw, allowed=[True, False] if asked else [None])


def _check_complete(
    answers: Mapping[str, int],
    instrument: Instrument,
    drawn: tuple[str, ...],
    *,
    sent_feedback: bool | None,
) -> None:
    """Refuse a form that was broken off: the kiosk sends whole ones only."""
    needed = {
        code
        for code in drawn
        if sent_feedback is not False or not instrument.item_by_code[code].only_with_feedback
    }
    if answers.keys() != needed:
        raise AnswersRejected(question="answers", value=sorted(answers), allowed=sorted(needed))


def _field(raw: object, field_ids: Mapping[str, int]) -> int | None:
    if raw is None:
        return None
    if isinstance(raw, str) and raw in field_ids:
        return field_ids[raw]
    raise AnswersRejected(question="field", value=raw, allowed=sorted(field_ids))


def _language(raw: object) -> str:
    # Any language that could be: an office may have taken out what was spoken while the answer waited.
    if isinstance(raw, str) and i18n.is_tag(raw):
        return raw
    raise AnswersRejected(question="language", value=raw, allowed=["a code of ISO 639"])


def _duration(raw: object) -> float | None:
    seconds = dating.number(raw)
    return seconds if seconds is not None and 0 <= seconds <= _LONGEST_VISIT_S else None

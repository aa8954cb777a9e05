"""A paper form as an officer types it: the number of each ticked box, and the submission it becomes.

One key a question: `1`–`5` for a level, `n` for "không áp dụng", nothing where no box is ticked; other
questions by the place of the ticked box.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from survey.clock import office_day
from survey.enums import Form, Stage, TrustClass
from survey.i18n import SOURCE
from survey.instrument import NOT_APPLICABLE, Instrument, Question
from survey.services.answers.responses import Submission

KEY_BYTES = 16
NOT_APPLICABLE_KEYS = frozenset({"n", "N"})
# Keys of submissions are kept at least this long: an older form could be stored a second time.
OLDEST = timedelta(days=400)
NOON = time(12)

STAGE = "stage"
FEEDBACK = "feedback"
DAY = "day"


@dataclass(frozen=True, slots=True)
class TypedForm:
    """What was typed of one form. `key` makes a second sending harmless."""

    day: date
    marks: Mapping[str, str]  # question → key; a question without a mark is left out
    field_code: str = ""
    comment: str = ""
    language: str = SOURCE  # of the words that were read: those on the paper, or those that were spoken
    key: str = field(default_factory=lambda: secrets.token_hex(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one mark.

    `reason` is one of `range`, `stage-needed`, `only-after-result`, `empty`, `day`.
    """

    question: str
    reason: str
    allowed: tuple[str, ...] = ()


def questions(instrument: Instrument) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give every question of the form in its order, with the keys that may be typed."""
    yield STAGE, _places(instrument.stage)
    levels = tuple(option.code for option in instrument.levels)
    for dimension in instrument.dimensions:
        asked_first = any(item.only_with_feedback for item in dimension.items)
        for item in dimension.items:
            if asked_first and item.only_with_feedback:
                yield FEEDBACK, _places(instrument.feedback)
                asked_first = False
            yield item.code, (*levels, "n")
    for question in instrument.service_use:
        yield question.code, _places(question)


def service_use_codes(instrument: Instrument) -> Mapping[str, str]:
    """Give the code that each question on the visit carries on paper: F1, F2 …, after the items A1 to E3."""
    return {question.code: f"F{place}" for place, question in enumerate(instrument.service_use, start=1)}


def _places(question: Question) -> tuple[str, ...]:
    return tuple(str(place) for place in range(1, len(question.options) + 1))


def cleaned(marks: Mapping[str, str]) -> dict[str, str]:
    """Give what was typed without blanks, every "n" in one spelling."""
    typed = {question: mark.strip() for question, mark in marks.items()}
    return {q: "n" if mark in NOT_APPLICABLE_KEYS else mark for q, mark in typed.items() if mark}


def problems(form: TypedForm, instrument: Instrument, *, today: date) -> list[Problem]:
    """Say everything that keeps a form from being stored, in the order of its questions."""
    found = [] if today - OLDEST < form.day <= today else [Problem(DAY, DAY)]
    stage = stage_of(form, instrument)
    after_result = {item.code for item in instrument.items if item.only_after_result}
    after_result |= {question.code for question in instrument.service_use if question.only_after_result}
    for question, allowed in questions(instrument):
        mark = form.marks.get(question, "")
        if mark and mark not in allowed:
            found.append(Problem(question, "range", allowed))
        elif question == STAGE and not mark:
            found.append(Problem(STAGE, "stage-needed", allowed))
        elif mark and question in after_result and stage not in {None, Stage.RESULT}:
            found.append(Problem(question, "only-after-result"))
    if not any(item.code in form.marks for item in instrument.items):
        found.append(Problem(instrument.items[0].code, "empty"))
    return found


def stage_of(form: TypedForm, instrument: Instrument) -> Stage | None:
    code = _option(instrument.stage, form.marks.get(STAGE, ""))
    return None if code is None else Stage(code)


def _option(question: Question, mark: str) -> str | None:
    """Give the option whose box has this number; None where there is none."""
    known = mark in _places(question)
    return question.options[int(mark) - 1].code if known else None


def submission(
    form: TypedForm,
    instrument: Instrument,
    *,
    version_id: int,
    desk_id: int,
    trust_class: TrustClass,
    field_ids: Mapping[str, int],
    zone: ZoneInfo,
    now: datetime,
) -> Submission:
    """Make the submission of a form without problems.

    A form of today is dated now, an earlier one at noon of its day: paper tells no hour.
    """
    answers = {
        item.code: NOT_APPLICABLE if mark == "n" else int(mark)
        for item in instrument.items
        if (mark := form.marks.get(item.code))
    }
    feedback = _option(instrument.feedback, form.marks.get(FEEDBACK, ""))
    is_today = form.day == office_day(now, zone)
    return Submission(
        key=bytes.fromhex(form.key),
        version_id=version_id,
        desk_id=desk_id,
        stage=stage_of(form, instrument) or Stage.ANY,
        form=Form.FULL,
        trust_class=trust_class,
        answers=answers,
        answered_at=now if is_today else datetime.combine(form.day, NOON, zone),
        field_id=field_ids.get(form.field_code),
        sent_feedback=None if feedback is None else feedback == "yes",
        service_use=_service_use(form, instrument),
        comment=form.comment,
        language=form.language,
    )


def _service_use(form: TypedForm, instrument: Instrument) -> dict[str, str]:
    """Read the service-use block; what follows from another answer needs that answer."""
    marked = {q.code: _option(q, form.marks.get(q.code, "")) for q in instrument.service_use}
    given = {code: option for code, option in marked.items() if option is not None}
    follows = {q.code: q.ask_if for q in instrument.service_use if q.ask_if}
    return {
        code: option
        for code, option in given.items()
        if code not in follows or given.get(follows[code][0]) == follows[code][1]
    }


def differences(first: TypedForm, second: TypedForm, instrument: Instrument) -> list[str]:
    """Give the questions that two typings of one form disagree on."""
    asked = [question for question, _ in questions(instrument)]
    return [question for question in asked if first.marks.get(question) != second.marks.get(question)]

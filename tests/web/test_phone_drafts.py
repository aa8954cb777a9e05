"""The unfinished answer: what each screen changes in it, and what its sealed text withstands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from survey.enums import Form, Stage, TrustClass
from survey.exceptions import AnswersRejected
from survey.instrument import Instrument
from survey.paths import seeds_dir
from survey.seal import Keyring
from survey.services.answers import drafts, sealed_drafts
from survey.services.answers.drafts import Draft

AT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
KEYRING = Keyring(bytes(range(32)))
INSTRUMENT = Instrument.read(seeds_dir() / "instrument.toml")
PETITIONS = INSTRUMENT.dimensions[-1]


def make_draft(**changes: Any) -> Draft:
    begun = drafts.start(token_hash=b"t" * 32, version_id=1, desk_id=1, field_id=3, language="vi", now=AT)
    return replace(begun, **changes)


def sealed(draft: Draft) -> tuple[str, str]:
    handle = sealed_drafts.handle_of(KEYRING, draft.identity)
    return sealed_drafts.seal(draft, keyring=KEYRING, handle=handle), handle


def test_a_draft_comes_back_as_it_was_sealed() -> None:
    draft = make_draft(
        stage=Stage.RESULT,
        sent_feedback=False,
        levels={"A1": 5, "A2": 6},
        service_use={"late": "yes"},
        language="en",
        large_text=True,
        reached="staff",
    )
    text, handle = sealed(draft)
    assert sealed_drafts.unseal(text, keyring=KEYRING, handle=handle, now=AT) == draft


def test_the_fullest_draft_fits_a_cookie_many_times() -> None:
    draft = make_draft(
        stage=Stage.RESULT,
        sent_feedback=True,
        levels={item.code: 5 for item in INSTRUMENT.items},
        service_use={q.code: q.options[-1].code for q in INSTRUMENT.service_use},
        reached=drafts.COMMENT,
    )
    assert len(sealed(draft)[0]) < 900


def test_sealed_text_shows_nothing_of_the_token() -> None:
    text, handle = sealed(make_draft())
    assert "tttt" not in text
    assert handle not in text
    assert len(handle) == sealed_drafts.HANDLE_SYMBOLS


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_changed_text_is_no_draft(place: int) -> None:
    text, handle = sealed(make_draft())
    changed = list(text)
    changed[place] = "B" if changed[place] == "A" else "A"
    if place == -1:  # the last symbol carries spare bits: change the one before it too
        changed[-2] = "B" if changed[-2] == "A" else "A"
    assert sealed_drafts.unseal("".join(changed), keyring=KEYRING, handle=handle, now=AT) is None


@pytest.mark.parametrize("text", ["", "x", "ệ", "AAAA", "=" * 9])
def test_nonsense_is_no_draft(text: str) -> None:
    assert sealed_drafts.unseal(text, keyring=KEYRING, handle="0123456789", now=AT) is None


def test_a_draft_of_one_receipt_is_none_for_another() -> None:
    text, _handle = sealed(make_draft())
    other = sealed_drafts.handle_of(KEYRING, b"u" * 32)
    assert sealed_drafts.unseal(text, keyring=KEYRING, handle=other, now=AT) is None


@pytest.mark.parametrize(
    ("age", "holds"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)]
)
def test_a_draft_holds_for_a_day(age: timedelta, holds: bool) -> None:
    text, handle = sealed(make_draft())
    found = sealed_drafts.unseal(text, keyring=KEYRING, handle=handle, now=AT + age)
    assert (found is not None) == holds


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (None, ("stage",)),
        (
            Stage.RESULT,
            ("stage", "access", "procedure", "staff", "outcome", "petitions", "use", "comment"),
        ),
        (Stage.FILING, ("stage", "access", "procedure", "staff", "petitions", "use", "comment")),
        (Stage.OTHER, ("stage", "access", "procedure", "staff", "petitions", "use", "comment")),
    ],
)
def test_screens_follow_the_stage(stage: Stage | None, expected: tuple[str, ...]) -> None:
    assert drafts.screens(INSTRUMENT, stage) == expected


def test_another_stage_drops_what_it_does_not_ask() -> None:
    draft = make_draft(
        stage=Stage.RESULT,
        levels={"A1": 4, "B4": 2, "D1": 1, "E1": 3},
        service_use={"visits": "1", "late": "yes", "apology": "no"},
    )
    changed = drafts.at_stage(draft, INSTRUMENT, Stage.FILING)
    assert changed.levels == {"A1": 4, "E1": 3}
    assert changed.service_use == {"visits": "1"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(False, {"E1": 4}), (True, {"E1": 4, "E2": 1}), (None, {"E1": 4, "E2": 1})],
)
def test_a_no_to_the_filter_drops_the_items_behind_it(sent: bool | None, kept: dict[str, int]) -> None:
    draft = drafts.with_levels(make_draft(), PETITIONS, {"E1": 4, "E2": 1}, sent_feedback=sent)
    assert draft.levels == kept
    assert draft.sent_feedback is sent


def test_a_screen_replaces_its_own_levels_and_no_others() -> None:
    draft = make_draft(levels={"A1": 1, "A2": 2, "B1": 3}, sent_feedback=True)
    changed = drafts.with_levels(draft, INSTRUMENT.dimensions[0], {"A1": 5}, sent_feedback=None)
    assert changed.levels == {"B1": 3, "A1": 5}
    assert changed.sent_feedback is True


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"late": "yes", "apology": "no"}, {"late": "yes", "apology": "no"}),
        ({"late": "no", "apology": "no"}, {"late": "no"}),
        ({"apology": "yes"}, {}),
    ],
)
def test_an_apology_needs_a_late_result(given: dict[str, str], kept: dict[str, str]) -> None:
    assert drafts.with_service_use(make_draft(), INSTRUMENT, given).service_use == kept


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AnswersRejected):
        drafts.with_service_use(make_draft(), INSTRUMENT, {"visits": "9"})


def test_going_back_does_not_lower_the_furthest_screen() -> None:
    order = drafts.screens(INSTRUMENT, Stage.RESULT)
    draft = drafts.reaching(make_draft(stage=Stage.RESULT, reached="outcome"), "access", order, now=AT)
    assert draft.reached == "outcome"
    assert drafts.reaching(draft, "use", order, now=AT).reached == "use"


def test_a_submission_carries_the_key_the_token_and_the_time_taken() -> None:
    draft = make_draft(stage=Stage.OTHER, levels={"A1": 4}, language="en")
    made = drafts.submission(draft, comment="tốt", now=AT + timedelta(seconds=75))
    assert (made.key, made.token_hash, made.field_id) == (draft.key, b"t" * 32, 3)
    assert (made.form, made.trust_class) == (Form.FULL, TrustClass.PHONE_TOKEN)
    assert (made.duration_s, made.language, made.comment) == (75.0, "en", "tốt")


def test_a_poster_has_no_token_and_a_class_of_its_own() -> None:
    one, two = (
        drafts.start(token_hash=None, version_id=1, desk_id=1, field_id=None, language="vi", now=AT)
        for _ in range(2)
    )
    made = drafts.submission(replace(one, stage=Stage.OTHER), comment="", now=AT)
    assert (made.token_hash, made.trust_class) == (None, TrustClass.POSTER)
    assert one.identity != two.identity


def test_without_a_stage_there_is_no_submission() -> None:
    with pytest.raises(AnswersRejected):
        drafts.submission(make_draft(), comment="", now=AT)

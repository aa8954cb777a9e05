"""Taking answers in: stored once, sealed, with the token spent in the same commit."""

from __future__ import annotations

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import NOON, desk_id, kiosk_submission, make_submission, store_answer
from sqlalchemy import func, select

from survey.clock import office_day
from survey.enums import InvitationState, Stage
from survey.exceptions import (
    AnswersRejected,
    InvitationExpired,
    InvitationSpent,
    InvitationUnknown,
    InvitationVoid,
)
from survey.models import Intake, Invitation, SubmissionKey
from survey.seal import Keyring, SealBroken
from survey.services.answers import responses
from survey.services.inviting import invitations

TODAY = office_day(NOON, ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def issue(database, keyring):
    def one(**changes):
        arguments = {"desk_id": desk_id(database), "count": 1, "today": TODAY, **changes}
        return database.write(lambda s: invitations.issue_roll(s, keyring=keyring, **arguments))[0]

    return one


def count(database, table) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_second_send_of_the_same_submission_is_stored_once(database, settings, store):
    submission = make_submission(database, store)
    assert store_answer(database, settings, store, submission) is True
    assert store_answer(database, settings, store, submission) is False
    assert count(database, Intake) == 1


def test_a_token_counts_once(database, settings, store, keyring, issue):
    hashed = invitations.token_hash(keyring, issue().token)
    store_answer(database, settings, store, make_submission(database, store, token_hash=hashed))
    with pytest.raises(InvitationSpent):
        store_answer(database, settings, store, make_submission(database, store, token_hash=hashed))
    assert count(database, Intake) == 1
    assert count(database, SubmissionKey) == 1, "a refused answer must leave its key free"


def test_a_replay_after_the_token_is_spent_is_a_duplicate_not_an_error(
    database, settings, store, keyring, issue
):
    hashed = invitations.token_hash(keyring, issue().token)
    submission = make_submission(database, store, token_hash=hashed)
    store_answer(database, settings, store, submission)
    assert store_answer(database, settings, store, submission) is False


def test_a_spent_token_keeps_only_its_state(database, settings, store, keyring, issue):
    hashed = invitations.token_hash(keyring, issue().token)
    store_answer(database, settings, store, make_submission(database, store, token_hash=hashed))
    with database.read() as session:
        row = session.scalars(select(Invitation)).one()
    assert row.state is InvitationState.SPENT
    assert (row.desk_id, row.field_id, row.expires_on) == (None, None, None)


def test_unknown_void_and_expired_tokens_say_why(database, settings, store, keyring, issue):
    with pytest.raises(InvitationUnknown):
        store_answer(database, settings, store, make_submission(database, store, token_hash=bytes(32)))
    voided = issue()
    assert database.write(lambda s: invitations.void(s, keyring=keyring, token=voided.token))
    with pytest.raises(InvitationVoid):
        store_answer(
            database,
            settings,
            store,
            make_submission(database, store, token_hash=invitations.token_hash(keyring, voided.token)),
        )
    old = issue(days=3)
    late = make_submission(
        database,
        store,
        token_hash=invitations.token_hash(keyring, old.token),
        answered_at=NOON + timedelta(days=35),
    )
    with pytest.raises(InvitationExpired):
        store_answer(database, settings, store, late)


def test_eight_threads_replaying_tokens_count_each_once(database, settings, store, keyring):
    issued = database.write(
        lambda s: invitations.issue_roll(s, keyring=keyring, desk_id=desk_id(database), count=10, today=TODAY)
    )
    stored: list[bool] = []

    def replay() -> None:
        for one in issued:
            hashed = invitations.token_hash(keyring, one.token)
            try:
                submission = make_submission(database, store, token_hash=hashed)
                stored.append(store_answer(database, settings, store, submission))
            except InvitationSpent:
                pass

    threads = [threading.Thread(target=replay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored) == 10
    assert count(database, Intake) == 10


def test_waiting_answers_are_sealed(database, settings, store, keyring):
    store_answer(database, settings, store, make_submission(database, store, comment="Chờ hơi lâu"))
    with database.read() as session:
        row = session.scalars(select(Intake)).one()
        answers, _comments = responses.waiting(session, keyring=keyring)
    assert b"comment" not in row.sealed
    assert answers[0].comment == "Chờ hơi lâu"
    with pytest.raises(SealBroken), database.read() as session:
        responses.waiting(session, keyring=Keyring(bytes(32)))


def test_answers_about_feedback_are_dropped_when_none_was_sent(database, settings, store, keyring):
    store_answer(database, settings, store, make_submission(database, store, sent_feedback=False))
    with database.read() as session:
        answers, _comments = responses.waiting(session, keyring=keyring)
    assert answers[0].levels == bytes([4] * 14 + [0, 0])


@pytest.mark.parametrize(
    "changes",
    [
        {"answers": {"A1": 7}},
        {"answers": {"Z9": 4}},
        {"answers": {"D1": 4}, "stage": Stage.FILING},
        {"key": b"short"},
        {"service_use": {"visits": "17"}},
    ],
    ids=[
        "level off the scale",
        "unknown item",
        "result rated before a result",
        "short key",
        "unknown option",
    ],
)
def test_answers_that_cannot_have_been_asked_are_refused(database, settings, store, changes):
    with pytest.raises(AnswersRejected):
        store_answer(database, settings, store, make_submission(database, store, **changes))
    assert count(database, Intake) == 0


@pytest.mark.parametrize(
    "drawn",
    [("A1", "B1", "C1", "D1"), ("A1", "A2", "C1", "D1", "E1"), ("B1", "A1", "C1", "D1", "E1"), ()],
    ids=["a dimension is missing", "two of one dimension", "another order", "nothing drawn"],
)
def test_a_split_form_needs_one_item_of_each_dimension(database, settings, store, drawn):
    submission = kiosk_submission(database, store, drawn=drawn, answers={})
    with pytest.raises(AnswersRejected):
        store_answer(database, settings, store, submission)


def test_keys_are_kept_for_at_least_400_days(database, settings, store):
    store_answer(database, settings, store, make_submission(database, store))
    with database.read() as session:
        kept = session.scalars(select(SubmissionKey.keep_until)).one()
    assert (kept - TODAY).days >= 400
    assert kept.day == 1, "the day of answering must not show"

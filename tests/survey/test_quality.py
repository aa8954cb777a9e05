"""Signals on mixed answers and their sums; nothing is dropped because of them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from factories import NOON, kiosk_submission, make_submission, store_answer
from sqlalchemy import delete, func, select

from survey.enums import Channel, Signal
from survey.models import (
    FlaggedDayTally,
    FlaggedMonthTally,
    KioskDevice,
    Response,
    Setting,
    SignalCount,
)
from survey.services.answers import responses
from survey.services.intake import mixing, past_answers, quality, signals
from survey.services.intake.quality import Flag
from survey.services.intake.seen_today import SeenToday

TODAY = date(2026, 3, 2)


def flags_after_mixing(database, keyring, store) -> list[int]:
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=TODAY + timedelta(days=1)))
    with database.read() as session:
        return sorted(session.scalars(select(Response.flags)).all())


def add_device(database) -> int:
    def work(session) -> int:
        device = KioskDevice(name="K", desk_id=1, counter_id=1, key_hash=bytes(32), enrolled_at_utc=NOON)
        session.add(device)
        session.flush()
        return device.id

    return database.write(work)


FAST, STRAIGHT = int(Flag.FAST), int(Flag.STRAIGHT)


@pytest.mark.parametrize(
    ("fast", "slow", "expected"),
    [
        pytest.param(
            1, 6, [0] * 6 + [STRAIGHT], id="one alone among known givers: told by the clock, so not told"
        ),
        pytest.param(6, 1, [0] + [STRAIGHT] * 6, id="one slow among fast ones"),
        pytest.param(5, 5, [0] * 5 + [FAST | STRAIGHT] * 5, id="enough of both"),
        pytest.param(5, 0, [FAST | STRAIGHT] * 5, id="all of them"),
    ],
)
def test_fast_and_straight_answers_are_flagged_and_kept(
    database, settings, store, keyring, fast, slow, expected
):
    for number in range(fast + slow):
        changes = {} if number < fast else {"answers": {"A1": 4, "A2": 3, "B1": 5}}
        seconds = 6.0 if number < fast else 90.0
        store_answer(
            database, settings, store, make_submission(database, store, duration_s=seconds, **changes)
        )
    assert flags_after_mixing(database, keyring, store) == expected


def test_one_fast_answer_at_a_kiosk_is_told(database, settings, store, keyring):
    for number in range(6):
        seconds = 3.0 if number == 0 else 40.0
        store_answer(database, settings, store, kiosk_submission(database, store, duration_s=seconds))
    assert [flag & FAST for flag in flags_after_mixing(database, keyring, store)].count(FAST) == 1


def test_a_burst_on_one_tablet_is_flagged(database, settings, store, keyring):
    device = add_device(database)
    for minute in range(8):
        moment = NOON + timedelta(minutes=minute)
        store_answer(
            database,
            settings,
            store,
            kiosk_submission(database, store, 3 + minute % 3, device_id=device, answered_at=moment),
        )
    for minute in (60, 120, 180):
        moment = NOON + timedelta(minutes=minute)
        store_answer(
            database, settings, store, kiosk_submission(database, store, device_id=device, answered_at=moment)
        )
    assert flags_after_mixing(database, keyring, store) == [0] * 3 + [Flag.BURST] * 8


def test_an_answer_that_comes_back_too_often_is_flagged(database, settings, store, keyring):
    device = add_device(database)
    for place in range(26):
        moment = NOON + timedelta(minutes=11 * place)
        level = 5 if 3 <= place < 21 else 1 + place % 4
        store_answer(
            database,
            settings,
            store,
            kiosk_submission(database, store, level, device_id=device, answered_at=moment),
        )
    assert flags_after_mixing(database, keyring, store) == [0] * 8 + [Flag.REPEATED] * 18


def test_what_was_mixed_earlier_that_day_is_remembered(database, settings, store, keyring):
    """Answers leave five at a time: only beside each other do they show that one comes back."""
    device, seen = add_device(database), SeenToday()
    for place in range(25):
        moment = NOON + timedelta(minutes=11 * place)
        submission = kiosk_submission(database, store, device_id=device, answered_at=moment)
        store_answer(database, settings, store, submission)
        if place % 5 == 4:
            today = NOON.date()
            mixed = database.write(
                lambda s: mixing.mix(s, keyring=keyring, store=store, today=today, seen=seen)  # noqa: B023
            )
            assert mixed.mixed == 5
    with database.read() as session:
        flags = list(session.scalars(select(Response.flags)))
    assert flags.count(int(Flag.REPEATED)) == 15, "the first ten left before it was known"


def test_what_is_remembered_is_neither_counted_twice_nor_kept(database, settings, store, keyring):
    device, seen = add_device(database), SeenToday()
    for _ in range(5):
        submission = kiosk_submission(database, store, device_id=device, answered_at=NOON)
        store_answer(database, settings, store, submission)
    with database.read() as session:
        (found, _comments) = responses.waiting(session, keyring=keyring, desk_id=1, most=9)
    seen.add(1, found, today=TODAY)
    assert seen.beside(1, found, today=TODAY) == [], "their transaction failed: they wait again"
    assert len(seen.beside(1, found[:2], today=TODAY)) == 3
    assert seen.beside(2, [], today=TODAY) == []
    assert seen.beside(1, [], today=TODAY + timedelta(days=1)) == []
    assert seen.beside(1, [], today=TODAY) == [], "gone for good"


def test_a_content_desk_learns_that_it_is_content(database, settings, store, keyring):
    """On its first days too many say the same; where they do so each day it is no signal any more."""
    device = add_device(database)
    for day in range(8):
        for place in range(22):
            moment = NOON + timedelta(days=day, minutes=6 * place)
            level = 5 if place % 8 else 1 + place % 4
            submission = kiosk_submission(database, store, level, device_id=device, answered_at=moment)
            store_answer(database, settings, store, submission)
        tomorrow = NOON.date() + timedelta(days=day + 1)
        database.write(partial(mixing.mix, keyring=keyring, store=store, today=tomorrow))
    with database.read() as session:
        past = past_answers.read(session, 1, before=NOON.date() + timedelta(days=9))
        doubtful = session.scalars(
            select(Response.day).where(Response.flags == Flag.REPEATED).distinct().order_by(Response.day)
        ).all()
    assert doubtful == [NOON.date() + timedelta(days=day) for day in range(len(doubtful))]
    assert 0 < len(doubtful) < 5
    assert past.usual_share(bytes([5] * 5)) > 0.7


def test_few_doubtful_days_are_not_usual():
    days = [{b"55": 8, b"4": 12}] * 9 + [{b"55": 18, b"4": 2}]
    assert past_answers.usual_days(days, [False] * 9 + [True]) == days[:9]
    assert past_answers.usual_days(days, [True] * 3 + [False] * 7) == days


def test_a_tablet_at_night_is_flagged_where_five_share_it(database, settings, store, keyring):
    device = add_device(database)
    night = NOON + timedelta(hours=9)  # 21:00 in the office
    for place in range(9):
        moment = night if place < 5 else NOON
        store_answer(
            database,
            settings,
            store,
            kiosk_submission(
                database, store, 2 + place % 4, device_id=device,
                answered_at=moment + timedelta(minutes=12 * (place % 5)),
            ),
        )  # fmt: skip
    assert flags_after_mixing(database, keyring, store) == [0] * 4 + [Flag.CLOSED] * 5


def test_a_mark_of_the_night_that_few_share_is_dropped():
    bits = {bytes([n]): int(Flag.CLOSED) if n < 4 else 0 for n in range(6)}
    assert set(quality.without_rare(bits).values()) == {0}
    bits[b"more"] = int(Flag.CLOSED | Flag.FAST)
    assert quality.without_rare(bits) == bits


def test_answers_of_the_last_minutes_stay_until_their_neighbours_are_known(
    database, settings, store, keyring
):
    for minute in range(7):
        moment = NOON + timedelta(minutes=minute)
        store_answer(database, settings, store, make_submission(database, store, answered_at=moment))
    for minutes, mixed in ((3, 0), (6, 0), (7, 0), (8, 7)):
        now = (NOON + timedelta(minutes=minutes)).astimezone(settings.zone)
        report = database.write(
            lambda s, now=now: mixing.mix(s, keyring=keyring, store=store, today=now.date(), now=now)
        )
        assert report.mixed == mixed


def test_flagged_sums_are_those_of_the_flagged_answers(database, settings, store, keyring):
    device = add_device(database)
    for minute in range(8):
        moment = NOON + timedelta(minutes=minute)
        answer = kiosk_submission(
            database, store, 3 + minute % 3, device_id=device, answered_at=moment, duration_s=5.0
        )
        store_answer(database, settings, store, answer)
    for _ in range(6):
        store_answer(database, settings, store, make_submission(database, store))
    flags_after_mixing(database, keyring, store)

    def sums_of(session):
        return {
            table.__tablename__: sorted(map(str, session.execute(select(*table.__table__.columns)).all()))
            for table in (FlaggedDayTally, FlaggedMonthTally, SignalCount)
        }

    with database.read() as session:
        kept = sums_of(session)
        counted = {(row.channel, row.signal): row.n for row in session.scalars(select(SignalCount))}
        several = dict(
            session.execute(
                select(FlaggedDayTally.several, func.sum(FlaggedDayTally.n)).group_by(FlaggedDayTally.several)
            ).all()
        )
    assert counted == {
        (Channel.KIOSK, Signal.FAST): 8,
        (Channel.KIOSK, Signal.BURST): 8,
        (Channel.PHONE, Signal.STRAIGHT): 6,
    }
    assert several == {True: 8, False: 6}
    database.write(lambda session: session.execute(delete(Setting).where(Setting.key == "signals")))
    assert signals.ensure(database, store=store) == 1
    with database.read() as session:
        assert sums_of(session) == kept
    assert signals.ensure(database, store=store) == 0

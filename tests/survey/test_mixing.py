"""Moving answers out of intake: nothing lost, nothing added, sums equal to the answers bit for bit."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from factories import NOON, counter_id, desk_id, kiosk_submission, make_submission, store_answer
from sqlalchemy import func, select, text

from analysis import sums
from survey.enums import Part, Stage, TrustClass
from survey.models import (
    BesideCount,
    Comment,
    DayTally,
    HourTally,
    HourWaiting,
    Intake,
    MonthTally,
    ReasonCount,
    Response,
)
from survey.services.answers import responses
from survey.services.intake import mixing, rhythm
from survey.services.sums import tallies

TODAY = date(2026, 3, 2)


def layout_of(database, store):
    with database.read() as session:
        return store.current(session).layout


@pytest.fixture
def send(database, settings, store):
    def one(submission):
        assert store_answer(database, settings, store, submission)

    return one


@pytest.fixture
def mix(database, keyring, store):
    def run(today=TODAY):
        return database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=today))

    return run


def rows_of(database, table):
    with database.read() as session:
        return session.execute(select(*table.__table__.columns)).all()


def tally_content(database, table):
    return sorted((tuple(str(v) for v in row[:-1]), row[-1]) for row in rows_of(database, table))


def test_four_wait_and_five_leave_with_day_and_counter(database, store, send, mix):
    for _ in range(4):
        send(kiosk_submission(database, store))
    assert mix() == mixing.MixReport(mixed=0, comments=0, waiting=4)
    send(kiosk_submission(database, store))
    assert mix() == mixing.MixReport(mixed=5, comments=0, waiting=0)
    stored = rows_of(database, Response)
    assert {row.day for row in stored} == {TODAY}
    assert {row.counter_id for row in stored} == {counter_id(database)}
    assert {(row.part, row.trust_class) for row in stored} == {(Part.HEADLINE, TrustClass.KIOSK)}
    assert rows_of(database, Intake) == []


def test_mixing_twice_moves_nothing_twice(database, store, send, mix):
    for _ in range(7):
        send(kiosk_submission(database, store))
    mix()
    assert mix().mixed == 0
    assert len(rows_of(database, Response)) == 7


def test_day_sums_are_those_of_the_answers(database, store, send, mix):
    for level in (1, 2, 3, 4, 5, 5, 5, 6):
        send(kiosk_submission(database, store, level=level))
    mix()
    with database.read() as session:
        layout = store.current(session).layout
        tally = session.execute(select(DayTally.n, DayTally.sums)).one()
        stored = session.scalars(select(Response.levels)).all()
    levels = np.frombuffer(b"".join(stored), dtype=np.uint8).reshape(8, 16)
    expected = sums.tabulate_linear(layout, levels, np.zeros(8, dtype=np.int64), 1)
    assert tally.n == 8
    assert (sums.decode(layout, "linear", [tally.sums]) == expected).all()


def test_rebuilt_sums_equal_the_kept_ones_bit_for_bit(database, store, send, mix):
    for number in range(60):
        day = NOON + timedelta(days=number % 11)
        changes = {"answered_at": day, "stage": (Stage.RESULT, Stage.FILING)[number % 5 == 0]}
        if number % 3:
            drawn = (
                ("A2", "B3", "C1", "D2", "E1")
                if changes["stage"] is Stage.RESULT
                else ("A2", "B3", "C1", "E1")
            )
            changes |= {"drawn": drawn, "answers": dict.fromkeys(drawn, 1 + number % 5)}
            send(kiosk_submission(database, store, **changes))
        else:
            answers = {f"A{item}": 1 + (number + item) % 5 for item in (1, 2, 3)}
            send(make_submission(database, store, **changes, answers=answers))
        if number % 17 == 16:
            mix(date(2026, 3, 2) + timedelta(days=number % 11))
    mix(date(2026, 4, 1))
    assert len(rows_of(database, Response)) > 40
    before = tally_content(database, DayTally), tally_content(database, MonthTally)
    count = database.write(lambda s: tallies.rebuild(s, store=store))
    assert count == len(rows_of(database, Response))
    assert (tally_content(database, DayTally), tally_content(database, MonthTally)) == before


def test_a_late_answer_of_a_past_day_leaves_with_those_of_a_later_one(database, store, send, mix):
    for _ in range(6):
        send(kiosk_submission(database, store))
    mix(TODAY + timedelta(days=1))
    send(kiosk_submission(database, store))
    for _ in range(5):
        send(kiosk_submission(database, store, answered_at=NOON + timedelta(days=3)))
    mix(TODAY + timedelta(days=4))
    by_day = {row.day: row.n for row in rows_of(database, DayTally)}
    assert by_day == {TODAY: 6, TODAY + timedelta(days=3): 6}


def test_the_order_of_arrival_is_lost(database, store, send, mix):
    """Ids are random and the rows have no order of their own: levels 1…5 sent in order come out shuffled."""
    for number in range(40):
        send(kiosk_submission(database, store, level=1 + number // 8))
    mix()
    with database.read() as session:
        order = [row.levels[0] for row in session.execute(text("SELECT levels FROM response"))]
    assert sorted(order) == [1] * 8 + [2] * 8 + [3] * 8 + [4] * 8 + [5] * 8
    assert order != sorted(order)


def test_reasons_become_counters_and_comments_stand_apart(database, store, send, mix):
    for number in range(6):
        send(
            kiosk_submission(
                database,
                store,
                level=2 if number < 4 else 4,
                # A reason needs a low level of its dimension; another one is not counted.
                reasons=("access_seats", "access_seats", "nobody_asked") if number < 3 or number > 4 else (),
                comment="Ghế ít" if number == 0 else "",
            )
        )
    mix()
    reason = rows_of(database, ReasonCount)[0]
    assert (reason.dimension, reason.reason, reason.count, reason.month) == (
        "access",
        "access_seats",
        3,
        TODAY.replace(day=1),
    )
    comment = rows_of(database, Comment)[0]
    assert (comment.text, comment.month) == ("Ghế ít", TODAY.replace(day=1))


@pytest.mark.parametrize(
    ("chosen", "text", "kept"),
    [
        ("jra", "Chờ lâu quá", "vi"),
        ("vi", "The chairs are hard", "und"),
        ("rad", "Hla m\u00e2o \u010dar m\u01a1\u0306ng", "und"),
        ("vi", "Cho lau qua", "und"),
    ],
)
def test_the_language_of_a_comment_is_that_of_its_letters(database, store, send, mix, chosen, text, kept):
    """A language that few choose would name who wrote, in the page's source too."""
    for number in range(5):
        send(make_submission(database, store, language=chosen, comment="" if number else text))
    mix()
    assert rows_of(database, Comment)[0].language == kept


def test_a_comment_of_the_kiosk_leaves_with_a_batch_of_its_desk(database, keyring, store, send, mix):
    database.write(
        lambda s: responses.leave_comment(
            s,
            desk_id=desk_id(database),
            text="Cảm ơn",
            language="vi",
            key=secrets.token_bytes(16),
            day=TODAY,
            keyring=keyring,
        )
    )
    assert mix().comments == 0
    for _ in range(5):
        send(kiosk_submission(database, store))
    assert mix().comments == 1


def test_who_just_answered_stays_and_keeps_company(database, keyring, store, send):
    """Nobody is left behind alone for the day: with three who just came, two of those before them stay."""
    for minutes in (*[0] * 7, *[5] * 3):
        send(kiosk_submission(database, store, answered_at=NOON + timedelta(minutes=minutes)))

    def mix_at(minutes):
        now = (NOON + timedelta(minutes=minutes)).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
        return database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=TODAY, now=now))

    assert mix_at(5).mixed == 5
    assert mix_at(5).mixed == 0
    assert mix_at(6).mixed == 0
    assert mix_at(7).mixed == 5
    assert mix_at(7).waiting == 0


QUARTER_OVER = date(2026, 4, 6)


def hours_of(database) -> dict[tuple[int, int], int]:
    return {(row.weekday, row.slot): row.n for row in rows_of(database, HourTally)}


def test_hours_wait_sealed_until_their_quarter_is_over(database, store, send, mix):
    for _ in range(5):
        send(kiosk_submission(database, store))
    mix()
    assert hours_of(database) == {}
    assert len(rows_of(database, HourWaiting)) == 1
    mix(QUARTER_OVER - timedelta(days=1))
    assert hours_of(database) == {}
    mix(QUARTER_OVER)
    row = rows_of(database, HourTally)[0]
    assert (row.quarter, row.weekday, row.slot, row.n) == (date(2026, 1, 1), 1, 6, 5)
    assert rows_of(database, HourWaiting) == []


def test_hours_that_few_share_are_summed_together(database, store, send, mix):
    """Two at other hours are too few to stand there alone: those of the next smallest hour join them."""
    for minutes in (*[0] * 11, *[180] * 6, 300, 420):
        send(kiosk_submission(database, store, answered_at=NOON + timedelta(minutes=minutes)))
    mix()
    mix(QUARTER_OVER)
    assert hours_of(database) == {rhythm.OTHER_HOURS: 8, (1, 6): 11}


def test_sums_of_an_hour_are_those_of_its_answers(database, store, send, mix):
    for batch in range(2):
        for level in (5, 4, 3, 2, 1):
            send(kiosk_submission(database, store, level=level))
        mix(TODAY + timedelta(days=batch))
    mix(QUARTER_OVER)
    (row,) = rows_of(database, HourTally)
    tallied = sum(
        sums.decode(layout_of(database, store), "linear", [one.sums])[0]
        for one in rows_of(database, DayTally)
    )
    assert row.n == 10
    assert (sums.decode(layout_of(database, store), "linear", [row.sums])[0] == tallied).all()


def test_late_answers_join_their_quarter_when_there_are_five(database, store, send, mix):
    for _ in range(5):
        send(kiosk_submission(database, store))
    mix(QUARTER_OVER)
    assert hours_of(database) == {(1, 6): 5}
    for _ in range(5):
        send(kiosk_submission(database, store))
    mix(QUARTER_OVER)
    mix(QUARTER_OVER)
    assert hours_of(database) == {(1, 6): 10}


def test_what_was_said_beside_the_ratings_is_counted_by_month(database, store, send, mix):
    for number in range(7):
        use = {"visits": "2", "late": "yes" if number == 0 else "no"}
        send(make_submission(database, store, service_use=use, language="en" if number == 0 else "vi"))
    mix(TODAY + timedelta(days=1))
    counted = {(row.question, row.option): row.n for row in rows_of(database, BesideCount)}
    assert counted == {
        ("language", "en"): 1, ("language", "vi"): 6, ("visits", "2"): 7, ("late", "yes"): 1, ("late", "no"): 6
    }  # fmt: skip
    assert {row.month for row in rows_of(database, BesideCount)} == {TODAY.replace(day=1)}
    columns = set(Response.__table__.columns.keys())
    assert not columns & {"language", "visits", "late", "apology", "extra_money", "minute", "device_id"}


def test_a_failure_while_mixing_leaves_everything_waiting(database, keyring, store, send, monkeypatch):
    for _ in range(5):
        send(kiosk_submission(database, store))
    monkeypatch.setattr(mixing.tallies, "add", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=TODAY))
    assert len(rows_of(database, Intake)) == 5
    assert rows_of(database, Response) == []


def test_sums_hold_no_more_persons_than_answers(database, store, send, mix):
    for _ in range(9):
        send(make_submission(database, store))
    mix()
    with database.read() as session:
        assert session.scalar(select(func.sum(DayTally.n))) == 9
        assert session.scalar(select(func.sum(MonthTally.n))) == 9

"""Signals on mixed answers: fast, straight, burst; nothing is dropped because of them."""

from __future__ import annotations

from datetime import date, timedelta

from factories import NOON, kiosk_submission, make_submission, store_answer
from sqlalchemy import select

from survey.models import KioskDevice, Response
from survey.services import mixing
from survey.services.quality import Flag

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


def test_fast_and_straight_answers_are_flagged_and_kept(database, settings, store, keyring):
    for seconds in (None, 120.0, 6.0, 90.0, 80.0, 70.0):
        answers = None if seconds == 6.0 else {"A1": 4, "A2": 3, "B1": 5}
        changes = {} if answers is None else {"answers": answers}
        store_answer(
            database, settings, store, make_submission(database, store, duration_s=seconds, **changes)
        )
    assert flags_after_mixing(database, keyring, store) == [0] * 5 + [Flag.FAST | Flag.STRAIGHT]


def test_a_burst_on_one_tablet_is_flagged(database, settings, store, keyring):
    device = add_device(database)
    for minute in range(8):
        moment = NOON + timedelta(minutes=minute)
        store_answer(
            database, settings, store, kiosk_submission(database, store, device_id=device, answered_at=moment)
        )
    for minute in (60, 120, 180):
        moment = NOON + timedelta(minutes=minute)
        store_answer(
            database, settings, store, kiosk_submission(database, store, device_id=device, answered_at=moment)
        )
    assert flags_after_mixing(database, keyring, store) == [0] * 3 + [Flag.BURST] * 8

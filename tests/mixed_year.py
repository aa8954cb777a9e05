"""Twelve days of answers of every kind, mixed: what an export of rows is made of."""

from __future__ import annotations

import random
from datetime import date, timedelta

from factories import NOON, kiosk_submission, make_submission, store_answers

from survey.db import Database
from survey.enums import Stage, TrustClass
from survey.seal import Keyring
from survey.services.intake import mixing
from survey.services.office.instruments import InstrumentStore
from survey.settings import Settings

YEAR = 2026


def mix_year(database: Database, settings: Settings, store: InstrumentStore, keyring: Keyring) -> None:
    """Full and split forms, blanks, `na`, another stage, posters; all of it mixed."""
    chance = random.Random(7)
    with database.read() as session:
        instrument = store.current(session).instrument

    def level() -> int:
        return chance.choices([1, 2, 3, 4, 5, 6], [2, 4, 12, 40, 35, 7])[0]

    for day in range(12):
        noon = NOON + timedelta(days=9 * day)
        given = []
        for number in range(14):
            stage = Stage.RESULT if number % 7 else Stage.FILING
            if number % 2:
                drawn = instrument.draw(stage, chance)
                made = kiosk_submission(
                    database,
                    store,
                    stage=stage,
                    drawn=drawn,
                    answers={code: level() for code in drawn},
                    sent_feedback=True,
                    answered_at=noon,
                )
            else:
                items = [i.code for d in instrument.dimensions_asked(stage) for i in d.items_asked(stage)]
                made = make_submission(
                    database,
                    store,
                    stage=stage,
                    answers={code: level() for code in items if chance.random() < 0.93},
                    trust_class=TrustClass.PHONE_TOKEN if number % 6 else TrustClass.POSTER,
                    service_use={"visits": "2", "late": "no"} if stage is Stage.RESULT else {},
                    answered_at=noon,
                )
            given.append(made)
        store_answers(database, settings, store, given)
    database.write(
        lambda session: mixing.mix(session, keyring=keyring, store=store, today=date(YEAR, 12, 31))
    )

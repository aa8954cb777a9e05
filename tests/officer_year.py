"""A small year of answers for the officer page, with filing and posters beside it and dossiers returned."""

from __future__ import annotations

import random
from datetime import date
from functools import partial
from typing import Any

from factories import kiosk_submission, make_submission
from many_answers import Give
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey.db import Database
from survey.enums import Stage, TrustClass
from survey.models import Desk, Dossier
from survey.services.answers.responses import Submission
from survey.services.office.instruments import InstrumentStore

RETURNED = 400
MONTHS, DAYS = (1, 2, 3), (3, 15)
ON_PHONE, ON_KIOSK = 6, 5


def fill_year(give: Give, database: Database, store: InstrumentStore, *, year: int) -> None:
    """Three months on phone and kiosk; some filing, some posters; more dossiers than answers."""
    chance = random.Random(5)
    with database.read() as session:
        items = [item.code for item in store.current(session).instrument.items]

    def person(database: Database, store: InstrumentStore, **changes: Any) -> Submission:
        levels = {code: chance.choices([2, 3, 4, 5], [1, 2, 8, 9])[0] for code in items}
        return make_submission(database, store, answers=levels, **changes)

    for month in MONTHS:
        for day in DAYS:
            give(person, month=month, day=day, count=ON_PHONE)
            give(kiosk_submission, month=month, day=day, count=ON_KIOSK, level=chance.choice([3, 4, 5]))
    give(make_submission, month=3, day=22, count=7, stage=Stage.FILING, answers={"A1": 5, "B1": 3})
    give(person, month=3, day=22, count=6, trust_class=TrustClass.POSTER)
    database.write(partial(_return_dossiers, year=year))


def _return_dossiers(session: Session, *, year: int) -> None:
    desk = session.scalars(select(Desk.id)).first()
    values = {
        "desk_id": desk,
        "procedure": "",
        "received_on": date(year, 1, 2),
        "due_on": date(year, 1, 20),
        "returned_on": date(year, 1, 15),
        "filing_channel": "counter",
    }
    session.execute(insert(Dossier), [{"code": f"HS{number}", **values} for number in range(RETURNED)])

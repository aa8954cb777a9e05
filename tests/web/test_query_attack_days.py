"""A viewer who reads pages and files every day, and subtracts, finds nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from conftest import PASSWORD
from factories import kiosk_submission, make_submission, store_answer
from query_attacker import Seen, file_of, persons_shown, small_differences
from sqlalchemy import select

from survey import clock
from survey.db import Database
from survey.enums import Role, Stage
from survey.models import Counter
from survey.services.figures import routed_items
from survey.services.intake import mixing
from survey.services.office import installation, plans
from survey.services.people import officers

pytestmark = pytest.mark.soak  # opens thousands of pages

YEAR = 2024
PERIODS = ["2024", "2024-Q1", "2024-01", "2024-02"]
CHOICES: list[dict[str, str]] = [
    {},
    *({name: value} for name, value in [("channel", "phone"), ("channel", "kiosk"), ("stage", "all")]),
    {"channel": "phone", "stage": "all"},
]
NOTHING: frozenset[tuple[str, str]] = frozenset()
GROUPS = {"Điện thoại": ("channel", "phone"), "Máy tính bảng": ("channel", "kiosk")}


class Office:
    """Some people a day; few have sent feedback, and staff know who."""

    def __init__(self, database: Database, settings, store, keyring) -> None:
        self.database, self.settings, self.store, self.keyring = database, settings, store, keyring
        self.chance = random.Random(3)
        with database.read() as session:
            self.items = [item.code for item in store.current(session).instrument.items]
            self.counters = list(session.scalars(select(Counter.id)))

    def pass_day(self, day: date) -> None:
        noon = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
        for number in range(self.chance.randint(9, 16)):
            stage = Stage.FILING if number % 7 == 6 else Stage.RESULT
            if number % 2:
                sent = self.chance.random() < 0.12
                given = {code: self.chance.randint(1, 5) for code in self.items}
                if not sent:
                    del given["E2"], given["E3"]
                if stage is Stage.FILING:
                    given = {code: level for code, level in given.items() if code in {"A1", "A2", "B1", "C1"}}
                answer = make_submission(
                    self.database,
                    self.store,
                    answered_at=noon,
                    answers=given,
                    sent_feedback=sent,
                    stage=stage,
                )
            else:
                answer = kiosk_submission(
                    self.database,
                    self.store,
                    answered_at=noon,
                    level=self.chance.randint(1, 5),
                    counter_id=self.chance.choice(self.counters),
                )
            store_answer(self.database, self.settings, self.store, answer)
        self.mix(day + timedelta(days=1))

    def mix(self, today: date) -> None:
        self.database.write(lambda s: mixing.mix(s, keyring=self.keyring, store=self.store, today=today))


@pytest.fixture
def office(database, settings, store, keyring):
    with database.read() as session:
        unit_id = installation.read(session).unit_id
    database.write(lambda session: plans.ensure(session, unit_id=unit_id, year=YEAR))
    return Office(database, settings, store, keyring)


Answer = tuple[str, str, frozenset[tuple[str, str]], int]  # where, column, filters beside those asked, n


def overview(client, asked) -> Iterator[Answer]:
    yield "overview", "persons", NOTHING, persons_shown(client.get("/can-bo/", query_string=asked).text) or 0
    for sheet, name, n in file_of(client, "/can-bo/", asked):
        if name.startswith("Chung"):
            yield f"overview file {sheet}", "persons", NOTHING, n


def petitions(client, asked) -> Iterator[Answer]:
    for sheet, name, n in file_of(client, "/can-bo/noi-dung/petitions", asked):
        if name.partition(".")[0] in {"E2", "E3"}:
            yield f"question {name}", name.partition(".")[0], NOTHING, n
        group = next((frozenset([one]) for words, one in GROUPS.items() if words in name), None)
        if sheet == "Nhóm" and group and not {"channel", "stage"} & asked.keys():
            yield f"group {name}", "persons", group, n


def comparison(client, asked) -> Iterator[Answer]:
    if asked.keys() != {"period"}:
        return
    for sheet, name, n in file_of(client, "/can-bo/so-sanh", {**asked, "by": "channel"}):
        group = next((frozenset([one]) for words, one in GROUPS.items() if words in name), None)
        if group:
            yield f"comparison {sheet}", "persons", group, n


def among(chosen: dict[str, str]) -> frozenset[tuple[str, str]]:
    """What narrows a figure: without a stage, that a result was received; every stage is all that count."""
    narrowed = {"stage": "result", **chosen}
    return frozenset(pair for pair in narrowed.items() if pair != ("stage", "all"))


def read_everything(client, counters: list[int], day: int) -> list[Seen]:
    """Open every page and file that shows persons, as a viewer may."""
    found: list[Seen] = []
    for period in PERIODS:
        for chosen in [*CHOICES, *({"counter": str(one)} for one in counters)]:
            asked = {"period": period, **chosen}
            for page in (overview, petitions, comparison):
                for where, column, more, n in page(client, asked):
                    if n:
                        found.append(Seen(column, period, among(chosen) | more, day, where, n))
    return found


@pytest.fixture
def viewer_at(app, database, keyring, make_officer, monkeypatch):
    """A viewer who signs in at a moment, at which the server's clock stays."""
    make_officer(Role.VIEWER)

    def sign_in(now: datetime):
        monkeypatch.setattr(clock, "now", lambda: now)
        with database.read() as session:
            officer_id = officers.check_sign_in(
                session, keyring=keyring, login=Role.VIEWER.value, password=PASSWORD, now=now
            )
        secret = database.write(
            lambda session: officers.start_session(session, keyring=keyring, officer_id=officer_id, now=now)
        )
        client = app.test_client()
        client.set_cookie("sipas", secret)
        return client

    return sign_in


def test_from_day_to_day_and_from_page_to_page_nobody_falls_out(office, viewer_at, monkeypatch):
    seen: list[Seen] = []

    def days():
        day = date(YEAR, 1, 2)
        while day < date(YEAR, 4, 12):
            if day.weekday() < 5:
                yield day
            day += timedelta(days=1)

    read_on = {date(YEAR, 1, 15), date(YEAR, 1, 16), date(YEAR, 2, 8), date(YEAR, 4, 9), date(YEAR, 4, 10)}
    number = 0
    for day in days():
        client = viewer_at(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        office.pass_day(day)
        if day in read_on:
            number += 1
            seen += read_everything(client, office.counters, number)
    columns = {one.column for one in seen}
    assert columns == {"persons", "E2", "E3"}, "questions that few are asked were shown as well"
    assert len({(one.where, one.filters) for one in seen}) > 15
    assert small_differences(seen) == []
    # The control: questions of the few moved with every batch before.
    monkeypatch.setattr(
        routed_items, "released", lambda ratings, dimension, period, *, today: ratings.where(
            lambda mark: period.start <= mark.time < period.end
        )
    )  # fmt: skip
    open_again: list[Seen] = []
    for number, day in enumerate([date(YEAR, 4, 15), date(YEAR, 4, 16), date(YEAR, 4, 17)]):
        client = viewer_at(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        office.pass_day(day)
        open_again += read_everything(client, [], number)
    assert small_differences(open_again)

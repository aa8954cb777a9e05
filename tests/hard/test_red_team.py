"""Nobody can tell whose an answer is: an attacker with everything but the key does no better than chance.

The controls run the same attack with one protection taken away each, and must succeed.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from red_attacks import by_attributes, by_hours, by_order, excess, leftovers, share_linked
from red_team import Seized, simulate
from sqlalchemy import event

from survey.db import Database, Role
from survey.enums import TrustClass
from survey.queries.ratings import CELL
from survey.services.answers import responses
from survey.services.intake import batching, mixing
from survey.services.office.instruments import InstrumentStore
from survey.services.tablets import telling_screens
from survey.settings import Settings

Simulate = Callable[..., Seized]
# In standard deviations. Four are passed by chance about once in a thousand runs, as few are linked; where
# the order is kept it is about twenty.
BY_CHANCE = 6


@pytest.fixture
def opened(settings: Settings) -> Iterator[Database]:
    """As the server opens it: it alone folds the log back."""
    database = Database.open(settings, role=Role.SERVER)
    yield database
    database.close()


@pytest.fixture
def weeks(opened: Database, settings: Settings, store: InstrumentStore) -> Simulate:
    def run(**values: object) -> Seized:
        return simulate(opened, settings, store, **values)

    return run


def check(seized: Seized) -> str:
    """Hold every claim; give the figures seen."""
    persons = seized.of_mixed()
    assert len(persons) > 20, "the attack has nothing to attack"
    figures = [f"{len(persons)} known persons among {len(seized.rows)} mixed answers"]
    for copies in (False, True):
        found = list(by_attributes(seized, with_copies=copies))
        fewest = min(among for _right, among in found)
        assert fewest >= CELL, (copies, fewest)
        assert excess(found) < BY_CHANCE, (copies, share_linked(found))
        expected = sum(1 / among for _right, among in found) / len(found)
        figures.append(
            f"marks{' and copies' if copies else ''}: linked {share_linked(found):.1%}, chance {expected:.1%}, fewest candidates {fewest}"
        )
    order = list(by_order(seized))
    assert excess(order) < BY_CHANCE, share_linked(order)
    figures.append(
        f"order within a batch: linked {share_linked(order):.1%}, {excess(order):+.1f} sd of chance"
    )
    assert len(seized.lengths) == 1, "by its length a sealed answer tells that somebody wrote, and how much"
    hours = by_hours(seized)
    assert min(hours, default=CELL) >= CELL
    fields = [
        seized.dossiers[row.day, row.field_id]
        for row in seized.rows
        if row.field_id is not None and row.trust_class is TrustClass.KIOSK
    ]
    assert min(fields, default=CELL) >= CELL
    return "; ".join(figures)


def files(opened: Database, settings: Settings) -> list[bytes]:
    opened.empty_log()
    opened.write(lambda _session: None)  # returns after the log was emptied
    return [path.read_bytes() for path in Path(settings.data).glob("sipas.sqlite*")]


@pytest.mark.parametrize(
    "busy", [pytest.param(1, id="a small commune"), pytest.param(4, id="a busy one", marks=pytest.mark.soak)]
)
def test_some_weeks_are_no_better_than_chance(weeks, opened, settings, busy):
    seized = weeks(days=40 if busy == 1 else 12, busy=busy)
    check(seized)
    if opened.is_sqlite:
        assert seized.sealed
        assert leftovers(seized, *files(opened, settings)) == 0


@pytest.mark.soak
def test_after_weeks_in_which_nothing_was_mixed_it_is_no_better(weeks, capsys):
    """Of many waiting whole days leave together, the oldest first."""
    seized = weeks(days=40, busy=4, stands_still=True)
    assert max(Counter(row.batch for row in seized.rows).values()) > mixing.MOST_AT_ONCE / 2
    with capsys.disabled():
        print(f"\nafter 40 days: {check(seized)}")  # noqa: T201 - the figures of the decision


@pytest.mark.soak
@pytest.mark.parametrize(("busy", "seed"), [(0.5, 7), (1, 11), (3, 13)])
def test_a_year_is_no_better_than_chance(weeks, opened, settings, busy, seed, capsys):
    seized = weeks(days=250, busy=busy, seed=seed)
    figures = check(seized)
    if opened.is_sqlite:
        assert leftovers(seized, *files(opened, settings)) == 0
    with capsys.disabled():
        print(f"\nbusy {busy}: {figures}")  # noqa: T201 - the figures of the decision


@pytest.fixture
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are written as people came: no shuffling, identities that count."""
    numbers = itertools.count(1)

    class Tidy(random.SystemRandom):
        def shuffle(self, x: list) -> None:
            if x and hasattr(x[0], "answer"):
                x.sort(key=lambda release: (release.answer.day, release.answer.minute))

    class Secrets:
        SystemRandom = Tidy

        @staticmethod
        def token_bytes(size: int) -> bytes:
            return next(numbers).to_bytes(size, "big")

    monkeypatch.setattr(mixing, "secrets", Secrets)


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers leave as they come, with every mark."""
    monkeypatch.setattr(batching, "CELL", 1)


@pytest.mark.usefixtures("one_by_one", "in_order")
def test_it_links_when_mixing_is_off(weeks):
    assert share_linked(by_order(weeks(days=6, mix_every=1), whole=True)) > 0.9


@pytest.mark.usefixtures("in_order")
def test_it_links_when_the_order_is_kept(weeks):
    assert share_linked(by_order(weeks(days=10, busy=2))) > 0.9


def test_it_links_when_fields_are_not_coarsened(weeks, monkeypatch):
    monkeypatch.setattr(batching, "_shown_field", lambda field_id, _day, _returned: field_id)
    monkeypatch.setattr(batching, "hide_fields", lambda releases: releases)
    assert share_linked(by_attributes(weeks(days=10, busy=2, fields=300), with_copies=True)) > 0.9


@pytest.mark.usefixtures("one_by_one")
def test_it_links_with_two_backups_a_minute_apart_when_answers_leave_as_they_come(weeks):
    assert share_linked(by_attributes(weeks(days=6, mix_every=1), with_copies=True)) > 0.9


@pytest.mark.sqlite_only("free pages of its file")
def test_sealed_answers_lie_about_when_deleted_rows_are_not_overwritten(opened, weeks, settings):
    @event.listens_for(opened.engine, "connect")
    def careless(connection, _record):
        connection.execute("PRAGMA secure_delete=OFF")

    seized = weeks(days=8, seed=8)
    assert leftovers(seized, *files(opened, settings)) > 0


def test_it_finds_few_when_every_screen_is_counted_at_once(weeks, monkeypatch):
    monkeypatch.setattr(telling_screens, "TELLING", frozenset())
    found = list(by_attributes(weeks(days=10), with_copies=True))
    assert min(among for _right, among in found) < CELL


def test_a_sealed_answer_is_as_long_as_what_was_said_in_it_when_nothing_fills_it_up(weeks, monkeypatch):
    monkeypatch.setattr(responses, "INTAKE_BYTES", 0)
    assert len(weeks(days=3).lengths) > 1

"""Figures from the rollups are those from the tallies, and stay so whatever is stored."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import numpy as np
import pytest
from bulk_year import fill
from filled import filled_once
from many_answers import giver
from officer_year import fill_year
from reported_year import LATER, YEAR, come_late, unit_id
from sqlalchemy import delete, event, select

from survey.models import DayTally, MonthRollup, MonthTally, Setting
from survey.services.figures import satisfaction
from survey.services.office import periods
from survey.services.office.scopes import Filters
from survey.services.records import plain_values
from survey.services.sums import rollups, tallies


def overview(database, store, code: str):
    with database.read() as session:
        return satisfaction.overview(
            session,
            store=store,
            unit_id=unit_id(database),
            period=periods.parse(code),
            filters=Filters(),
            today=LATER,
        )


def without_rollups(database, store, code: str):
    """The same page while the rollups are not known to be whole."""
    database.write(lambda session: session.execute(delete(Setting).where(Setting.key == "rollups")))
    found = overview(database, store, code)
    database.write(lambda session: session.add(Setting(key="rollups", value="whole")))
    return found


def figures(found):
    """Every figure of a page; floats may differ in their last digits, since they are added in another order."""
    kept = (
        found.rows,
        found.overall,
        found.persons,
        found.classes,
        found.item_means,
        found.trend,
        found.beside,
    )
    return alike(json.loads(plain_values.written(kept)))


def alike(value):
    if isinstance(value, dict):
        return {name: alike(one) for name, one in value.items()}
    if isinstance(value, list):
        return [alike(one) for one in value]
    return Close(value) if isinstance(value, float) else value


class Close:
    """A float that equals its like within 1e-11."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Close) and math.isclose(
            self.value, other.value, rel_tol=1e-11, abs_tol=1e-12
        )

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return repr(self.value)


@filled_once
def year(database, settings, store, keyring):
    fill_year(giver(database, settings, store, keyring, year=YEAR), database, store, year=YEAR)


@pytest.mark.parametrize("code", ["2025", "2025-H1", "2025-Q1", "2025-Q3", "2025-03", "2026"])
def test_pages_are_the_same_from_rollups_and_from_tallies(database, store, year, code):
    assert figures(overview(database, store, code)) == figures(without_rollups(database, store, code))


def test_also_with_several_desks_that_pause_some_months(database, store):
    fill(database, store, year=YEAR, answers=4_000, desks=3, responses=False)
    with database.read() as session:
        desks = sorted(set(session.scalars(select(DayTally.desk_id))))

    def pause(session) -> None:
        session.execute(delete(DayTally).where(DayTally.desk_id == desks[1], DayTally.day < date(YEAR, 4, 1)))
        session.execute(
            delete(MonthTally).where(MonthTally.desk_id == desks[1], MonthTally.month < date(YEAR, 4, 1))
        )
        months = {(desks[1], date(YEAR, month, 1)) for month in (1, 2, 3)}
        rollups.renew(session, months, store=store)

    database.write(pause)
    for code in ("2025", "2025-Q1", "2025-02", "2025-Q2"):
        assert figures(overview(database, store, code)) == figures(without_rollups(database, store, code))


def test_late_answers_and_a_rebuild_keep_them_whole(database, settings, store, keyring, year):
    come_late(database, settings, store, keyring, persons=6)
    late = figures(overview(database, store, "2025-Q1"))
    assert late == figures(without_rollups(database, store, "2025-Q1"))
    database.write(lambda session: tallies.rebuild(session, store=store))
    assert figures(overview(database, store, "2025-Q1")) == late


def test_an_older_database_gets_them_once(database, store, year):
    before = figures(overview(database, store, "2025"))

    def forget(session) -> None:
        session.execute(delete(MonthRollup))
        session.execute(delete(Setting).where(Setting.key == "rollups"))

    database.write(forget)
    assert rollups.ensure(database, store=store) == 3
    assert rollups.ensure(database, store=store) == 0
    assert figures(overview(database, store, "2025")) == before


@contextmanager
def heard(database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    statements: list[str] = []

    def listen(connection, cursor, statement, *rest):
        statements.append(statement.lower())

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)


def loaded(database, store):
    with database.read() as session:
        layout = store.current(session).layout
        desks = sorted(set(session.scalars(select(MonthRollup.desk_id))))
        return rollups.load(
            session, layout=layout, desk_ids=desks, start=date(YEAR, 1, 1), end=date(YEAR + 1, 1, 1)
        )


def test_only_what_changed_is_read_again(database, settings, store, keyring, year):
    rollups.forget()
    loaded(database, store)
    with heard(database) as statements:
        loaded(database, store)
    assert not any("month_rollup.sums" in one for one in statements)
    come_late(database, settings, store, keyring, persons=6)
    with heard(database) as statements:
        late = loaded(database, store)
    assert sum("month_rollup.sums" in one for one in statements) == 1
    rollups.forget()
    anew = loaded(database, store)
    assert np.array_equal(late.sums, anew.sums)
    assert late.file == anew.file


def test_the_page_of_a_whole_unit_reads_no_day(database, store, year):
    with heard(database) as statements:
        overview(database, store, "2025")
    assert any("month_rollup" in one for one in statements)
    assert not any("from day_tally" in one for one in statements)

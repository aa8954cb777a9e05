"""Groups beside each other, in figures: the short way against the long one, and what the overview points to."""

from __future__ import annotations

from datetime import date

import pytest
from factories import answered, unit_id
from many_answers import giver

from survey.enums import Dimension, Stage
from survey.models import Desk
from survey.services.office import periods
from survey.services.office.scopes import Filters
from survey.services.pages import comparison, pointers
from survey.services.pages.comparison import By

YEAR = 2026


@pytest.fixture
def give(database, settings, store, keyring):
    return giver(database, settings, store, keyring, year=YEAR)


def test_desks_from_rolled_months_are_those_of_the_tallies(database, store, give):
    """The short way of a province gives the figures of the long one, inside and outside of each desk."""

    home = unit_id(database)

    def add(session):
        desk = Desk(unit_id=home, code="B2", name="Bộ phận 2", confirmed=True)
        session.add(desk)
        session.flush()
        return desk.id

    second = database.write(add)
    for day in (3, 4):
        give(answered(5), month=3, day=day, count=9)
        give(answered(3), month=3, day=day, count=6)
        give(answered(2, desk_id=second), month=3, day=day, count=7)

    def compare(**filters):
        with database.read() as session:
            return comparison.build(
                session,
                store=store,
                unit_id=unit_id(database),
                by=By.DESK,
                period=periods.make(YEAR),
                filters=Filters(**filters),
                today=date(YEAR, 12, 1),
            )

    # Every answer is of the headline, so that this filter changes the way and not the figures.
    short, long = compare(), compare(stage=Stage.RESULT)
    assert [group.figures for group in short.groups] == [group.figures for group in long.groups]
    assert short.groups[1].figures[Dimension.STAFF].persons == 14


def test_the_overview_points_to_nothing_without_cause(database, store, give):
    give(answered(4), month=3, day=5, count=30)
    with database.read() as session:
        found = pointers.look(
            session,
            store=store,
            unit_id=unit_id(database),
            period=periods.make(YEAR),
            filters=Filters(),
            today=date(YEAR, 12, 1),
        )
    assert found == pointers.NOWHERE

"""Units of one level in a funnel: three groups, by name."""

from __future__ import annotations

from datetime import date

import pytest
from factories import answered, unit_id
from many_answers import giver

from analysis.communes import Group
from survey.enums import Dimension
from survey.models import Desk, Unit
from survey.services.office import periods
from survey.services.pages import communes

YEAR = 2026


@pytest.fixture
def give(database, settings, store, keyring):
    return giver(database, settings, store, keyring, year=YEAR)


def test_units_stand_in_three_groups_by_name(database, store, give):
    """Ten communes alike, one far below: told apart; one with few is shown and not placed."""

    home = unit_id(database)

    def build(session):
        top = session.get(Unit, home).parent_id
        made = []
        for number in range(12):
            child = Unit(key=f"xa-{number}", name=f"Xã {number:02}", level="commune", parent_id=top)
            session.add(child)
            session.flush()
            desk = Desk(unit_id=child.id, code=f"X{number}", name="Một cửa", confirmed=True)
            session.add(desk)
            session.flush()
            made.append(desk.id)
        return top, made

    top, desks = database.write(build)
    for number, desk in enumerate(desks):
        if number == 11:
            give(answered(5, desk_id=desk), month=3, day=3, count=8)
            continue
        bad = 24 if number == 4 else 4
        for day in (3, 4, 5, 6):
            give(answered(2, desk_id=desk), month=3, day=day, count=bad // 4)
            give(answered(5, desk_id=desk), month=3, day=day, count=(40 - bad) // 4)
    with database.read() as session:
        found = communes.build(
            session,
            store=store,
            unit_id=top,
            period=periods.make(YEAR),
            dimension=Dimension.STAFF,
            today=date(YEAR, 12, 1),
        )
    rows = {row.unit.name: row for row in found.rows if row.unit.name.startswith("Xã 0") or row.persons}
    assert [row.unit.name for row in found.rows] == sorted(row.unit.name for row in found.rows)
    assert rows["Xã 04"].group is Group.BELOW
    assert rows["Xã 03"].group is Group.MIDDLE
    assert rows["Xã 11"].group is None
    assert rows["Xã 11"].persons == 8

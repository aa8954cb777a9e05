"""Weighted to dossiers: against figures worked out here."""

from __future__ import annotations

from datetime import date

import pytest
from factories import answered, desk_id, unit_id
from many_answers import giver
from sqlalchemy import insert, select

from survey.enums import Dimension
from survey.models import Dossier, ProcedureField
from survey.services.office import periods
from survey.services.pages import weighted
from survey.services.pages.comparison import Weighting

YEAR = 2026


@pytest.fixture
def give(database, settings, store, keyring):
    return giver(database, settings, store, keyring, year=YEAR)


def test_fields_count_as_their_dossiers(database, store, give):
    """Nine tenths of the answers are of one field, half of the dossiers are of the other."""
    with database.read() as session:
        fields = session.scalars(select(ProcedureField.id).order_by(ProcedureField.position)).all()[:2]
    return_dossiers(database, {fields[0]: 300, fields[1]: 300})
    give(answered(5, field_id=fields[0]), month=3, day=5, count=90)
    give(answered(2, field_id=fields[1]), month=3, day=5, count=30)
    give(answered(5, field_id=fields[1]), month=3, day=5, count=30)
    with database.read() as session:
        found = weighted.build(
            session,
            store=store,
            unit_id=unit_id(database),
            period=periods.make(YEAR),
            today=date(YEAR, 12, 1),
        )
    figures = {group.value: group.figures[Dimension.STAFF].estimate for group in found.comparison.groups}
    assert figures[Weighting.ANSWERS].index == pytest.approx(120 / 150)
    assert figures[Weighting.DOSSIERS].index == pytest.approx(0.5 * 1 + 0.5 * 0.5)
    assert figures[Weighting.DOSSIERS].lower < 0.75 < figures[Weighting.DOSSIERS].upper
    assert found.weights.design_effect == pytest.approx(150 * (90 * (300 / 90) ** 2 + 60 * 25) / 600**2)
    assert [(one.dossiers, one.persons) for one in found.fields] == [(300, 90), (300, 60)]
    assert found.without_field == 0


def test_nothing_to_weigh_by_is_said(database, store, give):
    give(answered(5), month=3, day=5, count=9)
    with database.read() as session:
        found = weighted.build(
            session,
            store=store,
            unit_id=unit_id(database),
            period=periods.make(YEAR),
            today=date(YEAR, 12, 1),
        )
    assert found.weights is None
    assert [group.value for group in found.comparison.groups] == [Weighting.ANSWERS]
    assert found.without_field == 9


def return_dossiers(database, counts: dict[int, int]) -> None:
    desk, day = desk_id(database), date(YEAR, 3, 5)
    rows = [
        {
            "code": f"HS{field}-{number}",
            "desk_id": desk,
            "procedure": "",
            "field_id": field,
            "received_on": day,
            "due_on": day,
            "returned_on": day,
            "filing_channel": "counter",
        }
        for field, count in counts.items()
        for number in range(count)
    ]
    database.write(lambda session: session.execute(insert(Dossier), rows))

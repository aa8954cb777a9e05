"""First run: what an office has to look at, and what moves when it names another unit."""

from datetime import date

import pytest
from factories import NOON, desk_id, make_submission, store_answer
from sqlalchemy import select

from survey.enums import Role, UnitLevel
from survey.exceptions import Conflict, InvalidInput
from survey.models import Desk, Officer
from survey.services.office import desks, installation, plan_editing, plans, setup, units
from survey.services.office.setup import Step

TODAY = date(2026, 11, 24)
WHO = {"login": "officer", "now": NOON}


@pytest.fixture
def write(database):
    """Do one call of a service with the officer and the time of the tests."""
    return lambda service, *args, **kwargs: database.write(
        lambda session: service(session, *args, **{**WHO, **kwargs})
    )


@pytest.fixture
def unit_id(database) -> int:
    with database.read() as session:
        return installation.read(session).unit_id


def unit_named(database, name: str, level: UnitLevel = UnitLevel.COMMUNE) -> units.UnitView:
    with database.read() as session:
        return next(u for u in units.all_units(session) if u.name == name and u.level is level)


def state(database) -> setup.FirstRun:
    with database.read() as session:
        return setup.state(session, today=TODAY)


def test_seeded_installation_is_wholly_open(database):
    current = state(database)
    assert current.unit.name == "Xã Ea Drăng"
    assert current.unit_is_valid
    assert current.open_steps == setup.REQUIRED
    assert not current.installation.confirmed


def test_office_confirms_when_every_step_was_looked_at(database, write, unit_id):
    with pytest.raises(Conflict) as caught:
        write(setup.confirm, today=TODAY)
    assert caught.value.data["value"] == list(setup.REQUIRED)
    write(setup.choose_unit, unit_id=unit_id, year=2026, today=TODAY)
    write(desks.change, desk_id(database), name="Trung tâm Phục vụ hành chính công", active=True)
    write(setup.review_fields)
    write(plan_editing.confirm, unit_id=unit_id, year=2026)
    write(setup.set_contact, hotline=" 0262 000 000 ", petition_address="UBND xã", wifi_note="Wi-Fi UBND")
    assert state(database).done == frozenset(Step)
    write(setup.confirm, today=TODAY)
    current = state(database).installation
    assert current.confirmed
    assert current.hotline == "0262 000 000"


def test_empty_desk_and_accounts_move_with_the_unit(database, write, make_officer):
    make_officer(Role.HEAD)
    ral = unit_named(database, "Xã Ea Ral")
    write(setup.choose_unit, unit_id=ral.id, year=2024, today=TODAY)
    with database.read() as session:
        assert session.scalars(select(Desk.unit_id)).all() == [ral.id]
        assert session.scalars(select(Officer.unit_id)).all() == [ral.id]
        plan = plans.get(session, unit_id=ral.id, year=2024)
    assert plan.copied_from_year is None  # 2024 is the original
    assert not state(database).unit_is_valid


def test_desk_with_answers_stays_and_the_new_unit_gets_its_own(database, settings, store, write, unit_id):
    store_answer(database, settings, store, make_submission(database, store))
    write(setup.choose_unit, unit_id=unit_id, year=2026, today=TODAY)
    ral = unit_named(database, "Xã Ea Ral")
    write(setup.choose_unit, unit_id=ral.id, year=2024, today=TODAY)
    with database.read() as session:
        found = {row.code: row.unit_id for row in session.execute(select(Desk.code, Desk.unit_id))}
    assert found == {"MC": unit_id, "MC2": ral.id}


def test_another_unit_has_to_be_confirmed_again(database, write, unit_id):
    database.write(lambda s: installation.change(s, confirmed=True))
    write(setup.choose_unit, unit_id=unit_id, year=2026, today=TODAY)
    assert state(database).installation.confirmed
    write(setup.choose_unit, unit_id=unit_named(database, "Xã Ea Ral").id, year=2026, today=TODAY)
    assert not state(database).installation.confirmed


def test_long_contact_line_is_refused(write):
    with pytest.raises(InvalidInput):
        write(setup.set_contact, hotline="0" * 61, petition_address="", wifi_note="")

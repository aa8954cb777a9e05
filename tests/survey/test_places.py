"""Units with their successors, desks with their counters, fields with their procedures."""

from datetime import date, timedelta

import pytest
from factories import NOON, desk_id

from survey.enums import UnitLevel
from survey.exceptions import Conflict, InvalidInput
from survey.models import Unit
from survey.services.office import audit_log, desks, installation, procedures, units
from survey.services.office.procedures import FieldData
from survey.services.office.units import UnitData

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


def actions(database) -> list[str]:
    with database.read() as session:
        return [event.action for event in reversed(audit_log.events(session, limit=100))]


def test_search_needs_no_marks_and_puts_units_that_stand_first(database):
    with database.read() as session:
        found = units.search(units.all_units(session), "ea dra dak", on=TODAY)
    assert [unit.name for unit in found][:2] == ["Xã Ea Drăng", "Thị trấn Ea Drăng"]
    assert [unit.is_valid_on(TODAY) for unit in found][:2] == [True, False]


def test_unit_names_its_parents_and_what_followed_it(database):
    unit = unit_named(database, "Xã Ea Ral")
    assert unit.parents == ("Huyện Ea H'Leo", "Tỉnh Đắk Lắk")
    assert unit.successors == ("Xã Ea Drăng",)
    assert (unit.is_valid_on(date(2025, 6, 30)), unit.is_valid_on(date(2025, 7, 1))) == (True, False)


def test_unit_can_be_added_and_succeed_another(database, write):
    parent = next(u for u in _all(database) if u.level is UnitLevel.PROVINCE and u.is_valid_on(TODAY))
    old = write(units.add, UnitData("Xã Mẫu Một", UnitLevel.COMMUNE, parent.id))
    new = write(units.add, UnitData("Xã Mẫu Hai", UnitLevel.COMMUNE, parent.id, valid_from=TODAY))
    write(units.succeed, predecessor_id=old, successor_id=new, on=TODAY)
    found = {unit.id: unit for unit in _all(database)}
    assert found[old].valid_to == TODAY - timedelta(days=1)
    assert found[old].successors == ("Xã Mẫu Hai",)
    assert actions(database) == ["unit-added", "unit-added", "unit-succeeded"]
    with database.read() as session:
        assert session.get(Unit, old).key == "mau-mot"


def _all(database):
    with database.read() as session:
        return units.all_units(session)


def test_unit_cannot_stand_below_itself(database, write):
    province = next(u for u in _all(database) if u.level is UnitLevel.PROVINCE and u.is_valid_on(TODAY))
    commune = write(units.add, UnitData("Xã Mẫu", UnitLevel.COMMUNE, province.id))
    with pytest.raises(InvalidInput, match="circle"):
        write(units.change, province.id, UnitData("Tỉnh", UnitLevel.PROVINCE, commune))


def test_same_unit_is_not_added_twice(write):
    write(units.add, UnitData("Xã Mẫu", UnitLevel.COMMUNE, None))
    with pytest.raises(Conflict):
        write(units.add, UnitData(" Xã  Mẫu ", UnitLevel.COMMUNE, None))


def test_desk_and_counter_are_added_renamed_and_put_out_of_use(database, write, unit_id):
    desk = write(desks.add, unit_id=unit_id, code="mc-2", name="Bộ phận thứ hai")
    counter = write(desks.add_counter, desk, code="q1", name="Quầy 1")
    write(desks.change, desk, name="Bộ phận lưu động", active=True)
    write(desks.change_counter, counter, name="Quầy hộ tịch", active=False)
    with database.read() as session:
        view = desks.get(session, desk)
    assert (view.code, view.name, view.confirmed) == ("MC-2", "Bộ phận lưu động", True)
    assert [(c.code, c.name, c.active) for c in view.counters] == [("Q1", "Quầy hộ tịch", False)]


@pytest.mark.parametrize("code", ["", "mã", "A B", "=1", "-A", "A" * 17])
def test_code_of_a_desk_fits_a_poster(write, unit_id, code):
    with pytest.raises(InvalidInput):
        write(desks.add, unit_id=unit_id, code=code, name="Bộ phận")


def test_code_of_a_desk_is_given_once(write, unit_id):
    with pytest.raises(Conflict):
        write(desks.add, unit_id=unit_id, code="MC", name="Bộ phận")


def test_last_desk_stays_in_use(database, write):
    with pytest.raises(Conflict):
        write(desks.change, desk_id(database), name="Bộ phận", active=False)


def test_field_is_added_moved_and_hidden(database, write):
    data = FieldData({"vi": "Lâm nghiệp", "en": ""}, {"vi": "khai thác gỗ", "en": ""})
    added = write(procedures.add_field, data)
    write(procedures.move_field, added, up=True)
    with database.read() as session:
        order = [field.id for field in procedures.all_fields(session)]
    assert order.index(added) == len(order) - 2
    write(procedures.change_field, added, FieldData({"vi": "Lâm nghiệp"}, {}, active=False))
    with database.read() as session:
        field = next(f for f in procedures.all_fields(session) if f.id == added)
    assert (field.active, field.names, field.hints, field.code) == (
        False,
        {"vi": "Lâm nghiệp"},
        {},
        "lam_nghiep",
    )


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_name_of_a_field_fits_a_tile(write, name):
    with pytest.raises(InvalidInput):
        write(procedures.add_field, FieldData({"vi": name}, {}))


def test_field_of_the_same_name_is_refused(write):
    with pytest.raises(Conflict):
        write(procedures.add_field, FieldData({"vi": "HỘ TỊCH"}, {}))


def test_tablet_never_gets_more_tiles_than_it_shows(write, database):
    with database.read() as session:
        have = len(procedures.all_fields(session))
    for number in range(procedures.MOST_FIELDS - have):
        write(procedures.add_field, FieldData({"vi": f"Lĩnh vực {number}"}, {}))
    with pytest.raises(Conflict):
        write(procedures.add_field, FieldData({"vi": "Một nữa"}, {}))


def test_procedure_is_added_and_changed(database, write):
    with database.read() as session:
        first, second = procedures.all_fields(session)[:2]
    added = write(procedures.add_procedure, names={"vi": "Cấp bản sao"}, field_id=first.id)
    write(procedures.change_procedure, added, names={"vi": "Cấp trích lục"}, field_id=second.id, active=False)
    with database.read() as session:
        view = next(p for p in procedures.all_procedures(session) if p.id == added)
    assert (view.names, view.field_id, view.active) == ({"vi": "Cấp trích lục"}, second.id, False)

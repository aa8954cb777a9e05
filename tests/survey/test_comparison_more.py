"""Before and after, weighted to dossiers, units in a funnel: against figures worked out here."""

from __future__ import annotations

from datetime import date

import pytest
from factories import desk_id, make_submission
from many_answers import many
from sqlalchemy import insert, select

from analysis.communes import Group
from survey.enums import Dimension, Stage, TrustClass
from survey.models import Desk, Dossier, ProcedureField, Unit
from survey.services.office import periods
from survey.services.office.scopes import Filters
from survey.services.pages import before_after, communes, comparison, pointers, weighted
from survey.services.pages.before_after import AFTER, BEFORE
from survey.services.pages.comparison import By, Weighting

YEAR = 2026
JULY = periods.make(YEAR, periods.PeriodKind.MONTH, 7)


@pytest.fixture
def give(database, settings, store, keyring):
    return many(database, settings, store, keyring, year=YEAR)


@pytest.fixture
def unit(database) -> int:
    with database.read() as session:
        return session.scalars(select(Desk.unit_id)).one()


def answered(level: int, *, at_kiosk: bool = False, **fixed):
    def make(database, store, **changes):
        items = make_submission(database, store).answers
        kind = {"trust_class": TrustClass.KIOSK} if at_kiosk else {}
        return make_submission(
            database, store, answers=dict.fromkeys(items, level), **kind, **fixed, **changes
        )

    return make


def test_a_change_is_found_and_its_mix_is_told(database, store, give, unit):
    """Kiosk and phone stay as satisfied as they were; only more of them use the phone."""
    for month, phone, kiosk in ((5, 10, 30), (6, 10, 30), (7, 30, 10), (8, 30, 10)):
        give(answered(2), month=month, day=5, count=phone)
        give(answered(5, at_kiosk=True), month=month, day=5, count=kiosk)
    with database.read() as session:
        found = before_after.build(
            session,
            store=store,
            unit_id=unit,
            since=JULY,
            months=2,
            filters=Filters(),
            today=date(YEAR, 12, 1),
        )
    sides = {group.key: group.figures[Dimension.STAFF] for group in found.comparison.groups}
    assert sides[BEFORE].estimate.index == pytest.approx(60 / 80)
    assert sides[AFTER].estimate.index == pytest.approx(20 / 80)
    assert sides[BEFORE].difference is None
    assert sides[AFTER].difference.certain
    shift = found.shifts[Dimension.STAFF]
    assert shift.flags[0] == "mode-mix-shifted"
    assert shift.shift == pytest.approx(0.5)
    chart = found.charts[Dimension.STAFF]
    assert (chart.months, chart.enough, chart.signals) == (4, False, ())


def test_a_span_of_few_is_hidden(database, store, give, unit):
    give(answered(4), month=7, day=5, count=8)
    with database.read() as session:
        found = before_after.build(
            session,
            store=store,
            unit_id=unit,
            since=JULY,
            months=3,
            filters=Filters(),
            today=date(YEAR, 12, 1),
        )
    sides = {group.key: group.figures[Dimension.STAFF] for group in found.comparison.groups}
    assert (sides[BEFORE].estimate, sides[BEFORE].persons) == (None, 0)
    assert sides[AFTER].persons == 8
    assert sides[AFTER].difference is None


def test_months_are_counted_across_years():
    assert before_after.month_after(JULY, -8).code == f"{YEAR - 1}-11"
    assert before_after.month_after(JULY, 6).code == f"{YEAR + 1}-01"


def test_fields_count_as_their_dossiers(database, store, give, unit):
    """Nine tenths of the answers are of one field, half of the dossiers are of the other."""
    with database.read() as session:
        fields = session.scalars(select(ProcedureField.id).order_by(ProcedureField.position)).all()[:2]
    return_dossiers(database, {fields[0]: 300, fields[1]: 300})
    give(answered(5, field_id=fields[0]), month=3, day=5, count=90)
    give(answered(2, field_id=fields[1]), month=3, day=5, count=30)
    give(answered(5, field_id=fields[1]), month=3, day=5, count=30)
    with database.read() as session:
        found = weighted.build(
            session, store=store, unit_id=unit, period=periods.make(YEAR), today=date(YEAR, 12, 1)
        )
    figures = {group.value: group.figures[Dimension.STAFF].estimate for group in found.comparison.groups}
    assert figures[Weighting.ANSWERS].index == pytest.approx(120 / 150)
    assert figures[Weighting.DOSSIERS].index == pytest.approx(0.5 * 1 + 0.5 * 0.5)
    assert figures[Weighting.DOSSIERS].lower < 0.75 < figures[Weighting.DOSSIERS].upper
    assert found.weights.design_effect == pytest.approx(150 * (90 * (300 / 90) ** 2 + 60 * 25) / 600**2)
    assert [(one.dossiers, one.persons) for one in found.fields] == [(300, 90), (300, 60)]
    assert found.without_field == 0


def test_nothing_to_weigh_by_is_said(database, store, give, unit):
    give(answered(5), month=3, day=5, count=9)
    with database.read() as session:
        found = weighted.build(
            session, store=store, unit_id=unit, period=periods.make(YEAR), today=date(YEAR, 12, 1)
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


def test_units_stand_in_three_groups_by_name(database, store, give, unit):
    """Ten communes alike, one far below: told apart; one with few is shown and not placed."""

    def build(session):
        top = session.get(Unit, unit).parent_id
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


def test_the_overview_points_to_nothing_without_cause(database, store, give, unit):
    give(answered(4), month=3, day=5, count=30)
    with database.read() as session:
        found = pointers.look(
            session,
            store=store,
            unit_id=unit,
            period=periods.make(YEAR),
            filters=Filters(),
            today=date(YEAR, 12, 1),
        )
    assert found == ()


def test_desks_from_rolled_months_are_those_of_the_tallies(database, store, give, unit):
    """The short way of a province gives the figures of the long one, inside and outside of each desk."""

    def add(session):
        desk = Desk(unit_id=unit, code="B2", name="Bộ phận 2", confirmed=True)
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
                unit_id=unit,
                by=By.DESK,
                period=periods.make(YEAR),
                filters=Filters(**filters),
                today=date(YEAR, 12, 1),
            )

    # Every answer is of the headline, so that this filter changes the way and not the figures.
    short, long = compare(), compare(stage=Stage.RESULT)
    assert [group.figures for group in short.groups] == [group.figures for group in long.groups]
    assert short.groups[1].figures[Dimension.STAFF].persons == 14

"""Fill an empty database: questionnaire, units, procedures, the plan, and a desk that works at once.

Everything that the office has to look at is marked as unconfirmed until it does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.enums import Dimension, Operator, UnitLevel
from survey.exceptions import NotFound
from survey.instrument import Instrument
from survey.models import (
    Counter,
    Desk,
    Goal,
    Plan,
    PlanTask,
    Procedure,
    ProcedureField,
    Unit,
    UnitSuccession,
)
from survey.paths import seeds_dir
from survey.services.office import installation, instruments

# The plan whose goals every new plan year starts from.
SOURCE_YEAR = 2024
SOURCE_UNIT = "ea-ral"
DESK_NAME_UNTIL_2025 = "Bộ phận Tiếp nhận và Trả kết quả"
DESK_NAME_SINCE_2025 = "Trung tâm Phục vụ hành chính công"
NEW_DESK_NAME_FROM = date(2025, 7, 1)
DESK_CODE = "MC"
COUNTER_CODE = "Q1"

POOLED = "pooled"
ITEM_MEAN = "item-mean"


def read_seed(name: str) -> dict[str, Any]:
    return tomllib.loads((seeds_dir() / name).read_text(encoding="utf-8"))


def seed(session: Session, *, today: date, unit_key: str | None = None, year: int | None = None) -> None:
    """Fill what is missing; a database that was seeded before is left as it is."""
    instruments.publish(session, Instrument.read(seeds_dir() / "instrument.toml"))
    if session.scalar(select(Unit.id).limit(1)) is None:
        _units(session)
        _procedures(session)
    current = installation.read(session)
    if current.unit_id is not None:
        return
    unit = _default_unit(session, unit_key, today)
    plan_year = year or today.year
    installation.change(session, unit_id=unit.id, plan_year=plan_year)
    add_plan(session, unit_id=unit.id, year=plan_year)
    add_default_desk(session, unit.id, today)


def _units(session: Session) -> None:
    data = read_seed("units.toml")
    by_key: dict[str, Unit] = {}
    for row in data["unit"]:
        unit = Unit(
            key=row["key"],
            code=row.get("code", ""),
            name=row["name"],
            level=UnitLevel(row["level"]),
            parent_id=by_key[row["parent"]].id if row.get("parent") else None,
            valid_from=row.get("valid_from"),
            valid_to=row.get("valid_to"),
        )
        session.add(unit)
        session.flush()
        by_key[unit.key] = unit
    for row in data["succession"]:
        session.add(
            UnitSuccession(
                predecessor_id=by_key[row["predecessor"]].id,
                successor_id=by_key[row["successor"]].id,
                on=row["on"],
                kind=row["kind"],
            )
        )
    session.flush()


def _procedures(session: Session) -> None:
    data = read_seed("procedures.toml")
    by_code: dict[str, int] = {}
    for position, row in enumerate(data["field"]):
        entry = ProcedureField(
            code=row["code"], names=row["name"], hints=row.get("hint", {}), position=position
        )
        session.add(entry)
        session.flush()
        by_code[entry.code] = entry.id
    for row in data["procedure"]:
        session.add(Procedure(code=row["code"], names=row["name"], field_id=by_code[row["field"]]))
    session.flush()


def _default_unit(session: Session, key: str | None, today: date) -> Unit:
    """Give the unit asked for, else the one that stands today where the plan of 2024 was made."""
    wanted = key or SOURCE_UNIT
    unit = session.scalars(select(Unit).where(Unit.key == wanted)).one_or_none()
    if unit is None:
        raise NotFound(what="unit", value=wanted)
    if key is not None:
        return unit
    return successor_on(session, unit, today)


def successor_on(session: Session, unit: Unit, day: date) -> Unit:
    """Follow successions until the unit that is valid on a day."""
    while unit.valid_to is not None and unit.valid_to < day:
        following = session.scalars(
            select(Unit)
            .join(UnitSuccession, UnitSuccession.successor_id == Unit.id)
            .where(UnitSuccession.predecessor_id == unit.id, UnitSuccession.on <= day)
        ).first()
        if following is None:
            break
        unit = following
    return unit


def add_plan(session: Session, *, unit_id: int, year: int) -> Plan:
    """Copy the goals of 2024 into a plan year, to be confirmed; the year 2024 itself is the original."""
    data = read_seed("plan_2024.toml")
    years = {"year": year, "previous_year": year - 1}
    plan = Plan(unit_id=unit_id, year=year, copied_from_year=None if year == SOURCE_YEAR else SOURCE_YEAR)
    session.add(plan)
    session.flush()
    for row in data["goal"]:
        goal = _goal(plan.id, row, years)
        session.add(goal)
        session.flush()
        session.add_all(
            PlanTask(
                goal_id=goal.id,
                position=position,
                text=task["text"],
                short=task.get("short", ""),
                owner_role=task["owner_role"],
            )
            for position, task in enumerate(row["task"])
        )
    session.flush()
    return plan


def _goal(plan_id: int, row: Mapping[str, Any], years: Mapping[str, int]) -> Goal:
    dimension = Dimension(row["dimension"])
    return Goal(
        plan_id=plan_id,
        dimension=dimension,
        threshold_ppm=round(row["threshold"] * 1_000_000),
        operator=Operator(row["operator"]),
        require_improvement=row["require_improvement"],
        improvement_operator=Operator(row["improvement_operator"]),
        # Few people complain: with a handful of answers on E2 and E3 the item mean gives false verdicts.
        method=POOLED if dimension is Dimension.PETITIONS else ITEM_MEAN,
        wording=row["wording"].format(**years),
        note=row["note"],
        lead_role=row["lead_role"],
        supporting_roles="; ".join(row["supporting_roles"]),
        timing=row["timing"].format(**years),
    )


def add_default_desk(session: Session, unit_id: int, today: date) -> None:
    """Give a unit a desk and a counter that work at once, to be confirmed."""
    name = DESK_NAME_SINCE_2025 if today >= NEW_DESK_NAME_FROM else DESK_NAME_UNTIL_2025
    taken = set(session.scalars(select(Desk.code)))
    numbered = (f"{DESK_CODE}{number}" for number in range(2, len(taken) + 3))
    code = next(code for code in (DESK_CODE, *numbered) if code not in taken)
    desk = Desk(unit_id=unit_id, code=code, name=name)
    session.add(desk)
    session.flush()
    session.add(Counter(desk_id=desk.id, code=COUNTER_CODE, name="Quầy số 1"))
    session.flush()

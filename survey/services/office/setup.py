"""First run: what an office has to look at before its figures count as its own, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import Desk, Officer, Unit
from survey.services.office import audit, desks, installation, plan_editing, plans, procedures, seeding, units
from survey.services.office.desks import DeskView
from survey.services.office.installation import Installation
from survey.services.office.plans import PlanView
from survey.services.office.procedures import FieldView
from survey.services.office.units import UnitView

HOTLINE_CHARACTERS = 60
LINE_CHARACTERS = 200


class Step(StrEnum):
    """What first run asks, in its order."""

    UNIT = "unit"
    DESKS = "desks"
    FIELDS = "fields"
    GOALS = "goals"
    CONTACT = "contact"


# What must be looked at before an office can confirm; contact lines may be filled in later.
REQUIRED = (Step.UNIT, Step.DESKS, Step.FIELDS, Step.GOALS)


@dataclass(frozen=True, slots=True)
class FirstRun:
    """Everything the page of first run shows."""

    installation: Installation
    unit: UnitView
    unit_is_valid: bool
    year: int
    plan: PlanView | None
    desks: Sequence[DeskView]
    fields: Sequence[FieldView]
    done: frozenset[Step]

    @property
    def open_steps(self) -> tuple[Step, ...]:
        return tuple(step for step in REQUIRED if step not in self.done)


def state(session: Session, *, today: date) -> FirstRun:
    current = installation.read(session)
    if current.unit_id is None:
        raise NotFound(what="unit")
    unit = units.get(session, current.unit_id)
    year = current.plan_year or today.year
    own_desks = desks.all_desks(session, unit_id=current.unit_id)
    plan = plans.find(session, unit_id=current.unit_id, year=year)
    looked_at = {
        Step.UNIT: current.unit_reviewed,
        Step.DESKS: any(d.active for d in own_desks) and all(d.confirmed for d in own_desks if d.active),
        Step.FIELDS: current.fields_reviewed,
        Step.GOALS: plan is not None and plan.confirmed,
        Step.CONTACT: bool(current.hotline or current.petition_address),
    }
    return FirstRun(
        installation=current,
        unit=unit,
        unit_is_valid=unit.is_valid_on(today),
        year=year,
        plan=plan,
        desks=own_desks,
        fields=[field for field in procedures.all_fields(session) if field.active],
        done=frozenset(step for step, done in looked_at.items() if done),
    )


def choose_unit(session: Session, *, unit_id: int, year: int, today: date, login: str, now: datetime) -> None:
    """Say which unit and which plan year this installation is about.

    Desks that hold nothing yet move to the unit. Others stay where their answers were given, and the
    unit gets a desk of its own. Accounts of this installation follow it.
    """
    if session.get(Unit, unit_id) is None:
        raise NotFound(what="unit", value=unit_id)
    if not plan_editing.FIRST_YEAR <= year <= plan_editing.LAST_YEAR:
        raise InvalidInput(field="year", value=year)
    before = installation.read(session).unit_id
    if before != unit_id:
        _move_desks(session, before, unit_id, today)
        session.execute(update(Officer).where(Officer.unit_id == before).values(unit_id=unit_id))
        installation.change(session, confirmed=False)
    installation.change(session, unit_id=unit_id, plan_year=year, unit_reviewed=True)
    plan_editing.open_year(session, unit_id=unit_id, year=year, login=login, now=now)
    name = units.get(session, unit_id).name
    audit.record(session, login=login, action="unit-chosen", now=now, detail={"unit": name, "year": year})


def _move_desks(session: Session, before: int | None, unit_id: int, today: date) -> None:
    empty = [
        desk
        for desk in session.scalars(select(Desk).where(Desk.unit_id == before))
        if not desks.has_data(session, desk.id)
    ]
    for desk in empty:
        desk.unit_id = unit_id
    session.flush()
    if session.scalar(select(Desk.id).where(Desk.unit_id == unit_id).limit(1)) is None:
        seeding.add_default_desk(session, unit_id, today)


def review_fields(session: Session, *, login: str, now: datetime) -> None:
    installation.change(session, fields_reviewed=True)
    audit.record(session, login=login, action="fields-reviewed", now=now)


def set_contact(
    session: Session, *, hotline: str, petition_address: str, wifi_note: str, login: str, now: datetime
) -> None:
    """Store the lines that pages and slips show: where to call, where to complain, which Wi-Fi."""
    texts = {
        "hotline": (hotline, HOTLINE_CHARACTERS),
        "petition_address": (petition_address, LINE_CHARACTERS),
        "wifi_note": (wifi_note, LINE_CHARACTERS),
    }
    cleaned = {name: " ".join(text.split()) for name, (text, _longest) in texts.items()}
    for name, (_text, longest) in texts.items():
        if len(cleaned[name]) > longest:
            raise InvalidInput(field=name, value=len(cleaned[name]), maximum=longest)
    installation.change(session, **cleaned)
    audit.record(session, login=login, action="contact-changed", now=now)


def confirm(session: Session, *, today: date, login: str, now: datetime) -> None:
    """Confirm the whole: from now on nothing is marked as unconfirmed.

    Raises
    ------
    Conflict
        Something that must be looked at was not; `value` names the steps.
    """
    current = state(session, today=today)
    if current.open_steps:
        raise Conflict(what="open-steps", value=list(current.open_steps))
    installation.change(session, confirmed=True)
    audit.record(session, login=login, action="set-up-confirmed", now=now, detail={"unit": current.unit.name})

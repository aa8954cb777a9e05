"""What officers change of a plan: goals with their words and tasks, its confirmation, last year's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.enums import Dimension
from survey.exceptions import InvalidInput
from survey.models import DayTally, Desk, Goal, Intake, Plan, PlanTask
from survey.services.office import audit, plans
from survey.services.office.plans import GoalChange, PlanView

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_TASKS = 20
TEXT_CHARACTERS = 2000
ROLE_CHARACTERS = 200
ROLES_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class TaskWords:
    text: str
    owner_role: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class GoalWords:
    """The words of a goal as the plan has them: roles, never persons."""

    wording: str
    note: str
    lead_role: str
    supporting_roles: str
    timing: str
    tasks: tuple[TaskWords, ...]


def open_year(session: Session, *, unit_id: int, year: int, login: str, now: datetime) -> PlanView:
    """Give the plan of a year, making it from the goals of 2024 where there is none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(field="year", value=year)
    found = plans.find(session, unit_id=unit_id, year=year)
    if found is not None:
        return found
    audit.record(session, login=login, action="plan-opened", now=now, detail={"year": year})
    return plans.ensure(session, unit_id=unit_id, year=year)


def method_is_open(session: Session, *, unit_id: int, year: int, today: date) -> bool:
    """Say whether no answer of the year has come in: only then may the way of computing be chosen.

    What waits tells its day to nobody, so it counts for the present year.
    """
    desk_ids = session.scalars(select(Desk.id).where(Desk.unit_id == unit_id)).all()
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    mixed = select(DayTally.n).where(
        DayTally.desk_id.in_(desk_ids), DayTally.day >= start, DayTally.day < end
    )
    if session.scalar(mixed.limit(1)) is not None:
        return False
    waiting = select(Intake.desk_id).where(Intake.desk_id.in_(desk_ids)).limit(1)
    return year != today.year or session.scalar(waiting) is None


def edit_goal(
    session: Session,
    *,
    unit_id: int,
    year: int,
    dimension: Dimension,
    change: GoalChange,
    words: GoalWords,
    today: date,
    login: str,
    now: datetime,
) -> None:
    """Change a goal, its words and its tasks together.

    Raises
    ------
    NotFound, InvalidInput
    Conflict
        Another method although the year has answers.
    """
    plans.revise_goal(
        session,
        unit_id=unit_id,
        year=year,
        dimension=dimension,
        change=change,
        method_is_open=method_is_open(session, unit_id=unit_id, year=year, today=today),
    )
    goal = session.scalars(
        select(Goal)
        .join(Plan, Plan.id == Goal.plan_id)
        .where(Plan.unit_id == unit_id, Plan.year == year, Goal.dimension == dimension)
    ).one()
    _reword(goal, words)
    _replace_tasks(session, goal.id, words.tasks)
    audit.record(
        session,
        login=login,
        action="goal-changed",
        now=now,
        detail={
            "year": year,
            "dimension": dimension.value,
            "threshold": change.threshold,
            "operator": change.operator.value,
            "method": change.method,
        },
    )


def _reword(goal: Goal, words: GoalWords) -> None:
    limits = {
        "wording": TEXT_CHARACTERS,
        "note": TEXT_CHARACTERS,
        "lead_role": ROLE_CHARACTERS,
        "supporting_roles": ROLES_CHARACTERS,
        "timing": ROLE_CHARACTERS,
    }
    for name, longest in limits.items():
        text = getattr(words, name).strip()
        if len(text) > longest:
            raise InvalidInput(field=name, value=len(text), maximum=longest)
        setattr(goal, name, text)


def _replace_tasks(session: Session, goal_id: int, tasks: Sequence[TaskWords]) -> None:
    kept = [task for task in tasks if task.text.strip()]
    if len(kept) > MOST_TASKS or any(len(task.text) > TEXT_CHARACTERS for task in kept):
        raise InvalidInput(field="tasks", value=len(kept), maximum=MOST_TASKS)
    session.execute(delete(PlanTask).where(PlanTask.goal_id == goal_id))
    session.add_all(
        PlanTask(
            goal_id=goal_id,
            position=position,
            text=task.text.strip(),
            short=task.short.strip(),
            owner_role=task.owner_role.strip()[:ROLE_CHARACTERS],
        )
        for position, task in enumerate(kept)
    )
    session.flush()


def confirm(session: Session, *, unit_id: int, year: int, login: str, now: datetime) -> None:
    plans.confirm(session, unit_id=unit_id, year=year, now=now)
    audit.record(session, login=login, action="goals-confirmed", now=now, detail={"year": year})


@dataclass(frozen=True, slots=True)
class BaselineWords:
    """What an office types of last year; without a value there is no figure, which is not 0."""

    dimension: Dimension
    value: float | None
    n: int | None
    method: str
    source: str


def set_baselines(
    session: Session,
    *,
    unit_id: int,
    year: int,
    given: Sequence[BaselineWords],
    login: str,
    now: datetime,
) -> None:
    """Store the figures of a year as the page has them: a value that was emptied is taken away."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(field="year", value=year)
    for one in given:
        if one.value is None:
            plans.clear_baseline(session, unit_id=unit_id, year=year, dimension=one.dimension)
        else:
            plans.set_baseline(
                session,
                unit_id=unit_id,
                year=year,
                dimension=one.dimension,
                value=one.value,
                n=one.n,
                method=one.method,
                source=one.source,
            )
    stored = plans.baselines(session, unit_id=unit_id, year=year)
    audit.record(
        session, login=login, action="baselines-changed", now=now, detail={"year": year, "rows": len(stored)}
    )

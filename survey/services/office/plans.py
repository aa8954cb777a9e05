"""Goals of a plan year as values, and what last year was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.enums import Dimension, Operator
from survey.exceptions import Conflict, InvalidInput, NotFound
from survey.models import Baseline, Goal, Plan, PlanTask
from survey.services.office import seeding

METHODS = ("item-mean", "pooled", "respondent-mean", "mean-over-5")
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class TaskView:
    text: str
    short: str
    owner_role: str


@dataclass(frozen=True, slots=True)
class GoalView:
    dimension: Dimension
    threshold: float
    operator: Operator
    require_improvement: bool
    improvement_operator: Operator
    method: str
    wording: str
    note: str
    lead_role: str
    supporting_roles: str
    timing: str
    tasks: tuple[TaskView, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    id: int
    unit_id: int
    year: int
    copied_from_year: int | None
    confirmed: bool
    goals: Mapping[Dimension, GoalView]

    @property
    def methods(self) -> Mapping[str, str]:
        """The index method of each dimension, fixed for the year."""
        return {goal.dimension.value: goal.method for goal in self.goals.values()}


def methods_of(plan: PlanView | None) -> Mapping[str, str]:
    """Give the index method of each dimension; a year without a plan counts as every plan starts."""
    if plan is not None:
        return plan.methods
    return {d.value: "pooled" if d is Dimension.PETITIONS else "item-mean" for d in Dimension}


@dataclass(frozen=True, slots=True)
class BaselineView:
    dimension: Dimension
    value: float
    n: int | None
    method: str
    source: str


def find(session: Session, *, unit_id: int, year: int) -> PlanView | None:
    plan = session.scalars(select(Plan).where(Plan.unit_id == unit_id, Plan.year == year)).one_or_none()
    return None if plan is None else _view(session, plan)


def get(session: Session, *, unit_id: int, year: int) -> PlanView:
    plan = find(session, unit_id=unit_id, year=year)
    if plan is None:
        raise NotFound(what="plan", value=year)
    return plan


def ensure(session: Session, *, unit_id: int, year: int) -> PlanView:
    """Give the plan of a year; a year without one gets the goals of 2024, to be confirmed."""
    return find(session, unit_id=unit_id, year=year) or _view(
        session, seeding.add_plan(session, unit_id=unit_id, year=year)
    )


def years(session: Session, unit_id: int) -> Sequence[int]:
    return session.scalars(select(Plan.year).where(Plan.unit_id == unit_id).order_by(Plan.year)).all()


def _view(session: Session, plan: Plan) -> PlanView:
    goals = session.scalars(select(Goal).where(Goal.plan_id == plan.id)).all()
    tasks: dict[int, list[TaskView]] = {goal.id: [] for goal in goals}
    rows = session.scalars(
        select(PlanTask).where(PlanTask.goal_id.in_(tasks)).order_by(PlanTask.goal_id, PlanTask.position)
    )
    for row in rows:
        tasks[row.goal_id].append(TaskView(row.text, row.short, row.owner_role))
    by_dimension = {goal.dimension: goal for goal in goals}
    return PlanView(
        plan.id,
        plan.unit_id,
        plan.year,
        plan.copied_from_year,
        plan.confirmed_at_utc is not None,
        {
            dimension: _goal_view(by_dimension[dimension], tuple(tasks[by_dimension[dimension].id]))
            for dimension in Dimension
            if dimension in by_dimension
        },
    )


def _goal_view(goal: Goal, tasks: tuple[TaskView, ...]) -> GoalView:
    return GoalView(
        goal.dimension,
        goal.threshold,
        goal.operator,
        goal.require_improvement,
        goal.improvement_operator,
        goal.method,
        goal.wording,
        goal.note,
        goal.lead_role,
        goal.supporting_roles,
        goal.timing,
        tasks,
    )


def baselines(session: Session, *, unit_id: int, year: int) -> Mapping[Dimension, BaselineView]:
    """Give the figures of a year that the office typed in or imported."""
    rows = session.scalars(select(Baseline).where(Baseline.unit_id == unit_id, Baseline.year == year))
    return {
        row.dimension: BaselineView(row.dimension, row.value_ppm / PPM, row.n, row.method, row.source)
        for row in rows
    }


def set_baseline(
    session: Session,
    *,
    unit_id: int,
    year: int,
    dimension: Dimension,
    value: float,
    n: int | None,
    method: str,
    source: str,
) -> None:
    if not 0 <= value <= 1:
        raise InvalidInput(field="value", value=value)
    if n is not None and n < 1:
        raise InvalidInput(field="n", value=n)
    if method and method not in METHODS:
        raise InvalidInput(field="method", value=method, allowed=METHODS)
    row = session.scalars(
        select(Baseline).where(
            Baseline.unit_id == unit_id, Baseline.year == year, Baseline.dimension == dimension
        )
    ).one_or_none()
    if row is None:
        row = Baseline(unit_id=unit_id, year=year, dimension=dimension)
        session.add(row)
    row.value_ppm, row.n, row.method, row.source = round(value * PPM), n, method, source.strip()
    session.flush()


def clear_baseline(session: Session, *, unit_id: int, year: int, dimension: Dimension) -> None:
    row = session.scalars(
        select(Baseline).where(
            Baseline.unit_id == unit_id, Baseline.year == year, Baseline.dimension == dimension
        )
    ).one_or_none()
    if row is not None:
        session.delete(row)
        session.flush()


@dataclass(frozen=True, slots=True)
class GoalChange:
    """What an officer may set of a goal."""

    threshold: float
    operator: Operator
    require_improvement: bool
    improvement_operator: Operator
    method: str


def revise_goal(
    session: Session,
    *,
    unit_id: int,
    year: int,
    dimension: Dimension,
    change: GoalChange,
    method_is_open: bool,
) -> None:
    """Change a goal. The index method is fixed once the year has answers."""
    goal = session.scalars(
        select(Goal)
        .join(Plan, Plan.id == Goal.plan_id)
        .where(Plan.unit_id == unit_id, Plan.year == year, Goal.dimension == dimension)
    ).one_or_none()
    if goal is None:
        raise NotFound(what="goal", value=dimension.value)
    if not 0 < change.threshold <= 1:
        raise InvalidInput(field="threshold", value=change.threshold)
    if change.method not in METHODS:
        raise InvalidInput(field="method", value=change.method, allowed=METHODS)
    if change.method != goal.method and not method_is_open:
        raise Conflict(what="method-is-fixed", value=year)
    goal.threshold_ppm = round(change.threshold * PPM)
    goal.operator, goal.method = change.operator, change.method
    goal.require_improvement = change.require_improvement
    goal.improvement_operator = change.improvement_operator
    session.flush()


def confirm(session: Session, *, unit_id: int, year: int, now: datetime) -> None:
    plan = session.scalars(select(Plan).where(Plan.unit_id == unit_id, Plan.year == year)).one_or_none()
    if plan is None:
        raise NotFound(what="plan", value=year)
    plan.confirmed_at_utc = now
    session.flush()

"""Goals of a plan year, and what an earlier year was."""

from __future__ import annotations

from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import (
    access,
    current_instrument,
    current_locale,
    database,
    now,
    stand_for,
    the_officer,
    today,
)
from survey.enums import Dimension, Role
from survey.exceptions import NotFound, SurveyError
from survey.forms.base import N_
from survey.forms.goals import BaselineForm, GoalForm, PlanYearForm
from survey.instrument import Texts
from survey.services.office import installation, plan_editing, plans
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import tell


@admin_bp.get("/muc-tieu")
@access(Role.HEAD)
def goals() -> ResponseReturnValue:
    """Go to the plan year of the installation."""
    with database().read() as session:
        year = installation.read(session).plan_year or today().year
    return redirect(url_for("admin.goals_of_year", year=year), 303)


@admin_bp.get("/muc-tieu/<int:year>")
@access(Role.HEAD)
def goals_of_year(year: int) -> ResponseReturnValue:
    return _goals_page(year)


@admin_bp.post("/muc-tieu")
@access(Role.HEAD)
def open_plan_year() -> ResponseReturnValue:
    form = PlanYearForm(locale=current_locale(), prefix="open")
    if not form.validate():
        with database().read() as session:
            year = installation.read(session).plan_year or today().year
        return _goals_page(year, year_form=form), 422
    login, at, unit_id, year = the_officer().login, now(), the_officer().unit_id, form.year.data
    database().write(
        lambda session: plan_editing.open_year(session, unit_id=unit_id, year=year, login=login, now=at)
    )
    return redirect(url_for("admin.goals_of_year", year=year), 303)


@admin_bp.post("/muc-tieu/<int:year>/<dimension>")
@access(Role.HEAD)
def save_goal(year: int, dimension: str) -> ResponseReturnValue:
    chosen = _dimension(dimension)
    form = GoalForm(None, locale=current_locale(), prefix=chosen.value)
    if not form.validate():
        return _goals_page(year, sent={chosen: form}), 422
    login, at, unit_id, day = the_officer().login, now(), the_officer().unit_id, today()

    def save(session: Session) -> None:
        plan_editing.edit_goal(
            session,
            unit_id=unit_id,
            year=year,
            dimension=chosen,
            change=form.change(),
            words=form.words(),
            today=day,
            login=login,
            now=at,
        )

    try:
        database().write(save)
    except SurveyError as error:
        form.explain(error)
        return _goals_page(year, sent={chosen: form}), 422
    tell(N_("Đã lưu mục tiêu."))
    return redirect(url_for("admin.goals_of_year", year=year, _anchor=chosen.value), 303)


@admin_bp.post("/muc-tieu/<int:year>/xac-nhan")
@access(Role.HEAD)
def confirm_goals(year: int) -> ResponseReturnValue:
    login, at, unit_id = the_officer().login, now(), the_officer().unit_id
    database().write(
        lambda session: plan_editing.confirm(session, unit_id=unit_id, year=year, login=login, now=at)
    )
    tell(N_("Đã xác nhận mục tiêu năm %(year)s."), year=year)
    if request.form.get("back") == "first-run" and the_officer().may(Role.ADMINISTRATOR):
        return redirect(url_for("admin.first_run", _anchor="goals"), 303)
    return redirect(url_for("admin.goals_of_year", year=year), 303)


def _dimension(name: str) -> Dimension:
    try:
        return Dimension(name)
    except ValueError:
        raise NotFound(what="dimension", value=name) from None


def _names() -> dict[Dimension, Texts]:
    return {Dimension(d.code): d.name for d in current_instrument().instrument.dimensions}


def _goals_page(
    year: int, *, sent: dict[Dimension, GoalForm] | None = None, year_form: PlanYearForm | None = None
) -> str:
    stand_for("admin.goals_of_year", year=year)
    unit_id = the_officer().unit_id
    with database().read() as session:
        plan = plans.get(session, unit_id=unit_id, year=year)
        years = plans.years(session, unit_id)
        method_is_open = plan_editing.method_is_open(session, unit_id=unit_id, year=year, today=today())
    forms = {
        dimension: GoalForm(goal, locale=current_locale(), prefix=dimension.value, formdata=None)
        for dimension, goal in plan.goals.items()
    }
    return render_template(
        "admin/goals.html",
        plan=plan,
        years=years,
        names=_names(),
        forms={**forms, **(sent or {})},
        sent=set(sent or {}),
        method_is_open=method_is_open,
        year_form=year_form
        or PlanYearForm(locale=current_locale(), prefix="open", formdata=None, data={"year": max(years) + 1}),
    )


@admin_bp.get("/so-nam-truoc")
@access(Role.HEAD)
def baselines() -> ResponseReturnValue:
    """Show the figures of a year; without one that before the plan year."""
    with database().read() as session:
        plan_year = installation.read(session).plan_year or today().year
    return _baselines_page(_year(request.args.get("nam"), plan_year - 1))


@admin_bp.post("/so-nam-truoc/<int:year>")
@access(Role.HEAD)
def save_baselines(year: int) -> ResponseReturnValue:
    forms = [BaselineForm(dimension, locale=current_locale()) for dimension in Dimension]
    # Every form is asked, so that all that is wrong is said at once.
    wrong = [form for form in forms if not form.validate()]
    if wrong:
        return _baselines_page(year, forms), 422
    login, at, unit_id = the_officer().login, now(), the_officer().unit_id
    database().write(
        lambda session: plan_editing.set_baselines(
            session, unit_id=unit_id, year=year, given=[f.figure() for f in forms], login=login, now=at
        )
    )
    tell(N_("Đã lưu số liệu năm %(year)s."), year=year)
    return redirect(url_for("admin.baselines", nam=year), 303)


def _year(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit()) or not date.min.year < int(text) < date.max.year:
        abort(404)
    year = int(text)
    if not plan_editing.FIRST_YEAR <= year <= plan_editing.LAST_YEAR:
        abort(404)
    return year


def _baselines_page(year: int, forms: list[BaselineForm] | None = None) -> str:
    stand_for("admin.baselines", nam=year)
    with database().read() as session:
        kept = plans.baselines(session, unit_id=the_officer().unit_id, year=year)
    if forms is None:
        forms = [
            BaselineForm(dimension, locale=current_locale(), formdata=None, obj=kept.get(dimension))
            for dimension in Dimension
        ]
    return render_template("admin/baselines.html", year=year, forms=forms, names=_names(), any=bool(kept))

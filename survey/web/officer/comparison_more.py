"""Beside the comparison of groups: before and after a measure, weighted to dossiers, units of one level."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, runtime, the_officer, today
from survey.enums import Dimension, Role
from survey.forms.comparison import BeforeAfterForm, DimensionChoiceForm
from survey.i18n import format_month, translations
from survey.reports import comparison as reports
from survey.reports.comparison import before_after as before_after_reports
from survey.reports.comparison import communes as communes_reports
from survey.reports.comparison import weighted as weighted_reports
from survey.reports.overview.tables import text_of
from survey.services.office import periods, plans
from survey.services.office.periods import Period
from survey.services.pages import before_after, communes, officer_page, weighted
from survey.services.pages.officer_page import Choices
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/so-sanh/truoc-sau")
@access(Role.VIEWER)
def compare_spans() -> ResponseReturnValue:
    if files.has_empty_arguments():
        return redirect(files.own_address())
    locale = current_locale()
    form = BeforeAfterForm(request.args, locale=locale)
    with database().read() as session:
        choices = _offer(session, form, locale)
        tasks = _tasks(session, choices.period.year, locale)
        form.offer_dimensions(_dimensions(session, locale))
        offered = _months(choices, locale)
        form.offer_spans(list(tasks.items()), offered, usual_month(offered, choices.period.year))
        if not form.validate():
            return render_template("officer/before_after.html", form=form, view=None, downloads={}), 422
        task = form.task.data
        found = before_after.build(
            session,
            store=runtime().instruments,
            unit_id=shown_unit(),
            since=periods.parse(form.since.data),
            months=int(form.months.data),
            filters=form.filters(),
            today=today(),
            dimension=Dimension(task.partition(":")[0]) if task else form.chosen_dimension,
        )
    view = before_after_reports.build(found, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.view.tables,
            lambda codes: reports.workbook(view.view, codes, locale=locale),
            unit=view.view.unit,
            period="-".join((translations(locale).gettext("truoc-sau"), form.since.data)),
            locale=locale,
        )
    return render_template(
        "officer/before_after.html",
        form=form,
        view=view.view,
        task=tasks.get(task, ""),
        downloads=files.table_addresses(view.view.tables),
    )


@officer_bp.get("/so-sanh/theo-ho-so")
@access(Role.VIEWER)
def compare_weighted() -> ResponseReturnValue:
    if files.has_empty_arguments():
        return redirect(files.own_address())
    locale = current_locale()
    form = DimensionChoiceForm(request.args, locale=locale)
    with database().read() as session:
        _offer(session, form, locale)
        form.offer_dimensions(_dimensions(session, locale))
        if not form.validate():
            return render_template("officer/weighted.html", form=form, view=None, downloads={}), 422
        found = weighted.build(
            session,
            store=runtime().instruments,
            unit_id=shown_unit(),
            period=form.chosen_period(),
            today=today(),
            dimension=form.chosen_dimension,
            past=form.filters().past,
            locale=locale,
        )
    made = weighted_reports.build(found, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            made.tables,
            lambda codes: reports.workbook(made.view, codes, locale=locale),
            unit=made.view.unit,
            period="-".join((translations(locale).gettext("theo-ho-so"), found.comparison.period.code)),
            locale=locale,
        )
    return render_template(
        "officer/weighted.html",
        form=form,
        view=made.view,
        warning=made.warning,
        downloads=files.table_addresses(made.tables),
    )


@officer_bp.get("/so-sanh/don-vi")
@access(Role.VIEWER)
def compare_units() -> ResponseReturnValue:
    if files.has_empty_arguments():
        return redirect(files.own_address())
    locale = current_locale()
    form = DimensionChoiceForm(request.args, locale=locale)
    with database().read() as session:
        _offer(session, form, locale)
        form.offer_dimensions(_dimensions(session, locale), all_of_them=False)
        if not form.validate():
            return render_template("officer/communes.html", form=form, view=None, downloads={}), 422
        found = communes.build(
            session,
            store=runtime().instruments,
            unit_id=shown_unit(),
            period=form.chosen_period(),
            dimension=form.chosen_dimension or Dimension.ACCESS,
            today=today(),
            past=form.filters().past,
        )
    view = communes_reports.build(found, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: communes_reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period="-".join((translations(locale).gettext("don-vi"), found.period.code)),
            locale=locale,
        )
    return render_template(
        "officer/communes.html", form=form, view=view, downloads=files.table_addresses(view.tables)
    )


def _offer(session: Session, form: DimensionChoiceForm, locale: str) -> Choices:
    choices = officer_page.choices(
        session, unit_id=shown_unit(), today=today(), locale=locale, officer_unit=the_officer().unit_id
    )
    form.offer(choices, filter_wording(choices.years, locale=locale))
    return choices


def _dimensions(session: Session, locale: str) -> list[tuple[str, str]]:
    instrument = runtime().instruments.current(session).instrument
    return [(one.code, text_of(one.name, locale)) for one in instrument.dimensions]


def _months(choices: Choices, locale: str) -> list[tuple[str, str]]:
    """Offer the months of every year with a plan that have begun, newest first."""
    every: list[Period] = [month for year in choices.years for month in reversed(periods.make(year).months())]
    return [
        (month.code, format_month(month.start, locale=locale)) for month in every if month.start <= today()
    ]


def usual_month(offered: Sequence[tuple[str, str]], year: int) -> str:
    """Begin with August, which has as many months on either side as are shown; before it, with the latest."""
    august = f"{year}-08"
    return august if not offered or august in dict(offered) else offered[0][0]


def _tasks(session: Session, year: int, locale: str) -> dict[str, str]:
    """List the tasks of the plan, each with the dimension that it is for."""
    plan = plans.find(session, unit_id=shown_unit(), year=year)
    if plan is None:
        return {}
    instrument = runtime().instruments.current(session).instrument
    names = {one.code: text_of(one.short, locale) for one in instrument.dimensions}
    return {
        f"{dimension.value}:{place}": f"{names[dimension.value]}: {task.short or task.text}"
        for dimension, goal in plan.goals.items()
        for place, task in enumerate(goal.tasks)
    }

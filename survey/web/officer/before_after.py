"""Before and after a measure of the plan: the same span of months on either side of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, runtime, today
from survey.enums import Dimension, Role
from survey.forms.comparison import BeforeAfterForm
from survey.i18n import format_month, translations
from survey.reports import comparison as reports
from survey.reports.comparison import before_after as before_after_reports
from survey.reports.words.names import text_of
from survey.services.office import periods, plans
from survey.services.office.periods import Period
from survey.services.pages import before_after
from survey.services.pages.officer_page import Choices
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, dimension_names, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/so-sanh/truoc-sau")
@access(Role.VIEWER)
@files.without_empty_fields
def compare_spans() -> ResponseReturnValue:
    locale = current_locale()
    form = BeforeAfterForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
        form.offer(choices, filter_wording(choices.years, locale=locale))
        tasks = _tasks(session, choices.period.year, locale)
        form.offer_dimensions(dimension_names(session))
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

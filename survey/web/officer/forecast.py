"""Where each index will end the year, and the chance of each goal."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, runtime, today
from survey.enums import Role
from survey.forms.forecast import ForecastForm
from survey.i18n import format_month
from survey.reports import forecast as reports
from survey.services.office import periods
from survey.services.office.periods import PeriodKind
from survey.services.pages import forecasts
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, shown_unit


@officer_bp.get("/du-bao")
@access(Role.VIEWER)
@files.without_empty_fields
def show_forecast() -> ResponseReturnValue:
    locale, unit_id = current_locale(), shown_unit()
    form = ForecastForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
        form.offer(choices.years, choices.period.year)
        if not form.validate():
            return render_template("officer/forecast.html", form=form, view=None, downloads={}), 422
        page = forecasts.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            year=form.chosen_year(),
            since=form.chosen_month(),
            today=today(),
        )
    months = [(month.code, format_month(month.start, locale=locale)) for month in page.months]
    seen_from = periods.containing(page.as_of, PeriodKind.MONTH).code if page.looks_back else ""
    form.offer_months(months, seen_from)
    view = reports.build(page, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period=f"{view.year}-{page.as_of:%m}",
            locale=locale,
        )
    return render_template(
        "officer/forecast.html", form=form, view=view, downloads=files.table_addresses(view.tables)
    )

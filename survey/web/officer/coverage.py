"""The ledger of coverage: from returned dossiers to sent answers."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, runtime, today
from survey.enums import Role
from survey.forms.quality import PeriodForm
from survey.reports import coverage as reports
from survey.services.pages import coverage as service
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/do-phu")
@access(Role.VIEWER)
@files.without_empty_fields
def coverage() -> ResponseReturnValue:
    locale, unit_id = current_locale(), shown_unit()
    form = PeriodForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
        form.offer(choices, filter_wording(choices.years, locale=locale).periods)
        if not form.validate():
            return render_template("officer/coverage.html", form=form, view=None), 422
        page = service.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            period=form.chosen_period(),
            desk_id=form.chosen_desk(),
            today=today(),
            locale=locale,
        )
    view = reports.build(page, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period=f"{form.chosen_period().code}-do-phu",
            locale=locale,
        )
    downloads = files.table_addresses(view.tables)
    return render_template("officer/coverage.html", form=form, view=view, downloads=downloads)

"""Where people stop: of each screen how many saw it, left there, and how long the others took."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database
from survey.enums import Role
from survey.forms.officer import FilterForm
from survey.i18n import translations
from survey.reports import stopping as reports
from survey.services.pages import stopping
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/dung-o-dau")
@access(Role.VIEWER)
@files.without_empty_fields
def where_people_stop() -> ResponseReturnValue:
    locale = current_locale()
    unit_id = shown_unit()
    with database().read() as session:
        choices = choices_of_shown(session)
        form = FilterForm(request.args, locale=locale)
        form.offer(choices, filter_wording(choices.years, locale=locale))
        if not form.validate():
            return render_template("officer/stopping.html", form=form, view=None, downloads={}), 422
        found = stopping.build(session, unit_id=unit_id, period=form.chosen_period(), filters=form.filters())
    view = reports.build(found, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period="-".join((translations(locale).gettext("dung-o-dau"), found.period.code)),
            locale=locale,
        )
    return render_template(
        "officer/stopping.html", form=form, view=view, downloads=files.table_addresses(view.tables)
    )

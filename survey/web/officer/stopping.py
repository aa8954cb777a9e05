"""Where people stop: of each screen how many saw it, left there, and how long the others took."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, the_officer, today
from survey.enums import Role
from survey.forms.officer import FilterForm
from survey.i18n import translations
from survey.reports import stopping as reports
from survey.services.pages import officer_page, stopping
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/dung-o-dau")
@access(Role.VIEWER)
def where_people_stop() -> ResponseReturnValue:
    if files.has_empty_arguments():
        return redirect(files.own_address())
    locale = current_locale()
    unit_id = shown_unit()
    with database().read() as session:
        choices = officer_page.choices(
            session, unit_id=unit_id, today=today(), locale=locale, officer_unit=the_officer().unit_id
        )
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

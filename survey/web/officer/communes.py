"""Units of one level beside each other, in a funnel: by name, never by rank."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, runtime, today
from survey.enums import Dimension, Role
from survey.forms.comparison import DimensionChoiceForm
from survey.i18n import translations
from survey.reports.comparison import communes as reports
from survey.services.pages import communes
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, dimension_names, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/so-sanh/don-vi")
@access(Role.VIEWER)
@files.without_empty_fields
def compare_units() -> ResponseReturnValue:
    locale = current_locale()
    form = DimensionChoiceForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
        form.offer(choices, filter_wording(choices.years, locale=locale))
        form.offer_dimensions(dimension_names(session), all_of_them=False)
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
    view = reports.build(found, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period="-".join((translations(locale).gettext("don-vi"), found.period.code)),
            locale=locale,
        )
    return render_template(
        "officer/communes.html", form=form, view=view, downloads=files.table_addresses(view.tables)
    )

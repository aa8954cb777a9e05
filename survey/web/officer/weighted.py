"""As people answered beside as dossiers were returned: what changes when fields count as their dossiers."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, runtime, today
from survey.enums import Role
from survey.forms.comparison import DimensionChoiceForm
from survey.i18n import translations
from survey.reports import comparison as reports
from survey.reports.comparison import weighted as weighted_reports
from survey.services.pages import weighted
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, dimension_names, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/so-sanh/theo-ho-so")
@access(Role.VIEWER)
@files.without_empty_fields
def compare_weighted() -> ResponseReturnValue:
    locale = current_locale()
    form = DimensionChoiceForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
        form.offer(choices, filter_wording(choices.years, locale=locale))
        form.offer_dimensions(dimension_names(session))
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

"""Groups of answers beside each other: what is surely different, and what only looks so."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.context import access, current_locale, database, runtime, today
from survey.enums import Role
from survey.forms.comparison import ComparisonForm
from survey.i18n import translations
from survey.reports import comparison as reports
from survey.reports.comparison.words import by_name, group_name
from survey.services.pages import comparison
from survey.services.pages.comparison import GROUPINGS, By
from survey.services.pages.officer_page import Choices
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, dimension_names, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/so-sanh")
@access(Role.VIEWER)
@files.without_empty_fields
def compare_groups() -> ResponseReturnValue:
    locale = current_locale()
    unit_id = shown_unit()
    with database().read() as session:
        choices = choices_of_shown(session)
        form = _form(session, choices, locale)
        if not form.validate():
            form.offer_rivals([])
            return render_template("officer/comparison.html", form=form, view=None, downloads={}), 422
        found = comparison.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            by=form.chosen_by,
            period=form.chosen_period(),
            filters=form.filters(),
            today=today(),
            dimension=form.chosen_dimension,
            against=form.against.data,
            locale=locale,
        )
    form.offer_rivals(
        [(group.key, group_name(group, found.by, locale=locale)) for group in found.groups if group.value]
    )
    view = reports.build(found, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period="-".join((translations(locale).gettext("so-sanh"), found.by.value, found.period.code)),
            locale=locale,
        )
    return render_template(
        "officer/comparison.html", form=form, view=view, downloads=files.table_addresses(view.tables)
    )


def _form(session: Session, choices: Choices, locale: str) -> ComparisonForm:
    form = ComparisonForm(request.args, locale=locale)
    form.offer(choices, filter_wording(choices.years, locale=locale))
    kinds = [(by.value, by_name(by, locale=locale)) for by in _kinds(choices)]
    form.offer_groups(kinds, dimension_names(session))
    return form


def _kinds(choices: Choices) -> list[By]:
    """Desks are compared where there are several; then they come first."""
    several = len(choices.desks) > 1
    return [by for by in GROUPINGS if several or by is not By.DESK]

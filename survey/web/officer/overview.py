"""The one page: where each of the five goals stands, month by month, and what would settle it."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, runtime, today
from survey.enums import Role
from survey.forms.officer import FilterForm
from survey.reports import overview as reports
from survey.reports.comparison.words import pointer_lines
from survey.reports.quality import day_lines, hanging_words
from survey.services.pages import officer_page, pointers
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, shown_unit
from survey.web.officer.wording import filter_wording


@officer_bp.get("/")
@access(Role.VIEWER)
@files.without_empty_fields
def overview() -> ResponseReturnValue:
    locale = current_locale()
    form = FilterForm(request.args, locale=locale)
    with database().read() as session:
        choices = choices_of_shown(session)
        form.offer(choices, filter_wording(choices.years, locale=locale))
        if not form.validate():
            return render_template("officer/overview.html", form=form, view=None, downloads={}), 422
        period, filters, unit_id = form.chosen_period(), form.filters(), shown_unit()
        page = officer_page.build(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            period=period,
            filters=filters,
            today=today(),
            locale=locale,
        )
        found = pointers.look(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            period=period,
            filters=filters,
            today=today(),
            locale=locale,
        )
    view = reports.build(page, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period=period.code,
            locale=locale,
        )
    downloads = files.table_addresses(view.tables)
    return render_template(
        "officer/overview.html",
        form=form,
        view=view,
        downloads=downloads,
        pointers=pointer_lines(found.groups, locale=locale),
        days=day_lines(found.days, locale=locale),
        hanging=hanging_words(
            found.hanging, {row.dimension: row.short for row in page.overview.rows}, locale=locale
        ),
    )

"""One dimension in depth: its questions, its months, who answered how, and what the plan does about it."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, runtime, today
from survey.enums import Dimension, Role
from survey.forms.officer import FilterForm
from survey.reports import dimension as reports
from survey.reports.comments.view import span_words
from survey.services.pages import dimension_page
from survey.services.remarks import comments
from survey.web.officer import files
from survey.web.officer.blueprint import officer_bp
from survey.web.officer.units import choices_of_shown, shown_unit
from survey.web.officer.wording import filter_wording

COMMENTS_SHOWN = 5


@officer_bp.get("/noi-dung/<code>")
@access(Role.VIEWER)
@files.without_empty_fields
def dimension(code: str) -> ResponseReturnValue:
    if code not in set(Dimension):
        abort(404)
    locale = current_locale()
    form = FilterForm(request.args, locale=locale)
    unit_id = shown_unit()
    with database().read() as session:
        choices = choices_of_shown(session)
        form.offer(choices, filter_wording(choices.years, locale=locale))
        if not form.validate():
            return render_template("officer/dimension.html", form=form, view=None, downloads={}), 422
        page = dimension_page.build_dimension(
            session,
            store=runtime().instruments,
            unit_id=unit_id,
            dimension=Dimension(code),
            period=form.chosen_period(),
            filters=form.filters(),
            today=today(),
            locale=locale,
        )
        written = comments.approved(
            session,
            unit_id=unit_id,
            dimension=Dimension(code),
            period=form.chosen_period(),
            desk_id=form.filters().desk_id,
            today=today(),
            most=COMMENTS_SHOWN,
        )
    view = reports.build(page, locale=locale)
    if files.asks_for_file():
        return files.tables_file(
            view.tables,
            lambda codes: reports.workbook(view, codes, locale=locale),
            unit=view.unit,
            period=f"{form.chosen_period().code}-{code}",
            locale=locale,
        )
    return render_template(
        "officer/dimension.html",
        form=form,
        view=view,
        downloads=files.table_addresses(view.tables),
        written=[(span_words(one.span, locale=locale), one) for one in written.lines],
        all_written=len(written.everything),
        addresses={other: files.own_address(code=other) for other, _name in view.others},
    )

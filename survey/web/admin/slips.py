"""The page of slips and posters. Its forms are answered by `kiosk.printing` with a PDF."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from survey.context import access, current_locale, database, settings, spoken, the_officer, today
from survey.enums import Role
from survey.forms import slips as slip_forms
from survey.services.https import addresses
from survey.services.inviting import slips
from survey.web.admin.blueprint import admin_bp


@admin_bp.get("/phieu-moi")
@access(Role.OFFICER)
def all_slips() -> ResponseReturnValue:
    with database().read() as session:
        page = slips.page(session, today=today(), unit_id=the_officer().unit_id)
    languages = [(code, spoken().name(code)) for code in spoken().codes]
    return render_template(
        "admin/slips.html",
        page=page,
        forms=slip_forms.fresh(page, languages, locale=current_locale(), today=today()),
        address=addresses.phone_url(settings()),
        is_island=not settings().is_public,
        address_problem=addresses.receipt_problem(settings()),
        stopped=False,
    )

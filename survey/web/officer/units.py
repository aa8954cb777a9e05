"""Which unit a page of officers shows: the own one or one below, and what may be asked of it."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request
from sqlalchemy.orm import Session

from survey.context import current_locale, runtime, the_officer, today
from survey.reports.words.names import text_of
from survey.services.pages import officer_page
from survey.services.pages.officer_page import Choices
from survey.web.officer.blueprint import officer_bp

UNIT, PAST = "unit", "past"
# Pages that show the unit of the address; every other one is about the officer's own.
_FOLLOWING = frozenset(
    f"officer.{name}"
    for name in (
        "overview",
        "dimension",
        "compare_groups",
        "compare_spans",
        "compare_weighted",
        "compare_units",
        "show_trends",
        "show_forecast",
        "coverage",
        "where_people_stop",
        "all_comments",
        "quality",
        "all_reports",
        "show_report",
        "report_file",
    )
)


def shown_unit() -> int:
    """Give the unit that the address asks for; `web.security` has refused one outside the officer's."""
    asked = request.args.get(UNIT)
    return int(asked) if asked else the_officer().unit_id


def is_own() -> bool:
    return shown_unit() == the_officer().unit_id


def choices_of_shown(session: Session) -> Choices:
    """Say what the filters of the shown unit offer to this officer."""
    return officer_page.choices(
        session,
        unit_id=shown_unit(),
        today=today(),
        locale=current_locale(),
        officer_unit=the_officer().unit_id,
    )


def dimension_names(session: Session) -> list[tuple[str, str]]:
    """List the dimensions asked today, each code with its name in the reader's language."""
    instrument = runtime().instruments.current(session).instrument
    return [(one.code, text_of(one.name, current_locale())) for one in instrument.dimensions]


@officer_bp.url_defaults
def keep_unit(endpoint: str, values: dict[str, Any]) -> None:
    """Stay at the unit when an officer goes on to another page."""
    if not has_request_context() or endpoint not in _FOLLOWING:
        return
    for name in (UNIT, PAST):
        if request.args.get(name) and name not in values:
            values[name] = request.args[name]

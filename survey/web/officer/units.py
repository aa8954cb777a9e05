"""Which unit a page of officers shows: the own one, or one below that the address names."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request

from survey.context import the_officer
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


@officer_bp.url_defaults
def keep_unit(endpoint: str, values: dict[str, Any]) -> None:
    """Stay at the unit when an officer goes on to another page."""
    if not has_request_context() or endpoint not in _FOLLOWING:
        return
    for name in (UNIT, PAST):
        if request.args.get(name) and name not in values:
            values[name] = request.args[name]

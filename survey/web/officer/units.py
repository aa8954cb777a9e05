"""Which unit a page of officers shows: the own one, or one below that the address names."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request

from survey.context import the_officer
from survey.web.officer.blueprint import officer_bp

UNIT, PAST = "unit", "past"


def shown_unit() -> int:
    """Give the unit that the address asks for; `web.security` has refused one outside the officer's."""
    asked = request.args.get(UNIT)
    return int(asked) if asked else the_officer().unit_id


def is_own() -> bool:
    return shown_unit() == the_officer().unit_id


@officer_bp.url_defaults
def keep_unit(_endpoint: str, values: dict[str, Any]) -> None:
    """Stay at the unit when an officer goes on to another page."""
    if not has_request_context():
        return
    for name in (UNIT, PAST):
        if request.args.get(name) and name not in values:
            values[name] = request.args[name]

"""Pages that set up: goals, units and desks, officers, kiosks, tokens, dossiers."""

from survey.web.admin import (
    accounts,
    api_tokens,
    calls,
    catalogue,
    dossiers,
    exports,
    first_run,
    goals,
    kiosks,
    languages,
    log,
    office_hours,
    paper_entry,
    places,
    report_settings,
    slips,
    units,
)
from survey.web.admin.blueprint import admin_bp

__all__ = [
    "accounts",
    "admin_bp",
    "api_tokens",
    "calls",
    "catalogue",
    "dossiers",
    "exports",
    "first_run",
    "goals",
    "kiosks",
    "languages",
    "log",
    "office_hours",
    "paper_entry",
    "places",
    "report_settings",
    "slips",
    "units",
]

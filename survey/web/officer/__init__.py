"""Pages of officers: where the five dimensions stand."""

from survey.web.officer import overview, reports
from survey.web.officer.blueprint import officer_bp

__all__ = ["officer_bp", "overview", "reports"]

"""Pages of officers: where the five dimensions stand, each of them in depth, and the report."""

from survey.web.officer import comments, comparison, dimension, overview, reports, stopping
from survey.web.officer.blueprint import officer_bp

__all__ = ["comments", "comparison", "dimension", "officer_bp", "overview", "reports", "stopping"]

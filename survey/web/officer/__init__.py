"""Pages of officers: where the five dimensions stand, each of them in depth, and the report."""

from survey.web.officer import (
    comments,
    comparison,
    comparison_more,
    coverage,
    dimension,
    forecast,
    overview,
    quality,
    reports,
    stopping,
    trends,
)
from survey.web.officer.blueprint import officer_bp

__all__ = [
    "comments",
    "comparison",
    "comparison_more",
    "coverage",
    "dimension",
    "forecast",
    "officer_bp",
    "overview",
    "quality",
    "reports",
    "stopping",
    "trends",
]

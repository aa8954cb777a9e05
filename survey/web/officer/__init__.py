"""Pages of officers: where the five dimensions stand, each of them in depth, and the report."""

from survey.web.officer import (
    before_after,
    comments,
    communes,
    comparison,
    coverage,
    dimension,
    forecast,
    overview,
    quality,
    reports,
    stopping,
    trends,
    weighted,
)
from survey.web.officer.blueprint import officer_bp

__all__ = [
    "before_after",
    "comments",
    "communes",
    "comparison",
    "coverage",
    "dimension",
    "forecast",
    "officer_bp",
    "overview",
    "quality",
    "reports",
    "stopping",
    "trends",
    "weighted",
]

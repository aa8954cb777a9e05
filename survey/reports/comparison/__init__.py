"""Groups beside each other, as the page and its files read."""

from survey.reports.comparison.view import ComparisonView, build, workbook

__all__ = ["ComparisonView", "build", "workbook"]

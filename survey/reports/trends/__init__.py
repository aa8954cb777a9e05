"""The page of trends in words, pictures and tables."""

from survey.reports.trends.view import TrendsView, build, workbook

__all__ = ["TrendsView", "build", "workbook"]

"""The one page of officers in words, pictures and tables."""

from survey.reports.overview.view import GoalLine, OverviewView, build
from survey.reports.overview.workbook import workbook

__all__ = ["GoalLine", "OverviewView", "build", "workbook"]

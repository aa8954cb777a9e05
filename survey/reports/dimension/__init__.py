"""The page of one dimension in words, pictures and tables."""

from survey.reports.dimension.view import DimensionView, build, workbook

__all__ = ["DimensionView", "build", "workbook"]

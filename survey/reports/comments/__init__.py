"""The comments of a period in words and tables."""

from survey.reports.comments.view import CommentsView, LineView, build, workbook

__all__ = ["CommentsView", "LineView", "build", "workbook"]

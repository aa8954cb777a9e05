"""Where people stop, as the page and its files read."""

from survey.reports.stopping.view import StoppingView, build, workbook

__all__ = ["StoppingView", "build", "workbook"]

"""The ledger of coverage in words, a picture and tables."""

from survey.reports.coverage.view import CoverageView, build, workbook

__all__ = ["CoverageView", "build", "workbook"]

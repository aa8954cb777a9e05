"""The panel of quality in words, pictures and tables."""

from survey.reports.quality.view import QualityView, build, day_lines, hanging_words, workbook

__all__ = ["QualityView", "build", "day_lines", "hanging_words", "workbook"]

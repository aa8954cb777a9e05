"""The page of forecasts in words, pictures and tables."""

from survey.reports.forecast.view import ForecastView, build, workbook

__all__ = ["ForecastView", "build", "workbook"]

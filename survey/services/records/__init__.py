"""Periods that are over: their record and their reports."""

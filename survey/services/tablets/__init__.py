"""Tablets: their keys, their health, calls to one, what a broken one still holds."""

"""Figures of a unit and what may be shown of them."""

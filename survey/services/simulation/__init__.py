"""A simulated year of one commune."""

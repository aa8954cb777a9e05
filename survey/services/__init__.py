"""Use cases: session first, keyword arguments, domain errors; an edge opens and commits the unit of work."""

"""Reads: session in, rows or sums out; no writes and no wording."""

"""Argument checks shared by the package: every refusal names the value and what is allowed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeGuard

import numpy as np


class AnalysisError(ValueError):
    """Input that the package refuses; the message names the value and what is allowed."""


def check_choice(name: str, value: str, allowed: Iterable[str]) -> str:
    """Return ``value`` when it is one of ``allowed``, else raise :class:`AnalysisError`."""
    options = tuple(allowed)
    if value not in options:
        raise AnalysisError(f"{name} is {value!r}; allowed: {', '.join(options)}")
    return value


def check_whole(name: str, value: object, *, minimum: int = 0) -> int:
    """Return ``value`` as an ``int`` when it is a whole number from ``minimum``, else raise."""
    if is_number(value) and math.isfinite(value):
        whole = int(value)
        if whole == value and whole >= minimum:
            return whole
    raise AnalysisError(f"{name} is {value!r}; allowed: a whole number from {minimum}")


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a real number of Python or numpy, and no truth value."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def check_counts(x: object, n: object, *, minimum: int = 0) -> tuple[int, int]:
    """Return ``x`` of ``n`` as whole numbers with 0 ≤ x ≤ n and n ≥ ``minimum``, else raise."""
    whole_n = check_whole("n", n, minimum=minimum)
    whole_x = check_whole("x", x)
    if whole_x > whole_n:
        raise AnalysisError(f"x is {x!r} of n {n!r}; allowed: 0 to n")
    return whole_x, whole_n


def check_share(name: str, value: object, *, open_ends: bool = False) -> float:
    """Return a share between 0 and 1 as ``float`` (the ends only unless ``open_ends``), else raise."""
    if is_number(value):
        share = float(value)
        if (0 < share < 1) if open_ends else (0 <= share <= 1):
            return share
    bounds = "above 0 and below 1" if open_ends else "0 to 1"
    raise AnalysisError(f"{name} is {value!r}; allowed: a share, {bounds}")


def check_level(level: object, *, name: str = "level") -> float:
    """Return a confidence level strictly between 0 and 1, else raise."""
    return check_share(name, level, open_ends=True)


def check_positive(name: str, value: object) -> float:
    """Return a finite number above 0 as ``float``, else raise."""
    if is_number(value):
        size = float(value)
        if size > 0 and math.isfinite(size):
            return size
    raise AnalysisError(f"{name} is {value!r}; allowed: a finite number above 0")

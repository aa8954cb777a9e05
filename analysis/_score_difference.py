"""Score statistic of a difference of two shares, and the limits that follow from it.

The likelihood is maximised in closed form and the limits are found by halving, so that groups at 0 and
100 % need no special case beyond the one written out in :func:`score_statistic`.
"""

from __future__ import annotations

import math
from collections.abc import Callable


def restricted_shares(x1: int, n1: int, x2: int, n2: int, difference: float) -> tuple[float, float]:
    """Most likely pair of shares whose difference is ``difference``.

    Closed-form root of the cubic likelihood equation, Miettinen and Nurminen (1985), appendix I.
    """
    total, hits = n1 + n2, x1 + x2
    l3 = float(total)
    l2 = (n1 + 2 * n2) * difference - total - hits
    l1 = (n2 * difference - total - 2 * x2) * difference + hits
    l0 = x2 * difference * (1 - difference)
    c = l2**3 / (27 * l3**3) - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
    b = math.copysign(math.sqrt(max(l2**2 / (9 * l3**2) - l1 / (3 * l3), 0.0)), c)
    # |c / b³| may pass 1 by rounding; b = 0 is the triple root.
    angle = math.acos(min(max(c / b**3, -1.0), 1.0)) if b else 0.0
    root = 2 * b * math.cos((math.pi + angle) / 3) - l2 / (3 * l3)
    p2 = min(max(root, 0.0, -difference), 1.0, 1.0 - difference)
    return p2 + difference, p2


def score_statistic(x1: int, n1: int, x2: int, n2: int, difference: float, factor: float) -> float:
    """Score statistic of the hypothesis p1 − p2 = ``difference``, with the variance times ``factor``.

    At the ends of the scale the variance is 0: a hypothesis that fits exactly scores 0, any other one
    is refuted without bound.
    """
    p1, p2 = restricted_shares(x1, n1, x2, n2, difference)
    variance = factor * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    distance = x1 / n1 - x2 / n2 - difference
    if variance > 0:
        return distance / math.sqrt(variance)
    return math.copysign(math.inf, distance) if distance else 0.0


def _boundary(inside: float, outside: float, accepts: Callable[[float], bool]) -> float:
    """Last accepted point between an accepted and a farther point, by halving."""
    if accepts(outside):
        return outside
    while abs(outside - inside) > 1e-14:
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        if accepts(middle):
            inside = middle
        else:
            outside = middle
    return inside


def score_limits(
    x1: int, n1: int, x2: int, n2: int, *, quantile: float, factor: float
) -> tuple[float, float]:
    """All differences whose score statistic stays within ``quantile``."""

    def accepts(difference: float) -> bool:
        return abs(score_statistic(x1, n1, x2, n2, difference, factor)) <= quantile

    estimate = x1 / n1 - x2 / n2
    return _boundary(estimate, -1.0, accepts), _boundary(estimate, 1.0, accepts)

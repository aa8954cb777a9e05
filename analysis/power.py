"""How likely a number of answers shows that a threshold is met: exact, without an approximation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from analysis._validation import AnalysisError, check_choice, check_level, check_share
from analysis.proportions import normal_quantile
from analysis.sample_size import for_threshold

# Above this many persons the search stops: one commune, or one province, never has more answers.
LARGEST: Final = 2_000_000


def threshold_power(
    n: np.ndarray, *, expected: float, threshold: float, alpha: float = 0.05, rule: str = "exact"
) -> np.ndarray:
    r"""Chance that ``n`` independent answers show an index above a threshold, by summing the binomial.

    Parameters
    ----------
    n
        Persons, whole numbers of any shape.
    expected, threshold, alpha
        As for :func:`analysis.sample_size.for_threshold`.
    rule
        ``exact``: "met" when P(X ≥ x) ≤ α at the threshold (Clopper and Pearson's lower limit reaches it);
        ``wilson``: "met" when Wilson's one-sided lower limit lies above it.

    Returns
    -------
    numpy.ndarray
        Power, 0–1, of the shape of ``n``. It is a saw: one answer more may lower it a little.

    Raises
    ------
    AnalysisError
        A value outside its range, or an unknown rule.

    References
    ----------
    A. Agresti, Categorical Data Analysis, 3rd ed. (2013), section 1.4.4.

    Examples
    --------
    >>> power = threshold_power(np.array([264, 281]), expected=0.9, threshold=0.85, rule="wilson")
    >>> [round(value, 3) for value in power.tolist()]
    [0.802, 0.811]
    """
    check_share("expected", expected)
    check_share("threshold", threshold, open_ends=True)
    check_level(alpha, name="alpha")
    fewest = _RULES[check_choice("rule", rule, tuple(_RULES))]
    n = np.asarray(n)
    return np.asarray(scipy.stats.binom.sf(fewest(n, threshold, alpha) - 1, n, expected))


def _fewest_exact(n: np.ndarray, threshold: float, alpha: float) -> np.ndarray:
    # The quantile is the smallest k with P(X ≤ k) ≥ 1 − α, so from k + 1 up the tail is at most α.
    return np.asarray(scipy.stats.binom.ppf(1 - alpha, n, threshold)) + 1


def _fewest_wilson(n: np.ndarray, threshold: float, alpha: float) -> np.ndarray:
    # Wilson's lower limit passes T exactly where x/n − T passes z √(T(1 − T)/n).
    z = normal_quantile(1 - alpha)
    return np.floor(n * threshold + z * np.sqrt(n * threshold * (1 - threshold)) + 1e-9) + 1


_RULES: Final[dict[str, Callable[[np.ndarray, float, float], np.ndarray]]] = {
    "exact": _fewest_exact,
    "wilson": _fewest_wilson,
}


@dataclass(frozen=True, slots=True)
class ExactSize:
    """Smallest ``n`` that has the power, its power, and the ``n`` from which it is never lost again."""

    first: int
    power_at_first: float
    stays: int
    rule: str


def exact_for_threshold(
    expected: float, threshold: float, *, alpha: float = 0.05, power: float = 0.80, rule: str = "exact"
) -> ExactSize:
    """Answers needed for a threshold without an approximation (:func:`threshold_power`).

    Parameters
    ----------
    expected, threshold, alpha, power
        As for :func:`analysis.sample_size.for_threshold`; ``expected`` must lie above ``threshold``.
    rule
        As for :func:`threshold_power`.

    Returns
    -------
    ExactSize
        ``stays`` is searched up to twice the size at which even a saw tooth cannot fall below ``power``.

    Raises
    ------
    AnalysisError
        A value outside its range, ``expected`` not above ``threshold``, or more than two million persons.

    References
    ----------
    A. Agresti, Categorical Data Analysis, 3rd ed. (2013), section 1.4.4.

    Examples
    --------
    >>> found = exact_for_threshold(0.9, 0.85)
    >>> found.first, found.stays
    (281, 304)
    """
    needed = for_threshold(expected, threshold, alpha=alpha, power=power).needed
    # The teeth of the saw are one answer wide: their depth in n is about 1/(p − T) answers on each side.
    horizon = 2 * (needed + 10 / max(expected - threshold, 1e-300)) + 50
    if not horizon <= LARGEST:
        raise AnalysisError(
            f"expected {expected!r} against threshold {threshold!r} needs about {needed:.0f} persons; "
            f"allowed: an index above the threshold that {LARGEST} persons can show"
        )
    n = np.arange(1, math.ceil(horizon) + 1)
    reached = threshold_power(n, expected=expected, threshold=threshold, alpha=alpha, rule=rule)
    enough = reached >= power
    first = int(np.argmax(enough))
    failures = n[~enough]
    stays = int(failures[-1]) + 1 if failures.size else 1
    return ExactSize(int(n[first]), float(reached[first]), stays, rule)

"""Implausible units: more answers than dossiers, too perfect a score, channels far apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from analysis._validation import check_counts, check_level, check_positive, check_whole
from analysis.compare import difference

INFLATION_PROBABILITY: Final = 1e-3
GAP: Final = 0.10
GAP_LOWER_LIMIT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Inflation:
    """Whether n answers without one dissatisfied are believable among peers.

    ``probability`` is that of n satisfied of n under the peers' beta-binomial distribution.
    """

    n: int
    satisfied: int
    probability: float
    flagged: bool


def check_inflation(
    satisfied: int, n: int, *, alpha: float, beta: float, limit: float = INFLATION_PROBABILITY
) -> Inflation:
    r"""Ask whether a perfect score could happen to an ordinary unit among its peers.

    .. math:: P(X = n) = B(n + \alpha, \beta) / B(\alpha, \beta)

    Parameters
    ----------
    satisfied, n
        Satisfied answers and all valid answers.
    alpha, beta
        The peers' distribution of true shares (:func:`analysis.communes.fit_beta_binomial`), fitted without
        the unit in question.
    limit
        Probability below which a perfect score is flagged.

    Examples
    --------
    >>> [check_inflation(n, n, alpha=74.8, beta=9.6).flagged for n in (20, 400)]
    [False, True]
    """
    yes, size = check_counts(satisfied, n)
    check_positive("alpha", alpha)
    check_positive("beta", beta)
    probability = float(np.exp(scipy.special.betaln(size + alpha, beta) - scipy.special.betaln(alpha, beta)))
    return Inflation(
        size, yes, probability, flagged=yes == size > 0 and probability < check_level(limit, name="limit")
    )


@dataclass(frozen=True, slots=True)
class Excess:
    """A period or cell with more answers than dossiers handed over: an error in one of the two."""

    key: str
    answers: int
    dossiers: int


def find_excess(answers: Mapping[str, int], dossiers: Mapping[str, int]) -> tuple[Excess, ...]:
    """Cells with more answers than dossiers; a cell that ``dossiers`` does not know is not judged.

    Examples
    --------
    >>> find_excess({"2026-03-02": 31, "2026-03-03": 12}, {"2026-03-02": 25, "2026-03-03": 40})
    (Excess(key='2026-03-02', answers=31, dossiers=25),)
    """
    return tuple(
        Excess(key, count, dossiers[key])
        for key, count in answers.items()
        if key in dossiers and check_whole(key, count) > check_whole(key, dossiers[key])
    )


@dataclass(frozen=True, slots=True)
class ModeGap:
    """How far the assisted channel lies above the unassisted one, with Miettinen–Nurminen limits."""

    assisted: int
    assisted_n: int
    unassisted: int
    unassisted_n: int
    gap: float
    lower: float
    upper: float
    flagged: bool


def check_mode_gap(
    assisted: int, assisted_n: int, unassisted: int, unassisted_n: int, *, level: float = 0.95
) -> ModeGap:
    """Compare answers given with staff at hand (paper, assisted entry) with those given alone (phone).

    Flagged when the gap is above 10 points and its lower limit above 5: answers may have been coached. It may
    also be another public: look at both channels within one field first.

    Parameters
    ----------
    assisted, assisted_n
        Satisfied and valid answers with staff at hand.
    unassisted, unassisted_n
        Satisfied and valid answers given alone.
    level
        Two-sided confidence level.

    Raises
    ------
    AnalysisError
        If a channel has no answer.

    References
    ----------
    O. Miettinen, M. Nurminen, Statistics in Medicine 4 (1985) 213–226.

    Examples
    --------
    >>> check_mode_gap(196, 200, 160, 200).flagged, check_mode_gap(184, 200, 166, 200).flagged
    (True, False)
    """
    found = difference(
        assisted, assisted_n, unassisted, unassisted_n, level=level, method="miettinen_nurminen"
    )
    return ModeGap(
        assisted=assisted,
        assisted_n=assisted_n,
        unassisted=unassisted,
        unassisted_n=unassisted_n,
        gap=found.estimate,
        lower=found.lower,
        upper=found.upper,
        flagged=is_coached(found.estimate, found.lower),
    )


def is_coached(gap: float, lower: float) -> bool:
    """Whether answers with staff at hand lie so far and so surely above those given alone.

    Examples
    --------
    >>> is_coached(0.12, 0.06), is_coached(0.12, 0.04), is_coached(0.09, 0.06)
    (True, False, False)
    """
    return gap > GAP and lower > GAP_LOWER_LIMIT

"""Ranks as confidence sets: how little the order of communes is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError, check_level, check_whole

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RankSets:
    """Rank of each commune (1 is the highest) and the ranks that the data do not rule out."""

    ranks: tuple[int, ...]
    lowest: tuple[int, ...]
    highest: tuple[int, ...]
    level: float
    method: str


def rank_sets(
    estimates: Sequence[float] | np.ndarray,
    standard_errors: Sequence[float] | np.ndarray,
    *,
    level: float = 0.95,
    simultaneous: bool = False,
    draws: int = 20_000,
    seed: int = 1,
) -> RankSets:
    r"""Confidence sets for the ranks of independent estimates.

    Commune j is surely behind as many others as lie significantly above it, and surely ahead of as many
    as lie significantly below. The differences are tested together: the critical value is a quantile of
    :math:`\max |Z_a - Z_b| / \sqrt{s_a^2 + s_b^2}` over the pairs in question, from ``draws`` normal draws,
    and is found again without the pairs already decided until none is added (step-down).

    Parameters
    ----------
    estimates, standard_errors
        One of each for a commune, shape (K,).
    level
        Coverage of each set by itself, or of all sets together.
    simultaneous
        True for sets that hold for all communes at once.
    draws, seed
        Monte Carlo draws and the seed of their generator; sets may differ by one rank between seeds.

    Raises
    ------
    AnalysisError
        If shapes differ, an estimate is undefined, or a standard error is not above 0.

    References
    ----------
    M. Mogstad, J. P. Romano, A. Shaikh, D. Wilhelm, Rev. Econ. Stud. 91 (2024) 476–518.

    Examples
    --------
    >>> found = rank_sets([0.95, 0.90, 0.70], [0.01, 0.03, 0.02])
    >>> found.ranks, found.lowest, found.highest
    ((1, 2, 3), (1, 1, 3), (2, 2, 3))
    """
    values, errors = np.asarray(estimates, dtype=float), np.asarray(standard_errors, dtype=float)
    if values.shape != errors.shape or values.ndim != 1 or not len(values):
        raise AnalysisError(
            f"estimates, errors have shapes {values.shape}, {errors.shape}; allowed: one (K,)"
        )
    if not (np.isfinite(values).all() and np.isfinite(errors).all() and (errors > 0.0).all()):
        raise AnalysisError(
            "an estimate is undefined or a standard error is not above 0; allowed: numbers, above 0"
        )
    check_level(level)
    noise = np.random.default_rng(seed).standard_normal((check_whole("draws", draws, minimum=1), len(values)))
    noise *= errors
    spread = np.sqrt(errors[:, np.newaxis] ** 2 + errors**2)
    scaled = (values[:, np.newaxis] - values) / spread
    count = len(values)
    if simultaneous:
        above = _significantly_above(scaled, spread, noise, ~np.eye(count, dtype=bool), level)
        behind, ahead = above.sum(axis=0), above.sum(axis=1)
    else:
        behind, ahead = np.zeros(count, dtype=int), np.zeros(count, dtype=int)
        for j in range(count):
            pairs = np.zeros((count, count), dtype=bool)
            pairs[j, :] = pairs[:, j] = True
            pairs[j, j] = False
            above = _significantly_above(scaled, spread, noise, pairs, level)
            behind[j], ahead[j] = above[:, j].sum(), above[j, :].sum()
    return RankSets(
        ranks=tuple((1 + (values[:, np.newaxis] < values).sum(axis=1)).tolist()),
        lowest=tuple((1 + behind).tolist()),
        highest=tuple((count - ahead).tolist()),
        level=level,
        method="simultaneous" if simultaneous else "marginal",
    )


def _significantly_above(
    scaled: np.ndarray, spread: np.ndarray, noise: np.ndarray, pairs: Bools, level: float
) -> Bools:
    """Ordered pairs (a, b) of ``pairs`` with a significantly above b, by step-down."""
    above = np.zeros_like(pairs)
    open_pairs = pairs
    while open_pairs.any():
        critical = float(np.quantile(_largest_difference(noise, spread, open_pairs), level))
        decided = open_pairs & (scaled > critical)
        if not decided.any():
            break
        above |= decided
        open_pairs = open_pairs & ~decided
    return above


def _largest_difference(noise: np.ndarray, spread: np.ndarray, pairs: Bools) -> np.ndarray:
    """Largest scaled difference of each draw over ``pairs``, one commune at a time to save memory."""
    largest = np.full(len(noise), -np.inf)
    for first in np.flatnonzero(pairs.any(axis=1)):
        second = np.flatnonzero(pairs[first])
        differences = (noise[:, [first]] - noise[:, second]) / spread[first, second]
        np.maximum(largest, differences.max(axis=1), out=largest)
    return largest

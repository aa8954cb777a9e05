"""Margins for weighting: the category of each answer, and the dossiers of each category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError, check_whole

# Their population is not known, so weighting by them would move the index for no reason.
RESPONSE_MODES: Final = frozenset({"mode", "response_mode", "form", "device", "kiosk", "trust_class"})

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Margin:
    """One known split of the dossiers.

    Attributes
    ----------
    name
        What splits them: ``field``, ``channel``. The response mode is refused.
    codes
        Category 0 … G − 1 of each answer, shape (persons,).
    totals
        Dossiers of each category, from 0, shape (G,).

    Raises
    ------
    AnalysisError
        If the name is a response mode, a code is outside the categories, or a total is negative.

    Examples
    --------
    >>> Margin("mode", np.array([0, 1]), np.array([10.0, 20.0]))
    Traceback (most recent call last):
        ...
    analysis._validation.AnalysisError: margin is 'mode', a response mode; allowed: field, filing channel
    """

    name: str
    codes: Codes
    totals: Floats

    def __post_init__(self) -> None:
        if self.name in RESPONSE_MODES:
            raise AnalysisError(f"margin is {self.name!r}, a response mode; allowed: field, filing channel")
        totals = np.asarray(self.totals, np.float64)
        if totals.ndim != 1 or not (np.isfinite(totals) & (totals >= 0.0)).all() or not totals.sum() > 0.0:
            raise AnalysisError(
                f"dossiers of {self.name} are {totals.tolist()}; allowed: numbers from 0, not all 0"
            )
        codes = check_codes(self.name, self.codes, len(self.codes))
        if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < len(totals):
            raise AnalysisError(
                f"codes of {self.name} reach from {codes.min()} to {codes.max()}; "
                f"allowed: 0 to {len(totals) - 1}"
            )
        # A frozen dataclass sets its cleaned fields through object, once, here.
        object.__setattr__(self, "codes", codes)
        object.__setattr__(self, "totals", totals)

    def check_answered(self) -> None:
        """Raise when a category has dossiers and no answer, or answers and no dossier."""
        answers = np.bincount(self.codes, minlength=len(self.totals))
        for wrong, what in (
            ((answers == 0) & (self.totals > 0.0), "dossiers but no answer; allowed: merge it with another"),
            ((answers > 0) & (self.totals == 0.0), "answers but no dossier; allowed: correct the counts"),
        ):
            if wrong.any():
                raise AnalysisError(f"category {int(np.flatnonzero(wrong)[0])} of {self.name} has {what}")

    def factors(self, weights: Floats) -> Floats:
        """What the weights of each category have to be multiplied by to meet its dossiers, shape (G,)."""
        fitted = np.bincount(self.codes, weights=weights, minlength=len(self.totals))
        found: Floats = np.divide(self.totals, fitted, out=np.ones_like(fitted), where=fitted > 0.0)
        return found

    def error(self, weights: Floats) -> float:
        """Largest relative difference between the weights of a category and its dossiers."""
        fitted = np.bincount(self.codes, weights=weights, minlength=len(self.totals))
        known = self.totals > 0.0
        return float(np.abs(fitted[known] / self.totals[known] - 1.0).max())


def check_codes(name: str, codes: npt.ArrayLike, persons: int) -> Codes:
    """Return codes as whole numbers, one for each of ``persons``; raise otherwise."""
    array = np.asarray(codes)
    if array.shape != (persons,) or (persons and array.dtype.kind not in "iu"):
        raise AnalysisError(
            f"codes of {name} are {array.dtype} of shape {array.shape}; allowed: {persons} whole numbers"
        )
    return array.astype(np.int64, copy=False)


def merge_small_categories(margin: Margin, *, minimum: int) -> tuple[Margin, tuple[str, ...]]:
    """Merge categories with fewer than ``minimum`` answers with a neighbour until none is left.

    The smallest goes first, into its smaller neighbour; order the categories so that neighbours are alike.
    A single category is left as it is.

    Returns
    -------
    margin, merged
        The margin with merged categories, and a text such as ``field:1+2`` for each merge group.

    Examples
    --------
    >>> margin = Margin("field", np.repeat([0, 1, 2], [50, 4, 30]), np.array([100.0, 20.0, 60.0]))
    >>> merged, groups = merge_small_categories(margin, minimum=20)
    >>> merged.totals.tolist(), groups
    ([100.0, 80.0], ('field:1+2',))
    """
    check_whole("minimum", minimum, minimum=1)
    answers = np.bincount(margin.codes, minlength=len(margin.totals))
    groups = [[category] for category in range(len(answers))]

    def size(group: list[int]) -> int:
        return int(answers[group].sum())

    while len(groups) > 1 and min(map(size, groups)) < minimum:
        smallest = min(range(len(groups)), key=lambda place: size(groups[place]))
        neighbours = [place for place in (smallest - 1, smallest + 1) if 0 <= place < len(groups)]
        other = min(neighbours, key=lambda place: size(groups[place]))
        first, second = sorted((smallest, other))
        groups[first : second + 1] = [groups[first] + groups[second]]
    place_of = np.empty(len(answers), np.int64)
    for place, group in enumerate(groups):
        place_of[group] = place
    totals = np.array([margin.totals[group].sum() for group in groups])
    names = tuple(f"{margin.name}:{'+'.join(map(str, group))}" for group in groups if len(group) > 1)
    return Margin(margin.name, place_of[margin.codes], totals), names

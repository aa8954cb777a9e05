"""Indices of one shape computed together: their values, and their derivatives by the totals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from analysis.index import Target

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Targets whose ratios are built alike, so that one formula serves them all.

    Attributes
    ----------
    places
        Positions of the targets among those asked for.
    coordinates
        Coordinates of each target, shape (targets, k).
    weights
        Weight of each ratio, shape (ratios, 1).
    part_for, part_against
        1 where a coordinate counts for or against a ratio, shape (ratios, k).
    """

    places: tuple[int, ...]
    coordinates: Integers
    weights: Floats
    part_for: Floats
    part_against: Floats

    def index_and_gradient(self, totals: Floats) -> tuple[Floats, Floats]:
        r"""Value of each index, and its derivative by each of its coordinates.

        An index is the weighted mean of ratios p = F/(F + A) of the totals that count for and against. By a
        coordinate that counts for it the derivative of a ratio is A/(F + A)², by one against −F/(F + A)²
        (Taylor linearisation: Särndal, Swensson and Wretman 1992, section 5.5).

        Parameters
        ----------
        totals
            Weighted totals of all coordinates, shape (coordinates of the layout, domains).

        Returns
        -------
        index, gradient
            Shapes (targets, domains) and (targets, k, domains); ``nan`` where a ratio has no answer.
        """
        own = totals[self.coordinates]
        in_favour, against = self.part_for @ own, self.part_against @ own
        whole = in_favour + against
        with np.errstate(invalid="ignore", divide="ignore"):
            index = (self.weights * (in_favour / whole)).sum(axis=1)
            scale = self.weights / whole / whole
            gradient = self.part_for.T @ (scale * against) - self.part_against.T @ (scale * in_favour)
        # Weights such as 1/15 need not add up to exactly 1; 100 % must be exactly 100 %.
        whole_mark = np.isfinite(index) & ~against.any(axis=1)
        return np.where(whole_mark, 1.0, index), gradient


@cache
def batches(targets: tuple[Target, ...]) -> tuple[Batch, ...]:
    """Batches that together hold every target once."""
    by_shape: defaultdict[object, list[int]] = defaultdict(list)
    for place, target in enumerate(targets):
        by_shape[target.shape()].append(place)
    return tuple(_batch(targets, tuple(places)) for places in by_shape.values())


def _batch(targets: tuple[Target, ...], places: tuple[int, ...]) -> Batch:
    first = targets[places[0]]
    part_for = np.zeros((len(first.ratios), len(first.coordinates)))
    part_against = np.zeros_like(part_for)
    for number, (_, in_favour, against) in enumerate(first.shape()):
        part_for[number, list(in_favour)] = 1
        part_against[number, list(against)] = 1
    return Batch(
        places=places,
        coordinates=np.array([targets[place].coordinates for place in places]),
        weights=np.array([[ratio.weight] for ratio in first.ratios]),
        part_for=part_for,
        part_against=part_against,
    )

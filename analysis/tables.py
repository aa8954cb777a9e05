"""A table of ratings in memory: one row a person, checked once, for any survey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError
from analysis.calibration import Calibration
from analysis.layout import Layout
from analysis.scale import check_levels


@dataclass(frozen=True, slots=True)
class RatingTable:
    """Ratings with the weight, stratum and cluster of each person: the full file.

    Attributes
    ----------
    layout
        Dimensions and items.
    levels
        Stored codes 0–6 (:mod:`analysis.scale`), shape (persons, items).
    weights
        Weight of each person in each dimension, from 0, shape (persons, D). A weight of 0 takes the
        person's answers to that dimension out of the domain, not out of the file.
    stratum
        Whole numbers, shape (persons,).
    cluster
        Whole numbers, unique within the stratum, shape (persons,).
    cluster_population, person_population
        Clusters and persons that the stratum of each row has in the population, shape (persons,), for a
        true random draw; infinite where there is no finite population correction. Volunteers are no random
        draw: a correction would narrow their interval around a bias that stays.
    calibration
        Where the weights were fitted to margins: both variances are then those of the residuals.

    Raises
    ------
    AnalysisError
        Shapes that do not fit, a level outside 0–6, or a weight that is negative or not finite.

    Examples
    --------
    >>> layout = Layout(dimensions=(("staff", ("C1", "C2")),))
    >>> table = RatingTable.of(layout, [[5, 3], [4, 0]])
    >>> table.weights.tolist(), table.cluster.tolist()
    ([[1.0], [1.0]], [0, 1])
    """

    layout: Layout
    levels: npt.NDArray[np.uint8]
    weights: npt.NDArray[np.float64]
    stratum: npt.NDArray[np.int64]
    cluster: npt.NDArray[np.int64]
    cluster_population: npt.NDArray[np.float64]
    person_population: npt.NDArray[np.float64]
    calibration: Calibration | None = None

    @classmethod
    def of(
        cls,
        layout: Layout,
        levels: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        stratum: npt.ArrayLike | None = None,
        cluster: npt.ArrayLike | None = None,
        cluster_population: npt.ArrayLike | None = None,
        person_population: npt.ArrayLike | None = None,
        calibration: Calibration | None = None,
    ) -> RatingTable:
        """Build a table; without a weight all count 1, without a stratum there is one, and without a cluster
        each person is one.

        ``weights`` may be one number a person, for all dimensions, or one for each dimension.
        """
        codes = check_levels(levels, len(layout.items))
        n = len(codes)
        weight = np.ones(n) if weights is None else np.asarray(weights, np.float64)
        if weight.shape == (n,):
            weight = np.repeat(weight[:, None], len(layout.sizes), axis=1)
        if weight.shape != (n, len(layout.sizes)):
            allowed = f"({n},) or ({n}, {len(layout.sizes)})"
            raise AnalysisError(f"weights have shape {weight.shape}; allowed: {allowed}")
        wrong = ~(np.isfinite(weight) & (weight >= 0))
        if wrong.any():
            row, column = (int(place[0]) for place in np.nonzero(wrong))
            raise AnalysisError(
                f"weight {weight[row, column]} in row {row}, dimension {layout.dimension_names[column]}; "
                "allowed: finite numbers from 0"
            )
        if calibration is not None and len(calibration.weights) != n:
            raise AnalysisError(f"calibration has {len(calibration.weights)} rows; allowed: {n}")
        return cls(
            layout,
            codes,
            weight,
            _whole("stratum", np.zeros(n, np.int64) if stratum is None else stratum, n),
            _whole("cluster", np.arange(n) if cluster is None else cluster, n),
            _population("cluster_population", cluster_population, n),
            _population("person_population", person_population, n),
            calibration,
        )


def _whole(name: str, values: npt.ArrayLike, length: int) -> npt.NDArray[np.int64]:
    array = np.asarray(values)
    if array.shape != (length,) or (length and array.dtype.kind not in "iu"):
        raise AnalysisError(
            f"{name} is {array.dtype} of shape {array.shape}; allowed: {length} whole numbers"
        )
    return array.astype(np.int64)


def _population(name: str, values: npt.ArrayLike | None, length: int) -> npt.NDArray[np.float64]:
    array = np.full(length, np.inf) if values is None else np.asarray(values, np.float64)
    if array.shape != (length,) or not (array > 0).all():
        raise AnalysisError(f"{name} has shape {array.shape}; allowed: {length} numbers above 0")
    return array

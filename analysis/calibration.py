"""What weights fitted to known counts do to the variance: only what the margins do not explain remains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError
from analysis.weight_margins import Margin

Floats = npt.NDArray[np.float64]

_MOST_SWEEPS: Final = 500
_SETTLED: Final = 1e-14


@dataclass(frozen=True, slots=True)
class Calibration:
    """Margins that the weights of a whole file were fitted to, with those weights.

    Attributes
    ----------
    margins
        One for post-stratification, several for raking; codes of every row of the file.
    weights
        Weights after the fit, shape (rows,), above 0.

    Raises
    ------
    AnalysisError
        No margin, codes of another length than the weights, or a weight that is not above 0.

    Examples
    --------
    >>> field = Margin("field", np.array([0, 0, 1]), np.array([10.0, 20.0]))
    >>> Calibration((field,), np.array([5.0, 5.0, 20.0])).residuals(np.array([5.0, 0.0, 20.0])).tolist()
    [2.5, -2.5, 0.0]
    """

    margins: tuple[Margin, ...]
    weights: Floats

    def __post_init__(self) -> None:
        if not self.margins:
            raise AnalysisError("margins is empty; allowed: one margin or more")
        weights = np.asarray(self.weights, np.float64)
        if weights.ndim != 1 or not (np.isfinite(weights) & (weights > 0.0)).all():
            raise AnalysisError("calibrated weights are not one number above 0 for each row of the file")
        for margin in self.margins:
            if margin.codes.shape != weights.shape:
                counts = f"{len(margin.codes)} codes and {len(weights)} weights"
                raise AnalysisError(f"margin {margin.name} has {counts}; allowed: one code a weight")
        # A frozen dataclass sets its cleaned fields through object, once, here.
        object.__setattr__(self, "weights", weights)

    def residuals(self, linearised: npt.ArrayLike) -> Floats:
        r"""Linearised values less what the margins explain of them, shape (rows,).

        .. math:: e_i = u_i - w_i \, \overline{(u / w)}_{g(i)}

        With several margins this is repeated, margin after margin, until nothing changes.

        Parameters
        ----------
        linearised
            w × the linearised value of each row of the file, 0 outside the domain, shape (rows,).

        Raises
        ------
        AnalysisError
            If the margins contradict so that the values do not settle.

        References
        ----------
        J.-C. Deville, C.-E. Särndal, J. Amer. Statist. Assoc. 87 (1992) 376–382, section 3; means within a
        category are unweighted, as in R's ``survey`` (T. Lumley, Complex Surveys, 2010, section 7.4).
        """
        values = np.asarray(linearised, np.float64)
        if values.shape != self.weights.shape:
            raise AnalysisError(f"linearised has shape {values.shape}; allowed: {self.weights.shape}")
        found = values / self.weights
        limit = _SETTLED * float(np.abs(found).max(initial=0.0))
        rounds = 1 if len(self.margins) == 1 else _MOST_SWEEPS
        for _ in range(rounds):
            before = found
            for margin in self.margins:
                found = found - _means(margin, found)[margin.codes]
            if len(self.margins) == 1 or np.abs(found - before).max(initial=0.0) <= limit:
                return found * self.weights
        names = [margin.name for margin in self.margins]
        raise AnalysisError(f"residuals of {names} do not settle; allowed: margins that cross")


def _means(margin: Margin, values: Floats) -> Floats:
    size = len(margin.totals)
    counts = np.bincount(margin.codes, minlength=size)
    sums = np.bincount(margin.codes, values, minlength=size)
    return np.asarray(sums / np.maximum(counts, 1), np.float64)

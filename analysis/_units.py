"""Sampling units of the full file: variance between them within strata, and their degrees of freedom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Units:
    """Sampling units (clusters, or persons) that lie in a domain, within parts of a stratum by domain.

    Attributes
    ----------
    of_row
        Unit of each chosen row.
    part
        Part (stratum × domain) of each unit.
    in_file
        Units that the stratum of each part has in the full file.
    sampled
        Their share in the population, 0 without a finite population correction.
    domain
        Domain of each part.
    """

    of_row: Integers
    part: Integers
    in_file: Integers
    sampled: Floats
    domain: Integers

    @classmethod
    def of(cls, unit: Integers, stratum: Integers, domain: Integers, population: Floats) -> Units:
        """Find the units of each domain.

        Parameters
        ----------
        unit, stratum
            Of each row of the full file; a unit belongs to its stratum.
        domain
            Of each row, −1 for rows in none.
        population
            Units that the stratum of each row has in the population, infinite for no correction.

        Raises
        ------
        AnalysisError
            A stratum with more units than its population.
        """
        chosen = domain >= 0
        strata, stratum = np.unique(stratum, return_inverse=True)
        unit = _distinct(stratum, unit).place
        in_stratum = _distinct(stratum, unit)
        in_file = np.bincount(stratum[in_stratum.first], minlength=len(strata))
        parts = _distinct(domain[chosen], stratum[chosen])
        units = _distinct(parts.place, unit[chosen])
        units_in_file = in_file[stratum[chosen][parts.first]]
        return cls(
            of_row=units.place,
            part=parts.place[units.first],
            in_file=units_in_file,
            sampled=_sampled(units_in_file, population[chosen][parts.first]),
            domain=domain[chosen][parts.first],
        )

    def variance(self, u: Floats, n_domains: int) -> Floats:
        """V of each domain from the linearised values of the chosen rows."""
        n_parts = len(self.in_file)
        total = sum_at(self.of_row, u, len(self.part))
        mean = sum_at(self.part, total, n_parts) / self.in_file
        around = sum_at(self.part, (total - mean[self.part]) ** 2, n_parts)
        absent = self.in_file - np.bincount(self.part, minlength=n_parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            between = (around + absent * mean**2) * (self.in_file / (self.in_file - 1))
        # A stratum with one unit is centred at the grand mean of linearised values, which is 0.
        by_part = np.where(self.in_file > 1, between, mean**2) * (1 - self.sampled)
        return sum_at(self.domain, by_part, n_domains)

    def df(self, valid: Truths, n_domains: int) -> Integers:
        """Units minus strata of each domain that hold a valid answer."""
        units = np.zeros(len(self.part), np.bool_)
        units[self.of_row[valid]] = True
        parts = np.zeros(len(self.in_file), np.bool_)
        parts[self.part[units]] = True
        found = np.bincount(self.domain[self.part[units]], minlength=n_domains)
        return (found - np.bincount(self.domain[parts], minlength=n_domains)).astype(np.int64)


def _sampled(units: Integers, population: Floats) -> Floats:
    if (units > population).any():
        place = int(np.flatnonzero(units > population)[0])
        raise AnalysisError(
            f"a stratum has {units[place]} sampling units and a population of {population[place]:g}; "
            "allowed: a population from the units in the file"
        )
    return units / population


@dataclass(frozen=True, slots=True)
class _Distinct:
    place: Integers  # for each row which distinct pair it holds
    first: Integers  # for each distinct pair the first row that holds it


def _distinct(left: Integers, right: Integers) -> _Distinct:
    _, left_code = np.unique(left, return_inverse=True)
    right_values, right_code = np.unique(right, return_inverse=True)
    pairs = left_code.astype(np.int64) * max(len(right_values), 1) + right_code
    _, first, place = np.unique(pairs, return_index=True, return_inverse=True)
    return _Distinct(place.astype(np.int64), first.astype(np.int64))


def sum_at(places: Integers, values: npt.NDArray[np.generic], size: int) -> Floats:
    """Sum of the values at each place, shape (``size``,)."""
    return np.bincount(places, values, minlength=size).astype(np.float64, copy=False)

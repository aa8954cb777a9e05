"""Did the service change, or only the way people answer? A check of "above last year" by mode of response.

If last year most answers came from the tablet and this year from phones, the plain change mixes the mode
with the service. The check compares within each mode and holds the mix still. It is a warning light: no
figure of record is ever weighted by mode, because nobody knows the population of a mode.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analysis._validation import AnalysisError
from analysis.compare import mover
from analysis.results import IndexEstimate

# A working value: from here on the mix has moved enough to be told to the reader.
SHIFT_FROM: Final = 0.10
# Fewer persons allow no comparison within a mode.
MINIMUM_N: Final = 30


@dataclass(frozen=True, slots=True)
class ModeChange:
    """One mode in both years: its share of the persons, its indices, and this year minus last year."""

    mode: str
    share_current: float
    share_previous: float
    index_current: float
    index_previous: float
    diff: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class ModeShift:
    """Answer of :func:`mode_shift`.

    Attributes
    ----------
    modes
        Each mode in either year; limits are ``nan`` where a year has fewer than 30 persons or none.
    shift
        Half the sum of the absolute changes of the modes' shares: 0 same mix, 1 wholly another.
    diff
        Change of the two years' mixtures of modes, as they came.
    diff_same_mix, lower, upper
        Change at this year's mix in both years, over the modes that both years have enough of, with MOVER
        limits at ``level``; ``nan`` where no mode can be compared.
    diff_by_mix
        ``diff`` minus ``diff_same_mix``: what the mix alone accounts for.
    flags
        ``mode-mix-shifted`` (shift from 10 points), ``direction-differs-at-same-mix``,
        ``mode-not-comparable:NAME``.
    """

    modes: tuple[ModeChange, ...]
    shift: float
    diff: float
    diff_same_mix: float
    lower: float
    upper: float
    diff_by_mix: float
    level: float
    flags: tuple[str, ...]


def mode_shift(current: Mapping[str, IndexEstimate], previous: Mapping[str, IndexEstimate]) -> ModeShift:
    r"""Compare two years within each mode of response, and at one mix of modes.

    With :math:`w_m` this year's share of persons in mode :math:`m`, among the modes that both years have:

    .. math:: D_s = \sum_m w_m (p_m - q_m), \qquad
        L = D_s - \sqrt{\textstyle\sum_m w_m^2 (d_m - l_m)^2}, \quad
        U = D_s + \sqrt{\textstyle\sum_m w_m^2 (u_m - d_m)^2}

    where :math:`d_m, l_m, u_m` are the change within the mode and its MOVER limits.

    Parameters
    ----------
    current, previous
        Estimates of one index by mode, for example ``kiosk``, ``phone``, ``paper``; all of one level.

    Returns
    -------
    ModeShift
        Changes within modes, the standardised change, and flags. A direction that differs is a reason to
        doubt the plain change, not a new verdict.

    Raises
    ------
    AnalysisError
        A year without persons, or estimates of different levels or methods.

    References
    ----------
    E. M. Kitagawa, J. Amer. Statist. Assoc. 50 (1955) 1168–1194 (components of a difference).
    G. Y. Zou, A. Donner, Statist. Med. 27 (2008) 1693–1702 (MOVER), extended to sums of parts.

    Examples
    --------
    >>> from analysis.results import IndexEstimate
    >>> def year(index, n):
    ...     return IndexEstimate(
    ...         index=index, n=n, valid=n, satisfied=round(index * n), se_cluster=0.02, se_respondent=0.02,
    ...         df=99, n_eff=n, lower=index - 0.04, upper=index + 0.04, one_sided_lower=index - 0.03,
    ...         one_sided_upper=index + 0.03, level=0.95, alpha=0.05, method_version="item-mean/1",
    ...         interval_method="wilson-t")
    >>> found = mode_shift(
    ...     {"kiosk": year(0.9, 700), "phone": year(0.8, 300)},
    ...     {"kiosk": year(0.9, 300), "phone": year(0.8, 700)})
    >>> round(found.diff, 3), round(abs(found.diff_same_mix), 3), found.flags[0]
    (0.04, 0.0, 'mode-mix-shifted')

    The four points more come from the tablet's larger share alone.
    """
    level = _common_level([*current.values(), *previous.values()])
    totals = tuple(sum(part.n for part in year.values()) for year in (current, previous))
    if not all(totals):
        raise AnalysisError(
            f"the two years have {totals[0]} and {totals[1]} persons; allowed: at least 1 in each"
        )
    names = sorted({*current, *previous})
    modes = tuple(_mode_change(name, current.get(name), previous.get(name), totals) for name in names)
    same, lower, upper = _at_same_mix(modes)
    diff = _mixture(current) - _mixture(previous)
    shift = sum(abs(mode.share_current - mode.share_previous) for mode in modes) / 2
    return ModeShift(
        modes=modes,
        shift=shift,
        diff=diff,
        diff_same_mix=same,
        lower=lower,
        upper=upper,
        diff_by_mix=diff - same,
        level=level,
        flags=_flags(modes, shift=shift, diff=diff, same=same),
    )


def _common_level(estimates: list[IndexEstimate]) -> float:
    kinds = {(estimate.level, estimate.method_version) for estimate in estimates}
    if len(kinds) > 1:
        raise AnalysisError(
            f"the estimates are of {sorted(kinds)!r}; allowed: one level and one index method"
        )
    return kinds.pop()[0] if kinds else math.nan


def _mixture(year: Mapping[str, IndexEstimate]) -> float:
    """Mean of the modes' indices by persons; a mode without persons has no index and no weight."""
    parts = [part for part in year.values() if part.n]
    return sum(part.n * part.index for part in parts) / sum(part.n for part in parts)


def _mode_change(
    name: str, current: IndexEstimate | None, previous: IndexEstimate | None, totals: tuple[int, ...]
) -> ModeChange:
    index = [math.nan if part is None else part.index for part in (current, previous)]
    n = [0 if part is None else part.n for part in (current, previous)]
    lower = upper = math.nan
    if current is not None and previous is not None and min(n) >= MINIMUM_N:
        lower, upper = mover(current.index, current, previous.index, previous)
    return ModeChange(
        mode=name,
        share_current=n[0] / totals[0],
        share_previous=n[1] / totals[1],
        index_current=index[0],
        index_previous=index[1],
        diff=index[0] - index[1],
        lower=lower,
        upper=upper,
    )


def _at_same_mix(modes: tuple[ModeChange, ...]) -> tuple[float, float, float]:
    comparable = [mode for mode in modes if not math.isnan(mode.lower)]
    total = sum(mode.share_current for mode in comparable)
    if not total:
        return math.nan, math.nan, math.nan
    weighted = [(mode.share_current / total, mode) for mode in comparable]
    same = sum(weight * mode.diff for weight, mode in weighted)
    below = math.hypot(*(weight * (mode.diff - mode.lower) for weight, mode in weighted))
    above = math.hypot(*(weight * (mode.upper - mode.diff) for weight, mode in weighted))
    return same, max(same - below, -1.0), min(same + above, 1.0)


def _flags(modes: tuple[ModeChange, ...], *, shift: float, diff: float, same: float) -> tuple[str, ...]:
    flags = [f"mode-not-comparable:{mode.mode}" for mode in modes if math.isnan(mode.lower)]
    # A mix that moved by exactly ten points may sum to 0.09999999999999998.
    if shift >= SHIFT_FROM - 1e-9:
        flags.insert(0, "mode-mix-shifted")
    # A change smaller than rounding has no direction of its own.
    if abs(same) > 1e-9 and abs(diff) > 1e-9 and (same > 0) != (diff > 0):
        flags.append("direction-differs-at-same-mix")
    return tuple(flags)

"""Control charts of shares and of values: p, Laney's p-prime, and XmR."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis._validation import AnalysisError
from analysis.chart_signals import Signal, find_signals

# Mean range of two standard normal values, d2(2), and 3 / d2(2): the constants of moving-range charts.
_RANGE_OF_TWO: Final = 1.128
_XMR_FACTOR: Final = 2.66
_SCREEN_FACTOR: Final = 3.267
NARROWING_POINTS: Final = 24


@dataclass(frozen=True, slots=True)
class ShareChart:
    """A p or p-prime chart: the share of each period, its limits, and the signals.

    Attributes
    ----------
    centre
        Share of all periods together.
    lower, upper
        Three-sigma limits of each period, within 0–1.
    sigma_z
        Laney's variation between periods in units of binomial sigma, as measured (1 is purely binomial).
    sigma_z_used
        What the limits were multiplied by: 1 for a p chart, and never below 1 with fewer than 24 points.
    """

    shares: tuple[float, ...]
    sizes: tuple[float, ...]
    centre: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    sigma_z: float
    sigma_z_used: float
    signals: tuple[Signal, ...]
    method: str


@dataclass(frozen=True, slots=True)
class XmrChart:
    """An individuals chart: the values, one pair of limits, and the signals.

    ``screened`` counts moving ranges above 3.267 times their mean that were left out of the limits.
    """

    values: tuple[float, ...]
    centre: float
    lower: float
    upper: float
    mean_moving_range: float
    screened: int
    signals: tuple[Signal, ...]
    method: str


def share_chart(
    satisfied: np.ndarray, sizes: np.ndarray, *, laney: bool = True, narrowing_points: int = NARROWING_POINTS
) -> ShareChart:
    r"""Control chart of a share with periods of different size.

    .. math::
        \bar p = \frac{\sum x_i}{\sum n_i},\quad
        \sigma_i = \sqrt{\bar p (1 - \bar p) / n_i},\quad
        z_i = \frac{p_i - \bar p}{\sigma_i},\quad
        \sigma_z = \frac{\operatorname{mean} |z_i - z_{i-1}|}{1.128},\quad
        \bar p \mp 3 \sigma_i \sigma_z

    The p chart has :math:`\sigma_z = 1`. Few points estimate :math:`\sigma_z` badly, so below
    ``narrowing_points`` of them it may widen the limits but not narrow them.

    Parameters
    ----------
    satisfied
        Satisfied persons of each period, shape (k,); with effective sizes any number from 0 to the size.
    sizes
        Persons (or effective persons) of each period, shape (k,), above 0.
    laney
        True for the p-prime chart, False for the p chart.
    narrowing_points
        Points from which a :math:`\sigma_z` below 1 is believed.

    Raises
    ------
    AnalysisError
        If the arrays differ in length or are empty, or a period has no size or more satisfied than size.

    References
    ----------
    D. B. Laney, Quality Engineering 14 (2002) 531–537.

    Examples
    --------
    >>> import numpy as np
    >>> chart = share_chart(np.array([1051, 1163, 871, 1272]), np.array([1200, 1350, 990, 1510]))
    >>> round(chart.centre, 4), round(chart.sigma_z, 3), round(chart.lower[0], 4)
    (0.8628, 2.071, 0.8011)
    """
    x, n = np.asarray(satisfied, dtype=float), np.asarray(sizes, dtype=float)
    if x.ndim != 1 or x.shape != n.shape or not len(x):
        raise AnalysisError(f"satisfied, sizes have shapes {x.shape}, {n.shape}; allowed: one (k,), k ≥ 1")
    wrong = np.flatnonzero(~((n > 0.0) & (x >= 0.0) & (x <= n)))
    if len(wrong):
        i = int(wrong[0])
        raise AnalysisError(f"period {i} has {x[i]} satisfied of {n[i]}; allowed: 0 to the size, size > 0")
    shares, centre = x / n, float(x.sum() / n.sum())
    sigma = np.sqrt(centre * (1.0 - centre) / n)
    sigma_z = _laney_sigma(shares - centre, sigma)
    used = 1.0
    if laney:
        used = sigma_z if len(x) >= narrowing_points else max(1.0, sigma_z)
    half_width = 3.0 * sigma * used
    return ShareChart(
        shares=tuple(shares.tolist()),
        sizes=tuple(n.tolist()),
        centre=centre,
        lower=tuple(np.maximum(0.0, centre - half_width).tolist()),
        upper=tuple(np.minimum(1.0, centre + half_width).tolist()),
        sigma_z=sigma_z,
        sigma_z_used=used,
        signals=find_signals(shares, centre=centre, half_width=half_width),
        method="p-prime" if laney else "p",
    )


def _laney_sigma(deviations: np.ndarray, sigma: np.ndarray) -> float:
    if len(deviations) < 2 or sigma[0] == 0.0:
        return 1.0  # one period, or all of them at 0 or 1: nothing to measure the variation by
    z = deviations / sigma
    return float(np.abs(np.diff(z)).mean()) / _RANGE_OF_TWO


def xmr_chart(values: np.ndarray, *, screen: bool = True) -> XmrChart:
    r"""Individuals chart with limits from the mean moving range.

    .. math:: \bar y \mp 2.66\, \overline{MR},\quad MR_i = |y_i - y_{i-1}|

    With ``screen``, moving ranges of at least 3.267 times their mean are left out once before the limits
    are drawn, so that one wild point does not hide the next.

    Parameters
    ----------
    values
        One value for each period, shape (k,), without gaps.
    screen
        Leave out outlying moving ranges.

    Raises
    ------
    AnalysisError
        If ``values`` is empty or holds an undefined value.

    References
    ----------
    D. J. Wheeler, D. S. Chambers, *Understanding Statistical Process Control*, 1992; NHS England, *Making
    Data Count* (screening of moving ranges).

    Examples
    --------
    >>> import numpy as np
    >>> chart = xmr_chart(np.array([0.87, 0.86, 0.88, 0.85, 0.87]))
    >>> round(chart.centre, 3), round(chart.lower, 4), round(chart.upper, 4)
    (0.866, 0.8128, 0.9192)
    """
    y = np.asarray(values, dtype=float)
    if y.ndim != 1 or not len(y) or not np.isfinite(y).all():
        raise AnalysisError(f"values are {y.tolist()!r}; allowed: at least one number, none undefined")
    centre = float(y.mean())
    ranges = np.abs(np.diff(y))
    mean_range = float(ranges.mean()) if len(ranges) else math.nan
    screened = 0
    if screen and len(ranges):
        kept = ranges[ranges < _SCREEN_FACTOR * mean_range]
        screened = len(ranges) - len(kept)
        # All ranges equal to 0 leave none below 0: the limits then coincide with the mean.
        mean_range = float(kept.mean()) if len(kept) else mean_range
        screened = screened if len(kept) else 0
    half_width = _XMR_FACTOR * mean_range if len(ranges) else math.inf
    return XmrChart(
        values=tuple(y.tolist()),
        centre=centre,
        lower=centre - half_width,
        upper=centre + half_width,
        mean_moving_range=mean_range,
        screened=screened,
        signals=find_signals(y, centre=centre, half_width=np.array([half_width])),
        method="xmr",
    )

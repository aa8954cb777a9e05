"""Charts with a memory, EWMA and CUSUM, for slow drifts; and how often they cry wolf."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy

from analysis._validation import AnalysisError, check_positive, check_share

_NODES = 60


@dataclass(frozen=True, slots=True)
class EwmaChart:
    """Exponentially weighted moving average with its limits; ``signals`` are positions from 0."""

    averages: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    signals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CusumChart:
    """Tabular CUSUM in units of sigma: ``high`` ≥ 0, ``low`` ≤ 0; signals are positions from 0."""

    high: tuple[float, ...]
    low: tuple[float, ...]
    high_signals: tuple[int, ...]
    low_signals: tuple[int, ...]


def ewma_chart(
    values: np.ndarray, *, centre: float, sigma: float, weight: float = 0.2, width: float = 2.962
) -> EwmaChart:
    r"""EWMA chart, started at the centre.

    .. math::
        w_i = \lambda y_i + (1 - \lambda) w_{i-1},\quad
        \mu \mp L \sigma \sqrt{\tfrac{\lambda}{2 - \lambda} \bigl(1 - (1 - \lambda)^{2i}\bigr)}

    Parameters
    ----------
    values
        One value for each period, shape (k,).
    centre, sigma
        Mean μ and standard deviation σ of the process in control, in the units of the values.
    weight
        λ, above 0 and at most 1.
    width
        L; with λ = 0.2 the default gives one false alarm in 500 periods with constant limits.

    References
    ----------
    S. W. Roberts, Technometrics 1 (1959) 239–250; J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990) 1–12.

    Examples
    --------
    >>> import numpy as np
    >>> chart = ewma_chart(np.array([0.875, 0.858]), centre=0.86, sigma=0.025, width=3.0)
    >>> [round(average, 4) for average in chart.averages], round(chart.upper[0], 4)
    ([0.863, 0.862], 0.875)
    """
    y = _checked(values, sigma)
    check_share("weight", check_positive("weight", weight))
    averages = np.empty(len(y))
    last = centre
    for i, value in enumerate(y):
        last = averages[i] = weight * value + (1.0 - weight) * last
    steps = np.arange(1, len(y) + 1)
    half_width = width * sigma * np.sqrt(weight / (2.0 - weight) * (1.0 - (1.0 - weight) ** (2 * steps)))
    return EwmaChart(
        averages=tuple(averages.tolist()),
        lower=tuple((centre - half_width).tolist()),
        upper=tuple((centre + half_width).tolist()),
        signals=tuple(np.flatnonzero(np.abs(averages - centre) > half_width).tolist()),
    )


def cusum_chart(
    values: np.ndarray, *, centre: float, sigma: float, slack: float = 0.5, decision: float = 5.0
) -> CusumChart:
    r"""Two-sided tabular CUSUM, started at 0.

    .. math::
        C^+_i = \max(0,\; C^+_{i-1} + z_i - k),\quad
        C^-_i = \min(0,\; C^-_{i-1} + z_i + k),\quad z_i = (y_i - \mu)/\sigma

    Parameters
    ----------
    values
        One value for each period, shape (k,).
    centre, sigma
        Mean μ and standard deviation σ of the process in control, in the units of the values.
    slack
        k, in sigmas: half the shift that matters.
    decision
        h, in sigmas: beyond it the chart signals.

    References
    ----------
    E. S. Page, Biometrika 41 (1954) 100–115; D. C. Montgomery, *Statistical Quality Control*, section 9.1.

    Examples
    --------
    >>> import numpy as np
    >>> chart = cusum_chart(np.array([0.91, 0.92, 0.95]), centre=0.86, sigma=0.02)
    >>> [round(high, 2) for high in chart.high], chart.high_signals
    ([2.0, 4.5, 8.5], (2,))
    """
    z = (_checked(values, sigma) - centre) / sigma
    high, low = np.empty(len(z)), np.empty(len(z))
    above = below = 0.0
    for i, value in enumerate(z):
        above = high[i] = max(0.0, above + value - slack)
        below = low[i] = min(0.0, below + value + slack)
    return CusumChart(
        high=tuple(high.tolist()),
        low=tuple(low.tolist()),
        high_signals=tuple(np.flatnonzero(high > decision).tolist()),
        low_signals=tuple(np.flatnonzero(low < -decision).tolist()),
    )


def _checked(values: np.ndarray, sigma: float) -> np.ndarray:
    y = np.asarray(values, dtype=float)
    if y.ndim != 1 or not np.isfinite(y).all():
        raise AnalysisError(f"values are {y.tolist()!r}; allowed: numbers, none undefined")
    check_positive("sigma", sigma)
    return y


def cusum_run_length(*, slack: float = 0.5, decision: float = 5.0, shift: float = 0.0) -> float:
    r"""Average number of periods until the two-sided CUSUM signals.

    For one side, started at 0, :math:`L(s) = 1 + L(0) \Phi(k - s - \delta) + \int_0^h L(x)
    \varphi(x + k - s - \delta)\,dx`, solved by Gauss–Legendre quadrature; the two sides combine as
    :math:`1/L = 1/L^+ + 1/L^-`.

    Parameters
    ----------
    slack, decision
        k and h in sigmas.
    shift
        δ, the true shift of the mean in sigmas; 0 gives the time between false alarms.

    References
    ----------
    D. Brook, D. A. Evans, Biometrika 59 (1972) 539–549; K. W. Kemp, J. R. Statist. Soc. B 23 (1961) 149–153.

    Examples
    --------
    >>> round(cusum_run_length(), 1), round(cusum_run_length(shift=1.0), 1)
    (465.4, 10.4)
    """
    sides = [_one_sided_cusum(slack, decision, drift) for drift in (shift, -shift)]
    return 1.0 / sum(1.0 / length for length in sides)


def _one_sided_cusum(slack: float, decision: float, shift: float) -> float:
    nodes, weights = _quadrature(0.0, decision)
    starts = np.concatenate(([0.0], nodes))
    jump = _normal_density(nodes[np.newaxis, :] + slack - starts[:, np.newaxis] - shift) * weights
    transition = np.column_stack((scipy.special.ndtr(slack - starts - shift), jump))
    return float(np.linalg.solve(np.eye(len(starts)) - transition, np.ones(len(starts)))[0])


def ewma_run_length(*, weight: float = 0.2, width: float = 2.962, shift: float = 0.0) -> float:
    r"""Average number of periods until the EWMA leaves constant limits, started at the centre.

    :math:`L(s) = 1 + \lambda^{-1} \int_{-c}^{c} L(x)\,
    \varphi\bigl((x - (1 - \lambda) s)/\lambda - \delta\bigr)\,dx` with
    :math:`c = L \sqrt{\lambda/(2 - \lambda)}`.

    Parameters
    ----------
    weight, width
        λ and L of :func:`ewma_chart`.
    shift
        δ, the true shift of the mean in sigmas.

    References
    ----------
    S. V. Crowder, Technometrics 29 (1987) 401–407.

    Examples
    --------
    >>> round(ewma_run_length(), 1)
    499.7
    """
    limit = width * math.sqrt(weight / (2.0 - weight))
    nodes, weights = _quadrature(-limit, limit)
    starts = np.concatenate(([0.0], nodes))
    steps = (nodes[np.newaxis, :] - (1.0 - weight) * starts[:, np.newaxis]) / weight - shift
    kernel = _normal_density(steps) * weights / weight
    inside = np.linalg.solve(np.eye(_NODES) - kernel[1:], np.ones(_NODES))
    return float(1.0 + kernel[0] @ inside)


def _quadrature(low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    half = (high - low) / 2.0
    return low + half * (nodes + 1.0), half * weights


def _normal_density(x: np.ndarray) -> np.ndarray:
    density: np.ndarray = np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    return density

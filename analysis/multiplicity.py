"""p-values of several goals or several lines of a list, adjusted for their number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis._validation import AnalysisError


def _checked_p_values(p_values: Sequence[float]) -> np.ndarray:
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise AnalysisError(f"p-values are a flat list of numbers from 0 to 1, not {p_values!r}")
    return p


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    r"""Holm's step-down adjustment for several claims of "this goal is met".

    .. math:: \tilde p_{(i)} = \max_{j \le i} \min\{1, (m - j + 1)\, p_{(j)}\}

    Claiming every goal with :math:`\tilde p \le \alpha` keeps the chance of one or more false claims at
    :math:`\alpha` or below, however the goals hang together. The two halves of one goal (threshold and
    "above last year") are an intersection–union test and need no adjustment.

    Parameters
    ----------
    p_values
        One p-value a claim, each 0–1, in any order.

    Returns
    -------
    tuple of float
        Adjusted p-values in the order given.

    Raises
    ------
    AnalysisError
        A value outside 0–1 (``nan`` included).

    References
    ----------
    S. Holm, Scand. J. Statist. 6 (1979) 65–70.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.012, 0.021, 0.043, 0.003, 0.2])]
    [0.048, 0.063, 0.086, 0.015, 0.2]
    """
    p = _checked_p_values(p_values)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return tuple(adjusted.tolist())


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    r"""Benjamini and Hochberg's step-up adjustment for a monitoring list.

    .. math:: \tilde p_{(i)} = \min_{j \ge i} \min\{1, m\, p_{(j)} / j\}

    Acting on every line with :math:`\tilde p \le q` keeps the expected share of false alarms at ``q``.

    Parameters
    ----------
    p_values
        One p-value a line, each 0–1, in any order.

    Returns
    -------
    tuple of float
        Adjusted p-values in the order given.

    Raises
    ------
    AnalysisError
        A value outside 0–1 (``nan`` included).

    References
    ----------
    Y. Benjamini, Y. Hochberg, J. Roy. Statist. Soc. B 57 (1995) 289–300.

    Examples
    --------
    >>> [round(p, 5) for p in benjamini_hochberg([0.012, 0.021, 0.043, 0.003, 0.2])]
    [0.03, 0.035, 0.05375, 0.015, 0.2]
    """
    p = _checked_p_values(p_values)
    order = np.argsort(p, kind="stable")[::-1]
    stepped = np.minimum.accumulate(p[order] * p.size / np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return tuple(adjusted.tolist())

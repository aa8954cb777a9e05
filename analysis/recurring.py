"""One answer that comes back too often at a device, one after the other or with other people in between.

A run of identical answers ends with the first other one: who puts in an answer every few minutes at a busy
device makes no run, and at a content desk honest people make many. So here the evidence grows with each
return and shrinks with each other answer, and what is usual is told by the place's own past days.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from analysis._validation import AnalysisError, check_share
from analysis.device_signals import by_device
from analysis.response_quality import Bools

FALSE_START: Final = 1e-4
RECURRING_FLOOR: Final = 5
LONGEST: Final = 150
# Kept tables of LONGEST × LONGEST numbers, 0.18 MB each: an office PC has the few shares of its own desk.
_TABLES: Final = 32
# Days are put together until they have so many answers: the share of four people tells nothing of a day.
PERSONS_OF_A_SHARE: Final = 20
USUAL_QUANTILE: Final = 0.9
SHARE_AT_FIRST: Final = 0.4
WEIGHT_AT_FIRST: Final = 40.0


def usual_share(times: np.ndarray, persons: np.ndarray) -> float:
    r"""Share of one answer that nine past days of ten do not exceed.

    .. math:: \frac{n q_{0.9} + w_0 p_0}{n + w_0}

    A quantile, not a mean with its error: days have moods, and a few days on which somebody put in answers
    must not make such days usual. A new place is believed to give each answer two times in five
    (:math:`p_0 = 0.4`, :math:`w_0 = 40`), until its own past decides.

    Parameters
    ----------
    times
        How often the answer was given on each past day of a device, shape (days,), in order.
    persons
        How many answered on it.

    Examples
    --------
    >>> usual_share(np.array([]), np.array([]))
    0.4
    >>> round(usual_share(np.array([8, 10, 12, 40]), np.full(4, 100)), 3)
    0.324
    """
    given, of = np.asarray(times, dtype=float), np.asarray(persons, dtype=float)
    if given.shape != of.shape or np.any(given > of):
        raise AnalysisError("times exceed persons, or the lengths differ; allowed: 0 <= times <= persons")
    shares: list[float] = []
    k = n = 0.0
    for more, people in zip(given.tolist(), of.tolist(), strict=True):
        k, n = k + more, n + people
        if n >= PERSONS_OF_A_SHARE:
            shares.append(k / n)
            k = n = 0.0
    known = float(of.sum()) if shares else 0.0
    usual = float(np.quantile(shares, USUAL_QUANTILE)) if shares else 0.0
    return (known * usual + WEIGHT_AT_FIRST * SHARE_AT_FIRST) / (known + WEIGHT_AT_FIRST)


def flag_recurring(
    seconds: np.ndarray,
    devices: Sequence[Hashable],
    vectors: Sequence[bytes],
    *,
    usual: Callable[[bytes], float],
) -> Bools:
    r"""Answers that come back at one device more often than its usual share lets chance explain.

    From each answer on, k returns among the next n answers are weighed by the likelihood ratio of all shares
    above the usual one, p, against p itself:

    .. math:: R_n = \frac{1}{1 - p} \int_p^1 \frac{u^k (1-u)^{n-k}}{p^k (1-p)^{n-k}} \, du

    Where an answer has at most the share p, :math:`R_n` is a supermartingale, so that by Ville's inequality
    it ever reaches :math:`1/\alpha` with a chance of at most :math:`\alpha = 10^{-4}`, however long one
    looks. Returns are flagged from where that evidence begins until it is gone.

    Parameters
    ----------
    seconds
        Time of each answer from any fixed moment, shape (persons,).
    devices
        Device of each answer; None where there is none (never flagged).
    vectors
        What was answered, in the order in which it was asked.
    usual
        Gives the usual share of an answer (:func:`usual_share`); asked only of answers that came five times.

    References
    ----------
    J. Ville, Étude critique de la notion de collectif, Paris 1939; H. Robbins, Ann. Math. Stat. 41 (1970)
    1397–1409 (mixtures of likelihood ratios). N. Kuriakose, M. Robbins, Statistical Journal of the IAOS 32
    (2016) 283–291 (near-duplicates); K. Simmons and others, Pew Research Center (2016): a fixed cut-off flags
    honest people where opinions are alike, so the place's own past decides here.

    Examples
    --------
    >>> said = [b"55", b"45"] * 12
    >>> of = dict(seconds=np.arange(24.0), devices=["k"] * 24, vectors=said)
    >>> flag_recurring(**of, usual=lambda one: 0.1 if one == b"55" else 0.6).sum()
    np.int64(12)
    >>> flag_recurring(**of, usual=lambda one: 0.4).any()
    np.False_
    """
    flagged = np.zeros(len(vectors), dtype=bool)
    for order in by_device(seconds, devices):
        said = [vectors[place] for place in order]
        for vector, times in Counter(said).items():
            if times >= RECURRING_FLOOR:
                same = np.array([one == vector for one in said])
                flagged[order[_recurring(same, usual(vector))]] = True
    return flagged


def _recurring(same: Bools, share: float) -> Bools:
    evidence = _evidence(math.ceil(1000 * check_share("usual", share, open_ends=True)))
    so_far = np.cumsum(same)
    flagged = np.zeros(len(same), dtype=bool)
    for start in np.flatnonzero(same).tolist():
        ends = np.arange(start + 1, min(start + LONGEST, len(same) - 1) + 1)
        returns = so_far[ends] - so_far[start]
        enough = np.flatnonzero(
            (evidence[ends - start, returns] >= -math.log(FALSE_START)) & (returns + 1 >= RECURRING_FLOOR)
        )
        if len(enough):
            until = int(ends[enough[-1]]) + 1
            flagged[start:until] |= same[start:until]
    return flagged


@lru_cache(maxsize=_TABLES)
def _evidence(per_thousand: int) -> npt.NDArray[np.float64]:
    """Logarithm of R for n answers (rows) with k returns (columns); one table for each share."""
    p = min(per_thousand, 999) / 1000
    n, k = np.arange(LONGEST + 1)[:, np.newaxis], np.arange(LONGEST + 1)[np.newaxis, :]
    k = np.minimum(k, n)
    above = np.maximum(scipy.special.betaincc(k + 1, n - k + 1, p), np.finfo(float).tiny)
    found: npt.NDArray[np.float64] = (
        scipy.special.betaln(k + 1, n - k + 1) + np.log(above) - k * np.log(p) - (n - k + 1) * np.log1p(-p)
    )
    return found

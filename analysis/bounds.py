"""What is certain without any model: who took part, worst-case bounds, and the tipping point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from analysis._validation import AnalysisError, check_choice, check_share, check_whole

Exactness = Literal["exact", "estimate", "at_most"]
Reading = Literal["already_sure", "open", "impossible", "undefined"]

# Below these shares of the dossiers the answers say little about those who kept silent (AAPOR's
# and Canada's practice for opt-in samples; working values, to be set from the first real year).
LOW_PARTICIPATION: Final = 0.05
CAUTION_PARTICIPATION: Final = 0.20
# Shares are fractions of whole numbers: closer than this to an end is the end.
_TIE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Bounds:
    """Participation, bounds and tipping point; ``nan`` where ``flags`` say why.

    Attributes
    ----------
    n, population
        Persons who answered and dossiers closed in the same period.
    participation
        n / N.
    lower, upper
        The share of satisfied among all N, if every silent person were dissatisfied, or satisfied.
    threshold, tipping_point
        The goal holds among all N exactly when at least this share of the silent ones is satisfied;
        below 0 or above 1 it needs no one, or more than all of them.
    reading
        ``already_sure``, ``open``, ``impossible``, or ``undefined``.
    exactness
        ``exact``, ``estimate`` ("ước tính") or ``at_most`` ("nhiều nhất").
    flags
        ``answers-not-below-dossiers`` (an error to look into), ``participation-below-5%``,
        ``participation-below-20%``.
    """

    n: int
    population: int
    share: float
    participation: float
    lower: float
    upper: float
    threshold: float
    tipping_point: float
    reading: Reading
    exactness: Exactness
    flags: tuple[str, ...]


def exactness_of(*, one_answer_per_dossier: bool, complete: bool) -> Exactness:
    """How literally the numbers may be read.

    Parameters
    ----------
    one_answer_per_dossier
        Each answer was admitted by the token of one dossier. Where not, one person may count twice, so
        participation and all that follows is ``at_most``.
    complete
        Every answer is a full form without blanks, so that each person is counted as satisfied or not.
        Where not, the number of satisfied persons is itself an ``estimate``.

    Examples
    --------
    >>> exactness_of(one_answer_per_dossier=True, complete=False)
    'estimate'
    """
    if not one_answer_per_dossier:
        return "at_most"
    return "exact" if complete else "estimate"


def bounds(
    share: float,
    n: int,
    population: int,
    *,
    threshold: float,
    operator: str = ">=",
    exactness: Exactness = "estimate",
) -> Bounds:
    r"""Bound the satisfied share among all dossiers, whatever the silent persons think.

    With share :math:`p`, answers :math:`n`, dossiers :math:`N` and threshold :math:`T`:

    .. math::
        \frac{pn}{N} \le \text{share} \le \frac{pn + N - n}{N}, \qquad
        p^{*} = \frac{TN - pn}{N - n}

    No chance and no model enters, so this holds for volunteers too.

    Parameters
    ----------
    share
        Satisfied share of those who answered, 0–1; ``nan`` gives undefined bounds.
    n
        Persons who answered.
    population
        Dossiers closed in the same period, at least 1. Not more than ``n`` is an error of the data:
        the bounds are undefined and the flag says so.
    threshold, operator
        The goal, ``>=`` or ``>``.
    exactness
        From :func:`exactness_of`; it is passed on.

    Returns
    -------
    Bounds
        The numbers, and how to read the tipping point: at or below 0 ``already_sure``, above 1
        ``impossible`` (with ``>``: below 0 and from 1), else ``open``.

    Raises
    ------
    AnalysisError
        A share outside 0–1, counts that are no whole numbers, an unknown operator or exactness.

    References
    ----------
    C. F. Manski, Amer. Econ. Rev. Papers Proc. 80 (1990) 319–323 (worst-case bounds).

    Examples
    --------
    >>> found = bounds(0.9, 200, 500, threshold=0.8)
    >>> round(found.lower, 3), round(found.upper, 3), round(found.tipping_point, 3), found.reading
    (0.36, 0.96, 0.733, 'open')

    The goal of 80 % holds among all 500 dossiers if at least 73.3 % of the 300 silent ones are satisfied.
    """
    n = check_whole("n", n)
    population = check_whole("population", population, minimum=1)
    check_share("threshold", threshold)
    check_choice("operator", operator, (">=", ">"))
    check_choice("exactness", exactness, ("exact", "estimate", "at_most"))
    if not math.isnan(share):
        check_share("share", share)
    flags = _flags(n, population)
    if math.isnan(share) and n:
        raise AnalysisError(
            f"share is {share!r} with n = {n!r}; allowed: 0 to 1, and nan only without answers"
        )
    satisfied = share * n if n else 0.0
    known = n < population
    tipping = (threshold * population - satisfied) / (population - n) if known else math.nan
    return Bounds(
        n=n,
        population=population,
        share=share,
        participation=n / population,
        lower=satisfied / population if known else math.nan,
        upper=(satisfied + population - n) / population if known else math.nan,
        threshold=threshold,
        tipping_point=tipping,
        reading=_reading(tipping, operator),
        exactness=exactness,
        flags=flags,
    )


def _flags(n: int, population: int) -> tuple[str, ...]:
    if n >= population:
        return ("answers-not-below-dossiers",)
    if n < LOW_PARTICIPATION * population:
        return ("participation-below-5%",)
    return ("participation-below-20%",) if n < CAUTION_PARTICIPATION * population else ()


def _reading(tipping: float, operator: str) -> Reading:
    """Name the range that the tipping point lies in; with ``>`` each end belongs to the other side."""
    if math.isnan(tipping):
        return "undefined"
    end = _TIE if operator == ">=" else -_TIE
    if tipping <= end:
        return "already_sure"
    return "impossible" if tipping > 1 + end else "open"

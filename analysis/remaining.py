"""What this year can still prove: persons still needed, or the share needed among those who still come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import scipy

from analysis._validation import (
    AnalysisError,
    check_choice,
    check_level,
    check_positive,
    check_share,
    check_whole,
)
from analysis.proportions import wilson_limits
from analysis.results import IndexEstimate

State = Literal["already", "needed", "not_reachable"]

# Without a stated number of persons to come the search ends here.
LARGEST: Final = 1_000_000
_CHUNK: Final = 256
# Far more than rounding and the whole persons' own tolerance move a limit.
_MARGIN: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the year stands: a share of ``n`` persons, and how much their answers are worth.

    Attributes
    ----------
    share
        Index so far, 0–1.
    n
        Persons so far.
    effective
        Effective persons per person, n_eff / n; it is taken to stay as it is.
    df_per_person
        Degrees of freedom per person, ``inf`` for a normal quantile; days grow with persons.
    alpha
        One-sided error of a false "met".
    """

    share: float
    n: int
    effective: float = 1.0
    df_per_person: float = math.inf
    alpha: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what no lower limit can be made of."""
        check_share("share", self.share)
        check_whole("n", self.n, minimum=1)
        check_positive("effective", self.effective)
        check_level(self.alpha, name="alpha")
        if not self.df_per_person > 0:
            raise AnalysisError(f"df_per_person is {self.df_per_person!r}; allowed: above 0")

    @classmethod
    def of_counts(cls, x: int, n: int, *, alpha: float = 0.05) -> Standing:
        """Standing of ``x`` satisfied of ``n`` independent persons."""
        return cls(x / check_whole("n", n, minimum=1), n, alpha=alpha)

    @classmethod
    def of_estimate(cls, estimate: IndexEstimate) -> Standing:
        """Standing of an estimate, at its design effect, its degrees of freedom and its alpha."""
        n = check_whole("n", estimate.n, minimum=1)
        return cls(
            share=estimate.index,
            n=n,
            effective=estimate.n_eff / n,
            df_per_person=estimate.df / n,
            alpha=estimate.alpha,
        )

    def lower_after(self, more: np.ndarray, satisfied: np.ndarray) -> np.ndarray:
        """One-sided lower Wilson limit after ``more`` persons, of whom ``satisfied`` are satisfied."""
        n = self.n + more
        share = np.clip((self.share * self.n + satisfied) / n, 0.0, 1.0)
        if math.isinf(self.df_per_person):
            quantile = np.array(-scipy.special.ndtri(self.alpha))
        else:
            quantile = -scipy.special.stdtrit(self.df_per_person * n, self.alpha)
        return wilson_limits(share, n * self.effective, quantile)[0]

    def lower_at_rate(self, more: np.ndarray, rate: float) -> np.ndarray:
        """:meth:`lower_after` ``more`` persons of whom the share ``rate`` is satisfied, in whole persons."""
        # 100 × 0.29 comes out as 28.999999999999996: that is 29 persons.
        return self.lower_after(more, np.floor(more * rate + 1e-9))


@dataclass(frozen=True, slots=True)
class StillNeeded:
    """Answer of :func:`still_needed`.

    Attributes
    ----------
    state
        ``already`` (the lower limit reaches the threshold now), ``needed``, or ``not_reachable``.
    persons
        Smallest number of further persons at ``future_share``; ``None`` when not reachable.
    lower_now, lower_then
        One-sided lower limit now, and after those persons (``nan`` when not reachable).
    future_share
        Share satisfied that was assumed of those who still come.
    limit
        Persons that may still come; more were not tried.
    share_needed
        Smallest share satisfied among ``limit`` further persons that shows the goal, ``nan`` where even
        all of them would not do.
    """

    state: State
    persons: int | None
    lower_now: float
    lower_then: float
    future_share: float
    limit: int
    share_needed: float


def still_needed(
    standing: Standing,
    *,
    threshold: float,
    operator: str = ">=",
    future_share: float | None = None,
    limit: int = LARGEST,
) -> StillNeeded:
    r"""Persons still needed this year until the lower limit reaches a threshold.

    The smallest m with :math:`L\bigl(pn + \lfloor m r \rfloor,\ n + m\bigr) \ge T`, where L is Wilson's
    one-sided lower limit on the effective size and r the share satisfied among those who still come. Every
    m up to ``limit`` that can be enough is tried: L rises in a saw, because persons come whole. Where r is
    no smaller than p, the saw lies below the limit of :math:`mr` persons in parts, which only rises: what
    comes before its crossing of T is left out.

    Parameters
    ----------
    standing
        The year so far.
    threshold, operator
        The goal: T strictly between 0 and 1, ``>=`` or ``>``.
    future_share
        :math:`r`, 0–1; ``None`` takes the present share ("at the present mix").
    limit
        Persons who can still come this year, for example the dossiers yet to be closed.

    Returns
    -------
    StillNeeded
        Number of persons, or ``not_reachable``; and the share needed among ``limit`` persons.

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209–212 (limit); the search is plain enumeration.

    Examples
    --------
    >>> still_needed(Standing.of_counts(410, 500), threshold=0.80, future_share=0.85).persons
    133
    >>> still_needed(Standing.of_counts(172, 200), threshold=0.85, limit=400).state
    'not_reachable'
    """
    check_share("threshold", threshold, open_ends=True)
    check_choice("operator", operator, (">=", ">"))
    limit = check_whole("limit", limit)
    rate = standing.share if future_share is None else check_share("future_share", future_share)
    now = float(standing.lower_after(np.array(0), np.array(0)))
    persons = _first_enough(standing, threshold, operator, rate, limit)
    state: State = "not_reachable" if persons is None else "needed" if persons else "already"
    return StillNeeded(
        state=state,
        persons=persons,
        lower_now=now,
        lower_then=math.nan if persons is None else float(standing.lower_at_rate(np.array(persons), rate)),
        future_share=rate,
        limit=limit,
        share_needed=share_needed(standing, persons=limit, threshold=threshold, operator=operator),
    )


def share_needed(standing: Standing, *, persons: int, threshold: float, operator: str = ">=") -> float:
    r"""Smallest share satisfied among ``persons`` still to come that lifts the lower limit to a threshold.

    The smallest k/m with :math:`L(pn + k, n + m) \ge T`; L grows with k, so k is found by halving.

    Parameters
    ----------
    standing
        The year so far.
    persons
        :math:`m`, persons still to come; with 0 the answer is 0 where the goal is shown already.
    threshold, operator
        The goal: T strictly between 0 and 1, ``>=`` or ``>``.

    Returns
    -------
    float
        A share, 0–1, or ``nan`` ("not reachable": even all of them would not do).

    Raises
    ------
    AnalysisError
        A value outside its range.

    References
    ----------
    E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209–212 (limit).

    Examples
    --------
    >>> round(share_needed(Standing.of_counts(172, 200), persons=400, threshold=0.85), 4)
    0.8825
    """
    check_share("threshold", threshold, open_ends=True)
    check_choice("operator", operator, (">=", ">"))
    m = check_whole("persons", persons)
    fewest, most = 0, m

    def enough(k: int) -> bool:
        return bool(_reaches(standing.lower_after(np.array(m), np.array(k)), threshold, operator))

    if not enough(most):
        return math.nan
    while fewest < most:
        middle = (fewest + most) // 2
        fewest, most = (fewest, middle) if enough(middle) else (middle + 1, most)
    return most / m if m else 0.0


def _reaches(lower: np.ndarray, threshold: float, operator: str) -> np.ndarray:
    return np.asarray(lower >= threshold if operator == ">=" else lower > threshold)


def _first_enough(standing: Standing, threshold: float, operator: str, rate: float, limit: int) -> int | None:
    """First number of further persons that is enough, in pieces that grow as the search goes on."""
    start, length = _least_possible(standing, threshold, rate, limit), _CHUNK
    while start <= limit:
        more = np.arange(start, min(start + length, limit + 1))
        enough = _reaches(standing.lower_at_rate(more, rate), threshold, operator)
        if enough.any():
            return int(more[int(np.argmax(enough))])
        start, length = start + length, min(2 * length, 1 << 18)
    return None


def _least_possible(standing: Standing, threshold: float, rate: float, limit: int) -> int:
    """A number of further persons below which none is enough; above ``limit`` where none is at all.

    The limit of ``m * rate`` satisfied persons, not rounded down, bounds the saw from above. With a rate of
    at least the present share it never falls, so the first m that comes near the threshold is found by
    halving.
    """
    if rate < standing.share:
        return 0

    def is_possible(m: int) -> bool:
        return bool(standing.lower_after(np.array(m), np.array(m * rate)) >= threshold - _MARGIN)

    if not is_possible(limit):
        return limit + 1
    fewest, most = 0, limit
    while fewest < most:
        middle = (fewest + most) // 2
        fewest, most = (fewest, middle) if is_possible(middle) else (middle + 1, most)
    return most

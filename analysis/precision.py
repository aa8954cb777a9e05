"""Precision gate: is a share known well enough to be printed, with the NCHS rule that decided."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from analysis._validation import AnalysisError
from analysis.intervals import korn_graubard
from analysis.results import IndexEstimate

MINIMUM_N: Final = 30
NARROW_WIDTH: Final = 0.05
WIDE_WIDTH: Final = 0.30
RELATIVE_WIDTH: Final = 1.30
MINIMUM_DF: Final = 8


class Presentation(StrEnum):
    """What the standard asks for, from the best to the worst."""

    SHOW = "show"
    FOOTNOTE = "footnote"  # the share is reliable, its complement (the dissatisfied) is not
    REVIEW = "review"  # a statistician looks before it is printed
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True)
class PrecisionDecision:
    """The presentation of one share, the rules that fired, and the numbers they looked at.

    ``rules`` holds every rule that fired, the deciding one first; it is empty for a plain ``show``.
    """

    presentation: Presentation
    rules: tuple[str, ...]
    share: float
    n: int
    n_eff: float
    df: float
    lower: float
    upper: float


def gate_share(
    share: float, *, n: int, n_eff: float, df: float, lower: float, upper: float
) -> PrecisionDecision:
    """Apply the NCHS presentation standard for proportions to one share.

    In this order: fewer than 30 persons or effective persons: suppress; width at most 0.05: show; width at
    least 0.30: suppress; width over share above 1.30: suppress; width over (1 − share) above 1.30: footnote.
    What would be shown is sent to review when df < 8 or when the share is 0 or 1.

    Parameters
    ----------
    share
        Estimate, 0–1.
    n
        Persons with an answer.
    n_eff
        Effective persons; what exceeds ``n`` counts as ``n``.
    df
        Degrees of freedom of the variance.
    lower, upper
        Limits of the 95 % Korn–Graubard interval (:func:`analysis.intervals.korn_graubard`).

    Returns
    -------
    PrecisionDecision

    Raises
    ------
    AnalysisError
        If the share lies outside its limits or the limits outside 0–1.

    References
    ----------
    J. D. Parker et al., Vital and Health Statistics 2(175), National Center for Health Statistics, 2017.

    Examples
    --------
    >>> gate_share(0.95, n=163, n_eff=150.0, df=53.0, lower=0.90, upper=0.98).rules
    ('complement-relative-width-above-1.30',)
    >>> str(gate_share(0.70, n=25, n_eff=25.0, df=20.0, lower=0.48, upper=0.86).presentation)
    'suppress'
    """
    if not 0.0 <= lower <= share <= upper <= 1.0:
        raise AnalysisError(
            f"lower, share, upper are {lower!r}, {share!r}, {upper!r}; allowed: ordered, each from 0 to 1"
        )
    at_boundary = share in (0.0, 1.0)
    # At 0 % and 100 % the linearised variance is 0: n itself is what is known.
    effective = float(n) if at_boundary else min(n_eff, float(n))
    width = 0.0 if at_boundary else upper - lower
    presentation, rule = _width_rule(share, n=n, n_eff=effective, width=width)
    rules = [rule] if rule else []
    if presentation is not Presentation.SUPPRESS:
        review = [
            *(["df-below-8"] if not df >= MINIMUM_DF else []),
            *(["share-0-or-100"] if at_boundary else []),
        ]
        if review:
            presentation, rules = Presentation.REVIEW, [*review, *rules]
    return PrecisionDecision(
        presentation=presentation,
        rules=tuple(rules),
        share=share,
        n=n,
        n_eff=effective,
        df=df,
        lower=lower,
        upper=upper,
    )


def gate_estimate(estimate: IndexEstimate) -> PrecisionDecision:
    """Apply :func:`gate_share` to an estimate, on its Korn–Graubard interval at 95 %.

    An estimate without a value, without an effective size or without degrees of freedom is suppressed
    (rule ``undefined``).

    Examples
    --------
    >>> from analysis.results import IndexEstimate
    >>> estimate = IndexEstimate(
    ...     index=0.8, n=400, valid=400, satisfied=320, se_cluster=0.02, se_respondent=0.02, df=40.0,
    ...     n_eff=400.0, lower=0.757, upper=0.837, one_sided_lower=0.764, one_sided_upper=0.831, level=0.95,
    ...     alpha=0.05, method_version="item-mean/1", interval_method="wilson-t")
    >>> str(gate_estimate(estimate).presentation)
    'show'
    """
    known = estimate.n > 0 and estimate.n_eff > 0.0 and estimate.df > 0.0
    if not known or math.isnan(estimate.index):
        return PrecisionDecision(
            presentation=Presentation.SUPPRESS,
            rules=("undefined",),
            share=estimate.index,
            n=estimate.n,
            n_eff=estimate.n_eff,
            df=estimate.df,
            lower=math.nan,
            upper=math.nan,
        )
    limits = korn_graubard(estimate.index, estimate.n_eff, estimate.n, estimate.df)
    # A single person has no interval: nothing is known, and the rule on n decides.
    lower, upper = (0.0, 1.0) if estimate.n < 2 else (float(limits[0]), float(limits[1]))
    return gate_share(
        estimate.index, n=estimate.n, n_eff=estimate.n_eff, df=estimate.df, lower=lower, upper=upper
    )


def _width_rule(share: float, *, n: int, n_eff: float, width: float) -> tuple[Presentation, str]:
    """Return the first rule that decides; an empty name when the share is simply shown."""
    rules = (
        (n < MINIMUM_N, Presentation.SUPPRESS, "n-below-30"),
        (n_eff < MINIMUM_N, Presentation.SUPPRESS, "effective-n-below-30"),
        (width <= NARROW_WIDTH, Presentation.SHOW, ""),
        (width >= WIDE_WIDTH, Presentation.SUPPRESS, "width-0.30-or-more"),
        (width > RELATIVE_WIDTH * share, Presentation.SUPPRESS, "relative-width-above-1.30"),
        (
            width > RELATIVE_WIDTH * (1.0 - share),
            Presentation.FOOTNOTE,
            "complement-relative-width-above-1.30",
        ),
    )
    return next(((action, rule) for fired, action, rule in rules if fired), (Presentation.SHOW, ""))

"""From an index and its two variances to limits: the rules that every route shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from analysis import intervals
from analysis.index import Target

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

# Relative size below which a difference is rounding.
_ROUNDING = 1e-10


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a route finds out about indices, shape (targets, domains) throughout.

    Attributes
    ----------
    index
        The estimate, ``nan`` where undefined.
    n
        Persons with a valid answer to one of its items.
    valid, satisfied
        Answers of its items.
    cluster_variance, respondent_variance
        Linearised, with clusters and with persons as clusters.
    cluster_df, respondent_df
        Clusters (persons) minus strata that hold a valid answer.
    """

    index: Floats
    n: Integers
    valid: Integers
    satisfied: Integers
    cluster_variance: Floats
    respondent_variance: Floats
    cluster_df: Integers
    respondent_df: Integers

    @classmethod
    def of(
        cls,
        *,
        index: Floats,
        n: Integers,
        valid: Integers,
        satisfied: Integers,
        cluster_variance: Floats,
        respondent_variance: Floats,
        cluster_df: Integers,
        respondent_df: Integers,
    ) -> Evidence:
        """Evidence in which an undefined index has no variance."""
        undefined = np.isnan(index)
        return cls(
            index=index,
            n=n,
            valid=valid,
            satisfied=satisfied,
            cluster_variance=np.where(undefined, np.nan, cluster_variance),
            respondent_variance=np.where(undefined, np.nan, respondent_variance),
            cluster_df=cluster_df,
            respondent_df=respondent_df,
        )


def stacked(evidence: Sequence[Evidence]) -> Evidence:
    """Evidence of several indices, one below the other."""
    return Evidence(
        *(np.concatenate([getattr(one, part.name) for one in evidence]) for part in fields(Evidence))
    )


@dataclass(frozen=True, slots=True)
class Conclusions:
    """Variance, degrees of freedom and limits, shape (targets, domains) throughout."""

    df: Integers
    n_eff: Floats
    lower: Floats
    upper: Floats
    one_sided_lower: Floats
    one_sided_upper: Floats
    single_day: Truths
    no_variance: Truths
    too_few: Truths


def conclude(
    targets: tuple[Target, ...],
    evidence: Evidence,
    *,
    level: float,
    alpha: float,
    interval: str,
    design_effect: Callable[[int], Floats],
) -> Conclusions:
    """Choose the variance and draw the limits.

    V is the larger of the cluster and the respondent variance, with the degrees of freedom that belong to
    it; with less than one of the clusters' (all on one day) it is the respondent variance. Where V is 0 (at
    0 %, at 100 %, or when all persons answer alike) the effective size is the persons by the design effect.

    Parameters
    ----------
    targets, evidence
        The indices and what is known about each.
    level, alpha
        Of the two-sided limits and of each one-sided limit.
    interval
        One of :data:`analysis.intervals.INTERVALS`; a mean score always has Student's t.
    design_effect
        For the number of a target its stand-in design effect in each domain; asked only where V is 0.
    """
    variance, df = chosen_variance(evidence)
    no_variance = variance <= _smallest_variance(evidence)
    n_eff = _effective_n(targets, evidence, variance, no_variance, design_effect)
    drawn = _Draw(targets, evidence, variance, df, n_eff, no_variance, interval)
    lower, upper = drawn.limits(level)
    one_sided_lower, one_sided_upper = drawn.limits(1 - 2 * alpha)
    return Conclusions(
        df=df,
        n_eff=n_eff,
        lower=lower,
        upper=upper,
        one_sided_lower=one_sided_lower,
        one_sided_upper=one_sided_upper,
        single_day=evidence.cluster_df < 1,
        no_variance=no_variance,
        too_few=df < 1,
    )


def chosen_variance(evidence: Evidence) -> tuple[Floats, Integers]:
    """The larger variance with its degrees of freedom; that of the respondents below one cluster df.

    Equal variances keep the clusters' degrees of freedom, which are fewer.
    """
    clusters, respondents = evidence.cluster_variance, evidence.respondent_variance
    larger = respondents > clusters * (1 + _ROUNDING) + _smallest_variance(evidence)
    by_respondent = (evidence.cluster_df < 1) | larger
    variance = np.where(by_respondent, respondents, clusters)
    return variance, np.where(by_respondent, evidence.respondent_df, evidence.cluster_df)


def _smallest_variance(evidence: Evidence) -> Floats:
    """Below this a variance is rounding of zero: far under that of a simple random sample."""
    p = evidence.index
    return _ROUNDING * p * (1 - p) / np.maximum(evidence.n, 1)


def pooled_design_effect(
    evidence: Evidence, *, weight: Floats, whole: Floats, spread: tuple[Floats, Floats, Floats]
) -> Floats:
    r"""V of a pooled share over that of a simple random sample of as many persons; ``nan`` at 0 and 100 %.

    .. math:: deff = V \Big/ \frac{\sum w e^2 / \sum w}{n (\sum w v / \sum w)^2}, \quad e = t - p v

    (Kish 1965, section 8.2, for a ratio: Särndal, Swensson and Wretman 1992, section 5.6.)

    Parameters
    ----------
    evidence
        Of the pooled share, shape (1, domains).
    weight, whole
        Σ w over persons with a valid answer and Σ w v, shape (domains,).
    spread
        Σ w t², Σ w t x, Σ w x² with x = v − t, shape (domains,) each.
    """
    p, n = evidence.index[0], evidence.n[0]
    variance = chosen_variance(evidence)[0][0]
    tt, tx, xx = spread
    squares = (1 - p) ** 2 * tt - 2 * p * (1 - p) * tx + p**2 * xx
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = variance * n * whole * whole / (weight * squares)
        return np.where((p > 0) & (p < 1) & (squares > _ROUNDING * whole), found, np.nan)


def _effective_n(
    targets: tuple[Target, ...],
    evidence: Evidence,
    variance: Floats,
    no_variance: Truths,
    design_effect: Callable[[int], Floats],
) -> Floats:
    n_eff = intervals.effective_n(evidence.index, variance)
    for number, target in enumerate(targets):
        if target.kind == "item":
            # One answer of one person cannot weigh more than one; a mean of several items can.
            n_eff[number] = np.minimum(n_eff[number], evidence.n[number])
        if no_variance[number].any():
            by_rule = evidence.n[number] / np.maximum(design_effect(number), 1.0)
            n_eff[number] = np.where(no_variance[number], by_rule, n_eff[number])
    return n_eff


@dataclass(frozen=True, slots=True)
class _Draw:
    targets: tuple[Target, ...]
    evidence: Evidence
    variance: Floats
    df: Integers
    n_eff: Floats
    no_variance: Truths
    interval: str

    def limits(self, level: float) -> tuple[Floats, Floats]:
        p, df = self.evidence.index, self.df
        # Wilson's interval serves every share without a variance of its own, whatever was asked for.
        lower, upper = intervals.wilson_t(p, self.n_eff, df, level=level)
        if self.interval == "korn-graubard":
            capped = np.array([target.kind == "item" for target in self.targets])[:, None]
            size = np.where(capped, np.minimum(self.n_eff, self.evidence.n), self.n_eff)
            free = intervals.korn_graubard(p, size, self.evidence.n, df, level=level, capped=False)
            tied = intervals.korn_graubard(p, size, self.evidence.n, df, level=level, capped=True)
            lower, upper = (np.where(capped, *pair) for pair in zip(tied, free, strict=True))
        elif self.interval == "logit-t":
            other = intervals.logit_t(p, self.variance, df, level=level)
            lower, upper = self._where_varied(other, (lower, upper))
        elif self.interval == "t":
            other = intervals.student_t(p, self.variance, df, level=level)
            lower, upper = self._where_varied(other, (lower, upper))
        for number, target in enumerate(self.targets):
            if target.mean_score:
                lower[number], upper[number] = self._score_limits(number, level)
        known = df >= 1
        # Rounding in the last place must not put the estimate outside its own limits.
        lower, upper = np.minimum(lower, p), np.maximum(upper, p)
        return np.where(known, lower, np.nan), np.where(known, upper, np.nan)

    def _where_varied(
        self, limits: tuple[Floats, Floats], otherwise: tuple[Floats, Floats]
    ) -> tuple[Floats, Floats]:
        lower, upper = (
            np.where(self.no_variance, rule, own) for rule, own in zip(otherwise, limits, strict=True)
        )
        return lower, upper

    def _score_limits(self, number: int, level: float) -> tuple[Floats, Floats]:
        value, df = self.evidence.index[number], self.df[number]
        lowest = intervals.LOWEST_SCORE
        own = intervals.student_t(value, self.variance[number], df, level=level, lowest=lowest)
        # A bounded score varies at most as much as a share of its two ends, so Wilson's limits are safe.
        share = np.clip((value - lowest) / (1 - lowest), 0.0, 1.0)
        ends = intervals.wilson_t(share, self.n_eff[number], df, level=level)
        lower, upper = (
            np.where(self.no_variance[number], lowest + (1 - lowest) * end, limit)
            for end, limit in zip(ends, own, strict=True)
        )
        return lower, upper

"""Keyword builders for tests of goals and plans, and the interval that is not offered."""

from __future__ import annotations

import math

from analysis._one_sided import Evidence, one_sided_limits
from analysis.goals import Baseline
from analysis.proportions import normal_quantile
from analysis.results import ConfidenceInterval, IndexEstimate


def make_estimate(
    index: float = 0.86,
    *,
    n: int = 200,
    n_eff: float | None = None,
    df: float = 60.0,
    level: float = 0.95,
    alpha: float = 0.05,
    method_version: str = "item-mean/1",
    interval_method: str = "wilson-t",
    flags: tuple[str, ...] = (),
) -> IndexEstimate:
    """An estimate whose limits are Wilson's with t, as the estimator would hand it over."""
    effective = float(n) if n_eff is None else n_eff
    evidence = Evidence(index, effective, df)
    two_sided = one_sided_limits(evidence, alpha=(1 - level) / 2)
    one_sided = one_sided_limits(evidence, alpha=alpha)
    error = math.sqrt(index * (1 - index) / effective)
    return IndexEstimate(
        index=index,
        n=n,
        valid=n,
        satisfied=round(index * n) if not math.isnan(index) else 0,
        se_cluster=error,
        se_respondent=error,
        df=df,
        n_eff=effective,
        lower=two_sided.lower,
        upper=two_sided.upper,
        one_sided_lower=one_sided.lower,
        one_sided_upper=one_sided.upper,
        level=level,
        alpha=alpha,
        method_version=method_version,
        interval_method=interval_method,
        flags=flags,
    )


def make_baseline(
    value: float = 0.84, *, n: int | None = None, method_version: str = "item-mean/1"
) -> Baseline:
    """A typed-in figure of last year."""
    return Baseline(value, method_version, "typed in", n=n)


def wald(x: int, n: int, *, level: float) -> ConfidenceInterval:
    """Estimate ± z standard errors: the interval of many reports, kept here only to show its coverage."""
    half = normal_quantile((1 + level) / 2) * math.sqrt(x / n * (1 - x / n) / n)
    return ConfidenceInterval(x / n - half, x / n + half, level, "wald")

"""Empirical-Bayes shrinkage: the share of a small commune leans on its peers.

It says where to look first; it is never a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy

from analysis._validation import AnalysisError, check_level, check_positive
from analysis.communes import Floats, checked_counts

# Beyond this prior size the communes do not differ by more than chance, and the likelihood is flat.
_LARGEST_PRECISION: Final = 1e7


@dataclass(frozen=True, slots=True)
class BetaBinomialFit:
    """Distribution of the true shares of communes: Beta(alpha, beta).

    ``mean`` is α/(α + β); ``precision`` α + β is the number of answers that the peers count for.
    ``log_likelihood`` includes the binomial coefficients. ``flags`` holds ``no-variation-between`` when the
    communes differ by no more than chance and the precision stopped at its bound.
    """

    alpha: float
    beta: float
    mean: float
    precision: float
    log_likelihood: float
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Posterior mean and limits of each commune's share."""

    means: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    level: float


def fit_beta_binomial(
    satisfied: Sequence[int] | np.ndarray, sizes: Sequence[int] | np.ndarray
) -> BetaBinomialFit:
    r"""Fit the distribution of true shares by maximum likelihood.

    .. math:: \ell(\alpha, \beta) = \sum_i \log \binom{n_i}{x_i} + \log B(x_i + \alpha, n_i - x_i + \beta)
        - \log B(\alpha, \beta)

    Parameters
    ----------
    satisfied, sizes
        Satisfied and all answers of each commune, shape (K,).

    Raises
    ------
    AnalysisError
        If the counts are impossible, or all communes together have a share of 0 or 1.

    References
    ----------
    J. G. Skellam, J. R. Statist. Soc. B 10 (1948) 257–261.

    Examples
    --------
    >>> fit = fit_beta_binomial([218, 900, 718, 899, 380], [246, 1077, 718, 1031, 470])
    >>> round(fit.mean, 2), round(fit.precision)
    (0.89, 5)
    """
    x, n = checked_counts(satisfied, sizes)
    pooled = float(x.sum() / n.sum())
    if pooled in (0.0, 1.0):
        raise AnalysisError(f"share of all communes is {pooled!r}; allowed: strictly between 0 and 1")

    def loss(parameters: Floats) -> tuple[float, Floats]:
        return _negative_log_likelihood(parameters, x, n)

    # Mean on the logit scale and precision on the log scale: both free of bounds, nearly orthogonal.
    found = scipy.optimize.minimize(
        loss,
        np.array([scipy.special.logit(pooled), np.log(50.0)]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), (np.log(1e-3), np.log(_LARGEST_PRECISION))],
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500},
    )
    mean, precision = float(scipy.special.expit(found.x[0])), float(np.exp(found.x[1]))
    coefficients = (
        scipy.special.gammaln(n + 1) - scipy.special.gammaln(x + 1) - scipy.special.gammaln(n - x + 1)
    )
    return BetaBinomialFit(
        alpha=mean * precision,
        beta=(1.0 - mean) * precision,
        mean=mean,
        precision=precision,
        log_likelihood=float(coefficients.sum()) - float(found.fun),
        flags=("no-variation-between",) if precision > 0.99 * _LARGEST_PRECISION else (),
    )


def shrink(
    satisfied: Sequence[int] | np.ndarray,
    sizes: Sequence[int] | np.ndarray,
    *,
    alpha: float,
    beta: float,
    level: float = 0.95,
) -> Shrunk:
    r"""Posterior share of each commune, :math:`(x_i + \alpha) / (n_i + \alpha + \beta)`, with limits.

    The limits are quantiles of Beta(x + α, n − x + β). They take α and β as known and are a little short.

    Parameters
    ----------
    satisfied, sizes
        Satisfied and all answers of each commune, shape (K,).
    alpha, beta
        From :func:`fit_beta_binomial`.
    level
        Two-sided level of the limits.

    References
    ----------
    B. P. Carlin, T. A. Louis, *Bayesian Methods for Data Analysis*, 2008, chapter 5.

    Examples
    --------
    >>> found = shrink([18, 900], [20, 1000], alpha=74.8, beta=9.6)
    >>> [round(mean, 4) for mean in found.means]
    [0.8889, 0.8989]
    """
    x, n = checked_counts(satisfied, sizes)
    a, b = x + check_positive("alpha", alpha), n - x + check_positive("beta", beta)
    tail = (1.0 - check_level(level)) / 2.0
    return Shrunk(
        means=tuple((a / (a + b)).tolist()),
        lower=tuple(scipy.special.betaincinv(a, b, tail).tolist()),
        upper=tuple(scipy.special.betaincinv(a, b, 1.0 - tail).tolist()),
        level=level,
    )


def _negative_log_likelihood(parameters: Floats, x: np.ndarray, n: np.ndarray) -> tuple[float, Floats]:
    mean, precision = scipy.special.expit(parameters[0]), np.exp(parameters[1])
    alpha, beta = mean * precision, (1.0 - mean) * precision
    value = (scipy.special.betaln(x + alpha, n - x + beta) - scipy.special.betaln(alpha, beta)).sum()
    total = scipy.special.digamma(n + precision) - scipy.special.digamma(precision)
    by_alpha = (scipy.special.digamma(x + alpha) - scipy.special.digamma(alpha) - total).sum()
    by_beta = (scipy.special.digamma(n - x + beta) - scipy.special.digamma(beta) - total).sum()
    by_logit = (by_alpha - by_beta) * precision * mean * (1.0 - mean)
    by_log = by_alpha * alpha + by_beta * beta
    return -float(value), -np.array([by_logit, by_log])

"""Weights that bring the answers to the dossiers handled, by field and filing channel.

Weights repair what is known of the mix of dossiers. They never use the response mode (kiosk, phone, paper):
nobody knows how many citizens belong to each, so modes are compared, not weighted. And they do not repair
who chose to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis._validation import AnalysisError, check_positive
from analysis.weight_margins import Margin, check_codes, merge_small_categories

WARN_ABOVE: Final = 1.5
REFUSE_ABOVE: Final = 3.0
LOWEST: Final = 1.0 / 3.0
HIGHEST: Final = 3.0
MINIMUM_ANSWERS: Final = 20

Floats = npt.NDArray[np.float64]


class WeightVerdict(StrEnum):
    """Whether weighted figures may be used."""

    USE = "use"
    WARN = "warn"  # more than a third of the answers' worth is lost
    REFUSE = "refuse"  # a few answers would speak for most dossiers


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the answers with what they cost.

    Attributes
    ----------
    values
        Weight of each answer, shape (persons,); they add up to the dossiers.
    kish_n
        Effective answers (Σw)²/Σw².
    design_effect
        n / ``kish_n``: what unequal weights multiply the variance by.
    trimmed
        Answers whose weight was cut before the last fit.
    rounds
        Rounds of raking in the last fit; 1 for post-stratification.
    merged
        Names of margins with the categories that were put together, for example ``field:3+4``.
    """

    values: Floats
    kish_n: float
    design_effect: float
    verdict: WeightVerdict
    trimmed: int
    rounds: int
    method: str
    merged: tuple[str, ...] = ()


def kish_effective_n(weights: npt.ArrayLike) -> float:
    r"""Effective number of answers under unequal weights, :math:`(\sum w)^2 / \sum w^2`.

    References
    ----------
    L. Kish, *Survey Sampling*, 1965, section 11.7.

    Examples
    --------
    >>> kish_effective_n([1.0, 1.0, 1.0, 3.0])
    3.0
    """
    w = _checked_base(weights)
    return float(w.sum() ** 2 / (w**2).sum())


def post_stratify(margin: Margin, *, base: npt.ArrayLike | None = None) -> Weights:
    r"""Weights that give each category its dossiers: :math:`w_i = b_i N_g / \sum_{j \in g} b_j`.

    Parameters
    ----------
    margin
        Category of each answer and dossiers of each category (a field, or a field × channel cell).
    base
        Weights before, shape (persons,), above 0; all 1 by default.

    Raises
    ------
    AnalysisError
        If a category with dossiers has no answer (merge it first), or answers without dossiers.

    References
    ----------
    D. Holt, T. M. F. Smith, J. R. Statist. Soc. A 142 (1979) 33–46.

    Examples
    --------
    >>> field = Margin("field", np.array([0, 0, 1]), np.array([10.0, 20.0]))
    >>> post_stratify(field).values.tolist()
    [5.0, 5.0, 20.0]
    """
    start = _base(base, len(margin.codes))
    margin.check_answered()
    return _weights(start * margin.factors(start)[margin.codes], rounds=1, method="post-stratified")


def rake(
    margins: Sequence[Margin],
    *,
    base: npt.ArrayLike | None = None,
    tolerance: float = 1e-10,
    most_rounds: int = 500,
) -> Weights:
    """Weights that fit several margins at once, by fitting one after the other until all hold.

    Parameters
    ----------
    margins
        Margins with one total number of dossiers; counts of field and of channel, not of their crossing.
    base
        Weights before, shape (persons,), above 0; all 1 by default.
    tolerance
        Largest relative difference between a fitted margin and its dossiers. (One *dossier* of tolerance, a
        common default, leaves weights half a percent off.)
    most_rounds
        Rounds after which it is an error.

    Raises
    ------
    AnalysisError
        If a margin is the response mode, a category with dossiers has no answer, totals differ between
        margins, or the fit does not settle (cells without answers can make margins contradict).

    References
    ----------
    W. E. Deming, F. F. Stephan, Ann. Math. Statist. 11 (1940) 427–444.

    Examples
    --------
    >>> field = Margin("field", np.array([0, 0, 1, 1]), np.array([30.0, 10.0]))
    >>> channel = Margin("channel", np.array([0, 1, 0, 1]), np.array([28.0, 12.0]))
    >>> rake([field, channel]).values.round(6).tolist()
    [21.0, 9.0, 7.0, 3.0]
    """
    if not margins:
        raise AnalysisError("margins is empty; allowed: one margin or more")
    values = _base(base, len(margins[0].codes))
    totals = [float(margin.totals.sum()) for margin in margins]
    if max(totals) - min(totals) > 1e-9 * max(totals):
        raise AnalysisError(f"margins add up to {totals}; allowed: one number of dossiers")
    for margin in margins:
        check_codes(margin.name, margin.codes, len(values))
        margin.check_answered()
    check_positive("tolerance", tolerance)
    for done in range(1, most_rounds + 1):
        for margin in margins:
            values = values * margin.factors(values)[margin.codes]
        if max(margin.error(values) for margin in margins) <= tolerance:
            return _weights(values, rounds=done, method="raked")
    raise AnalysisError(
        f"raking {[margin.name for margin in margins]} does not settle in {most_rounds} rounds; "
        "allowed: margins that the answered cells can meet; merge small categories"
    )


def trim(
    weights: npt.ArrayLike, *, lowest: float = LOWEST, highest: float = HIGHEST
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Cut weights to between a third and three times their mean, and say which were cut.

    Returns
    -------
    weights, cut
        Shape (persons,) each. The sum changes: fit the margins once more afterwards.

    Examples
    --------
    >>> weights, cut = trim([1.0, 1.0, 1.0, 13.0])
    >>> weights.round(3).tolist(), cut.tolist()
    ([1.333, 1.333, 1.333, 12.0], [True, True, True, True])
    """
    w = _checked_base(weights)
    low, high = lowest * w.mean(), highest * w.mean()
    return np.clip(w, low, high), (w < low) | (w > high)


def weigh_to_dossiers(field: Margin, channel: Margin) -> Weights:
    """Weights by field and filing channel: merge, rake, trim, rake once more, and judge the price.

    Categories with fewer than 20 answers are merged with a neighbour first, so that no handful of answers
    speaks for many dossiers. A design effect above 1.5 is a warning, above 3 the weights are refused.

    Parameters
    ----------
    field, channel
        Field and *filing* channel (counter, online, postal) of each answer, with the dossiers handled.
        Neighbouring codes are the ones that are alike: they are merged.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> field = Margin("field", rng.integers(0, 3, 400), np.array([500.0, 300.0, 200.0]))
    >>> channel = Margin("channel", rng.integers(0, 2, 400), np.array([800.0, 200.0]))
    >>> weights = weigh_to_dossiers(field, channel)
    >>> str(weights.verdict), round(weights.values.sum())
    ('warn', 1000)
    """
    fields, merged_fields = merge_small_categories(field, minimum=MINIMUM_ANSWERS)
    channels, merged_channels = merge_small_categories(channel, minimum=MINIMUM_ANSWERS)
    raked = rake([fields, channels])
    cut_values, cut = trim(raked.values)
    merged = (*merged_fields, *merged_channels)
    if cut.any():
        raked = rake([fields, channels], base=cut_values)
    return _weights(
        raked.values,
        rounds=raked.rounds,
        method="raked-trimmed" if cut.any() else "raked",
        trimmed=int(cut.sum()),
        merged=merged,
    )


def _weights(
    values: Floats, *, rounds: int, method: str, trimmed: int = 0, merged: tuple[str, ...] = ()
) -> Weights:
    kish_n = kish_effective_n(values)
    effect = len(values) / kish_n
    verdict = WeightVerdict.REFUSE if effect > REFUSE_ABOVE else WeightVerdict.WARN
    return Weights(
        values=values,
        kish_n=kish_n,
        design_effect=effect,
        verdict=verdict if effect > WARN_ABOVE else WeightVerdict.USE,
        trimmed=trimmed,
        rounds=rounds,
        method=method,
        merged=merged,
    )


def _base(base: npt.ArrayLike | None, persons: int) -> Floats:
    values = np.ones(persons) if base is None else _checked_base(base)
    if values.shape != (persons,):
        raise AnalysisError(f"base has shape {values.shape}; allowed: ({persons},)")
    return values


def _checked_base(weights: npt.ArrayLike) -> Floats:
    w = np.asarray(weights, np.float64)
    if w.ndim != 1 or not len(w) or not (np.isfinite(w) & (w > 0.0)).all():
        raise AnalysisError(
            "weights are not one number above 0 for each person; allowed: (persons,), above 0"
        )
    return w

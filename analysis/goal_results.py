"""What a goal is held against and what comes out: the types of :mod:`analysis.goals`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from analysis._validation import AnalysisError, check_share
from analysis.results import IndexEstimate

Operator = Literal[">=", ">"]
Point = Literal["reached", "not_reached", "unknown"]
StatedVerdict = Literal["met_with_confidence", "not_shown", "missed"]
Verdict = Literal["met_with_confidence", "not_shown", "missed", "refused"]
YearOnYear = Literal["improved", "declined", "no_shown_change", "points_only", "no_baseline"]

# Two figures this close are one: 0.8 as a mean of shares may come out as 0.7999999999999999.
TIE: Final = 1e-12

#: Plain words for each reason, in the order of the rules. Products translate them by the code.
REASON_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "undefined_index": "The index is undefined: an item or the dimension has no valid answer.",
        "no_limits": "The answers give no limits: there are too few of them, or too few days.",
        "n_below_30": "Only {n} persons answered; a verdict needs {required}.",
        "item_below_30": "Item {subject} has fewer than {required} answers; an item mean needs them.",
        "single_day": "All answers come from one day.",
        "df_below_8": "The answers come from few days (degrees of freedom {df}): read the limits with care.",
        "above_threshold": "The lower limit {lower} clears the threshold {threshold}.",
        "below_threshold": "The upper limit {upper} lies below the threshold {threshold}.",
        "threshold_within_limits": "The threshold {threshold} lies between the limits {lower} and {upper}.",
        "above_last_year": "The change {diff} is above 0 even at its lower limit {lower}.",
        "below_last_year": "The change {diff} is below 0 even at its upper limit {upper}.",
        "no_change_within_limits": "The change {diff} has limits {lower} and {upper}, with 0 between them.",
        "no_baseline": "There is no figure for last year.",
        "baseline_without_n": "Last year's figure {value} comes without persons: only points are compared.",
        "baseline_other_method": "Last year's figure was made by {subject}: only points are compared.",
        "baseline_other_level": "Last year's limits are of another level: only points are compared.",
        "baseline_without_limits": "Last year's figure has no limits: only points are compared.",
        "baseline_below_30": "Last year's figure allows no verdict: too few answers.",
        "baseline_single_day": "Last year's answers come from one day: only points are compared.",
        "baseline_as_simple_sample": "Last year's limits follow from {n} persons alone, as a simple sample.",
    }
)


def stated(verdict: Verdict) -> StatedVerdict:
    """Verdict in files and interfaces, where one of three is said: a refused verdict shows nothing.

    Examples
    --------
    >>> stated("refused"), stated("missed")
    ('not_shown', 'missed')
    """
    return "not_shown" if verdict == "refused" else verdict


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a code of :data:`REASON_WORDS`, its numbers, and a name if one belongs."""

    code: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Last year's figure.

    Attributes
    ----------
    value
        The index of last year, 0–1.
    method_version
        Index method it was made by; verdicts need the same one as this year's.
    source
        Where the figure comes from, in the caller's words.
    n
        Persons behind it, where known.
    estimate
        The full estimate, where last year was measured with this package; ``value`` is then its index.
    """

    value: float
    method_version: str
    source: str
    n: int | None = None
    estimate: IndexEstimate | None = None

    def __post_init__(self) -> None:
        """Refuse a figure off the scale, or one that is not its estimate's."""
        check_share("value", self.value)
        if self.n is not None and self.n < 1:
            raise AnalysisError(f"n is a number of persons from 1, or None where unknown, not {self.n!r}")
        if self.estimate is not None and abs(self.estimate.index - self.value) > TIE:
            raise AnalysisError(
                f"value is the index of the estimate, {self.estimate.index!r}, not {self.value!r}"
            )

    @classmethod
    def from_estimate(cls, estimate: IndexEstimate, *, source: str) -> Baseline:
        """Baseline of a year that was measured with this package; its index must be defined."""
        return cls(estimate.index, estimate.method_version, source, n=estimate.n, estimate=estimate)


@dataclass(frozen=True, slots=True)
class GoalAssessment:
    """What :func:`assess` found. Shares on the 0–1 scale, unrounded; ``nan`` where nothing can be said.

    Attributes
    ----------
    index, threshold, operator
        The estimate and the mark it is held against.
    point_threshold, verdict_threshold, p_threshold
        Threshold: plain result, verdict, and p-value of "the index is above the threshold".
    point_year_on_year, verdict_year_on_year, p_year_on_year
        The same for "above last year"; p-value of "this year is the higher one".
    diff, diff_lower, diff_upper
        This year minus last year, with two-sided MOVER limits at ``level``.
    diff_one_sided_lower, diff_one_sided_upper
        The limits that the verdict uses, each one-sided at 1 − ``alpha``.
    point, verdict, p_value
        The goal as a whole (intersection–union: the worse of its parts, the larger p-value).
    reasons
        Codes with numbers, the refusals first.
    """

    index: float
    threshold: float
    operator: Operator
    point_threshold: Point
    verdict_threshold: Verdict
    p_threshold: float
    point_year_on_year: Point
    verdict_year_on_year: YearOnYear
    p_year_on_year: float
    diff: float
    diff_lower: float
    diff_upper: float
    diff_one_sided_lower: float
    diff_one_sided_upper: float
    point: Point
    verdict: Verdict
    p_value: float
    require_improvement: bool
    level: float
    alpha: float
    method_version: str
    reasons: tuple[Reason, ...]

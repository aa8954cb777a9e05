"""One index beside itself under another treatment: without the flagged answers, or weighted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis._validation import AnalysisError
from analysis.results import IndexEstimate, SurveyEstimate


@dataclass(frozen=True, slots=True)
class Influence:
    """One index as it stands and as it would be; ``change`` is ``index_after`` − ``index``."""

    name: str
    index: float
    index_after: float
    change: float
    n: int
    n_after: int


def compare_without_flagged(everything: SurveyEstimate, without: SurveyEstimate) -> tuple[Influence, ...]:
    """Set every dimension and the overall index beside themselves without the flagged answers.

    The official figure is the one with all answers; this one says how much hangs on the flagged.

    Parameters
    ----------
    everything
        Estimate from all answers.
    without
        Estimate by the same methods from the answers without a flag.

    Raises
    ------
    AnalysisError
        If the estimates have other dimensions or methods, or ``without`` has more answers.
    """
    found = tuple(_influences(everything, without))
    for influence in found:
        if influence.n_after > influence.n:
            raise AnalysisError(
                f"{influence.name} has {influence.n_after} answers without the flagged ones, "
                f"{influence.n} in all; allowed: no more than in all"
            )
    return found


def compare_weighted(unweighted: SurveyEstimate, weighted: SurveyEstimate) -> tuple[Influence, ...]:
    """Set every dimension and the overall index beside themselves weighted to the dossiers.

    Both are shown: the unweighted one is what the rules of the index ask for, and where the two are apart
    the mix of those who answered is not the mix of those who were served.

    Parameters
    ----------
    unweighted, weighted
        Estimates by the same methods from the same answers.

    Raises
    ------
    AnalysisError
        If the estimates have other dimensions, methods or answers.
    """
    found = tuple(_influences(unweighted, weighted))
    for influence in found:
        if influence.n_after != influence.n:
            raise AnalysisError(
                f"{influence.name} has {influence.n_after} answers weighted and {influence.n} unweighted; "
                "allowed: the same answers"
            )
    return found


def _influences(before: SurveyEstimate, after: SurveyEstimate) -> Iterator[Influence]:
    first, second = _named(before), _named(after)
    if list(first) != list(second):
        raise AnalysisError(f"dimensions are {list(first)} and {list(second)}; allowed: the same")
    for name, estimate in first.items():
        other = second[name]
        if estimate.method_version != other.method_version:
            raise AnalysisError(
                f"{name} is by {estimate.method_version} and {other.method_version}; allowed: one method"
            )
        yield Influence(
            name=name,
            index=estimate.index,
            index_after=other.index,
            change=other.index - estimate.index,
            n=estimate.n,
            n_after=other.n,
        )


def _named(survey: SurveyEstimate) -> dict[str, IndexEstimate]:
    return {**survey.dimensions, "overall": survey.overall}

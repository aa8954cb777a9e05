"""What hangs on the signals: the indices without the answers that carry them, and tablet against phone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analysis.differencing import gate_nested
from analysis.disclosure import MINIMUM_CELL
from analysis.group_differences import GroupDifference, compare_pairs
from analysis.results import IndexEstimate
from analysis.unit_quality import is_coached
from survey.enums import Dimension, Part, TrustClass
from survey.instrument import Texts
from survey.queries import flagged
from survey.queries.ratings import Mark, Ratings
from survey.services.office.plans import GoalView
from survey.services.pages.quality_sums import QualitySums
from survey.services.sums import unit_ratings
from survey.services.sums.estimates import File, estimate_domain

LEAST_FOR_GAP = 30


@dataclass(frozen=True, slots=True)
class BesideFigure:
    """One index with all answers and without those with signals; None where few would be given away."""

    dimension: Dimension | None  # None: the overall index
    name: Texts | None
    goal: GoalView | None
    all: IndexEstimate
    without_several: IndexEstimate | None
    without_any: IndexEstimate | None

    @property
    def crosses(self) -> bool:
        """Say whether the index is on the other side of its goal without the answers of several signals."""
        if self.goal is None or self.without_several is None:
            return False
        indices = self.all.index, self.without_several.index
        first, second = (index >= self.goal.threshold for index in indices)
        return all(map(math.isfinite, indices)) and first is not second


@dataclass(frozen=True, slots=True)
class GapFigure:
    """One dimension at the tablets and on people's own phones: the indices that other pages show too."""

    dimension: Dimension
    name: Texts
    at_desk: IndexEstimate
    alone: IndexEstimate
    gap: GroupDifference
    flagged: bool


def beside_figures(sums: QualitySums) -> tuple[BesideFigure, ...]:
    within = unit_ratings.within(sums.period)
    several, one = sums.flags.several.where(within), sums.flags.one.where(within)
    everything = _estimates(sums, sums.of_period)
    without_several = _estimates(sums, flagged.without(sums.of_period, several))
    without_any = _estimates(sums, flagged.without(sums.of_period, several, one))
    names = {Dimension(d.code): d.name for d in sums.published.instrument.dimensions}
    found = []
    for dimension in (*Dimension, None):
        first, second, third = (
            of[dimension] if of else None for of in (everything, without_several, without_any)
        )
        if first is None or first.n < MINIMUM_CELL:
            continue
        second = _unless_near(second, [first.n])
        third = _unless_near(third, [first.n, *([second.n] if second else [])])
        found.append(
            BesideFigure(
                dimension,
                names.get(dimension) if dimension else None,
                sums.goals.get(dimension) if dimension else None,
                first,
                second,
                third,
            )
        )
    return tuple(found)


def gap_figures(sums: QualitySums) -> tuple[GapFigure, ...]:
    """Hold answers at the desk's tablets (class C) against those on people's own phones (class A)."""
    by_class = {
        kind: _estimates(sums, sums.of_period.where(_has_class(kind)))
        for kind in (TrustClass.KIOSK, TrustClass.PHONE_TOKEN)
    }
    at_desk, alone = by_class[TrustClass.KIOSK], by_class[TrustClass.PHONE_TOKEN]
    if at_desk is None or alone is None:
        return ()
    names = {Dimension(d.code): d.name for d in sums.published.instrument.dimensions}
    found = []
    for dimension in Dimension:
        pair = (at_desk[dimension], alone[dimension])
        if all(_effective(estimate) >= LEAST_FOR_GAP for estimate in pair):
            (gap,) = compare_pairs([pair])
            found.append(
                GapFigure(dimension, names[dimension], *pair, gap, is_coached(gap.estimate, gap.lower))
            )
    return tuple(found)


def _estimates(sums: QualitySums, domain: Ratings) -> Mapping[Dimension | None, IndexEstimate] | None:
    headline = domain.where(_is_headline)
    if not headline.days.marks:
        return None
    survey = estimate_domain(
        headline, File.of(domain, sums.desk_ids), sums.published.instrument, sums.methods
    )
    return {
        **{Dimension(name): estimate for name, estimate in survey.dimensions.items()},
        None: survey.overall,
    }


def _is_headline(mark: Mark) -> bool:
    return mark.part is Part.HEADLINE


def _has_class(kind: TrustClass) -> Callable[[Mark], bool]:
    return lambda mark: mark.trust_class is kind


def _unless_near(estimate: IndexEstimate | None, wholes: Sequence[int]) -> IndexEstimate | None:
    """Hide a figure that rests on few, or that differs from another by fewer than may be known."""
    if estimate is None or 0 < estimate.n < MINIMUM_CELL:
        return None
    return estimate if gate_nested(estimate.n, within=wholes).is_shown else None


def _effective(estimate: IndexEstimate) -> int:
    """Give the answers of equal weight that an index is worth; none where there is no index."""
    return 0 if math.isnan(estimate.index) or math.isnan(estimate.n_eff) else math.floor(estimate.n_eff)

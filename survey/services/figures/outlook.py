"""What would settle a goal: who took part, what silence could change, and how many persons are missing."""

from __future__ import annotations

import math
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analysis.bounds import Bounds, bounds, exactness_of
from analysis.goal_results import GoalAssessment
from analysis.remaining import LARGEST, Standing, StillNeeded, still_needed
from analysis.results import IndexEstimate
from survey.enums import Dimension, Stage, TrustClass
from survey.services.figures.goal_figures import GoalRow
from survey.services.office.periods import Period
from survey.services.office.plans import GoalView
from survey.services.office.scopes import Filters

# Below this many persons there is no verdict, however clear the share.
LEAST_FOR_VERDICT = 30


class Need(StrEnum):
    """What is missing until the goal is shown."""

    NOTHING = "nothing"  # shown, met
    LOST = "lost"  # shown, missed
    PERSONS = "persons"  # so many more at the present mix
    HIGHER_SHARE = "higher-share"  # more persons alone will not do: the share must rise
    OUT_OF_REACH = "out-of-reach"  # not even if everybody who may still come were satisfied
    LAST_YEAR = "last-year"  # the threshold is shown; only last year's figure is missing
    LAST_YEAR_POINTS = "last-year-points"  # … or allows a comparison of points alone
    ANSWERS_OF_ITEMS = "answers-of-items"  # an item has too few answers for a verdict
    DAYS = "days"  # the limits settle it, but all answers are of one day
    OVER = "over"  # the period has ended: nobody comes any more
    UNKNOWN = "unknown"  # no goal, or no estimate to start from


@dataclass(frozen=True, slots=True)
class Outlook:
    """`bounds` is None where the dossiers are unknown or are not who was asked."""

    bounds: Bounds | None
    need: Need
    persons: int | None = None  # more persons at the present mix
    share: float | None = None  # share needed among `of_persons`
    of_persons: int | None = None


def outlook(
    row: GoalRow,
    *,
    period: Period,
    today: date,
    filters: Filters,
    returned: int,
    classes: AbstractSet[TrustClass],
) -> Outlook:
    """Say of one dimension what is certain and what is missing.

    `returned` counts the dossiers of the period so far, `classes` says how the answers came in.
    """
    if row.estimate is None or row.goal is None or row.assessment is None:
        return Outlook(None, Need.UNKNOWN)
    certain = _bounds(row.dimension, row.estimate, row.goal, filters, returned, classes)
    verdict = row.assessment.verdict
    if verdict == "met_with_confidence":
        return Outlook(certain, Need.NOTHING)
    if verdict == "missed":
        return Outlook(certain, Need.LOST)
    if (beside := _beside_persons(row.assessment)) is not None:
        return Outlook(certain, beside)
    if today >= period.end:
        return Outlook(certain, Need.OVER)
    limit = _still_to_come(period, today, returned, row.estimate.n) if _asks_dossiers(filters) else None
    return _missing(row.estimate, row.goal, row.assessment, certain, limit)


def _beside_persons(found: GoalAssessment) -> Need | None:
    """Say what is missing where the threshold is shown and no number of persons would do."""
    if found.require_improvement and found.verdict_threshold == "met_with_confidence":
        return {"no_baseline": Need.LAST_YEAR, "points_only": Need.LAST_YEAR_POINTS}.get(
            found.verdict_year_on_year
        )
    return None


def _asks_dossiers(filters: Filters) -> bool:
    """Say whether the persons behind the figures are those whose dossiers were returned."""
    return (
        filters.counter_id is None
        and filters.channel is None
        and not filters.all_stages
        and filters.stage in {None, Stage.RESULT}
    )


def _bounds(
    dimension: Dimension,
    estimate: IndexEstimate,
    goal: GoalView,
    filters: Filters,
    returned: int,
    classes: AbstractSet[TrustClass],
) -> Bounds | None:
    # Petitions ask mostly people who sent feedback: dossiers are no denominator of theirs.
    if not returned or dimension is Dimension.PETITIONS or not _asks_dossiers(filters):
        return None
    if math.isnan(estimate.index):
        return None
    with_slip = classes <= {TrustClass.PHONE_TOKEN, TrustClass.KIOSK_TOKEN}
    return bounds(
        estimate.index,
        estimate.n,
        returned,
        threshold=goal.threshold,
        operator=goal.operator.value,
        # Slips of a roll and forms with blanks are summed with the others: never read as exact.
        exactness=exactness_of(one_answer_per_dossier=with_slip, complete=False),
    )


def _still_to_come(period: Period, today: date, returned: int, n: int) -> int | None:
    """Project how many more persons may answer until the period ends, all of them; None where unknown."""
    passed = (today - period.start).days
    if not returned or passed < 1:
        return None
    expected = returned * (period.end - period.start).days / passed
    return max(0, math.floor(expected) - n)


def _missing(
    estimate: IndexEstimate,
    goal: GoalView,
    assessment: GoalAssessment,
    certain: Bounds | None,
    limit: int | None,
) -> Outlook:
    standing = _standing(estimate)
    aim = _aim(estimate, goal, assessment)
    if standing is None:
        return Outlook(certain, Need.UNKNOWN)
    if aim is None:
        return Outlook(certain, Need.HIGHER_SHARE)
    mark, operator = aim
    found = still_needed(
        standing, threshold=mark, operator=operator, limit=LARGEST if limit is None else limit
    )
    if found.persons is not None:
        persons = max(found.persons, LEAST_FOR_VERDICT - estimate.n)
        return Outlook(certain, Need.PERSONS, persons=persons) if persons else _refused(certain, assessment)
    if limit is None:
        return Outlook(certain, Need.HIGHER_SHARE)
    return _share(certain, found, limit)


def _refused(certain: Bounds | None, assessment: GoalAssessment) -> Outlook:
    """Say why the limits that are there allow no verdict yet."""
    codes = {reason.code for reason in assessment.reasons}
    if "item_below_30" in codes:
        return Outlook(certain, Need.ANSWERS_OF_ITEMS)
    return Outlook(certain, Need.DAYS if "single_day" in codes else Need.UNKNOWN)


def _share(certain: Bounds | None, found: StillNeeded, limit: int) -> Outlook:
    if math.isnan(found.share_needed):
        return Outlook(certain, Need.OUT_OF_REACH, of_persons=limit)
    return Outlook(certain, Need.HIGHER_SHARE, share=found.share_needed, of_persons=limit)


def _standing(estimate: IndexEstimate) -> Standing | None:
    evidence = (estimate.index, estimate.n_eff, estimate.df)
    if any(math.isnan(value) for value in evidence) or estimate.n_eff <= 0 or estimate.df <= 0:
        return None
    return Standing.of_estimate(estimate)


def _aim(estimate: IndexEstimate, goal: GoalView, assessment: GoalAssessment) -> tuple[float, str] | None:
    """Give what the lower limit must reach for the threshold and for "above last year" alike.

    The lower limit of the change is (p − q) − √((p − L)² + (u − q)²) with L this year's lower limit: it
    passes 0 exactly where L passes p − √((p − q)² − (u − q)²). The term of last year follows from the
    limits that the assessment found; where it is the larger one, no number of persons is enough (None).
    """
    aim = (goal.threshold, goal.operator.value)
    if goal.require_improvement and not math.isnan(assessment.diff_one_sided_lower):
        diff = assessment.diff
        this_year = estimate.index - estimate.one_sided_lower
        last_year_squared = (diff - assessment.diff_one_sided_lower) ** 2 - this_year**2
        room = diff**2 - last_year_squared
        if diff <= 0 or room <= 0:
            return None
        mark = estimate.index - math.sqrt(room)
        aim = max(aim, (mark, goal.improvement_operator.value))
    return aim if 0 < aim[0] < 1 else None

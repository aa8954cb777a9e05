"""What is still needed: the number found is the first that settles the goal, by the rules of the verdict."""

import math
from dataclasses import replace
from datetime import date

import pytest
from analysis_inputs import make_baseline, make_estimate

from analysis.results import IndexEstimate
from survey.enums import Channel, Dimension, Operator, Stage, TrustClass
from survey.services.figures import goal_figures
from survey.services.figures.goal_figures import GoalRow, LastYear
from survey.services.figures.outlook import Need, outlook
from survey.services.office import periods
from survey.services.office.plans import GoalView
from survey.services.office.scopes import Filters

YEAR = periods.make(2026)
JULY = date(2026, 7, 1)
SLIPS = frozenset({TrustClass.PHONE_TOKEN})


def estimate(share: float, n: int, *, effective: float = 0.8, df_per_person: float = 0.1, **changes):
    """An estimate whose design effect and whose days grow with the persons."""
    return make_estimate(share, n=n, n_eff=effective * n, df=df_per_person * n, **changes)


def goal(threshold: float = 0.85, *, above_last_year: bool = True, operator: Operator = Operator.AT_LEAST):
    return GoalView(
        dimension=Dimension.ACCESS,
        threshold=threshold,
        operator=operator,
        require_improvement=above_last_year,
        improvement_operator=Operator.ABOVE,
        method="item-mean",
        wording="",
        note="",
        lead_role="",
        supporting_roles="",
        timing="",
        tasks=(),
    )


def row(found: IndexEstimate, aim: GoalView, last_year: LastYear | None = None, **changes) -> GoalRow:
    values = {
        "dimension": Dimension.ACCESS,
        "name": {"vi": "Tiếp cận dịch vụ"},
        "short": {"vi": "Tiếp cận"},
        "estimate": found,
        "goal": aim,
        "assessment": goal_figures.assess(found, aim, last_year),
        "last_year": last_year,
        "hidden_below": None,
    }
    return GoalRow(**{**values, **changes})


def last_year(share: float, n: int | None) -> LastYear:
    return LastYear(make_baseline(share, n=n), measured_here=False)


def look(one: GoalRow, *, returned=0, today=JULY, filters=None, classes=SLIPS):
    return outlook(
        one,
        period=YEAR,
        today=today,
        filters=filters or Filters(),
        returned=returned,
        classes=classes,
    )


@pytest.mark.parametrize(
    ("share", "n", "before"),
    [(0.87, 400, (0.80, 500)), (0.88, 300, (0.85, 900)), (0.90, 60, (0.84, 2000))],
    ids=["threshold decides", "last year decides", "few persons"],
)
def test_the_persons_found_are_the_first_to_settle_the_goal(share, n, before):
    found, aim, past = estimate(share, n), goal(0.85), last_year(*before)
    answer = look(row(found, aim, past))
    assert answer.need is Need.PERSONS
    assert answer.persons

    def verdict(more: int) -> str:
        # Persons come whole: of those who still come at most the present share is satisfied.
        then = (share * n + math.floor(more * share + 1e-9)) / (n + more)
        return goal_figures.assess(estimate(then, n + more), aim, past).verdict

    assert verdict(answer.persons) == "met_with_confidence"
    assert {verdict(fewer) for fewer in range(answer.persons)} == {"not_shown"}


def test_persons_fewer_than_a_verdict_needs_are_never_enough():
    answer = look(row(estimate(0.99, 12), goal(0.6, above_last_year=False)))
    assert answer.need is Need.PERSONS
    assert answer.persons == 30 - 12


@pytest.mark.parametrize(
    ("share", "past", "need"),
    [
        (0.95, None, Need.NOTHING),
        (0.60, None, Need.LOST),
        (0.86, last_year(0.86, 800), Need.HIGHER_SHARE),
        (0.87, last_year(0.86, 40), Need.HIGHER_SHARE),
        (0.84, None, Need.HIGHER_SHARE),
    ],
    ids=["met", "missed", "as last year", "last year too few", "below the goal"],
)
def test_what_is_missing_is_named(share, past, need):
    aim = goal(0.85, above_last_year=past is not None)
    assert look(row(estimate(share, 500), aim, past)).need is need


@pytest.mark.parametrize("today", [JULY, date(2027, 1, 1)])
@pytest.mark.parametrize(
    ("past", "need"),
    [(None, Need.LAST_YEAR), (last_year(0.80, None), Need.LAST_YEAR_POINTS)],
    ids=["no figure", "without n"],
)
def test_where_only_last_years_figure_is_missing_no_persons_are_asked_for(past, need, today):
    answer = look(row(estimate(0.95, 500), goal(0.85), past), today=today)
    assert (answer.need, answer.persons) == (need, None)
    # Where the threshold is open too, persons are asked for as ever.
    assert look(row(estimate(0.87, 400), goal(0.85), past)).need is Need.PERSONS


@pytest.mark.parametrize(
    ("changes", "need"),
    [({"flags": ("item-below-30:D2",)}, Need.ANSWERS_OF_ITEMS), ({"flags": ("single-day",)}, Need.DAYS)],
)
def test_a_refused_verdict_asks_for_what_it_lacks(changes, need):
    answer = look(row(estimate(0.95, 500, **changes), goal(0.85, above_last_year=False)))
    assert (answer.need, answer.persons) == (need, None)


def test_with_the_dossiers_known_the_share_that_is_needed_is_said():
    """1,250 dossiers in half a year: as many again will be returned, and 500 persons have answered."""
    answer = look(row(estimate(0.84, 500), goal(0.85, above_last_year=False)), returned=1250)
    assert answer.need is Need.HIGHER_SHARE
    assert answer.of_persons == 1250 * 365 // 181 - 500
    assert 0.85 < answer.share < 0.88


def test_a_goal_out_of_reach_of_everybody_who_may_come_is_said():
    answer = look(row(estimate(0.84, 500), goal(0.85, above_last_year=False)), returned=255)
    assert answer.need is Need.OUT_OF_REACH
    assert answer.of_persons == 255 * 365 // 181 - 500


def test_after_the_end_nobody_comes_any_more():
    answer = look(row(estimate(0.86, 500), goal(0.85)), today=date(2027, 1, 1), returned=900)
    assert answer.need is Need.OVER
    assert answer.bounds.population == 900


def test_bounds_are_those_of_the_worst_case():
    found = look(row(estimate(0.9, 200), goal(0.8, above_last_year=False)), returned=500).bounds
    assert (found.lower, found.upper) == pytest.approx((0.36, 0.96))
    assert found.tipping_point == pytest.approx((0.8 * 500 - 180) / 300)
    assert found.exactness == "estimate"


@pytest.mark.parametrize("classes", [{TrustClass.KIOSK}, {TrustClass.PHONE_TOKEN, TrustClass.COARSENED}])
def test_answers_without_a_slip_make_the_bounds_a_most(classes):
    found = look(row(estimate(0.9, 200), goal()), returned=500, classes=frozenset(classes))
    assert found.bounds.exactness == "at_most"
    """500 of 2,000 dossiers by July: about 2,015 more may come, and 86.1 % of them must be satisfied."""


@pytest.mark.parametrize(
    "filters",
    [
        Filters(channel=Channel.KIOSK),
        Filters(counter_id=1),
        Filters(stage=Stage.FILING),
        Filters(all_stages=True),
    ],
    ids=lambda one: str(one),
)
def test_dossiers_are_no_denominator_of_other_people(filters):
    assert look(row(estimate(0.9, 200), goal()), returned=500, filters=filters).bounds is None


def test_dossiers_are_no_denominator_of_petitions():
    one = row(estimate(0.9, 200), goal(), dimension=Dimension.PETITIONS)
    assert look(one, returned=500).bounds is None


def test_without_a_goal_or_an_estimate_nothing_is_claimed():
    empty = row(estimate(0.9, 200), goal(), estimate=None, assessment=None)
    assert look(empty, returned=500).need is Need.UNKNOWN


def test_an_undefined_index_asks_for_nothing():
    found = replace(
        estimate(0.9, 200),
        **dict.fromkeys(("index", "n_eff", "lower", "upper", "one_sided_lower", "one_sided_upper"), math.nan),
    )
    answer = look(row(found, goal()), returned=500)
    assert (answer.need, answer.bounds) == (Need.UNKNOWN, None)

"""What must hold of every estimate: order, mirror, additivity, size, and the rules at the edges."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from survey_designs import FULL, SPLIT, Answers, make_answers

from analysis import intervals
from analysis._validation import AnalysisError
from analysis.design import DesignSums
from analysis.estimate import (
    INTERVALS,
    KINDS,
    METHODS,
    estimate,
    estimate_many,
    estimate_rows,
    stratum_sums,
)
from analysis.layout import SIPAS_LAYOUT, Layout
from analysis.results import IndexEstimate, SurveyEstimate

designs = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32),
        "persons": st.integers(2, 80),
        "strata": st.integers(1, 4),
        "clusters": st.integers(1, 8),
        "share_split": st.sampled_from([0.0, 0.5]),
        "satisfied": st.sampled_from([0.0, 0.6, 0.95, 1.0]),
        "missing": st.sampled_from([0.0, 0.3]),
    }
)
exhaustive = settings(max_examples=40, deadline=None)


def every_index(survey: SurveyEstimate) -> dict[str, IndexEstimate]:
    return {**survey.items, **survey.dimensions, "overall": survey.overall}


def one_item(levels: list[int], *, clusters: int, split: bool = False) -> Answers:
    """Answers to a single item on ``clusters`` days in turn."""
    n = len(levels)
    return Answers(
        Layout(dimensions=(("staff", ("C1",)),)),
        np.array(levels, np.uint8)[:, None],
        np.full(n, SPLIT if split else FULL),
        np.zeros(n, int),
        np.arange(n) % clusters,
        np.ones(n, bool),
    )


@exhaustive
@given(design=designs, methods=st.sampled_from(METHODS), seed=st.integers(0, 1000))
def test_order_of_rows_is_irrelevant(design: dict, methods: str, seed: int) -> None:
    answers = make_answers(**design)
    order = np.random.default_rng(seed).permutation(len(answers.levels))
    found = estimate(answers.sums(), methods=methods)
    cells = np.random.default_rng(seed).integers(0, 4, len(answers.levels))
    split = answers.reordered(order).sums(product_cells=cells)
    # repr tells every bit, and equal nan from nan.
    assert repr(estimate(split, methods=methods)) == repr(found)


@exhaustive
@given(design=designs, methods=st.sampled_from(METHODS), interval=st.sampled_from(INTERVALS))
def test_intervals_contain_the_estimate_and_stay_on_the_scale(
    design: dict, methods: str, interval: str
) -> None:
    survey = estimate(make_answers(**design).sums(), methods=methods, interval=interval)
    for name, found in every_index(survey).items():
        if math.isnan(found.lower):
            assert math.isnan(found.index) or "no-df" in found.flags, name
            continue
        assert 0 <= found.lower <= found.one_sided_lower <= found.index, name
        assert found.index <= found.one_sided_upper <= found.upper <= 1, name
        assert found.lower < found.upper, name


@exhaustive
@given(design=designs, methods=st.sampled_from(["item-mean", "pooled", "respondent-mean"]))
def test_swapping_satisfied_and_not_satisfied_mirrors_everything(design: dict, methods: str) -> None:
    answers = make_answers(**design)
    mirror = np.array([0, 5, 5, 5, 1, 1, 6], np.uint8)[answers.levels]
    mirrored = every_index(estimate(dataclasses.replace(answers, levels=mirror).sums(), methods=methods))
    for name, found in every_index(estimate(answers.sums(), methods=methods)).items():
        other = mirrored[name]
        assert (found.n, found.valid, found.df) == (other.n, other.valid, other.df)
        assert found.satisfied == other.valid - other.satisfied
        ours = (found.index, found.lower, found.upper, found.se_cluster, found.se_respondent, found.n_eff)
        theirs = (1 - other.index, 1 - other.upper, 1 - other.lower, other.se_cluster, other.se_respondent)
        assert ours == pytest.approx((*theirs, other.n_eff), rel=1e-9, abs=1e-12, nan_ok=True), name


@exhaustive
@given(design=designs)
def test_sums_of_two_parts_give_the_estimate_of_the_whole(design: dict) -> None:
    answers = make_answers(**design)
    whole, parts = answers.sums(), [make_part(answers, half) for half in (0, 1)]
    together = dataclasses.replace(
        whole,
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("cluster_stratum", "cluster_id", "cluster_form", "linear")
        },
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("product_stratum", "product_form", "products")
        },
    )
    assert repr(estimate(together)) == repr(estimate(whole))


def make_part(answers: Answers, half: int) -> DesignSums:
    chosen = answers.inside & (np.arange(len(answers.levels)) % 2 == half)
    return dataclasses.replace(answers, inside=chosen).sums()


@settings(deadline=None)
@given(
    p=st.floats(0.01, 0.99),
    n=st.integers(5, 5_000),
    more=st.integers(1, 5_000),
    df=st.integers(1, 200),
    deff=st.floats(0.5, 4),
)
def test_intervals_shrink_with_n_at_fixed_share_design_effect_and_df(
    p: float, n: int, more: int, df: int, deff: float
) -> None:
    widths = []
    for size in (n, n + more):
        lower, upper = intervals.wilson_t(p, size / deff, df)
        widths.append(float(upper - lower))
    assert widths[1] < widths[0]


@pytest.mark.parametrize("times", [2, 5])
def test_more_of_the_same_answers_narrow_the_interval_of_a_survey(times: int) -> None:
    def width(copies: int) -> float:
        answers = make_answers(11, persons=200, strata=1, clusters=200, inside=1.0)
        repeated = [np.tile(getattr(answers, name), (copies, 1)) for name in ("levels",)]
        levels = repeated[0]
        n = len(levels)
        found = estimate(
            Answers(
                answers.layout,
                levels,
                np.tile(answers.form, copies),
                np.zeros(n, int),
                np.arange(n),
                np.ones(n, bool),
            ).sums()
        ).dimensions["access"]
        return found.upper - found.lower

    assert width(times) < width(1)


def test_many_domains_at_once_are_each_domain_alone() -> None:
    surveys = [make_answers(seed, persons=120, strata=2) for seed in range(4)]
    rows = [stratum_sums(answers.sums()) for answers in surveys]
    stacked = dataclasses.replace(
        rows[0],
        **{
            field.name: np.concatenate([getattr(row, field.name) for row in rows], axis=-1)
            for field in dataclasses.fields(rows[0])
            if field.name != "layout"
        },
    )
    table = estimate_many(stacked, np.repeat(np.arange(4), 2), 5, kinds=KINDS)
    for domain, answers in enumerate(surveys):
        for name, found in every_index(table.survey_estimate(domain)).items():
            alone = every_index(estimate(answers.sums()))[name]
            assert dataclasses.astuple(found)[:13] == pytest.approx(
                dataclasses.astuple(alone)[:13], rel=1e-13
            )
            assert found.flags == alone.flags
    assert table.survey_estimate(4).n == 0
    assert math.isnan(table.survey_estimate(4).overall.index)


@pytest.mark.parametrize("level", [1, 3, 4, 5])
@pytest.mark.parametrize("interval", INTERVALS)
def test_all_alike_is_never_certain(level: int, interval: str) -> None:
    found = estimate(one_item([level] * 60, clusters=10).sums(), interval=interval).items["C1"]
    expected = 1.0 if level >= 4 else 0.0
    t = float(intervals.student_quantile(9, 0.975))
    assert (found.index, found.n_eff, found.df) == (expected, 60, 9)
    assert found.se_cluster == 0
    assert "no-variance" in found.flags
    if interval == "korn-graubard":
        assert found.interval_method == "korn-graubard"
        assert 0.02 < found.upper - found.lower < 0.1
    else:
        far = found.lower if level >= 4 else 1 - found.upper
        assert far == pytest.approx(60 / (60 + t * t))
        assert found.interval_method == "wilson-t"


def test_at_100_percent_the_item_borrows_the_design_effect_of_its_dimension() -> None:
    rng = np.random.default_rng(1)
    good_day = rng.random(20) < 0.7
    day = np.repeat(np.arange(20), 10)
    levels = np.column_stack([np.full(200, 5), np.where(good_day[day], 5, 2)]).astype(np.uint8)
    layout = Layout(dimensions=(("staff", ("C1", "C2")),))
    ones = np.ones(200, bool)
    answers = Answers(layout, levels, np.zeros(200, int), np.zeros(200, int), day, ones)
    found = estimate(answers.sums(), methods="pooled")
    pooled = found.dimensions["staff"]
    # All answers of a day agree: ten persons say no more than one.
    deff = (pooled.se_cluster / pooled.se_respondent) ** 2 * 200 / 199
    assert deff == pytest.approx(10, rel=0.06)
    assert found.items["C1"].n_eff == pytest.approx(200 / deff, rel=1e-9)


def test_at_100_percent_unequal_weights_count_less_than_their_number() -> None:
    layout = Layout(dimensions=(("staff", ("C1", "C2", "C3")),))
    levels = np.full((80, 3), 5, np.uint8)
    levels[40:, 1:] = 0
    form = np.repeat([FULL, SPLIT], 40)
    answers = Answers(layout, levels, form, np.zeros(80, int), np.arange(80), np.ones(80, bool))
    found = estimate(answers.sums())
    assert found.items["C1"].n_eff == pytest.approx((40 + 3 * 40) ** 2 / (40 + 9 * 40))
    # In the dimension a full answer has three items of weight 1, a split one has one item of weight 3.
    assert found.dimensions["staff"].n_eff == pytest.approx(80)


def test_one_day_alone_has_the_variance_of_its_respondents() -> None:
    answers = one_item([5, 4, 2] * 20, clusters=1)
    found = estimate(answers.sums()).items["C1"]
    assert found.flags == ("single-day",)
    assert found.df == 59
    assert found.se_cluster == pytest.approx(0, abs=1e-12)
    t = float(intervals.student_quantile(59, 0.975))
    p, size = 2 / 3, min(60.0, (2 / 9) / found.se_respondent**2)
    lower, upper = intervals.wilson_t(p, size, 59)
    assert (found.lower, found.upper) == pytest.approx((float(lower), float(upper)))
    assert t > 2


def test_few_days_are_flagged_and_one_person_has_no_interval() -> None:
    few = estimate(one_item([5, 2, 5, 5, 2, 5] * 8, clusters=6).sums()).items["C1"]
    assert "df-below-8" in few.flags
    alone = estimate(one_item([5], clusters=1).sums()).items["C1"]
    assert alone.index == 1.0
    assert {"single-day", "no-df"} <= set(alone.flags)
    assert math.isnan(alone.lower)


def test_a_lonely_cluster_counts_with_its_distance_from_the_whole() -> None:
    layout = Layout(dimensions=(("staff", ("C1",)),))
    levels = np.array([5] * 10 + [2] * 10 + [5] * 10, np.uint8)[:, None]
    stratum, cluster = np.repeat([0, 0, 1], 10), np.repeat([0, 1, 2], 10)
    answers = Answers(layout, levels, np.zeros(30, int), stratum, cluster, np.ones(30, bool))
    found = estimate(answers.sums()).items["C1"]
    p = 2 / 3
    of_cluster = np.array([10 * (1 - p), -10 * p, 10 * (1 - p)]) / 30
    first = 2 * ((of_cluster[:2] - of_cluster[:2].mean()) ** 2).sum()
    assert found.se_cluster**2 == pytest.approx(first + of_cluster[2] ** 2)
    assert found.df == 1


def test_an_item_without_answers_makes_its_mean_undefined_and_pooled_stays() -> None:
    answers = make_answers(2, persons=300)
    answers.levels[:, answers.layout.items.index("E3")] = 6
    survey = estimate(answers.sums())
    petitions = survey.dimensions["petitions"]
    assert math.isnan(petitions.index)
    assert math.isnan(survey.overall.index)
    assert "item-without-answers:E3" in petitions.flags
    assert "item-below-30:E3" in petitions.flags
    assert petitions.n > 0
    pooled = estimate(answers.sums(), methods="pooled").dimensions["petitions"]
    assert 0 < pooled.lower < pooled.index < pooled.upper < 1


def test_an_item_with_few_answers_flags_its_mean_and_the_overall_index_but_no_pooled_share() -> None:
    answers = make_answers(2, persons=300, share_split=0.0)
    answers.levels[29:, answers.layout.items.index("E2")] = 0
    survey = estimate(answers.sums())
    assert [flag for flag in survey.overall.flags if flag.startswith("item-")] == ["item-below-30:E2"]
    assert survey.dimensions["access"].flags == ()
    assert estimate(answers.sums(), methods="pooled").dimensions["petitions"].flags == ()


def test_not_applicable_and_not_asked_never_count() -> None:
    answers = make_answers(2, persons=200, missing=0.4)
    blanks = dataclasses.replace(
        answers, levels=np.where(answers.levels == 6, 0, answers.levels).astype(np.uint8)
    )
    assert estimate(blanks.sums()) == estimate(answers.sums())


def test_each_person_counts_once_when_full_and_split_forms_are_added() -> None:
    layout = Layout(dimensions=(("staff", ("C1", "C2")),))
    full = np.array([[5, 1]] * 50, np.uint8)
    split = np.array([[5, 0]] * 25 + [[0, 1]] * 25, np.uint8)
    n = 100
    answers = Answers(
        layout,
        np.concatenate([full, split]),
        np.repeat([FULL, SPLIT], 50),
        np.zeros(n, int),
        np.arange(n),
        np.ones(n, bool),
    )
    found = estimate(answers.sums())
    assert found.items["C1"].index == 1.0
    assert found.dimensions["staff"].index == 0.5
    shares = [weight * count for weight, count in ((1, 50), (2, 25))]
    assert shares[0] == shares[1]


def test_mean_scores_lie_between_a_fifth_and_one() -> None:
    worst = estimate(one_item([1] * 40, clusters=8).sums(), methods="mean-over-5").dimensions["staff"]
    assert (worst.index, worst.lower) == (pytest.approx(0.2), pytest.approx(0.2))
    assert 0.2 < worst.upper < 0.4
    mixed = estimate(one_item([5, 5, 5, 4] * 10, clusters=8).sums(), methods="mean-over-5").dimensions[
        "staff"
    ]
    assert mixed.interval_method == "t"
    assert mixed.upper <= 1


def test_a_full_file_wider_than_the_domain_widens_the_interval() -> None:
    answers = make_answers(12, persons=300, strata=1, clusters=20, inside=1.0)
    sums = answers.sums()
    alone = estimate(sums).dimensions["access"]
    within = estimate(dataclasses.replace(sums, file_clusters=sums.file_clusters + 20)).dimensions["access"]
    m = int(sums.file_clusters[0])
    ratio = ((m + 20) / (m + 19)) / (m / (m - 1))
    assert within.se_cluster**2 / alone.se_cluster**2 == pytest.approx(ratio, rel=1e-9)
    assert within.df == alone.df


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": np.ones((2, 4))}, r"weights have shape \(2, 4\); allowed: \(forms, 5\)"),
        ({"weights": np.full((2, 5), -1.0)}, "allowed: finite numbers from 0"),
        ({"weights": np.array([[1.0] * 5, [0.0] * 5])}, "form 1 has weight 0 in access"),
        ({"cluster_form": "9"}, "cluster_form reaches from 9 to 9; allowed: 0 to 1"),
        ({"cluster_stratum": "-1"}, "cluster_stratum reaches from -1"),
        ({"product_stratum": "7"}, "product_stratum reaches from 7"),
        ({"cluster_id": np.zeros(3)}, "cluster_id is float64"),
        ({"linear": np.zeros((2, 147), int)}, "linear sums have shape"),
        ({"products": np.zeros((2, 1379))}, "products sums have type float64"),
        ({"file_persons": np.array([1, 1, 1])}, "file_persons of stratum 0 is 1"),
        ({"file_clusters": np.array([1, 1, 1])}, "file_clusters of stratum 0 is 1"),
    ],
)
def test_sums_that_do_not_fit_are_refused(change: dict, message: str) -> None:
    sums = make_answers(1, persons=200).sums()
    ((name, value),) = change.items()
    if isinstance(value, str):
        value = np.full(len(getattr(sums, name)), int(value))
    with pytest.raises(AnalysisError, match=message):
        estimate(dataclasses.replace(sums, **{name: value}))


def test_linear_and_product_sums_must_hold_the_same_persons() -> None:
    sums = make_answers(1, persons=200).sums()
    products = sums.products.copy()
    products[0, 0] += 1
    with pytest.raises(AnalysisError, match="persons in linear sums"):
        estimate(dataclasses.replace(sums, products=products))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"methods": "average"}, "methods is 'average'; allowed: item-mean, pooled"),
        ({"methods": {"access": "pooled"}}, "no method of 'procedure'"),
        ({"methods": {"speed": "pooled"}}, "dimension in methods is 'speed'"),
        ({"overall": "median"}, "overall is 'median'"),
        ({"interval": "wald"}, "interval is 'wald'; allowed: wilson-t"),
        ({"level": 1.0}, "level is 1.0"),
        ({"alpha": 0.5}, "alpha is 0.5"),
    ],
)
def test_unknown_options_are_refused(options: dict, message: str) -> None:
    answers = make_answers(1, persons=50)
    with pytest.raises(AnalysisError, match=message):
        estimate(answers.sums(), **options)
    with pytest.raises(AnalysisError, match=message):
        estimate_rows(answers.table(), **options)


def test_domains_and_kinds_outside_the_table_are_refused() -> None:
    answers = make_answers(1, persons=50)
    with pytest.raises(AnalysisError, match="domain reaches from 0 to 3; allowed: -1 to 2"):
        estimate_rows(answers.table(), np.arange(50) % 4, 3)
    with pytest.raises(AnalysisError, match="50 whole numbers"):
        estimate_rows(answers.table(), [0, 1], 2)
    rows = stratum_sums(answers.sums())
    with pytest.raises(AnalysisError, match="allowed: 0 to 0"):
        estimate_many(rows, [-1, 0, 0], 1)
    with pytest.raises(AnalysisError, match="kinds is 'question'"):
        estimate_many(rows, [0, 0, 0], 1, kinds=("question",))
    with pytest.raises(AnalysisError, match="index is 'speed'"):
        estimate_many(rows, [0, 0, 0], 1).row("speed")
    assert SIPAS_LAYOUT.items[0] == "A1"


def two_strata(first: list[int], second: list[int], *, cluster: np.ndarray) -> SurveyEstimate:
    levels = np.array(first + second, np.uint8)[:, None]
    stratum = np.repeat([0, 1], [len(first), len(second)])
    layout = Layout(dimensions=(("staff", ("C1",)),))
    n = len(levels)
    return estimate(Answers(layout, levels, np.zeros(n, int), stratum, cluster, np.ones(n, bool)).sums())


def test_an_item_never_counts_for_more_than_its_persons_and_a_composite_may() -> None:
    # Desks far apart: the variance within them is less than that of as many persons of one desk.
    survey = two_strata([5] * 95 + [2] * 5, [5] * 10 + [2] * 90, cluster=np.arange(200))
    item, dimension = survey.items["C1"], survey.dimensions["staff"]
    uncapped = item.index * (1 - item.index) / max(item.se_cluster, item.se_respondent) ** 2
    assert uncapped > 300
    assert item.n_eff == 200
    assert dimension.n_eff == pytest.approx(uncapped)


def test_one_day_at_each_of_two_desks_is_no_more_than_one_day() -> None:
    survey = two_strata([5] * 38 + [2] * 2, [5] * 20 + [2] * 20, cluster=np.repeat([0, 1], 40))
    item = survey.items["C1"]
    assert item.se_cluster > item.se_respondent
    assert (item.flags, item.df) == (("single-day",), 78)
    lower, upper = intervals.wilson_t(
        item.index, min(80, item.index * (1 - item.index) / item.se_respondent**2), 78
    )
    assert (item.lower, item.upper) == pytest.approx((float(lower), float(upper)))

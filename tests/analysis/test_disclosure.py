"""Small counts, tables and differences: what a reader must not be able to work out."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis._validation import AnalysisError
from analysis.differencing import Release, find_exposures, gate_nested, gate_update
from analysis.disclosure import DisclosureDecision, Visibility, gate_count, gate_dissatisfied
from analysis.suppression import Relation, protect, protect_parts, protect_table

SMALL = set(range(5))


@pytest.mark.parametrize(
    ("count", "grain", "visibility"),
    [
        (0, "cell", Visibility.BELOW_MINIMUM),
        (4, "cell", Visibility.BELOW_MINIMUM),
        (5, "cell", Visibility.SHOWN),
        (0, "counter", Visibility.HIDDEN),
        (9, "counter", Visibility.HIDDEN),
        (10, "counter", Visibility.SHOWN),
    ],
)
def test_gate_at_its_edge(count: int, grain: str, visibility: Visibility) -> None:
    decision = gate_count(count, grain=grain)
    assert decision.visibility is visibility
    assert decision.is_shown == (visibility is Visibility.SHOWN)


def test_decision_names_its_rule_and_does_not_carry_the_count() -> None:
    assert gate_count(3, grain="counter").rule == "counter-below-10"
    assert {gate_count(3), gate_count(1)} == {gate_count(2)}


@pytest.mark.parametrize(("count", "is_shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_one_to_four_dissatisfied_are_hidden(count: int, is_shown: bool) -> None:
    assert gate_dissatisfied(count).is_shown is is_shown


@pytest.mark.parametrize("count", [-1, 2.5])
def test_count_that_is_no_count_is_refused(count: float) -> None:
    with pytest.raises(AnalysisError):
        gate_count(count)  # type: ignore[arg-type]


def test_unknown_grain_is_refused() -> None:
    with pytest.raises(AnalysisError, match="officer"):
        gate_count(20, grain="officer")


def agreeing_values(decision: DisclosureDecision, count: int, *, is_small: bool, top: int) -> Sequence[int]:
    """Return what a reader must reckon with for one cell; hidden without a mark and large means 5 or more."""
    if decision.is_shown:
        return [count]
    if decision.visibility is Visibility.BELOW_MINIMUM:
        return range(5)
    return range(0 if is_small else 5, top + 1)


def readings(counts: np.ndarray, cells: Sequence[DisclosureDecision], top: int) -> Iterator[tuple[int, ...]]:
    """Every table that agrees with what is shown inside it; margins are checked by the caller."""
    options = [
        agreeing_values(decision, int(count), is_small=count < 5, top=top)
        for decision, count in zip(cells, counts.ravel(), strict=True)
    ]
    return itertools.product(*options)


def may_be(decision: DisclosureDecision, count: int, guess: int) -> bool:
    if decision.is_shown:
        return guess == count
    if decision.visibility is Visibility.BELOW_MINIMUM:
        return guess < 5
    return guess >= 5 or count < 5


@given(parts=st.lists(st.integers(0, 12), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_no_small_part_can_be_narrowed_from_total_and_shown_parts(parts: list[int]) -> None:
    decisions, total = protect_parts(parts)
    found: list[set[int]] = [set() for _ in parts]
    for reading in readings(np.array(parts), decisions, top=30):
        if may_be(total, sum(parts), sum(reading)):
            for seen, value in zip(found, reading, strict=True):
                seen.add(value)
    for seen, part in zip(found, parts, strict=True):
        assert part >= 5 or seen >= SMALL


@given(values=st.lists(st.integers(0, 12), min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_small_cell_can_be_narrowed_from_a_table_with_margins(values: list[int]) -> None:
    counts = np.array(values).reshape(2, 2)
    table = protect_table(counts)
    cells = [decision for row in table.cells for decision in row]
    found: list[set[int]] = [set() for _ in cells]
    margins = [
        *zip(table.row_totals, counts.sum(axis=1), ((0, 1), (2, 3)), strict=True),
        *zip(table.column_totals, counts.sum(axis=0), ((0, 2), (1, 3)), strict=True),
        (table.total, counts.sum(), (0, 1, 2, 3)),
    ]
    for reading in readings(counts, cells, top=int(counts.sum()) // 2 + 9):
        sums = (
            (decision, int(total), sum(reading[i] for i in members)) for decision, total, members in margins
        )
        if all(may_be(decision, total, guess) for decision, total, guess in sums):
            for seen, value in zip(found, reading, strict=True):
                seen.add(value)
    for seen, value in zip(found, values, strict=True):
        assert value >= 5 or seen >= SMALL


def test_brute_force_attack_finds_a_table_without_complementary_suppression() -> None:
    """The attack above has teeth: primary suppression alone gives the cell back."""
    parts = [3, 12, 15]
    decisions = [gate_count(part) for part in parts]
    agreeing = {
        reading[0] for reading in readings(np.array(parts), decisions, top=40) if sum(reading) == sum(parts)
    }
    assert agreeing == {3}


def test_two_small_parts_that_fix_each_other_hide_one_more() -> None:
    # 4 + 4 are both below 5, but 8 persons in two cells of at most 4 are 4 and 4.
    decisions, total = protect_parts([4, 4, 20, 30])
    assert total.is_shown
    assert [decision.rule for decision in decisions] == [
        "count-below-5",
        "count-below-5",
        "complementary",
        "count-below-5",
    ]
    assert decisions[3].is_shown


def test_marks_are_withdrawn_when_nothing_else_can_be_hidden() -> None:
    decisions, total = protect_parts([1, 5])
    assert not total.is_shown
    assert all(not decision.is_shown for decision in decisions)


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    table = protect_table(np.array([[5, 9], [30, 7]]))
    everything = [*itertools.chain(*table.cells), *table.row_totals, *table.column_totals, table.total]
    assert all(decision.is_shown for decision in everything)


def test_total_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(AnalysisError, match="not the sum"):
        protect([10, 3, 6], [Relation(0, (1, 2))])


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 2, 2)])
def test_table_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(AnalysisError, match="shape"):
        protect_table(np.zeros(shape, dtype=int))


@pytest.mark.parametrize(("count", "is_shown"), [(43, True), (42, False), (39, False), (38, True), (0, True)])
def test_filter_that_leaves_out_one_to_four_is_hidden(count: int, is_shown: bool) -> None:
    assert gate_nested(count, within=[43, 900]).is_shown is is_shown
    assert gate_nested(43, containing=[count]).is_shown is is_shown


def test_part_larger_than_its_whole_is_refused() -> None:
    with pytest.raises(AnalysisError, match="44"):
        gate_nested(44, within=[43])


@pytest.mark.parametrize(
    ("count", "is_shown"), [(100, True), (101, False), (104, False), (105, True), (97, False)]
)
def test_published_figure_stays_until_five_more_are_in(count: int, is_shown: bool) -> None:
    decision = gate_update(count, published=100)
    assert (decision.is_shown, decision.rule) == (is_shown, "differencing-over-time")


def released(members: str, count: int) -> Release:
    return Release(frozenset(members.split()), count)


def test_attack_subtracts_part_after_part() -> None:
    shown = [released("a b c", 60), released("a", 30), released("b", 28)]
    assert [(sorted(found.members), found.count) for found in find_exposures(shown)] == [(["c"], 2)]
    assert find_exposures(shown, rounds=1) == ()


def test_attack_finds_nothing_where_every_step_is_large() -> None:
    assert find_exposures([released("a b c", 60), released("a", 30), released("b", 20)]) == ()


def test_one_group_with_two_counts_is_refused() -> None:
    with pytest.raises(AnalysisError, match="one count"):
        find_exposures([released("a", 30), released("a", 31)])


@given(counts=st.lists(st.integers(0, 30), min_size=2, max_size=5))
@settings(deadline=None)
def test_attack_finds_no_small_part_of_a_protected_total(counts: list[int]) -> None:
    decisions, total = protect_parts(counts)
    shown = [
        Release(frozenset({str(i)}), count)
        for i, (count, decision) in enumerate(zip(counts, decisions, strict=True))
        if decision.is_shown
    ]
    if total.is_shown:
        shown.append(Release(frozenset(str(i) for i in range(len(counts))), sum(counts)))
    assert all(len(found.members) > 1 for found in find_exposures(shown, rounds=len(counts)))

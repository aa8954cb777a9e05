"""Sums: what they count, that they add up bit for bit, and that their bytes come back as they were."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis._validation import AnalysisError
from analysis.layout import SIPAS_LAYOUT, Layout
from analysis.sums import (
    coordinate_names,
    coordinates,
    decode,
    encode,
    linear_width,
    person_share_unit,
    product_width,
    read_linear,
    tabulate_linear,
    tabulate_products,
)

SMALL = Layout(dimensions=(("staff", ("C1", "C2")), ("access", ("A1",)), ("outcome", ("D1", "D2", "D3"))))


def coordinates_of_person(layout: Layout, person: list[int]) -> list[Fraction]:
    """``g`` of one person, straight from its definition."""
    by_dimension = [person[layout.item_slice(name)] for name in layout.dimension_names]
    valid = [[level for level in part if 1 <= level <= 5] for part in by_dimension]
    shares = [
        (unit * Fraction(sum(level >= 4 for level in part), len(part)), unit) if part else (Fraction(0), 0)
        for part, unit in zip(valid, map(person_share_unit, layout.sizes), strict=True)
    ]
    return [
        *[Fraction(level in (4, 5)) for level in person],
        *[Fraction(level in (1, 2, 3)) for level in person],
        *[Fraction(sum(part)) for part in valid],
        *[Fraction(5 * len(part) - sum(part)) for part in valid],
        *[share for share, _ in shares],
        *[unit - share for share, unit in shares],
    ]


answers = hnp.arrays(np.uint8, st.tuples(st.integers(0, 40), st.just(6)), elements=st.integers(0, 6))


@settings(deadline=None)  # other work on the machine is no failure
@given(levels=answers)
def test_coordinates_and_products_follow_their_definition(levels: np.ndarray) -> None:
    people = [coordinates_of_person(SMALL, person.tolist()) for person in levels]
    zeros = [0] * len(coordinate_names(SMALL))
    totals = [sum(column) for column in zip(*people, strict=True)] if people else zeros
    one_cell = np.zeros(len(levels), np.int64)
    linear = tabulate_linear(SMALL, levels, one_cell, 1)
    assert coordinates(SMALL, linear)[0].tolist() == totals

    products = tabulate_products(SMALL, levels, one_cell, 1)[0]
    pairs = itertools.combinations_with_replacement(range(len(zeros)), 2)
    assert products.tolist() == [len(people), *(sum(g[a] * g[b] for g in people) for a, b in pairs)]


@settings(deadline=None)  # other work on the machine is no failure
@given(levels=answers)
def test_linear_sums_count_levels_patterns_and_persons(levels: np.ndarray) -> None:
    parts = read_linear(SMALL, tabulate_linear(SMALL, levels, np.zeros(len(levels), int), 1)[0])
    assert parts.persons == len(levels)
    assert parts.answered == sum(any(1 <= level <= 5 for level in person) for person in levels.tolist())
    for item, column in enumerate(levels.T):
        assert parts.levels[item].tolist() == [int((column == level).sum()) for level in range(1, 6)]
        assert parts.not_applicable[item] == (column == 6).sum()
    for name, patterns in zip(SMALL.dimension_names, parts.patterns, strict=True):
        inside = levels[:, SMALL.item_slice(name)]
        valid = ((inside >= 1) & (inside <= 5)).sum(axis=1)
        satisfied = (inside >= 4).sum(axis=1) - (inside == 6).sum(axis=1)
        pairs = [(v, t) for v in range(1, inside.shape[1] + 1) for t in range(v + 1)]
        assert patterns.tolist() == [((valid == v) & (satisfied == t)).sum() for v, t in pairs]


@settings(deadline=None)  # other work on the machine is no failure
@given(levels=answers, data=st.data())
def test_sums_are_equal_bit_for_bit_however_split_or_ordered(levels: np.ndarray, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(levels))))
    cells = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(levels), max_size=len(levels))), int)
    for tabulate in (tabulate_linear, tabulate_products):
        whole = tabulate(SMALL, levels, np.zeros(len(levels), int), 1)[0]
        split = tabulate(SMALL, levels[order], cells, 4)
        assert split.sum(axis=0).tobytes() == whole.tobytes()
        assert encode(split.sum(axis=0)) == encode(whole)


@pytest.mark.parametrize("tabulate", [tabulate_linear, tabulate_products])
def test_many_cells_out_of_order_equal_each_cell_alone(tabulate: object) -> None:
    rng = np.random.default_rng(5)
    levels = rng.integers(0, 7, (40_000, 16), np.uint8)
    cells = rng.integers(0, 9, 40_000)
    together = tabulate(SIPAS_LAYOUT, levels, cells, 10)
    for cell in range(10):
        inside = levels[cells == cell]
        alone = tabulate(SIPAS_LAYOUT, inside, np.zeros(len(inside), int), 1)[0]
        assert together[cell].tobytes() == alone.tobytes()


def test_products_of_a_large_dimension_stay_exact() -> None:
    wide = Layout(dimensions=(("all", tuple(f"q{number}" for number in range(16))),))
    levels = np.full((3_000, 16), 5, np.uint8)
    names = coordinate_names(wide)
    products = tabulate_products(wide, levels, np.zeros(3_000, int), 1)[0]
    place = 1 + sum(len(names) - row for row in range(names.index("M:all")))
    assert products[place] == 3_000 * person_share_unit(16) ** 2


def test_a_dimension_too_large_for_whole_sums_is_refused() -> None:
    wide = Layout(dimensions=(("all", tuple(f"q{number}" for number in range(17))),))
    with pytest.raises(AnalysisError, match="17 items; allowed in sums: up to 16"):
        tabulate_linear(wide, np.zeros((1, 17), np.uint8), [0], 1)


@pytest.mark.parametrize("kind", ["linear", "products"])
@pytest.mark.parametrize("largest", [0, 255, 256, 2**16, 2**32 - 1, 2**32, 2**63 - 1])
def test_bytes_come_back_as_they_were(kind: str, largest: int) -> None:
    width = {"linear": linear_width, "products": product_width}[kind](SIPAS_LAYOUT)
    row = np.arange(width, dtype=np.int64) % 200
    other = row.copy()
    row[-1] = largest
    back = decode(SIPAS_LAYOUT, kind, [encode(row), encode(other), encode(row)])
    assert back.tolist() == [row.tolist(), other.tolist(), row.tolist()]


def test_no_blobs_give_no_rows() -> None:
    assert decode(SIPAS_LAYOUT, "linear", []).shape == (0, linear_width(SIPAS_LAYOUT))


def test_the_byte_form_is_the_published_one() -> None:
    assert encode(np.array([1, 2, 258])).hex() == "0102010002000201"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (np.array([1, -1]), "from -1 to 1; allowed: 0 to 9223372036854775807"),
        (np.array([2**63], np.uint64), "allowed: 0 to 9223372036854775807"),
        (np.array([1.0]), "float64"),
        (np.array([[1]]), "shape"),
    ],
)
def test_what_the_bytes_cannot_hold_is_refused(row: np.ndarray, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        encode(row)


@pytest.mark.parametrize(
    ("blob", "message"),
    [
        (b"", "blob 1 of linear"),
        (b"\x02\x01" + bytes(148), "allowed: version 1"),
        (b"\x01\x03" + bytes(148), "number size"),
        (b"\x01\x01" + bytes(147), "149 bytes; allowed: 150"),
        (b"\x01\x08" + b"\xff" * 8 * 148, "allowed: up to"),
    ],
)
def test_a_damaged_blob_is_refused_by_its_place(blob: bytes, message: str) -> None:
    good = encode(np.zeros(148, np.int64))
    with pytest.raises(AnalysisError, match=message):
        decode(SIPAS_LAYOUT, "linear", [good, blob])


@pytest.mark.parametrize(
    ("levels", "groups", "message"),
    [
        ([[1, 2, 3]], [0], r"shape \(1, 3\)"),
        ([[1, 2, 3, 4, 5, 7]], [0], "level 7 in row 0, column 5"),
        ([[1, 2, 3, 4, -1, 0]], [0], "level -1 in row 0, column 4"),
        ([[1.0] * 6], [0], "float64"),
        ([[1] * 6], [0, 1], "1 persons"),
        ([[1] * 6], [2], "groups reach from 2 to 2; allowed: 0 to 1"),
        ([[1] * 6], [-1], "groups reach from -1"),
        ([[1] * 6], [0.5], "float64"),
    ],
)
@pytest.mark.parametrize("tabulate", [tabulate_linear, tabulate_products])
def test_answers_outside_the_scale_or_the_cells_are_refused(
    tabulate: object, levels: list, groups: list, message: str
) -> None:
    with pytest.raises(AnalysisError, match=message):
        tabulate(SMALL, levels, groups, 2)


def test_an_unknown_kind_of_sums_is_refused() -> None:
    with pytest.raises(AnalysisError, match="kind is 'squares'; allowed: linear, products"):
        decode(SIPAS_LAYOUT, "squares", [])


def test_sums_of_another_width_are_refused() -> None:
    with pytest.raises(AnalysisError, match="a last axis of 148"):
        read_linear(SIPAS_LAYOUT, np.zeros((2, 147), np.int64))

"""Layouts, scales and tables: what they hold and what they refuse."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

import analysis
from analysis import SIPAS_LAYOUT, AnalysisError, Layout
from analysis.ratios import ratio
from analysis.scale import SATISFIED_BY_CODE, VALID_BY_CODE, check_levels
from analysis.tables import RatingTable


def test_the_default_layout_is_the_sixteen_service_items() -> None:
    assert SIPAS_LAYOUT.dimension_names == ("access", "procedure", "staff", "outcome", "petitions")
    assert SIPAS_LAYOUT.sizes == (3, 4, 3, 3, 3)
    assert SIPAS_LAYOUT.items[SIPAS_LAYOUT.item_slice("procedure")] == ("B1", "B2", "B3", "B4")
    assert SIPAS_LAYOUT.dimension_of_item().count(1) == 4


def test_layouts_are_values() -> None:
    same = Layout(dimensions=tuple((name, list(items)) for name, items in SIPAS_LAYOUT.dimensions))
    assert same == SIPAS_LAYOUT
    assert hash(same) == hash(SIPAS_LAYOUT)


@pytest.mark.parametrize(
    ("dimensions", "message"),
    [
        ((), "at least one dimension"),
        ((("staff", ()),), "dimension 'staff' has items"),
        ((("", ("C1",)),), "names that are not empty"),
        ((("staff", ("C1", "")),), "names that are not empty"),
        ((("staff", ("C1",)), ("staff", ("C2",))), "dimension 'staff' is named twice"),
        ((("staff", ("C1", "C1")),), "item 'C1' is named twice"),
    ],
)
def test_layouts_without_sense_are_refused(dimensions: tuple, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        Layout(dimensions=dimensions)


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(AnalysisError, match="dimension is 'speed'; allowed: access, procedure"):
        SIPAS_LAYOUT.item_slice("speed")


def test_satisfied_is_level_four_or_five_and_only_levels_are_valid() -> None:
    assert np.flatnonzero(SATISFIED_BY_CODE).tolist() == [4, 5]
    assert np.flatnonzero(VALID_BY_CODE).tolist() == [1, 2, 3, 4, 5]


def test_codes_of_any_whole_number_type_are_kept() -> None:
    assert check_levels(np.array([[6, 0]], np.int16), 2).dtype == np.uint8
    assert check_levels(np.zeros((0, 2)), 2).shape == (0, 2)
    with pytest.raises(AnalysisError, match="level 7 in row 0, column 1"):
        check_levels(np.array([[6, 7]], np.uint8), 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": [1.0]}, r"weights have shape \(1,\); allowed: \(2,\) or \(2, 1\)"),
        ({"weights": [1.0, np.nan]}, "weight nan in row 1, dimension staff"),
        ({"weights": [[1.0], [-2.0]]}, "weight -2.0 in row 1"),
        ({"stratum": [0]}, "stratum is int64 of shape"),
        ({"cluster": [0.0, 1.0]}, "cluster is float64"),
        ({"cluster_population": [5.0, 0.0]}, "cluster_population has shape"),
        ({"person_population": [5.0]}, "person_population has shape"),
    ],
)
def test_tables_that_do_not_fit_are_refused(changes: dict, message: str) -> None:
    layout = Layout(dimensions=(("staff", ("C1",)),))
    with pytest.raises(AnalysisError, match=message):
        RatingTable.of(layout, [[5], [3]], **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"denominator": [1.0]}, "denominator has shape"),
        ({"weights": [1, -1, 1]}, "weights reach from -1.0"),
        ({"population": [2, 2, 2]}, "3 sampling units and a population of 2"),
    ],
)
def test_ratios_that_do_not_fit_are_refused(changes: dict, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        ratio([1, 0, 1], **changes)


def test_a_ratio_over_nothing_is_undefined() -> None:
    found = ratio([1, 0, 1], [0, 0, 0])
    assert np.isnan([found.value, found.se]).all()
    assert (ratio([1.0], domain=[False]).n, ratio([1.0], domain=[False]).df) == (0, 0)


def test_every_public_name_of_the_package_is_there() -> None:
    assert [name for name in analysis.__all__ if not hasattr(analysis, name)] == []


def test_the_example_of_the_package_runs() -> None:
    assert doctest.testmod(analysis).failed == 0

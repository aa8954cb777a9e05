"""Every stored value and table has its line in the glossary."""

import inspect
from enum import Enum
from pathlib import Path
from typing import get_args

import pytest

from analysis import goal_results
from survey import enums, models
from survey.services.intake.quality import Flag

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")


def stored_enums() -> list[type[Enum]]:
    found = [one for _, one in inspect.getmembers(enums, inspect.isclass) if issubclass(one, Enum)]
    return [one for one in found if one.__module__ == enums.__name__ and len(one)]


@pytest.mark.parametrize(
    "name", [f"{kind.__name__}.{member.name}" for kind in [*stored_enums(), Flag] for member in kind]
)
def test_stored_value_is_explained(name):
    assert f"`{name}`" in GLOSSARY


@pytest.mark.parametrize("name", [name for name in models.__all__ if name != "Base"])
def test_table_is_explained(name):
    assert f"`{name}`" in GLOSSARY


@pytest.mark.parametrize(
    "word",
    [*get_args(goal_results.Verdict), *get_args(goal_results.Point), *get_args(goal_results.YearOnYear)],
)
def test_verdict_is_explained(word):
    assert f"`{word}`" in GLOSSARY


def test_rows_have_three_columns():
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("|")]
    assert len(rows) > 100
    assert [row for row in rows if row.count("|") != 4] == []

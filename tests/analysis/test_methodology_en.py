"""The statistician's page names what the code names, and its worked figures are the code's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from analysis import _estimate_table
from analysis.goals import Verdict
from analysis.index import VERSIONS
from analysis.intervals import INTERVALS, wilson_t

PAGE = (Path(__file__).parents[2] / "docs" / "methodology.en.md").read_text(encoding="utf-8")
FLAGS = re.findall(r'\("([a-z0-9-]+)", drawn', Path(_estimate_table.__file__).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name", [*VERSIONS.values(), *INTERVALS, *get_args(Verdict), *FLAGS, "item-below-30:NAME"]
)
def test_every_name_stands_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_flags_were_found_in_the_code() -> None:
    assert set(FLAGS) >= {"single-day", "df-below-8", "no-variance"}


def test_sixty_of_sixty_on_ten_days_reads_as_written() -> None:
    lower, upper = wilson_t(1.0, 60, 9)
    assert f"60 of 60 on ten days reads {100 * float(lower):.1f}–{100 * float(upper):.0f} %" in " ".join(
        PAGE.split()
    )

"""A lasting move of a dimension to another level, and the sentences that name it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from survey.enums import Dimension
from survey.reports.overview.changes import level_sentence
from survey.reports.periodic import prose
from survey.services.figures.level_changes import LevelChange, level_changes
from survey.services.figures.satisfaction import TrendPoint
from survey.services.office import periods
from survey.services.office.scopes import Filters

LOW, HIGH = 0.66, 0.82
MONTHS = [periods.parse(f"2024-{at:02d}") for at in range(1, 13)]


def points(*indices: float, n: int = 100) -> list[TrendPoint]:
    estimate = [cast("Any", SimpleNamespace(index=index, n=n, n_eff=float(n))) for index in indices]
    return [TrendPoint(month, one, n) for month, one in zip(MONTHS, estimate, strict=False)]


def page(*indices: float, filters: Filters | None = None) -> Any:
    row = SimpleNamespace(
        dimension=Dimension.OUTCOME, name={"vi": "Kết quả giải quyết"}, short={"vi": "Kết quả"}
    )
    return SimpleNamespace(
        period=periods.make(2024),
        filters=filters or Filters(),
        rows=[row],
        trend={Dimension.OUTCOME: points(*indices)},
    )


@pytest.mark.parametrize(
    ("months", "found"),
    [
        ([LOW] * 7 + [HIGH] * 5, LevelChange(MONTHS[7], rises=True)),
        ([HIGH] * 8 + [LOW] * 4, LevelChange(MONTHS[8], rises=False)),
        ([0.8, 0.82] * 6, None),
        ([LOW] * 7 + [HIGH] * 4, None),
    ],
)
def test_a_level_changes_after_a_long_stretch_of_twelve_months(months, found):
    assert level_changes({Dimension.OUTCOME: points(*months)}).get(Dimension.OUTCOME) == found


def test_the_overview_and_the_report_of_the_year_name_it():
    found = page(*[LOW] * 7, *[HIGH] * 5)
    assert level_sentence(found, locale="vi") == "Trong năm: Kết quả lên mức cao hơn từ khoảng 08/2024."
    assert prose.level_sentence(found).startswith(
        "Trong năm, kết quả giải quyết lên mức cao hơn từ khoảng tháng 08/2024"
    )
    assert prose.level_sentence(page(*[0.8] * 12)) == ""


def test_a_filtered_page_names_no_change_of_the_unit():
    assert level_sentence(page(*[LOW] * 7, *[HIGH] * 5, filters=Filters(desk_id=1)), locale="vi") == ""

"""Goals of a year and the figures of the year before."""

from __future__ import annotations

from datetime import date

import pytest
from admin import HOME, one, send, text
from factories import make_submission, store_answer
from sqlalchemy import func, select

from survey.enums import Dimension
from survey.models import (
    Baseline,
    Goal,
)
from survey.services.intake import mixing

pytestmark = pytest.mark.dated


def goal_form(**changes: object) -> dict[str, object]:
    return {
        "access-threshold": "82,5",
        "access-operator": ">=",
        "access-require_improvement": "y",
        "access-improvement_operator": ">",
        "access-method": "item-mean",
        "access-wording": "Từ 82,5% trở lên",
        "access-task": ["Niêm yết", "", "Kê thêm ghế"],
        "access-task_role": ["Văn phòng", "", "Kế toán"],
        "access-task_short": ["", "", ""],
        **{f"access-{name}": value for name, value in changes.items()},
    }


def test_goal_is_saved_with_a_decimal_comma(administrator, database):
    assert send(administrator, "/muc-tieu/2026/access", goal_form()).status_code == 303
    assert one(database, select(Goal.threshold_ppm).where(Goal.dimension == Dimension.ACCESS)) == 825_000
    page = text(administrator.get(f"{HOME}/muc-tieu/2026"))
    assert 'value="82,5"' in page
    assert "≥ 82,5%" in page.replace("\u00a0", " ")
    assert "Kê thêm ghế" in page


@pytest.mark.parametrize("threshold", ["", "0", "100,5", "tám mươi"])
def test_goal_needs_a_sensible_threshold(administrator, threshold):
    answer = send(administrator, "/muc-tieu/2026/access", goal_form(threshold=threshold, wording="giữ lại"))
    assert answer.status_code == 422
    assert "giữ lại" in text(answer)
    assert f'value="{threshold}"' in text(answer)


def test_method_is_not_offered_once_the_year_has_answers(administrator, database, settings, store, keyring):
    for _ in range(5):
        store_answer(database, settings, store, make_submission(database, store))
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 11, 24)))
    assert '<select id="access-method"' not in text(administrator.get(f"{HOME}/muc-tieu/2026"))
    assert send(administrator, "/muc-tieu/2026/access", goal_form(threshold="81")).status_code == 303
    forged = send(administrator, "/muc-tieu/2026/access", goal_form(method="pooled"))
    assert forged.status_code == 422
    assert one(database, select(Goal.method).where(Goal.dimension == Dimension.ACCESS)) == "item-mean"


def test_another_plan_year_is_opened(administrator):
    answer = send(administrator, "/muc-tieu", {"open-year": "2027"})
    assert answer.location.endswith("/muc-tieu/2027")
    assert "Chép từ kế hoạch 2024" in text(administrator.get(answer.location))
    assert administrator.get(f"{HOME}/muc-tieu/2031").status_code == 404


def figures(**typed: str) -> dict[str, object]:
    """The whole form as a browser sends it, empty but for what was typed."""
    names = ("value", "n", "method", "source")
    empty = {f"{dimension.value}-{name}": "" for dimension in Dimension for name in names}
    return {**empty, **{name.replace("_", "-"): value for name, value in typed.items()}}


def test_figures_of_last_year_are_kept_as_typed_and_emptied(administrator, database):
    data = figures(access_value="78,5", access_n="412", access_method="item-mean", access_source="Báo cáo")
    assert send(administrator, "/so-nam-truoc/2025", data).status_code == 303
    with database.read() as session:
        rows = session.execute(select(Baseline.dimension, Baseline.value_ppm, Baseline.n)).all()
    assert rows == [(Dimension.ACCESS, 785_000, 412)]
    page = text(administrator.get(f"{HOME}/so-nam-truoc?nam=2025"))
    assert 'value="78,5"' in page
    assert 'value="0"' not in page
    assert send(administrator, "/so-nam-truoc/2025", figures()).status_code == 303
    assert one(database, select(func.count()).select_from(Baseline)) == 0


def test_everything_wrong_with_the_figures_is_said_at_once(administrator, database):
    data = figures(access_value="nhiều", staff_n="30", outcome_value="180")
    answer = send(administrator, "/so-nam-truoc/2025", data)
    assert answer.status_code == 422
    page = text(answer)
    assert "Hãy ghi một tỷ lệ, ví dụ 83,9." in page
    assert "thiếu chỉ số" in page
    assert "Tỷ lệ phải từ 0 đến 100." in page
    assert one(database, select(func.count()).select_from(Baseline)) == 0


@pytest.mark.parametrize("year", ["1999", "abc", "99999", "²"])
def test_year_of_figures_that_cannot_be_is_not_found(administrator, year):
    assert administrator.get(f"{HOME}/so-nam-truoc?nam={year}").status_code == 404

"""The page of forecasts: figures of the library, honest silence, looking back, files."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from itertools import cycle

import openpyxl
import pytest
from factories import make_submission
from pages import elements, parse, text_of

from survey.enums import Dimension, Role
from survey.services.office import installation, periods
from survey.services.pages import forecasts
from survey.services.people.officers import ROLE_ORDER

PAGE = "/can-bo/du-bao"


@pytest.fixture
def viewer(officer_client):
    return officer_client(Role.VIEWER)


def some(give, months, *, good=8, bad=2):
    """Months of two days each, with so many satisfied and so many not on a day."""
    levels = cycle([5] * good + [2] * bad)

    def person(database, store, **changes):
        answers = dict.fromkeys(("A1", "A2", "A3", "C1", "C2", "C3"), next(levels))
        return make_submission(database, store, answers=answers, **changes)

    for month in months:
        for day in (4, 18):
            give(person, month=month, day=day, count=good + bad)


def look(database, store, *, since, today, year=None):
    with database.read() as session:
        unit_id = installation.read(session).unit_id
        return forecasts.build(
            session, store=store, unit_id=unit_id, year=year or today.year, since=since, today=today
        )


def of(page, dimension=Dimension.STAFF):
    return next(one for one in page.goals if one.dimension is dimension)


@pytest.mark.parametrize("role", ROLE_ORDER)
def test_every_role_reads_it_and_nobody_else_does(role, client, officer_client):
    assert client.get(PAGE).status_code == 302
    assert officer_client(role).get(PAGE).status_code == 200


def test_before_the_first_answer_it_says_what_will_appear(viewer):
    assert "Dự báo hiện ở đây khi có ít nhất hai tháng số liệu." in viewer.get(PAGE).text


def test_a_choice_that_does_not_exist_is_refused_or_left_out(viewer, today):
    assert viewer.get(f"{PAGE}?year=1999").status_code == 422
    assert viewer.get(f"{PAGE}?year={today.year}&since=2024-Q9").status_code == 200
    assert viewer.get(f"{PAGE}?since=").status_code == 302


def test_one_month_foretells_nothing(give, database, store, today):
    some(give, [1])
    found = of(look(database, store, since=None, today=date(today.year, 1, 31)))
    assert found.silence is forecasts.Silence.TOO_EARLY
    assert found.whole is None
    assert all(step.fan is None for step in found.steps)


def test_the_fan_widens_and_the_chance_is_that_of_the_goal(give, database, store, today):
    some(give, range(1, 7))
    page = look(database, store, since=None, today=date(today.year, 6, 30))
    found = of(page)
    assert found.silence is None
    assert found.estimate.index == pytest.approx(0.8)
    assert found.estimate.n == 120
    assert found.remaining == pytest.approx(120, abs=3), "as many in the second half as in the first"
    fans = [step.fan for step in found.steps if step.fan is not None]
    assert len(fans) == 6
    widths = [fan.q95 - fan.q05 for fan in fans]
    assert widths[-1] > widths[0]
    assert fans[-1] == found.level.year_end
    assert found.level.threshold == 0.85
    assert 0 < found.level.probability < 0.5, "0.8 so far, 0.85 asked"
    assert of(page, Dimension.ACCESS).level.probability > 0.4, "0.8 so far, 0.8 asked"


def test_months_that_differ_beyond_chance_make_the_fan_wider(give, database, store, today):
    some(give, [1, 2, 3])
    steady = of(look(database, store, since=None, today=date(today.year, 3, 31))).level.year_end
    some(give, [4], good=2, bad=8)
    some(give, [5], good=10, bad=0)
    some(give, [6], good=1, bad=9)
    page = look(database, store, since=None, today=date(today.year, 6, 30))
    restless = of(page).level.year_end
    assert restless.q95 - restless.q05 > 1.3 * (steady.q95 - steady.q05) / 2**0.5


def test_looking_back_uses_only_what_was_known(give, database, store, today):
    some(give, range(1, 7))
    then = of(look(database, store, since=None, today=date(today.year, 6, 30)))
    some(give, range(7, 13), good=3, bad=7)
    page = look(
        database, store, since=periods.make(today.year, periods.PeriodKind.MONTH, 6),
        today=date(today.year + 1, 2, 1), year=today.year,
    )  # fmt: skip
    back = of(page)
    assert page.looks_back
    # The variance of few days is corrected by how many the year's file has: that alone may differ.
    assert back.level.year_end == then.level.year_end
    assert back.level.probability == pytest.approx(then.level.probability, abs=0.005)
    assert back.came is not None
    assert back.came.index == pytest.approx(0.55)


@pytest.mark.dated
def test_the_page_reads_in_words_and_its_file_holds_its_tables(give, viewer, today):
    some(give, range(1, 4))
    sent = viewer.get(f"{PAGE}?year={today.year}&since={today.year}-03")
    page = sent.text
    assert "≥\u00a085%" in sent.data.decode(), "no line ends inside a figure"
    (rows,) = [
        [[text_of(cell) for cell in elements(row, "th", "td")] for row in elements(one, "tr")]
        for one in elements(parse(page), "table")
        if text_of(elements(one, "caption")[0]).startswith("Dự báo cuối năm")
    ]
    staff = next(row for row in rows if row[0] == "Công chức trực tiếp giải quyết")
    assert staff[2] == "80,0%"
    assert staff[5] == "60"
    assert "khả năng đạt mục tiêu" in page
    assert "Mới có 3 tháng số liệu: đọc thận trọng" in page
    assert "không nói về người không trả lời" in page
    answer = viewer.get(f"{PAGE}?year={today.year}&since={today.year}-03&format=xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["Dự báo", "Theo tháng"]
    cells = [[cell.value for cell in row] for row in book["Dự báo"].iter_rows()]
    written = next(row for row in cells if row[0] == "Công chức trực tiếp giải quyết")
    assert (written[2], written[5]) == (0.8, 60)

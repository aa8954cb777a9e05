"""The first screen in words: what the latest month changed beyond chance, and where to look first."""

from __future__ import annotations

from itertools import cycle

import pytest
from factories import make_submission
from pages import elements, parse, text_of

from survey.enums import Role


@pytest.fixture
def viewer(officer_client):
    return officer_client(Role.VIEWER)


def months(give, numbers, *, good, bad):
    levels = cycle([5] * good + [2] * bad)

    def person(database, store, **changes):
        staff = next(levels)
        answers = {"A1": 5, "A2": 5, "A3": 5, **dict.fromkeys(("C1", "C2", "C3"), staff)}
        return make_submission(database, store, answers=answers, **changes)

    for month in numbers:
        for day in (4, 11, 18, 25):
            give(person, month=month, day=day, count=good + bad)


def said(page: str, kind: str) -> str:
    return " ".join(
        text_of(one) for one in elements(parse(page), "p") if kind in (one.get("class") or "").split()
    )


def test_a_real_change_of_the_latest_month_is_named_with_its_interval(give, viewer, today):
    months(give, [1, 2], good=9, bad=1)
    months(give, [3], good=4, bad=6)
    page = viewer.get(f"/can-bo/?period={today.year}").text
    sentence = said(page, "change")
    assert sentence.startswith(
        f"Tháng 03/{today.year} so với các tháng trước trong năm: Công chức thấp hơn 50,0"
    )
    assert "các nội dung khác chưa thấy thay đổi vượt ngẫu nhiên" in sentence
    assert "n = 40" in sentence
    earlier = said(viewer.get(f"/can-bo/?period={today.year}-02").text, "change")
    assert "02/" in earlier
    assert "chưa thấy thay đổi nào vượt ngẫu nhiên" in earlier


def test_one_month_or_few_persons_say_nothing_of_change(give, viewer, today):
    months(give, [1], good=9, bad=1)
    assert said(viewer.get(f"/can-bo/?period={today.year}").text, "change") == ""


def test_where_to_look_first_is_the_lost_goal(give, viewer, today):
    months(give, [1, 2, 3], good=5, bad=5)
    page = viewer.get(f"/can-bo/?period={today.year}").text
    assert said(page, "first-look").startswith("Xem trước hết: Công chức. Câu thấp nhất:")
    assert "Kế hoạch:" in said(page, "first-look")

"""Groups beside each other: what is certain, what is hidden, the file of what is shown."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from factories import make_submission
from pages import elements, parse, text_of

from survey.enums import Role, Stage, TrustClass

PAGE = "/can-bo/so-sanh"


@pytest.fixture
def viewer(officer_client):
    return officer_client(Role.VIEWER)


def on_kiosk(database, store, *, level=4, **changes):
    """Every question at the tablet, so that each item of an index has answers."""
    items = make_submission(database, store).answers
    return make_submission(
        database, store, trust_class=TrustClass.KIOSK, answers=dict.fromkeys(items, level), **changes
    )


def rows_of(page: str, *, panel: str) -> dict[str, list[str]]:
    section = next(
        one for one in elements(parse(page), "section") if one.get("aria-labelledby") == f"panel-{panel}"
    )
    rows = [[text_of(cell) for cell in elements(row, "th", "td")] for row in elements(section, "tr")][1:]
    return {row[0]: row[1:] for row in rows}


def sentence(page: str) -> str:
    return next(text_of(one) for one in elements(parse(page), "p") if one.get("class") == "sentence")


def test_an_empty_year_says_what_will_appear(viewer):
    page = viewer.get(PAGE)
    assert page.status_code == 200
    assert "Chưa có phiếu nào" in page.text


def test_channels_apart_by_chance_and_beyond_it(viewer, give, today):
    for day in (3, 4, 5, 6, 9, 10, 11, 12):
        give(make_submission, month=2, day=day, count=10)
        give(on_kiosk, month=2, day=day, count=8, level=5)
        give(on_kiosk, month=2, day=day, count=6, level=2)
    page = viewer.get(f"{PAGE}?by=channel&period={today.year}").text
    rows = rows_of(page, panel="staff")
    assert list(rows) == ["Điện thoại", "Máy tính bảng tại quầy"]
    assert rows["Điện thoại"][0].startswith("100,0%")
    assert rows["Điện thoại"][2] in {"80", "n 80"}
    assert rows["Máy tính bảng tại quầy"][0].startswith("57,1%")
    assert rows["Máy tính bảng tại quầy"][3].startswith("chắc chắn thấp hơn")
    assert "Máy tính bảng tại quầy thấp hơn các nhóm còn lại về công chức" in sentence(page)


def test_every_page_makes_the_same_claims(viewer, give):
    """What is certain does not hang on how many dimensions are shown."""
    for day in range(3, 13):
        give(make_submission, month=2, day=day, count=9)
        give(on_kiosk, month=2, day=day, count=5, level=5 if day % 3 else 3)
    every = rows_of(viewer.get(f"{PAGE}?by=channel").text, panel="staff")
    alone = rows_of(viewer.get(f"{PAGE}?by=channel&dimension=staff").text, panel="staff")
    assert every == alone


def test_a_small_group_takes_another_with_it(viewer, give):
    give(on_kiosk, month=2, day=3, count=20)
    give(make_submission, month=2, day=3, count=30)
    for counted in (5, 2):
        give(make_submission, month=2, day=4, count=counted, trust_class=TrustClass.PAPER)
    rows = rows_of(viewer.get(f"{PAGE}?by=class").text, panel="access")
    hidden = [name for name, cells in rows.items() if "ẩn" in cells[2]]
    shown = {name: cells[2] for name, cells in rows.items() if name not in hidden}
    assert len(hidden) != 1, rows
    assert all(int(cell.removeprefix("n ")) >= 5 for cell in shown.values())


def test_stages_stand_beside_each_other(viewer, give):
    give(make_submission, month=3, day=3, count=12)
    give(make_submission, month=3, day=3, count=9, stage=Stage.FILING, answers={"A1": 5, "B1": 3})
    rows = rows_of(viewer.get(f"{PAGE}?by=stage").text, panel="access")
    assert {name: cells[2].removeprefix("n ") for name, cells in rows.items()} == {
        "Người nhận kết quả": "12",
        "Người nộp hồ sơ": "9",
    }


def test_a_group_may_be_held_against_another(viewer, give):
    give(make_submission, month=3, day=3, count=12)
    give(on_kiosk, month=3, day=3, count=12)
    page = viewer.get(f"{PAGE}?by=channel&against=kiosk").text
    rows = rows_of(page, panel="access")
    assert rows["Máy tính bảng tại quầy"][3] == "–"
    assert rows["Điện thoại"][3].startswith("chưa chắc chắn")
    assert viewer.get(f"{PAGE}?by=channel&against=nobody").status_code == 404


def test_what_is_no_choice_is_refused(viewer):
    assert viewer.get(f"{PAGE}?by=officer").status_code == 422


def test_the_file_holds_what_the_page_shows(viewer, give):
    give(make_submission, month=3, day=3, count=12)
    give(on_kiosk, month=3, day=4, count=8, level=3)
    address = f"{PAGE}?by=channel&dimension=staff"
    page = viewer.get(address).text
    answer = viewer.get(f"{address}&format=xlsx&table=groups")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(place for place, row in enumerate(values) if row[1] == "Nội dung")
    assert [row[0] for row in values[head + 1 :]] == list(rows_of(page, panel="staff"))
    assert values[head + 1][2] == pytest.approx(1)
    assert values[head + 1][5] == 12

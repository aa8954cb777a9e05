"""The page of comments: what it shows to whom, deciding on it, its files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
from factories import make_submission, store_answer
from pages import elements, parse, text_of

from survey.enums import Role
from survey.services.intake import mixing

pytestmark = pytest.mark.dated

ADDRESS = "/can-bo/gop-y"
TEXTS = ["Chờ lâu quá", "Cán bộ vui vẻ", "Ghế ít"]


@pytest.fixture
def written(database, settings, store, keyring):
    noon = datetime(2026, 3, 9, 5, tzinfo=UTC)
    for place in range(12):
        comment = TEXTS[place] if place < len(TEXTS) else ""
        store_answer(
            database, settings, store, make_submission(database, store, answered_at=noon, comment=comment)
        )
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 3, 20)))


def shown(html: str) -> list[str]:
    return [text_of(one) for one in elements(parse(html), "blockquote")]


def decisions(html: str) -> dict[str, str]:
    """Give the address of the form of each comment that is shown."""
    root = parse(html)
    return {
        text_of(elements(article, "blockquote")[0]): form.get("action")
        for article in elements(root, "article")
        for form in elements(article, "form")
    }


def token(html: str) -> str:
    return next(e.get("value") for e in elements(parse(html), "input") if e.get("name") == "csrf_token")


def post(client, address, **fields):
    page = client.get(ADDRESS).get_data(as_text=True)
    return client.post(
        address, data={"csrf_token": token(page), **fields}, headers={"Sec-Fetch-Site": "same-origin"}
    )


def test_an_empty_page_says_what_will_appear(officer_client):
    html = officer_client(Role.VIEWER).get(ADDRESS).get_data(as_text=True)
    assert "hiện ra khi tháng đó đã khép 7 ngày" in html


def test_a_viewer_reads_only_what_was_approved_and_cannot_decide(written, officer_client):
    officer, viewer = officer_client(Role.OFFICER), officer_client(Role.VIEWER)
    everything = f"{ADDRESS}?period=2026&state=waiting"
    page = officer.get(everything).get_data(as_text=True)
    assert sorted(shown(page)) == sorted(TEXTS)
    address = decisions(page)[TEXTS[0]]
    assert "state=waiting" in address, "the filters stay in the address"
    name = address.split("/")[-1].split("?")[0][:12]
    saved = post(officer, address, **{f"c{name}-state": "approved", f"c{name}-new_tag": "chờ"})
    assert saved.status_code == 303
    assert saved.headers["Location"].endswith("period=2026&state=waiting")
    assert shown(viewer.get(f"{ADDRESS}?period=2026").get_data(as_text=True)) == [TEXTS[0]]
    # What a viewer may not read is no choice of theirs.
    assert viewer.get(f"{ADDRESS}?period=2026&state=waiting").status_code == 422
    assert decisions(viewer.get(f"{ADDRESS}?period=2026").get_data(as_text=True)) == {}
    assert post(viewer, address, **{f"c{name}-state": "approved"}).status_code == 403


def test_what_was_typed_stays_when_a_reason_is_missing(written, officer_client):
    client = officer_client(Role.OFFICER)
    page = client.get(f"{ADDRESS}?period=2026&state=waiting").get_data(as_text=True)
    address = decisions(page)[TEXTS[1]]
    name = address.split("/")[-1].split("?")[0][:12]
    answer = post(client, address, **{f"c{name}-state": "hidden", f"c{name}-new_tag": "Thẻ đang gõ"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Khi ẩn cần chọn một lý do." in html
    assert "Thẻ đang gõ" in html


def test_the_file_holds_exactly_what_is_shown(written, officer_client):
    client = officer_client(Role.OFFICER)
    address = f"{ADDRESS}?period=2026&state=waiting&q=cho+lau"
    assert shown(client.get(address).get_data(as_text=True)) == ["Chờ lâu quá"]
    content = client.get(f"{address}&format=xlsx&table=comments").data
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    cells = [[cell for cell in row if cell] for row in sheet.iter_rows(values_only=True)]
    assert cells[-1][-1] == "Chờ lâu quá"
    assert cells[-2][-1] == "Góp ý", "the row before is the head of the table"
    flat = str(cells)
    assert "Ghế ít" not in flat
    assert "cho lau" in flat, "the file says what was asked"


def test_a_bad_choice_says_so(written, officer_client):
    client = officer_client(Role.VIEWER)
    assert client.get(f"{ADDRESS}?period=1").status_code == 422
    assert client.get(f"{ADDRESS}?page=x").status_code == 404
    assert client.get(f"{ADDRESS}?q=").headers["Location"] == ADDRESS

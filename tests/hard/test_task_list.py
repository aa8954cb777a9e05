"""What an officer asks of the year, answered on the right page in at most three clicks.

The answers come from `demo_truth`, which knows the simulated citizens and asks no estimate of the product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Chromium, guarded_page
from demo_office import Office, opened_office
from demo_truth import Truth, tell
from pages import as_read
from playwright.sync_api import Page

from survey.instrument import Instrument
from survey.paths import seeds_dir

pytestmark = [pytest.mark.soak, pytest.mark.browser, pytest.mark.sqlite_only("fills a folder of its own")]

SHORT = {
    "access": "Tiếp cận",
    "procedure": "Thủ tục",
    "staff": "Công chức",
    "outcome": "Kết quả",
    "petitions": "Phản ánh, kiến nghị",
}
COUNTERS = {"Q1": "Quầy số 1", "Q2": "Quầy số 2", "Q3": "Quầy số 3"}
MOST_CLICKS = 3


class Officer:
    """Somebody who starts at the overview of the year and clicks on what is written there."""

    def __init__(self, page: Page, office: Office) -> None:
        self._page = page
        self._start = f"{office.url}/can-bo/"
        self.clicks = 0

    def starts(self) -> Officer:
        self.clicks = 0
        self._page.goto(self._start)
        return self

    def clicks_on(self, *words: str) -> Officer:
        for text in words:
            self._page.get_by_role("link", name=text, exact=True).first.click()
            self._page.wait_for_load_state()
            self.clicks += 1
        assert self.clicks <= MOST_CLICKS, f"{self.clicks} clicks"
        return self

    @property
    def reads(self) -> str:
        """The words of the page, with what lies folded left out, and one space between words."""
        return re.sub(r"\s+", " ", as_read(self._page.locator("main").inner_text()))

    def sentence(self, beginning: str) -> str:
        """The rest of a sentence that begins so."""
        found = re.search(re.escape(beginning) + r"([^.]*)\.", self.reads)
        assert found, f"{beginning!r} is not on {self._page.url}"
        return found[1].strip()


@pytest.fixture(scope="module")
def truth() -> Truth:
    return tell(Instrument.read(seeds_dir() / "instrument.toml"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened_office(tmp_path_factory.mktemp("office") / Path("data")) as opened:
        yield opened


@pytest.fixture
def officer(chromium: Chromium, office: Office) -> Iterator[Officer]:
    with guarded_page(chromium, viewport={"width": 1366, "height": 768}) as page:
        page.context.add_cookies([{"name": "sipas", "value": office.secret, "url": office.url}])
        yield Officer(page, office).starts()


def named(dimensions: frozenset[str]) -> set[str]:
    return {SHORT[code] for code in dimensions}


def listed(sentence: str) -> set[str]:
    """Take the dimensions that a sentence lists; one of them has a comma in its name."""
    return {name for name in SHORT.values() if name in sentence}


def test_which_goals_are_safe(officer, truth):
    assert listed(officer.sentence("Chắc chắn đạt:")) == named(truth.safe)


def test_which_goals_are_lost(officer, truth):
    assert listed(officer.sentence("Chắc chắn chưa đạt:")) == named(truth.lost)


def test_which_goals_are_open(officer, truth):
    assert listed(officer.sentence("Đạt về điểm số nhưng chưa chắc chắn:")) == named(truth.undecided)


def test_how_many_answered_of_how_many(officer, truth):
    text = officer.reads
    returned = f"{truth.returned:,}".replace(",", ".")
    assert f"/{returned} (" in text
    persons = int(re.search(r"Người nhận kết quả: ([\d.]+) người", text)[1].replace(".", ""))
    # A few answers wait until there are five to be mixed with.
    assert truth.answered - 5 <= persons <= truth.answered


def test_what_the_plan_says_of_a_goal_that_is_lost(officer, truth):
    (lost,) = truth.lost
    officer.clicks_on({"outcome": "Kết quả"}[lost])
    assert "Kế hoạch nói phải làm gì" in officer.reads
    assert "Công chức Văn phòng – Thống kê" in officer.reads


def test_which_question_is_lowest_where_the_goal_is_lost(officer, truth):
    officer.clicks_on("Kết quả")
    lowest = officer.sentence("Thấp nhất:")
    words = {"D1": "Trả kết quả đúng hạn", "D2": "Kết quả đầy đủ, chính xác", "D3": "Kết quả công bằng"}
    assert lowest.startswith(words[truth.lowest_item["outcome"]])


def test_from_which_month_the_result_is_another(officer, truth):
    officer.clicks_on("Kết quả")
    before = f"01/2024 – {truth.change_month - 1:02d}/2024: ít nhất bảy tháng liền ở dưới mức giữa"
    assert before in officer.reads
    officer.starts().clicks_on("Xu hướng")
    assert f"Kết quả đổi mức từ khoảng {truth.change_month:02d}/2024." in officer.reads
    officer.clicks_on("So trước và sau")
    assert "cao hơn Trước" in officer.sentence("Khác biệt chắc chắn:")


def test_a_bad_march_is_within_chance(officer, truth):
    assert abs(truth.spike) < 3
    officer.clicks_on("Phản ánh, kiến nghị")
    assert "Không tháng nào vượt khỏi dao động ngẫu nhiên" in officer.reads


def test_which_counter_to_look_at_and_for_what(officer, truth):
    officer.clicks_on("So sánh")
    assert truth.weak_dimension == "staff"
    sentence = officer.sentence("Khác biệt chắc chắn:")
    assert sentence.startswith(f"{COUNTERS[truth.weak_counter]} thấp hơn các nhóm còn lại về công chức")


def test_the_report_of_the_year_is_three_clicks_away(officer, truth):
    officer.clicks_on("Báo cáo", "Năm 2024")
    assert "BÁO CÁO" in officer.reads
    assert "Tải DOCX" in officer.reads


def test_what_people_write_about_most(officer):
    officer.clicks_on("Góp ý")
    assert "Nói nhiều nhất về: Kết quả giải quyết thủ tục hành chính" in officer.reads


def test_on_which_day_to_ask_again(officer, truth):
    pointed = officer.sentence(f"Ngày {truth.stuffed_day:%d/%m/%Y}:")
    assert pointed.startswith(f"{truth.stuffed_answers} trong ")
    officer.clicks_on("Chất lượng")
    day = f"{truth.stuffed_day:%d/%m/%Y} ({truth.stuffed_answers} phiếu)"
    assert f"Ngày cần xem lại nhất: {day}" in officer.reads


def test_what_the_doubtful_answers_change(officer, truth):
    """All of them were very satisfied, so that nothing rises without them."""
    officer.clicks_on("Chất lượng")
    rows = re.findall(r"(\d+,\d)% [\d,]+% [\d,]+% [\d.]+ (\d+,\d)%", officer.reads)
    assert len(rows) >= 5
    assert all(float(w.replace(",", ".")) >= float(wo.replace(",", ".")) for w, wo in rows)


def test_how_far_invitations_reach(officer, truth):
    officer.clicks_on("Độ phủ")
    text = officer.reads
    returned = f"{truth.returned:,}".replace(",", ".")
    assert f"Trả {returned} hồ sơ" in text
    assert "số lời mời không vượt số hồ sơ đã trả" in text


def test_whether_the_year_would_be_reached_as_seen_from_september(officer, truth):
    """One goal that was far away then came near at the year's end: a page that lets levels move kept it open."""
    officer.clicks_on("Dự báo")
    assert truth.lost < truth.far_in_september
    assert named(truth.lost) <= listed(officer.sentence("Khó đạt:")) <= named(truth.far_in_september)
    assert named(truth.safe) <= listed(officer.sentence("Nhiều khả năng đạt:"))

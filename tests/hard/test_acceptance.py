"""Sixty people and an officer: what was tapped is what the commands and the page say, counted by hand.

An empty folder, the process that `sipas serve` starts, an administrator made by the one-time link, a tablet
enrolled, slips issued; then thirty people on the tablet and thirty on a phone, in Chromium, drawn with a seed.
The expected figures are computed here from what was tapped, by the formulas of the methodology and by none
of the product's code. Half of the people come on another day: the office moves to another time zone.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from browser import Chromium, guarded_page
from playwright.sync_api import Page, expect
from process import Served
from scipy.stats import norm, t
from tablet import Tablet

pytestmark = pytest.mark.browser

NAMES = ("access", "procedure", "staff", "outcome", "petitions")
ITEMS = {name: [f"{letter}{number}" for number in range(1, count + 1)]
         for name, letter, count in zip(NAMES, "ABCDE", (3, 4, 3, 3, 3), strict=True)}  # fmt: skip
THRESHOLD = dict(zip(NAMES, (0.80, 0.85, 0.85, 0.80, 0.80), strict=True))
LAST_YEAR: dict[str, tuple[float, int | None]] = {
    "access": (0.55, 400),
    "procedure": (0.84, None),
    "staff": (0.86, 120),
    "outcome": (0.97, 900),
}
PASSWORD = "tám con trâu 58 qua sông"


@dataclass
class Person:
    """What one person tapped."""

    form: str
    day: int
    stage: str
    answers: dict[str, str] = field(default_factory=dict)

    def weight(self, name: str) -> int:
        """1/π: how many persons this one stands for on the item that the tablet drew."""
        if self.form == "full":
            return 1
        return len(ITEMS[name]) - (name == "procedure" and self.stage != "result")

    def terms(self, item: str) -> tuple[float, float]:
        """Satisfied and valid, weighted, of one item."""
        level = self.answers.get(item, "na")
        weight = self.weight(next(name for name, items in ITEMS.items() if item in items))
        return weight * (level in {"4", "5"}), weight * (level in {"1", "2", "3", "4", "5"})


@dataclass
class Expected:
    index: float
    n: int
    lower: float
    upper: float
    one_sided: tuple[float, float]
    refused: bool
    df: int
    error: float


def limits(p: float, n_eff: float, quantile: float) -> tuple[float, float]:
    """Wilson's limits on an effective sample."""
    middle = p + quantile**2 / (2 * n_eff)
    half = quantile * math.sqrt(p * (1 - p) / n_eff + quantile**2 / (4 * n_eff**2))
    return (middle - half) / (1 + quantile**2 / n_eff), (middle + half) / (1 + quantile**2 / n_eff)


def spread(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return len(values) / (len(values) - 1) * sum((value - mean) ** 2 for value in values)


def by_hand(people: list[Person], name: str) -> Expected:
    """Index, limits and whether a verdict is allowed, for those who received a result."""
    items = ITEMS[name]
    here = [one for one in people if one.stage == "result"]
    sums = {
        item: [sum(part) for part in zip(*(one.terms(item) for one in here), strict=True)] for item in items
    }
    linear: list[float] = []
    if name == "petitions":
        satisfied, valid = (sum(sums[item][place] for item in items) for place in (0, 1))
        index = satisfied / valid
    else:
        index = sum(y / v for y, v in sums.values()) / len(items)
    for one in people:
        u = 0.0
        for item in items if one.stage == "result" else ():
            y, v = one.terms(item)
            if name == "petitions":
                u += (y - index * v) / valid
            else:
                u += (y - sums[item][0] / sums[item][1] * v) / sums[item][1] / len(items)
        linear.append(u)
    answered = [one for one in here if any(one.terms(item)[1] for item in items)]
    days = sorted({one.day for one in people})
    persons = spread(linear), len(answered) - 1
    variance, df = persons
    if len({one.day for one in answered}) > 1:
        of_day = [sum(u for u, one in zip(linear, people, strict=True) if one.day == day) for day in days]
        clusters = spread(of_day), len({one.day for one in answered}) - 1
        variance, df = max(clusters, persons)
    n_eff = index * (1 - index) / variance
    counts = [sum(one.terms(item)[1] > 0 for one in here) for item in items]
    thin = name != "petitions" and min(counts) < 30
    return Expected(
        index,
        len(answered),
        *limits(index, n_eff, t.ppf(0.975, df)),
        one_sided=limits(index, n_eff, t.ppf(0.95, df)),
        refused=len(answered) < 30 or thin or len({one.day for one in answered}) == 1,
        df=df,
        error=math.sqrt(variance),
    )


def change_since(name: str, found: Expected) -> tuple[str, str]:
    """Point and verdict against last year, whose limits are Wilson's for a simple sample."""
    if name not in LAST_YEAR:
        return "unknown", "no_baseline"
    before, n = LAST_YEAR[name]
    point = "reached" if found.index > before else "not_reached"
    if n is None:
        return point, "points_only"
    if found.refused:
        return point, "no_shown_change"
    down, up = limits(before, n, norm.ppf(0.95))
    low, high = found.one_sided
    shift = found.index - before
    lowest = shift - math.hypot(found.index - low, up - before)
    highest = shift + math.hypot(high - found.index, before - down)
    return point, "improved" if lowest > 0 else "declined" if highest < 0 else "no_shown_change"


def verdicts(name: str, found: Expected) -> dict[str, Any]:
    """What the goal of a dimension comes to: the worse of the threshold and of the change."""
    low, high = found.one_sided
    goal = THRESHOLD[name]
    threshold = "met_with_confidence" if low >= goal else "missed" if high < goal else "not_shown"
    threshold = "not_shown" if found.refused else threshold
    point, change = change_since(name, found)
    as_verdict = {"improved": "met_with_confidence", "declined": "missed"}.get(change, "not_shown")
    return {
        "point": point if found.index >= goal else "not_reached",
        "verdict_threshold": threshold,
        "verdict_year_on_year": change,
        "verdict": min(threshold, as_verdict, key=("missed", "not_shown", "met_with_confidence").index),
        "refused": found.refused,
    }


@pytest.fixture
def halves() -> list[tuple[str, int]]:
    """Time zone and day of either half; one zone, and a day without a number, where two would lie in two years."""
    now = datetime.now(UTC)
    # Midnight comes at 12:00 and 10:00 UTC, or in both at 11:00: no day ends within the next hour.
    early, late = ("Etc/GMT+11", "Etc/GMT-13") if now.hour in {9, 11} else ("Etc/GMT+12", "Etc/GMT-14")
    first, second = (now.astimezone(ZoneInfo(zone)).date() for zone in (early, late))
    if first.year != second.year:
        return [(early, 0), (early, 0)]
    return [(early, first.toordinal()), (late, second.toordinal())]


@pytest.fixture
def served(tmp_path: Path, halves: list[tuple[str, int]]) -> Iterator[Served]:
    process = Served(tmp_path / "data", environ={"SIPAS_TZ": halves[0][0]})
    process.start()
    yield process
    process.stop()


def first_administrator(page: Page, served: Served) -> None:
    link = re.search(r"/can-bo/thiet-lap/\S+", served.log.read_text())
    assert link is not None
    page.goto(served.url + link.group())
    page.get_by_label("Tên đăng nhập").fill("quantri")
    page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    page.get_by_label("Mật khẩu mới, gõ lại").fill(PASSWORD)
    page.get_by_role("button", name="Tạo tài khoản").click()
    page.wait_for_url(f"{served.url}/can-bo/quan-tri/")


def enrolment_code(page: Page, served: Served) -> str:
    page.goto(f"{served.url}/can-bo/quan-tri/kiosk")
    page.get_by_label("Tên máy").fill("Máy bàn 1")
    page.locator("form:has([name=place]) button").click()
    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}\b", page.locator("main").inner_text())
    assert code is not None
    return code.group()


def draw_stages(chance: random.Random, *, mixed: bool) -> list[str]:
    """Why fifteen come to the tablet, six of them for something else than a result.

    Fewer than five whom one form asked would never leave the intake, and the page would count somebody less
    than the command: that moves its limits by a thousandth of a point.
    """
    stages = ["result"] * 9 + ["filing"] * 3 + ["other"] * 3 if mixed else ["result"] * 15
    chance.shuffle(stages)
    return stages


def draw_level(chance: random.Random, item: str) -> str:
    satisfied = {"A": 0.97, "B": 0.85, "C": 0.9, "D": 0.45, "E": 0.8}[item[0]]
    if chance.random() < 0.03:
        return "na"
    return chance.choice("45") if chance.random() < satisfied else chance.choice("123")


def on_the_tablet(tablet: Tablet, person: Person, chance: random.Random) -> None:
    tablet.tap("start")
    tablet.wait_for("stage")
    tablet.tap(person.stage)
    tablet.wait_for("field")
    fields = [one.get_attribute("value") or "" for one in tablet.page.locator("main button[value]").all()]
    tablet.tap(chance.choice([one for one in fields if one not in {"back", "more"}]))
    tablet.wait_for("item")
    while tablet.screen != "thanks":
        before = tablet.heading
        if tablet.screen == "item":
            item = tablet.page.locator("button[data-item]").first.get_attribute("data-item") or ""
            person.answers[item] = draw_level(chance, item)
            tablet.tap(person.answers[item])
        elif tablet.screen == "reason":
            tablet.tap("skip")
        else:
            tablet.tap(chance.choice(["yes", "no"]))
        tablet.next_question(before)


def back_to_start(tablet: Tablet) -> None:
    while tablet.screen != "attract":
        tablet.page.clock.run_for(5_000)


def choose(values: list[str], name: str, person: Person, chance: random.Random) -> str:
    if "filing" in values:
        return person.stage
    return draw_level(chance, name) if "5" in values else chance.choice(values)


def on_the_phone(page: Page, address: str, person: Person, chance: random.Random) -> None:
    page.goto(address)
    while page.locator("form[method=post]").count():
        radios = page.locator("input[type=radio]")
        options: dict[str, list[str]] = {}
        for name, value in radios.evaluate_all("all => all.map(one => [one.name, one.value])"):
            options.setdefault(name, []).append(value)
        chosen = {name: choose(values, name, person, chance) for name, values in options.items()}
        for name, value in chosen.items():
            page.locator(f"input[name='{name}'][value='{value}']").dispatch_event("click")
        answers = {name: value for name, value in chosen.items() if "5" in options[name]}
        if "E2" in answers and "no" in chosen.values():
            # Who sent no feedback is not asked how it was handled, whatever was tapped.
            del answers["E2"], answers["E3"]
        person.answers |= answers
        with page.expect_navigation():
            page.locator("form[method=post] button").last.click()


def percent(value: float) -> str:
    """Write a share with one decimal, halves up; the noise of float sums decides nothing."""
    tenths = math.floor(round(1_000 * value, 9) + 0.5)
    return f"{tenths // 10},{tenths % 10}"


def words(expected: dict[str, Any]) -> str:
    if expected["refused"]:
        return "Chưa đủ phiếu để kết luận"
    if expected["verdict"] == "met_with_confidence":
        return "Chắc chắn đạt"
    if expected["verdict"] == "missed":
        return "Chắc chắn chưa đạt"
    return {
        "reached": "Đạt về điểm số, chưa chắc chắn",
        "not_reached": "Chưa đạt về điểm số, chưa chắc chắn",
        "unknown": "Chưa kết luận được",
    }[expected["point"]]


def test_what_sixty_people_tapped_is_what_the_officer_reads(
    served: Served, halves: list[tuple[str, int]], chromium: Chromium, tmp_path: Path
) -> None:
    chance = random.Random(2026)
    people: list[Person] = []
    with (
        guarded_page(chromium, viewport={"width": 1366, "height": 768}) as office,
        # While the office moves to another day its server is away for a moment, and the tablet goes on asking.
        guarded_page(
            chromium,
            allowed_errors=("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"),
            viewport={"width": 1280, "height": 800},
        ) as screen,
        guarded_page(chromium, viewport={"width": 360, "height": 740}) as phone,
    ):
        first_administrator(office, served)
        code = enrolment_code(office, served)
        slips = iter(served.invite(30))
        screen.clock.install()
        tablet = Tablet(screen, served.url, hurry=True)
        for part, (zone, day) in enumerate(halves):
            if part and zone != served.environ["SIPAS_TZ"]:
                served.stop()
                served.environ["SIPAS_TZ"] = zone
                served.start()
            tablet.open(code if part == 0 else None)
            stages = iter(draw_stages(chance, mixed=halves[0] != halves[1] and part == 0))
            for _ in range(15):
                people += [Person("split", day, next(stages)), Person("full", day, "result")]
                on_the_tablet(tablet, people[-2], chance)
                back_to_start(tablet)
                on_the_phone(phone, next(slips)["url"], people[-1], chance)
                assert "Cảm ơn" in phone.locator("h1").inner_text()
        baseline = tmp_path / "nam-truoc.csv"
        baseline.write_text(
            "yếu tố,giá trị,n,cách tính,nguồn\n"
            + "".join(
                f"{name},{100 * value:g}%,{n or ''},item-mean,Báo cáo\n"
                for name, (value, n) in LAST_YEAR.items()
            )
        )
        year = datetime.now(UTC).astimezone(ZoneInfo(served.environ["SIPAS_TZ"])).year
        served.run("import", "baseline", str(baseline), "--year", str(year - 1))

        expected = {name: by_hand(people, name) for name in NAMES}
        everybody = served.json("estimate", "--all-stages", "--json")["groups"][0]
        assert everybody["n"] == len(people) == 60
        headline = served.json("estimate", "--json")["groups"][0]
        assert headline["n"] == sum(one.stage == "result" for one in people)
        goals = served.json("goals", "--json")["dimensions"]
        for name, one in expected.items():
            said = headline["dimensions"][name]
            assert said["n"] == one.n, name
            assert said["index"] == pytest.approx(one.index, abs=1e-12), name
            assert (said["lower"], said["upper"]) == pytest.approx((one.lower, one.upper), abs=1e-9), name
            assert max(said["se_cluster"], said["se_respondent"]) == pytest.approx(one.error, rel=1e-9)
            assert said["df"] == one.df
            wanted = verdicts(name, one)
            assert {key: goals[name][key] for key in wanted} == wanted, name

        office.goto(f"{served.url}/can-bo/")
        rows = office.locator("table.goals tbody tr")
        # Those of a day that is over leave together, those of today some minutes after the last.
        persons = [str(one.n) for one in expected.values()]
        for _ in range(60):
            if [cell.inner_text().strip() for cell in rows.locator("td.count").all()] == persons:
                break
            office.wait_for_timeout(5_000)
            office.reload()
        for place, (name, one) in enumerate(expected.items()):
            row = rows.nth(place)
            expect(row.locator(".index")).to_have_text(f"{percent(one.index)}%")
            expect(row.locator(".share .span")).to_have_text(f"{percent(one.lower)}–{percent(one.upper)}%")
            expect(row.locator("td.count")).to_contain_text(str(one.n))
            expect(row.locator(".said")).to_contain_text(words(verdicts(name, one)))

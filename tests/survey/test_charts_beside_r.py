"""The charts of the pages beside the same figures drawn by R: same points, limits, signals and fan."""

from __future__ import annotations

import csv
import math
import random
import subprocess
from datetime import date
from itertools import cycle
from pathlib import Path

import pytest
from factories import kiosk_submission, make_submission

from survey.enums import Channel
from survey.reports.charts import axis_for
from survey.reports.charts.picture import png
from survey.reports.charts.specification import Chart, Figure, rows
from survey.reports.charts.trend import TrendChart, trend_chart, trend_specification
from survey.reports.trends.points import months
from survey.services.figures.time_slots import Grain
from survey.services.office import installation, periods
from survey.services.office.scopes import Filters
from survey.services.pages import forecasts, trends

pytestmark = pytest.mark.soak

SCRIPT = Path(__file__).with_name("charts_beside_r.R")
CLOSE = 1e-9


@pytest.fixture
def made_year(give):
    """Twelve months: 24 to 31 phone answers each, one low month, and a few at the kiosk."""
    chance = random.Random(17)
    usual, low = cycle([4] * 8 + [2] + [5] * 5 + [1]), cycle([2, 4, 5, 1, 2])

    def person(database, store, **changes):
        level = next(low if changes["answered_at"].month == 9 else usual)
        answers = dict.fromkeys(("A1", "A2", "A3", "C1", "C2", "C3"), level)
        return make_submission(database, store, answers=answers, **changes)

    for month in range(1, 13):
        for day in (3, 7, 11, 15, 19, 23):
            give(person, month=month, day=day, count=8 + (month + day) % 3)
        give(kiosk_submission, month=month, day=26, count=6, level=chance.choice([3, 4, 5]))


def charts(database, store, year: int) -> dict[str, tuple[trends.DimensionTrend, Chart, TrendChart]]:
    """Give the specification of every dimension with limits, whole and at the kiosk alone (an XmR chart)."""
    found = {}

    wanted = {"all": Filters(), "kiosk": Filters(channel=Channel.KIOSK)}
    for name, filters in wanted.items():
        with database.read() as session:
            page = trends.build(
                session,
                store=store,
                unit_id=installation.read(session).unit_id or 0,
                period=periods.make(year),
                grain=Grain.MONTH,
                filters=filters,
                today=date(year + 1, 3, 1),
            )
        for one in page.dimensions:
            if all(math.isnan(point.centre) for point in one.trend.points):
                continue
            given = TrendChart(
                f"{name}-{one.dimension.value}",
                one.name["vi"],
                "",
                months(one, page, {}, locale="vi"),
                one.goal.threshold if one.goal else None,
                "n",
                600,
            )
            axis = axis_for([figure.estimate.index for figure in one.figures if figure.estimate])
            found[given.name] = (one, trend_specification(given, axis, locale="vi"), given)
    return found


def export(found, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["series", "period", "index", "n", "n_eff", "lower", "upper", "goal"])
        for series, (one, _chart, given) in found.items():
            for figure in one.figures:
                if figure.estimate is not None and not math.isnan(figure.estimate.index):
                    e = figure.estimate
                    values = (e.index, e.n, e.n_eff, e.lower, e.upper, given.threshold or 0)
                    writer.writerow([series, figure.slot.code, *(repr(float(value)) for value in values)])


def of_kind(chart: Chart, kind: str) -> list[Figure]:
    return [one for one in rows(chart) if one.kind.split()[0] == kind]


def test_r_draws_the_same_points_limits_signals_and_fan(made_year, database, store, today, tmp_path):
    year = today.year
    found = charts(database, store, today.year)
    kinds = {one.trend.chart for one, _chart, _given in found.values()}
    assert kinds == {"p-prime", "xmr"}, "both charts are compared"
    export(found, tmp_path / "points.csv")
    with database.read() as session:
        page = forecasts.build(
            session,
            store=store,
            unit_id=installation.read(session).unit_id or 0,
            year=year,
            since=periods.make(year, periods.PeriodKind.MONTH, 8),
            today=date(year + 1, 3, 1),
        )
    staff = next(one for one in page.goals if one.dimension.value == "staff")
    level = staff.level
    assert level is not None
    with (tmp_path / "fan.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["month", "n", "m", "x", "a", "b", "threshold", "chance"])
        values = (level.n, level.remaining, level.share * level.n, level.posterior_a, level.posterior_b)
        writer.writerow([12, *(repr(float(value)) for value in values), repr(level.threshold), 0])

    files = [tmp_path / name for name in ("points.csv", "fan.csv", "drawn.csv", "picture.png")]
    subprocess.run(["Rscript", str(SCRIPT), *map(str, files)], check=True)

    drawn: dict[str, list[dict[str, str]]] = {}
    with files[2].open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            drawn.setdefault(row["series"], []).append(row)
    fan = drawn.pop("fan")[0]
    assert float(fan["index"]) == pytest.approx(level.year_end.q50, abs=CLOSE)
    assert float(fan["lower"]) == pytest.approx(level.year_end.q05, abs=CLOSE)
    assert float(fan["upper"]) == pytest.approx(level.year_end.q95, abs=CLOSE)
    assert float(fan["centre"]) == pytest.approx(level.probability, abs=CLOSE)

    assert drawn.keys() == found.keys()
    compared = 0
    for series, (one, chart, _given) in found.items():
        theirs = drawn[series]
        assert {row["kind"] for row in theirs} == {one.trend.chart}
        points, bands = of_kind(chart, "estimate"), of_kind(chart, "usual")
        centres, rings = of_kind(chart, "usual-centre"), of_kind(chart, "signal")
        assert len(points) == len(bands) == len(centres) == len(theirs)
        for ours, band, centre, row in zip(points, bands, centres, theirs, strict=True):
            assert ours.y == pytest.approx(float(row["index"]), abs=CLOSE)
            assert (band.low, band.high) == pytest.approx(
                (float(row["lower"]), float(row["upper"])), abs=CLOSE
            )
            assert centre.y == pytest.approx(float(row["centre"]), abs=CLOSE)
            compared += 4
        named = [point.signal.value for point in one.trend.points if point.n]
        assert named == [row["signal"] for row in theirs]
        assert [ring.y for ring in rings] == pytest.approx(
            [float(row["index"]) for row in theirs if row["signal"] != "none"], abs=CLOSE
        )
    assert compared > 150
    assert any(row["signal"] == "below-lower-limit" for rows_of in drawn.values() for row in rows_of)

    first = found[next(iter(sorted(found)))]
    axis = axis_for([0.4])
    (tmp_path / "ours.png").write_bytes(png(str(trend_chart(first[2], axis, locale="vi")), width_mm=160))
    assert files[3].stat().st_size > 5000

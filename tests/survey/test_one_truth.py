"""Page, command and analysis give the same figures; the page reads sums and no answer."""

from __future__ import annotations

import csv
import io
import json
import math
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from factories import NOON, kiosk_submission, make_submission, store_answers
from filled import filled_once
from scipy import stats
from sqlalchemy import event, select

from analysis.results import IndexEstimate
from survey.enums import Channel, Stage, TrustClass
from survey.models import Response
from survey.reports import periodic
from survey.reports.periodic import files
from survey.reports.periodic.files import FileKind
from survey.services.figures import counting, satisfaction
from survey.services.intake import mixing
from survey.services.office import periods
from survey.services.office.scopes import Filters
from survey.services.records import closing, period_reports
from survey.services.upkeep import exports

YEAR = 2026
END = date(2026, 12, 31)
FIGURES = (
    "index",
    "se_cluster",
    "se_respondent",
    "df",
    "n_eff",
    "lower",
    "upper",
    "one_sided_lower",
    "one_sided_upper",
)


@filled_once
def made_year(database, settings, store, keyring):
    """Thirty days over five months: full and split forms, blanks, `na`, filters, other stages, posters."""
    chance = random.Random(11)
    with database.read() as session:
        instrument = store.current(session).instrument
    for number in range(30):
        noon = NOON + timedelta(days=5 * number)
        given = []
        for _ in range(chance.randint(6, 12)):
            stage = chance.choices([Stage.RESULT, Stage.FILING], [0.85, 0.15])[0]
            sent = chance.random() < 0.5

            def level() -> int:
                return chance.choices([1, 2, 3, 4, 5, 6], [2, 4, 12, 40, 35, 7])[0]

            if chance.random() < 0.6:
                drawn = instrument.draw(stage, chance)
                asked = [c for c in drawn if sent or not instrument.item_by_code[c].only_with_feedback]
                submission = kiosk_submission(
                    database,
                    store,
                    stage=stage,
                    drawn=drawn,
                    answers={code: level() for code in asked},
                    sent_feedback=sent,
                    answered_at=noon,
                )
            else:
                items = [i.code for d in instrument.dimensions_asked(stage) for i in d.items_asked(stage)]
                submission = make_submission(
                    database,
                    store,
                    stage=stage,
                    answers={code: level() for code in items if chance.random() < 0.93},
                    sent_feedback=sent,
                    trust_class=chance.choice([TrustClass.PHONE_TOKEN] * 5 + [TrustClass.POSTER]),
                    answered_at=noon,
                )
            given.append(submission)
        store_answers(database, settings, store, given)
        tomorrow = noon.date() + timedelta(days=1)
        database.write(partial(mixing.mix, keyring=keyring, store=store, today=tomorrow))
    # Enough of every pool on one more day, so that nobody waits on and both sides count the same file.
    last = NOON + timedelta(days=151)
    given = []
    for _ in range(5):
        given.append(kiosk_submission(database, store, answered_at=last))
        filed = {"stage": Stage.FILING, "answers": {"A1": 5}}
        for changes in (
            {"trust_class": TrustClass.POSTER},
            filed,
            {"trust_class": TrustClass.POSTER, **filed},
        ):
            given.append(make_submission(database, store, answered_at=last, **changes))
    store_answers(database, settings, store, given)
    report = database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2027, 1, 31)))
    assert report.waiting == 0


def page(session, store, unit_id, filters=None, period=None):
    return satisfaction.overview(
        session,
        store=store,
        unit_id=unit_id,
        period=period or periods.make(YEAR),
        filters=filters or Filters(),
        today=END,
    )


def assert_same(one: IndexEstimate, other: IndexEstimate) -> None:
    assert (one.n, one.valid, one.satisfied, one.method_version) == (
        other.n,
        other.valid,
        other.satisfied,
        other.method_version,
    )
    for name in FIGURES:
        first, second = getattr(one, name), getattr(other, name)
        assert (math.isnan(first) and math.isnan(second)) or first == pytest.approx(second, abs=1e-9), name


@pytest.mark.dated
def test_page_and_command_agree_on_every_figure(database, keyring, store, unit_id, made_year):
    span = periods.make(YEAR)
    with database.read() as session:
        shown = page(session, store, unit_id)
        counted = counting.count(
            session, store=store, keyring=keyring, unit_id=unit_id, start=span.start, end=span.end
        )
        group = counting.estimate_groups(
            session, counted, store=store, by=(), methods=shown.plan.methods, all_stages=False
        )[0]
    assert shown.persons == group.estimate.n > 150
    for row in shown.rows:
        assert row.estimate is not None
        assert_same(row.estimate, group.estimate.dimensions[row.dimension.value])
    assert shown.overall is not None
    assert_same(shown.overall, group.estimate.overall)


@pytest.mark.dated
def test_months_of_the_page_are_those_of_the_command(database, keyring, store, unit_id, made_year):
    span = periods.make(YEAR)
    with database.read() as session:
        shown = page(session, store, unit_id)
        counted = counting.count(
            session, store=store, keyring=keyring, unit_id=unit_id, start=span.start, end=span.end
        )
        groups = counting.estimate_groups(
            session, counted, store=store, by=("month",), methods=shown.plan.methods, all_stages=False
        )
    months = {group.by["month"]: group.estimate for group in groups}
    assert len(months) >= 5
    for dimension, points in shown.trend.items():
        for point in points:
            if point.estimate is not None:
                assert_same(point.estimate, months[f"{point.month.start:%Y-%m}"].dimensions[dimension.value])


def test_the_index_is_the_weighted_mean_of_item_shares(database, store, unit_id, made_year):
    """Count it again from the stored levels, the slow and plain way."""
    with database.read() as session:
        shown = page(session, store, unit_id)
        published = store.current(session)
        rows = session.execute(
            select(Response.levels, Response.form, Response.part).where(Response.part == "headline")
        ).all()
    levels = np.array([list(row.levels) for row in rows])
    for place, dimension in enumerate(published.instrument.dimensions):
        weights = np.array([published.instrument.weights(row.form, row.part)[place] for row in rows])
        positions = [item.position for item in dimension.items]
        of_dimension = levels[:, positions]
        valid = (of_dimension >= 1) & (of_dimension <= 5)
        satisfied = (of_dimension == 4) | (of_dimension == 5)
        item_share = (weights @ satisfied) / (weights @ valid)
        pooled = (weights @ satisfied).sum() / (weights @ valid).sum()
        expected = pooled if dimension.code == "petitions" else item_share.mean()
        row = next(row for row in shown.rows if row.dimension.value == dimension.code)
        assert row.estimate is not None
        assert row.estimate.index == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "filters",
    [Filters(channel=Channel.KIOSK), Filters(channel=Channel.PHONE), Filters(stage=Stage.FILING)],
    ids=["kiosk", "phone", "filing"],
)
def test_filters_cut_domains_of_the_same_file(database, store, unit_id, made_year, filters):
    with database.read() as session:
        shown = page(session, store, unit_id, filters)
        whole = page(session, store, unit_id)
    assert 0 < shown.persons < whole.persons + 200
    assert shown.persons != whole.persons


def test_the_page_reads_no_answer(database, store, unit_id, made_year):
    statements: list[str] = []

    def listen(connection, cursor, statement, *rest):
        statements.append(statement.lower())

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        with database.read() as session:
            page(session, store, unit_id)
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
    assert any("month_rollup" in statement for statement in statements)
    read = [s for s in statements if "from response" in s or "join response" in s or "sealed" in s]
    assert read == []


@pytest.fixture
def exported(database, store, unit_id, made_year, tmp_path):
    """The administrator's row export and its SPEC.toml, as files."""
    with database.read() as session:
        export = exports.gather(session, store=store, unit_id=unit_id, period=periods.make(YEAR))
        rows = tmp_path / "rows.csv"
        with rows.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(export.header)
            writer.writerows(export.rows())
    (tmp_path / "SPEC.toml").write_text(export.specification, encoding="utf-8")
    return rows


def analysed(rows: Path, index: str) -> dict[str, Any]:
    """Run `python -m analysis` on the export and give the headline group."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "analysis", "estimate", str(rows)),
            *("--spec", str(rows.parent / "SPEC.toml"), "--by", "part", "--index", index, "--json"),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    groups = json.loads(done.stdout)["groups"]
    return next(group for group in groups if group["by"] == {"part": "headline"})


@pytest.mark.dated
def test_the_row_export_gives_the_figures_of_the_page(database, store, unit_id, exported):
    with database.read() as session:
        shown = page(session, store, unit_id)
    for row in shown.rows:
        method = shown.plan.methods[row.dimension.value]
        other = analysed(exported, method)["dimensions"][row.dimension.value]
        assert row.estimate is not None
        for name in ("index", "se_cluster", "se_respondent", "df", "n_eff", "lower", "upper"):
            assert getattr(row.estimate, name) == pytest.approx(other[name], abs=1e-9), (row.dimension, name)


def test_the_row_export_tells_no_day_and_no_identity(exported):
    text = exported.read_text(encoding="utf-8")
    assert "2026" not in text
    assert "id" not in text.splitlines()[0].split(",")


@pytest.mark.soak
def test_r_survey_gives_the_figures_of_the_page(database, store, unit_id, exported):
    """Index and both standard errors of every dimension, recomputed by R from the export."""
    script = Path(__file__).with_name("one_truth.R")
    done = subprocess.run(["Rscript", str(script), str(exported)], capture_output=True, text=True, check=True)
    recomputed = json.loads(done.stdout)
    with database.read() as session:
        shown = page(session, store, unit_id)
    for row in shown.rows:
        assert row.estimate is not None
        for name in ("index", "se_cluster", "se_respondent", "df"):
            expected = recomputed[row.dimension.value][name]
            assert getattr(row.estimate, name) == pytest.approx(expected, abs=1e-9), (row.dimension, name)


@pytest.mark.soak
def test_r_survey_gives_the_figures_of_the_report(database, store, unit_id, exported, settings):
    """The annex of the closed year, reopened: index, both standard errors and df, and limits made of them."""
    later = date(YEAR + 1, 2, 1)
    at = datetime(YEAR + 1, 2, 1, tzinfo=UTC)
    closing.close_due(database, store=store, unit_ids=[unit_id], today=later, now=at)
    with database.read() as session:
        report = period_reports.get(
            session, store=store, unit_id=unit_id, period=periods.make(YEAR), today=later
        )
    document = periodic.build(report, zone=settings.zone)
    book = openpyxl.load_workbook(io.BytesIO(files.render(report, document, FileKind.XLSX)))
    sheet = {row[0]: row for row in book.worksheets[-1].iter_rows(values_only=True) if row[0]}
    script = Path(__file__).with_name("one_truth.R")
    done = subprocess.run(["Rscript", str(script), str(exported)], capture_output=True, text=True, check=True)
    recomputed = json.loads(done.stdout)
    for row in report.figures.rows:
        _name, _n, index, se_cluster, se_respondent, df, n_eff, lower, upper, *_rest = sheet[row.name["vi"]]
        found = recomputed[row.dimension.value]
        assert index == pytest.approx(found["index"], abs=1e-9)
        assert se_cluster == pytest.approx(found["se_cluster"], abs=1e-9)
        assert se_respondent == pytest.approx(found["se_respondent"], abs=1e-9)
        assert df == found["df"]
        larger = max(found["se_cluster"], found["se_respondent"]) ** 2
        made = found["index"] * (1 - found["index"]) / larger
        assert n_eff == pytest.approx(made, rel=1e-9)
        t = stats.t.ppf(0.975, found["df"])
        middle, half = (
            found["index"] + t**2 / (2 * made),
            t * math.sqrt(found["index"] * (1 - found["index"]) / made + t**2 / (4 * made**2)),
        )
        assert lower == pytest.approx((middle - half) / (1 + t**2 / made), abs=1e-9)
        assert upper == pytest.approx((middle + half) / (1 + t**2 / made), abs=1e-9)

"""Rows that leave: nothing that could name a person or a day, and the figures of the page exactly."""

import csv
import io
import json
import zipfile
from collections import Counter
from contextlib import ExitStack
from datetime import date

import openpyxl
import pytest
from factories import NOON
from filled import filled_once
from mixed_year import YEAR, mix_year
from sqlalchemy import select, update

from analysis.__main__ import main as analysis_command
from survey.models import AuditEvent, Desk, Response
from survey.reports import row_files
from survey.services.figures import satisfaction
from survey.services.office import periods
from survey.services.office.scopes import Filters
from survey.services.upkeep import exports


@filled_once
def mixed(database, settings, store, keyring):
    mix_year(database, settings, store, keyring)


def written(write, export: exports.RowExport) -> bytes:
    target = io.BytesIO()
    write(export, target)
    return target.getvalue()


_sessions = ExitStack()


@pytest.fixture(autouse=True)
def sessions_are_closed(database):
    """Rows are read while they are asked for, so sessions stay open to the end of a test."""
    with _sessions:
        yield


def gathered(database, store, unit_id, code: str = str(YEAR)) -> exports.RowExport:
    session = _sessions.enter_context(database.read())
    return exports.gather(session, store=store, unit_id=unit_id, period=periods.parse(code))


def rows_of(content: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(row_files.RATINGS_NAME).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.dated
@pytest.mark.usefixtures("mixed")
def test_analysis_of_the_export_is_what_the_page_shows(database, store, unit_id, tmp_path, capsys):
    with zipfile.ZipFile(
        io.BytesIO(written(row_files.zipped_csv, gathered(database, store, unit_id)))
    ) as archive:
        archive.extractall(tmp_path)
    files = [str(tmp_path / row_files.RATINGS_NAME), "--spec", str(tmp_path / row_files.SPECIFICATION_NAME)]
    headline = {}
    for method in ("item-mean", "pooled"):
        assert analysis_command(["estimate", *files, "--by", "part", "--index", method, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        headline[method] = next(g for g in answer["groups"] if g["by"] == {"part": "headline"})
    with database.read() as session:
        page = satisfaction.overview(
            session,
            store=store,
            unit_id=unit_id,
            period=periods.make(YEAR),
            filters=Filters(),
            today=date(YEAR, 12, 31),
        )
    shown = {row.dimension.value: row.estimate for row in page.rows}
    assert headline["pooled"]["n"] == page.persons
    for name, estimate in shown.items():
        found = headline[page.plan.methods[name]]["dimensions"][name]
        for figure in ("index", "se_cluster", "se_respondent", "df", "n_eff", "lower", "upper"):
            assert found[figure] == pytest.approx(getattr(estimate, figure), abs=1e-9), (name, figure)


@pytest.mark.usefixtures("mixed")
def test_file_has_no_identity_and_no_day(database, store, unit_id):
    export = gathered(database, store, unit_id)
    with database.read() as session:
        stored = session.execute(select(Response.id, Response.day)).all()
    text = "\n".join(",".join(map(str, row)) for row in export.rows())
    assert len(export) == len(stored) > 100
    assert not {"id", "day", "month", "week", "desk_id"} & set(export.header)
    for row in stored:
        assert row.id.hex() not in text
        assert row.day.isoformat() not in text
        assert str(row.day.toordinal()) not in text


@pytest.mark.usefixtures("mixed")
def test_clusters_are_the_days_under_labels_drawn_anew(database, store, unit_id):
    exported = [gathered(database, store, unit_id) for _ in range(2)]
    with database.read() as session:
        days = session.scalars(select(Response.day)).all()
    place = exported[0].header.index(exports.CLUSTER)
    sizes = []
    for export in exported:
        labels = [row[place] for row in export.rows()]
        sizes.append(sorted(labels.count(label) for label in set(labels)))
    assert sizes[0] == sizes[1] == sorted(days.count(day) for day in set(days))
    # Labels in the order of the days would tell them: some export must differ from that order.
    orders = [
        _order_of_labels(database, export) for export in (*exported, gathered(database, store, unit_id))
    ]
    assert any(order != sorted(order) for order in orders)


def _order_of_labels(database, export) -> list[int]:
    """The labels of the clusters by day, matched through answers that were given only once."""
    cluster = export.header.index(exports.CLUSTER)
    rows = list(export.rows())
    times = Counter(row[:16] for row in rows)
    by_levels = {row[:16]: row[cluster] for row in rows if times[row[:16]] == 1}
    with database.read() as session:
        stored = session.execute(select(Response.day, Response.levels).order_by(Response.day)).all()
    found: dict[date, int] = {}
    for row in stored:
        key = tuple("na" if level == 6 else level or "" for level in row.levels)
        if key in by_levels:
            found.setdefault(row.day, by_levels[key])
    assert len(found) == len({row.day for row in stored})
    return list(found.values())


@pytest.mark.usefixtures("mixed")
def test_rows_come_in_another_order_each_time(database, store, unit_id):
    first, second = (list(gathered(database, store, unit_id).rows()) for _ in range(2))
    levels = [[row[:16] for row in rows] for rows in (first, second)]
    assert levels[0] != levels[1]
    assert sorted(map(str, levels[0])) == sorted(map(str, levels[1]))


@pytest.mark.usefixtures("mixed")
def test_values_are_those_of_the_questionnaire(database, store, unit_id):
    rows = rows_of(written(row_files.zipped_csv, gathered(database, store, unit_id)))
    assert {row["A1"] for row in rows} <= {"", "1", "2", "3", "4", "5", "na"}
    assert "na" in {row["A1"] for row in rows}
    split = [row for row in rows if row["form"] == "split" and row["part"] == "headline"]
    assert {(row["w_access"], row["w_procedure"], row["w_outcome"]) for row in split} == {("3", "4", "3")}
    elsewhere = [row for row in rows if row["form"] == "split" and row["part"] == "other_stages"]
    assert {(row["w_procedure"], row["w_outcome"]) for row in elsewhere} == {("3", "0")}
    assert {row["stratum"] for row in rows} == {"MC"}
    # What was said beside the ratings is no part of an answer.
    assert not {"visits", "late", "apology", "extra_money", "language"} & set(rows[0])
    assert {row["flag_fast"] for row in rows} <= {"0", "1"}
    assert {row["part"] for row in rows} == {"headline", "other_stages", "apart"}


@pytest.mark.usefixtures("mixed")
def test_only_the_period_leaves(database, store, unit_id):
    march = gathered(database, store, unit_id, f"{YEAR}-03")
    assert 0 < len(march) < len(gathered(database, store, unit_id))
    assert len(gathered(database, store, unit_id, f"{YEAR - 1}")) == 0


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_text_is_never_a_formula(start):
    assert row_files.safe(f"{start}1+1") == f"'{start}1+1"


def test_plain_text_and_numbers_stay_as_they_are():
    assert [row_files.safe(value) for value in ("A1", "", "na", 5, 0)] == ["A1", "", "na", 5, 0]


@pytest.mark.usefixtures("mixed")
def test_formula_in_a_code_is_defused_in_both_files(database, store, unit_id):
    database.write(lambda session: session.execute(update(Desk).values(code="=cmd()")))
    export = gathered(database, store, unit_id)
    assert {row["stratum"] for row in rows_of(written(row_files.zipped_csv, export))} == {"'=cmd()"}
    sheet = openpyxl.load_workbook(io.BytesIO(written(row_files.xlsx, export))).worksheets[0]
    place = export.header.index("stratum")
    cells = {(row[place].value, row[place].data_type) for row in sheet.iter_rows(min_row=2)}
    assert cells == {("'=cmd()", "s")}


@pytest.mark.usefixtures("mixed")
def test_spreadsheet_holds_the_rows_of_the_csv(database, store, unit_id):
    export = gathered(database, store, unit_id)
    book = openpyxl.load_workbook(io.BytesIO(written(row_files.xlsx, export)))
    values = [
        tuple("" if value is None else value for value in row)
        for row in book["ratings"].iter_rows(values_only=True)
    ]
    assert values[0] == export.header
    assert values[1:] == [tuple(row) for row in export.rows()]
    assert "[dimensions]" in {row[0] for row in book["SPEC.toml"].iter_rows(values_only=True)}


def test_audit_says_how_many_rows_left(database):
    database.write(
        lambda session: exports.record(
            session, period=periods.make(YEAR), rows=12, file_format="csv", login="admin", now=NOON
        )
    )
    with database.read() as session:
        (event,) = session.scalars(select(AuditEvent))
    assert (event.action, event.detail) == (
        "rows-exported",
        {"period": "2026", "rows": 12, "format": "csv"},
    )


def test_many_rows_leave_in_lots_each_once_and_in_another_order_each_time(
    database, store, unit_id, mixed, monkeypatch
):
    whole = Counter(gathered(database, store, unit_id).rows())
    monkeypatch.setattr(exports, "_ONE_LOT", 10)
    first, second = (list(gathered(database, store, unit_id).rows()) for _ in range(2))
    cluster = gathered(database, store, unit_id).header.index(exports.CLUSTER)

    def without_labels(row):
        return row[:cluster] + row[cluster + 1 :]

    assert len(first) == len(second) == whole.total()
    stripped = [Counter(map(without_labels, rows)) for rows in (first, second, whole.elements())]
    assert stripped[0] == stripped[1] == stripped[2]
    assert [without_labels(row) for row in first] != [without_labels(row) for row in second]

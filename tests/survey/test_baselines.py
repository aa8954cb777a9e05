"""Figures of an earlier year from a file: percentages as people write them; a missing one is never 0."""

from pathlib import Path

import pytest
from factories import NOON

from survey.enums import Dimension
from survey.exceptions import ImportRejected
from survey.services.office import baselines, installation, plans
from survey.services.sheets.cell_numbers import NotANumber, count_of, share_of

FILES = Path(__file__).parent / "files"


@pytest.fixture
def instrument(database, store):
    with database.read() as session:
        return store.current(session).instrument


def read(instrument, *lines: str) -> baselines.BaselineTable:
    text = "\n".join(["Yếu tố;Giá trị;Số người;Cách tính;Nguồn", *lines])
    return baselines.read(text.encode(), "x.csv", instrument=instrument)


@pytest.mark.parametrize(
    ("value", "share"),
    [
        ("83,9%", 0.839),
        ("83,9", 0.839),
        ("83.9 %", 0.839),
        ("0,839", 0.839),
        (0.839, 0.839),
        (83.9, 0.839),
        ("100", 1.0),
        ("100%", 1.0),
        (1, 1.0),
        ("1%", 0.01),
        ("0", 0.0),
        ("", None),
        (None, None),
    ],
)
def test_share_is_read(value, share):
    assert share_of(value) == share


@pytest.mark.parametrize("value", ["101", "-3", "83,9,1", "tốt", "1e1", True, "250%"])
def test_what_is_no_share_is_refused(value):
    with pytest.raises(NotANumber):
        share_of(value)


@pytest.mark.parametrize(("value", "n"), [("412", 412), (412.0, 412), ("1.234", 1234), ("", None)])
def test_count_is_read(value, n):
    assert count_of(value) == n


@pytest.mark.parametrize("value", ["0", "-1", "12,5", "vài", 1.5, True])
def test_what_is_no_count_is_refused(value):
    with pytest.raises(NotANumber):
        count_of(value)


def test_sample_is_read(instrument):
    content = (FILES / "baseline.csv").read_bytes()
    table = baselines.read(content, "baseline.csv", instrument=instrument)
    assert table.errors == ()
    assert [(row.dimension.value, row.value, row.n, row.method) for row in table.rows] == [
        ("access", 0.785, 412, "item-mean"),
        ("procedure", 0.832, 412, "item-mean"),
        ("staff", 0.861, None, ""),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "petitions",
        "E",
        "2.5",
        "5",
        "Tiếp nhận, xử lý phản ánh, kiến nghị",
        "TIEP NHAN XU LY PHAN ANH KIEN NGHI",
    ],
)
def test_dimension_goes_by_many_names(instrument, name):
    assert read(instrument, f'"{name}";80;;;').rows[0].dimension is Dimension.PETITIONS


@pytest.mark.parametrize(
    ("line", "column", "value", "problem"),
    [
        ("đường sá;80;;;", "Yếu tố", "đường sá", "dimension-unknown"),
        ("access;;;;", "Giá trị", "", "value-missing"),
        ("access;tốt;;;", "Giá trị", "tốt", "not-a-share"),
        ("access;180;;;", "Giá trị", "180", "not-a-share"),
        ("access;80;0;;", "Số người", "0", "not-a-count"),
        ("access;80;;đếm tay;", "Cách tính", "đếm tay", "method-unknown"),
        ("staff;80;;;", "Yếu tố", "staff", "repeated"),
    ],
)
def test_problem_is_named(instrument, line, column, value, problem):
    table = read(instrument, "staff;80;;;", line)
    assert [(e.row, e.column, e.value, e.problem) for e in table.errors] == [(3, column, value, problem)]


def test_all_or_nothing_is_stored(database, instrument):
    with database.read() as session:
        unit_id = installation.read(session).unit_id

    def store(table):
        return database.write(
            lambda session: baselines.store(
                session, table, unit_id=unit_id, year=2025, login="officer", now=NOON
            )
        )

    with pytest.raises(ImportRejected):
        store(read(instrument, "access;80;;;", "staff;;;;"))
    with database.read() as session:
        assert plans.baselines(session, unit_id=unit_id, year=2025) == {}
    assert store(read(instrument, "access;80,5;300;pooled;Phiếu giấy")) == 1
    with database.read() as session:
        kept = plans.baselines(session, unit_id=unit_id, year=2025)
    assert list(kept) == [Dimension.ACCESS]
    assert (kept[Dimension.ACCESS].value, kept[Dimension.ACCESS].n) == (0.805, 300)


def test_file_without_headings_is_refused(instrument):
    with pytest.raises(ImportRejected) as caught:
        baselines.read(b"a;b\n1;2\n", "x.csv", instrument=instrument)
    assert caught.value.data["reason"] == "no-headings"

"""`sipas import`: a dry run that names every problem, a write only when told, the same answer as JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from survey.commands import main
from survey.models import AuditEvent, Baseline, Desk, Dossier

FILES = Path(__file__).parent / "files"
SAMPLE = FILES / "dossiers_semicolon_utf8_bom.csv"


@pytest.fixture
def run(database, settings, monkeypatch):
    """Run the command on the database of the test."""
    monkeypatch.setenv("SIPAS_DATA", str(settings.data))
    monkeypatch.setenv("SIPAS_DATABASE_URL", settings.database_url.replace("+psycopg", ""))

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["import", *map(str, arguments)], catch_exceptions=False)

    return invoke


@pytest.fixture
def bad(tmp_path) -> Path:
    path = tmp_path / "bad.csv"
    path.write_text(
        "Mã hồ sơ;Họ tên;Ngày tiếp nhận;Ngày trả\n"
        "H15.1-260302-0001;Người nộp 001;02/03/2026;03/03/2026\n"
        "H15.1-260302-0002;Người nộp 002;02/03/2026;32/03/2026\n"
        "H15.1-260302-0001;Người nộp 003;02/03/2026;\n",
        encoding="utf-8",
    )
    return path


def count(database, table=Dossier) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_dry_run_writes_nothing(run, database):
    result = run("dossiers", SAMPLE)
    assert result.exit_code == 0
    assert "Hồ sơ mới: 5" in result.output
    assert "Thêm --yes để ghi" in result.output
    assert count(database) == 0


def test_yes_writes_and_again_adds_nothing(run, database):
    assert "thêm 5, cập nhật 0" in run("dossiers", SAMPLE, "--yes").output
    assert "thêm 0, cập nhật 0" in run("dossiers", SAMPLE, "--yes").output
    assert count(database) == 5


def test_problems_are_named_in_words(run, bad):
    result = run("dossiers", bad)
    assert result.exit_code == 1
    assert (
        "dòng 3, cột “Ngày trả”, giá trị “32/03/2026”: không phải ngày; cần ngày/tháng/năm" in result.output
    )
    assert "dòng 4, cột “Mã hồ sơ”, giá trị “H15.1-260302-0001”: đã có ở dòng 2" in result.output


def test_wrong_rows_hold_everything_back_until_told(run, bad, database):
    assert run("dossiers", bad, "--yes").exit_code == 1
    assert count(database) == 0
    kept = run("dossiers", bad, "--yes", "--keep-good")
    assert kept.exit_code == 0
    assert "bỏ qua 2 dòng sai" in kept.output
    assert count(database) == 1


def test_json_holds_all_of_it_and_no_name(run, bad):
    result = run("dossiers", bad, "--json")
    answer = json.loads(result.stdout)
    assert (answer["new"], answer["known"], answer["stored"]) == (1, 0, None)
    assert [(e["row"], e["column"], e["value"]) for e in answer["errors"]] == [
        (3, "Ngày trả", "32/03/2026"),
        (4, "Mã hồ sơ", "H15.1-260302-0001"),
    ]
    assert "Người nộp" not in result.output


def test_desk_has_to_be_named_where_there_are_two(run, database):
    database.write(lambda s: s.add(Desk(unit_id=s.scalar(select(Desk.unit_id)), code="MC2", name="Hai")))
    result = run("dossiers", SAMPLE)
    assert result.exit_code == 1
    assert "MC, MC2" in result.output
    assert run("dossiers", SAMPLE, "--desk", "MC2").exit_code == 0


def test_long_file_shows_progress_apart_from_the_answer(run, tmp_path):
    path = tmp_path / "long.csv"
    lines = ["Mã hồ sơ,Ngày tiếp nhận", *(f"H15.1-260302-{n:05d},02/03/2026" for n in range(3000))]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = run("dossiers", path, "--json")
    assert "Đã đọc 3.000 dòng" in result.stderr
    assert json.loads(result.stdout)["new"] == 3000


def test_file_that_is_no_table_is_refused_in_words(run, tmp_path):
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    result = run("dossiers", path)
    assert result.exit_code == 1
    assert "Lưu thành" in result.output


def test_baseline_is_written(run, database):
    result = run("baseline", FILES / "baseline.csv", "--year", 2025)
    assert result.exit_code == 0
    assert "access     78,5%, n = 412" in result.output
    assert count(database, Baseline) == 3
    with database.read() as session:
        assert session.scalars(select(AuditEvent.officer_login)).all() == ["(command)"]


def test_baseline_with_a_wrong_row_is_not_written(run, database, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("Yếu tố,Giá trị\naccess,80%\nstaff,\nđường,1\n", encoding="utf-8")
    result = run("baseline", path, "--year", 2025, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert [(e["row"], e["problem"]) for e in answer["errors"]] == [
        (3, "value-missing"),
        (4, "dimension-unknown"),
    ]
    assert "petitions" in answer["errors"][1]["message"]
    assert answer["stored"] == count(database, Baseline) == 0


def test_baseline_file_without_headings_says_which_are_needed(run, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "“Yếu tố”" in run("baseline", path, "--year", 2025).output

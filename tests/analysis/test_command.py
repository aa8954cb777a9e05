"""The command ``python -m analysis``: its answers, its groups, and what it says of a bad file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analysis.__main__ import main

SPEC = """
[columns]
weight = "w"
stratum = "place"
cluster = "day"
[weights]
staff = "w_staff"
[dimensions]
access = ["a1", "a2"]
staff = ["s1"]
"""
HEADER = ["id", "place", "day", "w", "w_staff", "month", "a1", "a2", "s1"]


def row(number: int, **changes: object) -> list[str]:
    values: dict[str, object] = {
        "id": number,
        "place": number % 2,
        "day": number // 4,
        "w": 1 + number % 3,
        "w_staff": 1,
        "month": 9 + number % 3,
        "a1": 5 - number % 3,
        "a2": "" if number % 5 == 0 else 4,
        "s1": (5, 2, 4, 5)[number % 4],
    }
    return [str(value) for value in (values | changes).values()]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "SPEC.toml"
    path.write_text(SPEC)
    return path


def write(path: Path, rows: list[list[str]], *, header: list[str] = HEADER, separator: str = ",") -> Path:
    path.write_text("\n".join(separator.join(fields) for fields in [header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    return write(tmp_path / "ratings.csv", [row(number) for number in range(120)])


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


FIELDS = {"index", "se_cluster", "se_respondent", "df", "n_eff", "lower", "upper"}


def test_estimate_answers_every_index(spec: Path, ratings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (group,) = answer(capsys, "estimate", ratings, "--spec", spec)["groups"]
    assert (group["by"], group["n"]) == ({}, 120)
    assert set(group["dimensions"]) == {"access", "staff"}
    assert set(group["items"]) == {"a1", "a2", "s1"}
    for index in (*group["dimensions"].values(), *group["items"].values(), group["overall"]):
        assert index.keys() >= FIELDS
    assert group["dimensions"]["staff"]["index"] == pytest.approx(0.75)
    weights = [1 + number % 3 for number in range(120)]
    satisfied = [weight for number, weight in enumerate(weights) if 5 - number % 3 >= 4]
    assert group["items"]["a1"]["index"] == pytest.approx(sum(satisfied) / sum(weights))


def test_groups_are_the_combinations_that_occur_in_natural_order(
    spec: Path, ratings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = answer(capsys, "estimate", ratings, "--spec", spec, "--by", "month", "--by", "place")["groups"]
    found = [(group["by"]["month"], group["by"]["place"]) for group in groups]
    assert found == [(month, place) for month in ("9", "10", "11") for place in ("0", "1")]
    assert sum(group["n"] for group in groups) == 120


def test_method_and_level_are_options(spec: Path, ratings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def access(*options: object) -> dict[str, Any]:
        found = answer(capsys, "estimate", ratings, "--spec", spec, *options)
        index: dict[str, Any] = found["groups"][0]["dimensions"]["access"]
        return index

    narrow, wide = access("--level", 0.8), access("--level", 0.99)
    assert wide["lower"] < narrow["lower"] < narrow["index"] == wide["index"]
    methods = {
        name: access("--index", name) for name in ("item-mean", "pooled", "respondent-mean", "mean-over-5")
    }
    assert len({index["index"] for index in methods.values()}) == 4
    assert {index["method_version"] for index in methods.values()} == {f"{name}/1" for name in methods}


def test_an_undefined_value_is_null_and_no_error(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "blank.csv", [row(number, s1="") for number in range(8)])
    (group,) = answer(capsys, "estimate", path, "--spec", spec)["groups"]
    assert group["dimensions"]["staff"]["index"] is None
    assert group["overall"]["lower"] is None
    empty = write(tmp_path / "empty.csv", [])
    (group,) = answer(capsys, "estimate", empty, "--spec", spec)["groups"]
    assert (group["n"], group["overall"]["index"]) == (0, None)
    assert answer(capsys, "estimate", empty, "--spec", spec, "--by", "month") == {"groups": []}


def test_goals_hold_two_years_against_thresholds(
    spec: Path, ratings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worse = write(tmp_path / "previous.csv", [row(number, a1=3, a2=2) for number in range(120)])
    options = ("--spec", spec, "--target", "access=0.60", "staff>0.75")
    found = answer(capsys, "goals", *options, ratings, worse)["dimensions"]
    assert found["access"]["verdict_threshold"] == "met_with_confidence"
    assert found["access"]["verdict_year_on_year"] == "improved"
    assert found["access"]["lower"] < found["access"]["diff"] < found["access"]["upper"]
    assert (found["staff"]["operator"], found["staff"]["point_threshold"]) == (">", "not_reached")
    assert (found["staff"]["verdict_year_on_year"], found["staff"]["diff"]) == ("no_shown_change", 0)
    back = answer(capsys, "goals", worse, ratings, "--spec", spec, "--target=access=0.60")["dimensions"]
    assert (back["access"]["verdict_threshold"], back["access"]["verdict_year_on_year"]) == (
        "missed",
        "declined",
    )
    assert back["staff"]["verdict_threshold"] is None


def test_without_json_there_is_a_table(spec: Path, ratings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "estimate", ratings, "--spec", spec, "--by", "place")
    assert code == 0
    assert "place = 0: 60 persons" in out
    assert "75.0 %" in out
    code, out, _ = run(capsys, "goals", ratings, ratings, "--spec", spec, "--target", "access=0.6")
    assert code == 0
    assert "no_shown_change" in out


@pytest.mark.parametrize(
    ("column", "value", "allowed"),
    [
        ("a1", "6", "1 to 5, or empty"),
        ("a1", "0", "1 to 5, or empty"),
        ("s1", "4.5", "1 to 5, or empty"),
        ("a2", "good", "1 to 5, or empty"),
        ("w", "-1", "a number from 0"),
        ("w", "", "a number from 0"),
        ("w_staff", "inf", "a number from 0"),
        ("w_staff", "nan", "a number from 0"),
        ("place", "", "any name"),
        ("day", " ", "any name"),
    ],
)
def test_a_bad_value_is_named_by_row_and_column(
    column: str, value: str, allowed: str, spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(number) for number in range(6)]
    rows[3][HEADER.index(column)] = value
    code, out, err = run(capsys, "estimate", write(tmp_path / "bad.csv", rows), "--spec", spec, "--json")
    assert (code, out) == (2, "")
    assert f"row 5, column {column}:" in err
    assert allowed in err


def test_every_fault_is_told_at_once(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(number, a1=9) for number in range(30)]
    code, _, err = run(capsys, "estimate", write(tmp_path / "bad.csv", rows), "--spec", spec)
    assert code == 2
    assert len(err.splitlines()) == 21
    assert "and 10 more" in err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "column 'w' is missing"),
        ("id,place\n1,2\n", "column 'a1' is missing; the file has id, place"),
        ("a1,a1\n", "row 1: column 'a1' stands twice"),
        (",".join(HEADER) + "\n1,2\n", "row 2: 2 fields; allowed: 9"),
        (b"\xff\xfe\x00", "no CSV in UTF-8"),
    ],
)
def test_a_bad_file_is_named(
    content: str | bytes, message: str, spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, _, err = run(capsys, "estimate", path, "--spec", spec)
    assert code == 2
    assert message in err
    assert "bad.csv" in err


def test_a_missing_file_or_group_column_is_named(
    spec: Path, ratings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "cannot be read" in run(capsys, "estimate", tmp_path / "none.csv", "--spec", spec)[2]
    assert "cannot be read" in run(capsys, "estimate", ratings, "--spec", tmp_path / "none.toml")[2]
    code, _, err = run(capsys, "estimate", ratings, "--spec", spec, "--by", "year")
    assert (code, "column 'year' is missing" in err) == (2, True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[dimensions", "no TOML"),
        ("", "dimensions is None"),
        ("[dimensions]\naccess = 'a1'", "dimension 'access' is 'a1'; allowed: a list"),
        ("[dimensions]\naccess = []", "dimension 'access' has items ()"),
        ("[dimensions]\na = ['q1']\nb = ['q1']", "item 'q1' is named twice"),
        ("[columns]\nweigth = 'w'\n[dimensions]\na = ['q1']", "'weigth'; allowed: weight, stratum, cluster"),
        ("[columns]\nweight = 1\n[dimensions]\na = ['q1']", "weight in [columns] is 1"),
        ("[weights]\nb = 'w'\n[dimensions]\na = ['q1']", "dimension in [weights] 'b'; allowed: a"),
        ("columns = 1\n[dimensions]\na = ['q1']", "allowed: a section [columns]"),
        ("[design]\n[dimensions]\na = ['q1']", "section 'design'"),
    ],
)
def test_a_bad_specification_is_named(
    content: str, message: str, ratings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content)
    code, _, err = run(capsys, "estimate", ratings, "--spec", path)
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "access"], "target is 'access'; allowed: NAME=SHARE"),
        (["--target", "access=much"], "target is 'access=much'"),
        (["--target", "speed=0.8"], "dimension of a target is 'speed'; allowed: access, staff, overall"),
        (["--target", "access=80"], "threshold is 80.0"),
        (["--level", "95"], "level is 95.0"),
    ],
)
def test_bad_options_are_named(
    options: list[str], message: str, spec: Path, ratings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "goals", ratings, ratings, "--spec", spec, *options)
    assert code == 2
    assert message in err


def test_weights_of_zero_take_answers_out_and_keep_the_file(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(number, w_staff=int(number < 60)) for number in range(120)]
    path = write(tmp_path / "zero.csv", rows)
    (group,) = answer(capsys, "estimate", path, "--spec", spec)["groups"]
    assert (group["n"], group["dimensions"]["staff"]["n"]) == (120, 60)
    assert group["dimensions"]["access"]["n"] == 120


def test_spreadsheets_write_other_separators_marks_and_blanks(
    spec: Path, ratings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = answer(capsys, "estimate", ratings, "--spec", spec)
    rows = [row(number) for number in range(120)]
    for separator in (";", "\t"):
        assert (
            answer(capsys, "estimate", write(tmp_path / "o.csv", rows, separator=separator), "--spec", spec)
            == expected
        )
    marked = tmp_path / "marked.csv"
    text = ratings.read_text().replace(",,", ",NA,").replace(",4,", ",4.0,") + "\n\n"
    marked.write_text("\ufeff" + text, encoding="utf-8")
    assert answer(capsys, "estimate", marked, "--spec", spec) == expected


def test_it_runs_as_a_module_of_its_own(spec: Path, ratings: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "analysis", "estimate", ratings, "--spec", spec, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(found.stdout)["groups"][0]["n"] == 120
    wrong = subprocess.run([sys.executable, "-m", "analysis"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2

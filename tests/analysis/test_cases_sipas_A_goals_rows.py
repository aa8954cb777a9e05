"""Both years of set A from the answers to the verdicts, through the command that offices run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import reference_cases
import sipas_cases

from analysis.__main__ import main

NAME = "sipas_A_goals"
CASES = reference_cases.params(
    NAME, lambda file: file["recommended_wilson_t"], label=lambda case: str(case["dimension"])
)


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    layout = sipas_cases.layout(reference_cases.load("sipas_A_estimates"))
    path = tmp_path_factory.mktemp("goals") / "SPEC.toml"
    lines = ["[columns]", 'weight = "w"', 'stratum = "field"', 'cluster = "psu"', "[dimensions]"]
    path.write_text("\n".join([*lines, *(f"{name} = {list(items)}" for name, items in layout.dimensions)]))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main([str(argument) for argument in arguments]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def years() -> tuple[Path, Path]:
    current, previous = (reference_cases.file_path(f"sipas_A_{year}.csv") for year in ("current", "previous"))
    return current, previous


@pytest.mark.parametrize("case", CASES)
def test_estimates_of_each_year(case: dict[str, Any], spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if case["dimension"] == "all":
        pytest.skip("the overall index of the command is the mean of the dimensions")
    for path, year in zip(years(), ("current95", "previous95"), strict=True):
        answer = run(capsys, "estimate", path, "--spec", spec, "--index", "pooled", "--json")
        found, expected = answer["groups"][0]["dimensions"][case["dimension"]], case[year]
        assert found["index"] == pytest.approx(expected["est"], abs=1e-9)
        for name in ("se_cluster", "se_respondent"):
            assert found[name] == pytest.approx(expected[name], rel=1e-10)
        assert found["df"] == expected["df"]
        assert found["n_eff"] == pytest.approx(expected["n_eff"], rel=1e-9)
        assert (found["lower"], found["upper"]) == pytest.approx(
            (expected["lower"], expected["upper"]), abs=1e-9
        )


@pytest.mark.parametrize("threshold", ["0.80", "0.85", "0.90"])
@pytest.mark.parametrize("case", CASES)
def test_verdicts(
    case: dict[str, Any], threshold: str, spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = case["dimension"]
    if name == "all" or threshold not in case["verdict_threshold"]:
        pytest.skip("no such goal in the command")
    current, previous = years()
    target = f"{name}={threshold}"
    answer = run(
        capsys, "goals", current, previous, "--spec", spec, "--index", "pooled", "--target", target, "--json"
    )
    found = answer["dimensions"][name]
    assert found["verdict_threshold"] == case["verdict_threshold"][threshold]
    assert found["verdict_year_on_year"] == case["verdict_year_on_year"]
    assert found["diff"] == pytest.approx(case["diff"], abs=1e-9)
    limits = (case["mover95"]["lower"], case["mover95"]["upper"])
    assert (found["lower"], found["upper"]) == pytest.approx(limits, abs=1e-9)
    reached = found["index"] >= float(threshold)
    assert found["point_threshold"] == ("reached" if reached else "not_reached")
    assert found["point"] == ("reached" if reached and case["diff"] > 0 else "not_reached")

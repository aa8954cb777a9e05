"""Screens of implausible answers against the R package careless (sipas_A_screens.json)."""

import csv
from collections import Counter
from typing import Any

import numpy as np
import pytest
import reference_cases

from analysis.response_quality import flag_bursts, flag_fast, flag_straight, longest_run, within_person_spread

if not reference_cases.exists("sipas_A_screens"):
    pytest.skip(f"no sipas_A_screens.json in {reference_cases.folder()}", allow_module_level=True)


@pytest.fixture(scope="module")
def screens() -> dict[str, Any]:
    return reference_cases.load("sipas_A_screens")


@pytest.fixture(scope="module")
def answers(screens: dict[str, Any]) -> list[dict[str, str]]:
    with reference_cases.file_path("sipas_A_current.csv").open(encoding="utf-8", newline="") as file:
        by_id = {int(row["id"]): row for row in csv.DictReader(file)}
    return [by_id[i] for i in screens["id"]]


@pytest.fixture(scope="module")
def levels(answers: list[dict[str, str]]) -> np.ndarray:
    items = sorted(name for name in answers[0] if name[0] == "q" and name[1:].isdigit())
    return np.array([[int(row[item] or 0) for item in items] for row in answers], dtype=np.uint8)


def test_longest_run_matches(levels: np.ndarray, screens: dict[str, Any]) -> None:
    assert longest_run(levels).tolist() == screens["longstring"]


def test_spread_matches(levels: np.ndarray, screens: dict[str, Any]) -> None:
    expected = [value if isinstance(value, int | float) else np.nan for value in screens["irv"]]
    # The file holds ten decimals.
    np.testing.assert_allclose(within_person_spread(levels), expected, atol=1e-9)


def test_straight_lines_match(levels: np.ndarray, screens: dict[str, Any]) -> None:
    straight = flag_straight(levels)
    assert straight.astype(int).tolist() == screens["straight"]
    assert straight.sum() == screens["n_straight"]
    planted = np.array(screens["planted"])
    assert (straight & (planted == "straight")).sum() == screens["planted_straight"]
    assert (straight & (planted == "burst")).sum() == screens["planted_burst"]


def test_planted_burst_is_found_whole_and_quiet_devices_are_not_accused(
    answers: list[dict[str, str]], screens: dict[str, Any]
) -> None:
    seconds = np.array([int(row["day"]) * 86400.0 + int(row["minute"]) * 60.0 for row in answers])
    devices = [row["device"] for row in answers]
    windows = max(int(row["day"]) for row in answers) * 48
    rates = {device: count / windows for device, count in Counter(devices).items()}
    found = flag_bursts(seconds, devices, rates)
    np.testing.assert_array_equal(found, np.array(screens["planted"]) == "burst")


def test_fast_and_straight_together_accuse_nobody_honest(
    answers: list[dict[str, str]], levels: np.ndarray, screens: dict[str, Any]
) -> None:
    seconds = np.array([float(row["duration_s"] or "nan") for row in answers])
    both = flag_straight(levels) & flag_fast(
        seconds, (levels > 0).sum(axis=1), median_seconds=float(np.nanmedian(seconds))
    )
    planted = np.array(screens["planted"])
    assert both.any()
    assert set(planted[both]) <= {"straight", "burst"}
    assert both[planted == "burst"].all()

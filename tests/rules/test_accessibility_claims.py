"""The page on accessibility names every criterion and clause, and tests that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "accessibility.md"

# WCAG 2.2, level A and AA; 4.1.1 is obsolete there.
WCAG = """
1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13
2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 2.5.3 2.5.4 2.5.7 2.5.8
3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3
"""
# EN 301 549 V3.2.1, clauses 5 and 8 without those that only introduce.
EN = """
5.1.2.1 5.1.2.2 5.1.3.1 5.1.3.2 5.1.3.3 5.1.3.4 5.1.3.5 5.1.3.6 5.1.3.7 5.1.3.8 5.1.3.9 5.1.3.10 5.1.3.11 5.1.3.12 5.1.3.13
5.1.3.14 5.1.3.15 5.1.3.16 5.1.4 5.1.5 5.1.6.1 5.1.6.2 5.1.7 5.2 5.3 5.4 5.5.1 5.5.2 5.6.1 5.6.2 5.7 5.8 5.9
8.1.1 8.1.2 8.1.3 8.2.1.1 8.2.1.2 8.2.2.1 8.2.2.2 8.3.2.1 8.3.2.2 8.3.2.3 8.3.2.4 8.3.2.5 8.3.2.6
8.3.3.1 8.3.3.2 8.3.3.3.1 8.3.3.3.2 8.3.4.1 8.3.4.2 8.3.4.3.2 8.3.4.3.3 8.3.5 8.3.6 8.4.1 8.4.2 8.4.3 8.5
"""


def rows(heading: str) -> list[tuple[list[str], str]]:
    """Give the numbers and the evidence of each row of the table under a heading."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    cells = [line.strip("|").split(" | ") for line in text.splitlines() if re.match(r"\| \d", line)]
    return [(list(numbers(first)), evidence.strip(" |")) for first, _name, evidence in cells]


def numbers(text: str) -> Iterator[str]:
    """Read `1.2.2–1.2.5` and `3.2.1, 3.2.2` as the numbers they stand for."""
    for part in text.strip(" |").split(", "):
        first, _, last = part.partition("–")
        head, _, start = first.rpartition(".")
        for number in range(int(start), int((last or first).rpartition(".")[2]) + 1):
            yield f"{head}.{number}"


@pytest.mark.parametrize(
    ("heading", "asked"), [("WCAG 2.2, level A and AA", WCAG), ("EN 301 549", EN)], ids=["wcag", "en"]
)
def test_every_criterion_has_its_evidence(heading: str, asked: str) -> None:
    found = [number for named, _ in rows(heading) for number in named if not number.startswith("12.")]
    assert sorted(found) == sorted(asked.split())
    assert [named for named, evidence in rows(heading) if len(evidence) < len("none")] == []


def test_the_tests_that_are_named_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    there = {
        name
        for path in TESTS.rglob("test_*.py")
        for name in re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(named) > 25
    assert named - there == set()


def test_a_missing_number_would_be_seen() -> None:
    assert list(numbers("1.2.2–1.2.5")) == ["1.2.2", "1.2.3", "1.2.4", "1.2.5"]
    assert list(numbers("| 8.2.2.1, 8.2.2.2 |")) == ["8.2.2.1", "8.2.2.2"]

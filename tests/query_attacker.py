"""A reader who subtracts: figures under every filter, on several days, and what falls out of them.

The attacker signs in as a viewer and keeps each number of persons that a page shows, with the set of answers it
is about. Then it subtracts one figure from another that contains it. What is left over must be nobody or five
persons at least, on one day and from one day to the next.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import openpyxl
from flask.testing import FlaskClient

from analysis.differencing import Exposure, Release, find_exposures
from survey.queries.ratings import Cells, Mark
from survey.services.office import periods
from survey.services.office.scopes import Filters, matches

SMALL = 5
FILTERED = ("period", "stage", "counter", "field", "channel")

# Every GET route of viewers, with its filters, or why it shows no persons that a filter could single out. A test
# fails for a route that does not stand here.
VIEWS: Mapping[str, tuple[str, ...] | str] = {
    "officer.overview": FILTERED,
    "officer.dimension": FILTERED,
    "officer.compare_groups": ("period", "by", "stage", "counter", "field", "channel"),
    "officer.compare_units": ("period",),
    "officer.compare_spans": ("stage", "counter", "field", "channel"),
    "officer.compare_weighted": ("period",),
    "officer.quality": "answers with signals, whole months, small ones hidden",
    "officer.coverage": "counts of dossiers, slips and answers, protected there",
    "officer.all_callbacks": "lists of dossiers to call, whether or not they answered",
    "officer.show_trends": ("period", "stage", "counter", "field", "channel"),
    "officer.show_forecast": "whole months of the whole unit",
    "officer.where_people_stop": "counts of screens, of which no answer is part",
    "officer.all_comments": "words; from ten persons on, and a week later",
    "officer.all_reports": "a list of periods",
    "officer.show_report": "the figures of a whole period, protected in period_figures",
    "officer.report_file": "the page of the report as a file",
    "officer.posted_notice": "figures of the closed report of a whole period; reasons from ten taps on",
    "auth.change_password": "no figures",
}


class _Tables(HTMLParser):
    """Reads the tables of a page into rows of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None


def persons_shown(html: str) -> int | None:
    """Read how many persons a page is about, from its table of goals; None where that is hidden."""
    reader = _Tables()
    reader.feed(html)
    for table in reader.tables:
        heads = next((row for row in table if "n (người)" in row), None)
        for row in table if heads else []:
            if row[0].startswith("Chung") and len(row) == len(heads or ()):
                text = row[(heads or []).index("n (người)")].replace(".", "")
                return int(text) if text.isdigit() else None
    return None


def combinations(choices: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """Give every combination of up to three filters, a period among them."""
    names = [name for name in choices if name != "period"]
    for size in range(3):
        for some in itertools.combinations(names, size):
            for values in itertools.product(choices["period"], *(choices[name] for name in some)):
                yield dict(zip(("period", *some), values, strict=True))


def attack(
    client: FlaskClient, choices: Mapping[str, Sequence[str]]
) -> dict[tuple[tuple[str, str], ...], int]:
    """Open the overview under every combination; give the numbers of persons it shows."""
    found = {}
    for asked in combinations(choices):
        shown = persons_shown(client.get("/can-bo/", query_string=asked).text)
        if shown:
            found[tuple(sorted(asked.items()))] = shown
    return found


def exposures(releases: Mapping[frozenset[str], int]) -> tuple[Exposure, ...]:
    """Subtract everything that is shown from each other."""
    return find_exposures(
        [Release(group, n) for group, n in releases.items() if group], minimum=SMALL, rounds=1
    )


def chosen(cells: Cells, filters: Filters, inside: Sequence[str]) -> tuple[frozenset[str], int]:
    """Give the stored cells that a figure is about, and their persons."""
    places = [
        place
        for place, mark in enumerate(cells.marks)
        if matches(mark, filters) and f"{mark.time:%Y-%m}" in inside
    ]
    return frozenset(map(str, places)), int(cells.n[places].sum())


def blocks(cells: Cells) -> Counter[Mark]:
    """Add up persons by everything that a filter may ask for."""
    found: Counter[Mark] = Counter()
    for mark, n in zip(cells.marks, cells.n.tolist(), strict=True):
        found[mark] += n
    return found


@dataclass(frozen=True)
class Seen:
    """A number of persons that some page or file showed: of what, from when to when, under which filters."""

    column: str  # "persons", or the code of a question that only some are asked
    period: str
    filters: frozenset[tuple[str, str]]
    day: int
    where: str
    n: int

    def contains(self, other: Seen) -> bool:
        """Whether everybody of the other figure is among those of this one."""
        whole, part = periods.parse(self.period), periods.parse(other.period)
        return (
            self.column == other.column
            and self.day >= other.day
            and whole.start <= part.start
            and part.end <= whole.end
            and self.filters <= other.filters
        )


def small_differences(seen: Iterable[Seen]) -> list[tuple[Seen, Seen]]:
    """Subtract each figure from those that contain it, on one day and from one day to the next."""
    figures = list({(s.column, s.period, s.filters, s.day, s.n): s for s in seen}.values())
    return [
        (whole, part)
        for whole in figures
        for part in figures
        if whole.day - part.day in {0, 1} and whole.contains(part) and 0 < whole.n - part.n < SMALL
    ]


def numbers_of(workbook: bytes) -> Iterator[tuple[str, str, int]]:
    """Read sheet, name and n of every row of a file that shows an n."""
    for sheet in openpyxl.load_workbook(BytesIO(workbook), read_only=True):
        place = None
        for row in sheet.iter_rows(values_only=True):
            heads = [at for at, value in enumerate(row) if value in {"n", "n (người)"}]
            if heads:
                place = heads[0]
            elif place is not None and len(row) > place and isinstance(row[place], int | float):
                name = " ".join(str(value) for value in row[:place] if isinstance(value, str))
                yield sheet.title, name, int(row[place])


def file_of(client: FlaskClient, path: str, asked: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    answer = client.get(path, query_string={**asked, "format": "xlsx"})
    assert answer.status_code == 200, path
    return list(numbers_of(answer.data))

"""Periods of the plan: year, half, quarter, month. Half-open, with a code that stands in addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from survey.exceptions import InvalidInput

# A period closes by itself this long after its end; until then its figures are "tạm tính".
CLOSING_DAYS = 10


class PeriodKind(StrEnum):
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


_MONTHS = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
_CODE = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`[start, end)` in office days."""

    start: date
    end: date
    kind: PeriodKind

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def number(self) -> int:
        """Which half, quarter or month of its year this is; 1 for a year."""
        return (self.start.month - 1) // _MONTHS[self.kind] + 1

    @property
    def code(self) -> str:
        marks = {
            PeriodKind.YEAR: "",
            PeriodKind.HALF: f"-H{self.number}",
            PeriodKind.QUARTER: f"-Q{self.number}",
            PeriodKind.MONTH: f"-{self.number:02d}",
        }
        return f"{self.start.year}{marks[self.kind]}"

    def is_open(self, today: date) -> bool:
        return today < self.end + timedelta(days=CLOSING_DAYS)

    def months(self) -> list[Period]:
        return [
            make(self.year, PeriodKind.MONTH, month)
            for month in range(self.start.month, self.start.month + _MONTHS[self.kind])
        ]


def make(year: int, kind: PeriodKind = PeriodKind.YEAR, number: int = 1) -> Period:
    months = _MONTHS[kind]
    first = (number - 1) * months
    if not 1 <= number <= 12 // months:
        raise InvalidInput(field="period", value=f"{year}/{kind.value}/{number}")
    return Period(date(year, first + 1, 1), _first_of(year, first + months), kind)


def _first_of(year: int, months: int) -> date:
    return date(year + months // 12, months % 12 + 1, 1)


def parse(code: str) -> Period:
    """Read `2024`, `2024-H1`, `2024-Q4` or `2024-03`."""
    match = _CODE.fullmatch(code.strip().upper())
    if match is None or not 2000 <= int(match[1]) <= 2999:
        raise InvalidInput(field="period", value=code)
    year, half, quarter, month = match.groups()
    if half:
        return make(int(year), PeriodKind.HALF, int(half))
    if quarter:
        return make(int(year), PeriodKind.QUARTER, int(quarter))
    if month:
        return make(int(year), PeriodKind.MONTH, int(month))
    return make(int(year))


def containing(day: date, kind: PeriodKind) -> Period:
    return make(day.year, kind, (day.month - 1) // _MONTHS[kind] + 1)

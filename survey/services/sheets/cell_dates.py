"""Days as people and programs write them into cells: dd/mm/yyyy, ISO, Excel's numbers; a time is left out."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from survey.services.sheets.table_files import Value, text_of

_TIME = r"\d{1,2}[:hg]\d{2}(?::\d{2})?(?:\.\d+)?(?:\s*(?:am|pm|sa|ch))?"
_DAY_FIRST = re.compile(
    rf"(?:{_TIME}[\s,;-]*)?(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}})(?:[\s,;-]*{_TIME})?", re.IGNORECASE
)
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ][\d:.,]+(?:Z|[+-]\d{2}:?\d{2})?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# Excel counts days from here; it believes that 1900 was a leap year.
_EXCEL_START = date(1899, 12, 30)
_EXCEL_FROM, _EXCEL_TO = 36_526, 73_051  # 2000 to 2099: a smaller number is no date of ours


class NotADay(ValueError):
    """The cell holds something, and it is no day."""


def day_of(value: Value) -> date | None:
    """Give the day a cell names; None where the cell is empty.

    Raises
    ------
    NotADay
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        raise NotADay
    if isinstance(value, int | float):
        return _from_excel(float(value))
    text = text_of(value)
    return _from_text(text) if text else None


def _from_excel(number: float) -> date:
    if not _EXCEL_FROM <= number < _EXCEL_TO:
        raise NotADay
    return _EXCEL_START + timedelta(days=int(number))


def _from_text(text: str) -> date:
    try:
        if match := _DAY_FIRST.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise NotADay from error
    if _SERIAL.fullmatch(text):
        return _from_excel(float(text))
    raise NotADay

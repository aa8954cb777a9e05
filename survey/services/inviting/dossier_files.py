"""Read the export of a one-stop system, whatever it calls its columns, row by row and nothing beside them.

Only the columns named in `SPELLINGS` are ever looked at. A name, an address or a telephone number leaves
memory with its row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from survey.enums import FilingChannel
from survey.exceptions import ImportRejected
from survey.services.sheets import headings, table_files
from survey.services.sheets.cell_dates import NotADay, day_of
from survey.services.sheets.headings import Headings
from survey.services.sheets.table_files import Row, RowError, Sheet, Value, fold, text_of

# Columns with free words ("nội dung", "trích yếu") are left out on purpose: they tend to hold names.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "code": (
        "ma ho so", "so ho so", "ma so ho so", "ma hs", "so hs", "ma so hs", "ma ho so tthc", "ma bien nhan",
        "so bien nhan", "so tiep nhan", "ma tiep nhan", "so ky hieu ho so", "dossier code", "dossier number",
        "dossier id", "file code", "file number", "code",
    ),
    "procedure": (
        "ten thu tuc hanh chinh", "thu tuc hanh chinh", "ten thu tuc", "thu tuc", "ten tthc", "tthc",
        "ten dich vu cong", "dich vu cong", "loai thu tuc", "loai ho so", "procedure name", "procedure",
        "service",
    ),
    "field": (
        "linh vuc", "ten linh vuc", "linh vuc giai quyet", "linh vuc thu tuc", "linh vuc tthc",
        "nhom linh vuc", "field", "sector",
    ),
    "received": (
        "ngay tiep nhan", "ngay tiep nhan ho so", "ngay gio tiep nhan", "thoi gian tiep nhan",
        "thoi diem tiep nhan", "ngay nhan", "ngay nhan ho so", "thoi gian nhan", "ngay nop", "ngay nop ho so",
        "thoi gian nop", "ngay tao", "received", "received on", "date received", "submitted",
    ),
    "due": (
        "ngay hen tra", "ngay hen tra ket qua", "ngay hen tra kq", "ngay gio hen tra", "thoi gian hen tra",
        "thoi diem hen tra", "ngay hen", "han tra", "han tra ket qua", "han giai quyet", "han xu ly",
        "thoi han giai quyet", "ngay den han", "due", "due on", "due date", "deadline",
    ),
    "returned": (
        "ngay tra ket qua", "ngay tra", "ngay tra kq", "ngay gio tra", "thoi gian tra", "ngay da tra",
        "thoi gian tra ket qua", "thoi diem tra ket qua", "ngay tra thuc te", "ngay ket thuc",
        "ngay ket thuc xu ly", "ngay hoan thanh", "thoi gian hoan thanh", "returned", "returned on",
        "date returned",
    ),
    "channel": (
        "hinh thuc nop", "hinh thuc nop ho so", "hinh thuc tiep nhan", "hinh thuc tiep nhan ho so",
        "kenh tiep nhan", "kenh nop", "kenh nop ho so", "nguon tiep nhan", "nguon ho so",
        "phuong thuc tiep nhan", "phuong thuc nop", "hinh thuc", "filing channel", "channel",
    ),
}  # fmt: skip

CHANNELS: Mapping[FilingChannel, tuple[str, ...]] = {
    FilingChannel.COUNTER: (
        "counter", "truc tiep", "nop truc tiep", "tiep nhan truc tiep", "tai quay", "mot cua",
        "tai bo phan mot cua", "truc tiep tai bo phan mot cua", "tai mot cua", "direct",
    ),
    FilingChannel.ONLINE: (
        "online", "truc tuyen", "nop truc tuyen", "tiep nhan truc tuyen", "qua mang", "cong dich vu cong",
        "cong dvc", "dich vu cong truc tuyen", "cong dich vu cong quoc gia", "dvc quoc gia", "dvcqg",
        "cong dvc quoc gia", "lien thong", "vneid",
    ),
    FilingChannel.POSTAL: (
        "postal", "buu chinh", "buu dien", "buu chinh cong ich", "bcci", "qua buu chinh", "qua buu dien",
        "qua duong buu dien", "dich vu buu chinh cong ich", "vnpost", "post",
    ),
}  # fmt: skip
_CHANNEL_OF = {word: channel for channel, words in CHANNELS.items() for word in words}

_CODE = re.compile(r"[0-9A-Z.]{2,24}-(\d{2})(\d{2})(\d{2})-\d{4,6}")
# What a word processor makes of a hyphen.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_EARLIEST = date(2000, 1, 1)
_LONGEST_TERM = timedelta(days=10 * 366)
_SHOWN_CHARACTERS = 60
PROCEDURE_CHARACTERS = 400
PROGRESS_ROWS = 1000


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A row that can be stored."""

    row: int
    code: str
    procedure: str
    field_name: str
    field_id: int | None
    received_on: date
    due_on: date | None
    returned_on: date | None
    filing_channel: FilingChannel


@dataclass(slots=True)
class DossierTable:
    """Everything read of a file."""

    sheet: str
    headings: Headings
    rows: list[DossierRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    skipped: int = 0


FieldOf = Callable[[str, str], int | None]
Progress = Callable[[int], None]


def read(
    content: bytes, filename: str, *, field_of: FieldOf, today: date, progress: Progress | None = None
) -> DossierTable:
    """Read every row of the first sheet that has the columns of an export.

    Raises
    ------
    ImportRejected
        Nothing of the file can be read; `reason` says why.
    """
    with table_files.opened(content, filename) as sheets:
        for sheet in sheets:
            found = headings.find(sheet.rows, spellings=SPELLINGS, required=("code",), least=2)
            if found is not None:
                return _read_rows(sheet, found, field_of, today, progress or (lambda _row: None))
    raise ImportRejected(reason="no-headings", allowed=headings.HEADING_WITHIN)


def _read_rows(
    sheet: Sheet, found: Headings, field_of: FieldOf, today: date, progress: Progress
) -> DossierTable:
    table = DossierTable(sheet.name, found)
    first_row: dict[str, int] = {}
    for number, picked in _picked(sheet.rows, found):
        if number % PROGRESS_ROWS == 0:
            progress(number)
        if _is_no_dossier(picked) or found.is_repeated(picked):
            table.skipped += 1
            continue
        reader = _RowReader(number, picked, found, today)
        row = reader.read(field_of)
        earlier = first_row.setdefault(row.code, number) if row is not None else number
        if row is not None and earlier != number:
            reader.refuse("code", "repeated", str(earlier))
        table.errors.extend(reader.errors)
        if row is not None and not reader.errors:
            table.rows.append(row)
    return table


def _picked(rows: Iterator[Row], found: Headings) -> Iterator[tuple[int, dict[str, Value]]]:
    for number, values in rows:
        yield number, found.pick(values)


def _is_no_dossier(picked: Mapping[str, Value]) -> bool:
    """Say whether a row is a heading between groups, a total or a signature: words where a code belongs."""
    if _CODE.search(clean_code(picked.get("code"))):
        return False
    return not any(text_of(value) for role, value in picked.items() if role != "code")


def clean_code(value: Value) -> str:
    """Give a dossier code without what a keyboard or a printer added."""
    return "".join(text_of(value).upper().translate(_DASHES).split())


class _RowReader:
    """Reads one row and gathers everything that is wrong with it."""

    def __init__(self, number: int, picked: Mapping[str, Value], found: Headings, today: date) -> None:
        self._number, self._picked, self._found, self._today = number, picked, found, today
        self.errors: list[RowError] = []

    def read(self, field_of: FieldOf) -> DossierRow | None:
        code, coded_on = self._code()
        received = self._day("received", latest=self._today) if self._found.has("received") else None
        received = received or coded_on
        returned = self._day("returned", latest=self._today)
        due = self._day("due", latest=self._today + _LONGEST_TERM)
        channel = self._channel()
        if received is not None:
            self._not_before(received, "due", due)
            self._not_before(received, "returned", returned)
        if code is None or received is None:
            return None
        procedure = text_of(self._picked.get("procedure"))[:PROCEDURE_CHARACTERS]
        field_name = text_of(self._picked.get("field"))[:PROCEDURE_CHARACTERS]
        field_id = field_of(field_name, procedure)
        return DossierRow(
            self._number, code, procedure, field_name, field_id, received, due, returned, channel
        )

    def refuse(self, role: str, problem: str, *allowed: str) -> None:
        value = text_of(self._picked.get(role))
        shown = value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 1] + "…"
        self.errors.append(RowError(self._number, self._found.heading(role), shown, problem, allowed))

    def _code(self) -> tuple[str | None, date | None]:
        code = clean_code(self._picked.get("code"))
        if not code:
            self.refuse("code", "code-missing")
            return None, None
        match = _CODE.fullmatch(code)
        if match is None:
            self.refuse("code", "code-form")
            return None, None
        try:
            coded_on = date(2000 + int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            self.refuse("code", "code-day")
            return None, None
        if coded_on > self._today:
            self.refuse("code", "code-future", self._today.isoformat())
            return None, None
        return code, coded_on

    def _day(self, role: str, *, latest: date) -> date | None:
        try:
            day = day_of(self._picked.get(role))
        except NotADay:
            self.refuse(role, "not-a-day")
            return None
        if day is not None and not _EARLIEST <= day <= latest:
            self.refuse(role, "day-outside", _EARLIEST.isoformat(), latest.isoformat())
            return None
        return day

    def _not_before(self, received: date, role: str, day: date | None) -> None:
        if day is not None and day < received:
            self.refuse(role, "before-received", received.isoformat())

    def _channel(self) -> FilingChannel:
        """Read how a dossier was filed; where the file does not say, it came over the counter."""
        text = fold(text_of(self._picked.get("channel")))
        if not text:
            return FilingChannel.COUNTER
        channel = _CHANNEL_OF.get(text)
        if channel is None:
            self.refuse("channel", "channel-unknown")
            return FilingChannel.COUNTER
        return channel

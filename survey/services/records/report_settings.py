"""What an office sets once for its reports: the head, the recipients, who signs, which periods it reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.enums import UnitLevel
from survey.exceptions import InvalidInput
from survey.models import Setting, Unit, UnitSuccession
from survey.services.office import audit
from survey.services.office.periods import Period, PeriodKind

KEY = "report"
LINES_CHARACTERS = 1000
# From this day communes report to the province: the districts were abolished.
NO_DISTRICTS_FROM = date(2025, 7, 1)
_LEVEL_WORD = re.compile(r"(?i)^(xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh)\s+")


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """Every field may stay empty: the unit tree then gives what it can, the rest is left blank on paper."""

    superior: str = ""  # the body above, where one stands over the issuer's name
    issuer: str = ""  # lines
    place: str = ""
    symbol: str = "BC-UBND"
    basis: str = ""  # lines: what the report refers to
    addressee: str = ""
    recipients: str = "Lưu: VT."  # lines
    signer: str = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"  # lines
    kinds: tuple[str, ...] = (PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What stands around a report, ready to print; blank where nobody has said it."""

    superior: str
    issuer: tuple[str, ...]
    place: str
    symbol: str
    basis: tuple[str, ...]
    addressee: str
    recipients: tuple[str, ...]
    signer: tuple[str, ...]
    number: str = ""
    signed_on: date | None = None


def read(session: Session) -> ReportSettings:
    stored = session.scalar(select(Setting.value).where(Setting.key == KEY)) or {}
    known = {one.name for one in fields(ReportSettings)}
    given = {name: value for name, value in stored.items() if name in known}
    if "kinds" in given:
        given["kinds"] = tuple(given["kinds"])
    return ReportSettings(**given)


def change(session: Session, settings: ReportSettings, *, login: str, now: datetime) -> None:
    """Keep the settings; they stand in reports that are not signed yet."""
    for one in fields(ReportSettings):
        value = getattr(settings, one.name)
        if isinstance(value, str) and len(value) > LINES_CHARACTERS:
            raise InvalidInput(field=one.name, value=value[:40], maximum=LINES_CHARACTERS)
    row = session.get(Setting, KEY)
    value = {**asdict(settings), "kinds": list(settings.kinds)}
    if row is None:
        session.add(Setting(key=KEY, value=value))
    else:
        row.value = value
    session.flush()
    audit.record(session, login=login, action="report-settings-changed", now=now)


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def place_of(name: str) -> str:
    """Give the place that a unit is named after: "Xã Ea Ral" → "Ea Ral"."""
    return _LEVEL_WORD.sub("", name)


def head(session: Session, *, unit_id: int, period: Period) -> ReportHead:
    """Fill what the office has not set from the unit tree."""
    given = read(session)
    unit = session.get(Unit, unit_id)
    name = unit.name if unit else ""
    addressee = given.addressee or addressee_of(session, unit_id=unit_id, period=period)
    return ReportHead(
        superior=given.superior,
        issuer=lines(given.issuer) or ("ỦY BAN NHÂN DÂN", name.upper()),
        place=given.place or place_of(name),
        symbol=given.symbol,
        basis=lines(given.basis),
        addressee=addressee,
        recipients=(*((f"{addressee} (báo cáo);",) if addressee else ()), *lines(given.recipients)),
        signer=lines(given.signer),
    )


def addressee_of(session: Session, *, unit_id: int, period: Period) -> str:
    """Say to whom a unit reports about a period: to the district before 01/07/2025, then to the province."""
    above = _above(session, unit_id)
    wanted = [UnitLevel.PROVINCE]
    if period.end <= NO_DISTRICTS_FROM:
        wanted.insert(0, UnitLevel.DISTRICT)
    for level in wanted:
        if level in above:
            unit = _standing(session, above[level], on=period.end)
            return f"Ủy ban nhân dân {unit.name[:1].lower()}{unit.name[1:]}"
    return "Bộ Nội vụ"


def _above(session: Session, unit_id: int) -> Mapping[UnitLevel, Unit]:
    found: dict[UnitLevel, Unit] = {}
    above = session.scalar(select(Unit.parent_id).where(Unit.id == unit_id))
    while above is not None:
        parent = session.get_one(Unit, above)
        found[parent.level] = parent
        above = parent.parent_id
    return found


def _standing(session: Session, unit: Unit, *, on: date) -> Unit:
    """Give the unit that stands where another one stood, on a day."""
    while unit.valid_to is not None and unit.valid_to < on:
        successor_id = session.scalar(
            select(UnitSuccession.successor_id).where(UnitSuccession.predecessor_id == unit.id).limit(1)
        )
        successor = session.get(Unit, successor_id) if successor_id is not None else None
        if successor is None:
            break
        unit = successor
    return unit


def with_number(found: ReportHead, *, number: str, signed_on: date | None) -> ReportHead:
    return replace(found, number=number.strip(), signed_on=signed_on)

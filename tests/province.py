"""A province with two communes, one of them merged of two older ones, each with a desk of its own.

`hill` stands since 01/07/2025 in the place of `hill_east` and `hill_west`; `marsh` was divided between `hill` and
`coast`, so that nobody's past holds it. `elsewhere` is a commune of another province.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey import clock
from survey.db import Database
from survey.enums import Role, UnitLevel
from survey.models import Counter, Desk, KioskDevice, Officer, Unit, UnitSuccession
from survey.services.office import installation, plans

MERGED_ON = date(2025, 7, 1)


@dataclass(frozen=True)
class Place:
    unit: int
    desk: int
    counter: int
    device: int
    officer: int


@dataclass(frozen=True)
class Province:
    unit: int
    hill: Place
    hill_east: Place
    hill_west: Place
    marsh: Place
    coast: Place
    elsewhere: Place


def build(database: Database) -> Province:
    return database.write(_build)


def _build(session: Session) -> Province:
    def unit(key: str, name: str, level: UnitLevel, parent: int | None, **valid: date) -> int:
        made = Unit(key=key, name=name, level=level, parent_id=parent, valid_from=None, valid_to=None)
        for end, day in valid.items():
            setattr(made, end, day)
        session.add(made)
        session.flush()
        return made.id

    def commune(key: str, name: str, parent: int, **valid: date) -> Place:
        made = unit(key, name, UnitLevel.COMMUNE, parent, **valid)
        desk = Desk(unit_id=made, code=key.upper(), name="Bộ phận Một cửa", confirmed=True)
        session.add(desk)
        session.flush()
        counter = Counter(desk_id=desk.id, code="Q1", name="Quầy số 1")
        device = KioskDevice(
            name=f"Máy {key}",
            desk_id=desk.id,
            counter_id=None,
            key_hash=key.encode().ljust(32, b"."),
            enrolled_at_utc=clock.now(),
        )
        account = Officer(
            login=f"{key}.admin",
            role=Role.ADMINISTRATOR,
            unit_id=made,
            password_hash="-",
            created_at_utc=clock.now(),
        )
        session.add_all([counter, device, account])
        session.flush()
        return Place(made, desk.id, counter.id, device.id, account.id)

    old = unit("tinh-cu", "Tỉnh Cũ", UnitLevel.PROVINCE, None, valid_to=date(2025, 6, 30))
    district = unit("huyen-doi", "Huyện Đồi", UnitLevel.DISTRICT, old, valid_to=date(2025, 6, 30))
    new = unit("tinh-moi", "Tỉnh Mới", UnitLevel.PROVINCE, None, valid_from=MERGED_ON)
    other = unit("tinh-khac", "Tỉnh Khác", UnitLevel.PROVINCE, None)
    ended = {"valid_to": date(2025, 6, 30)}
    east = commune("doi-dong", "Xã Đồi Đông", district, **ended)
    west = commune("doi-tay", "Xã Đồi Tây", district, **ended)
    marsh = commune("dam", "Xã Đầm", district, **ended)
    hill = commune("doi", "Xã Đồi", new, valid_from=MERGED_ON)
    coast = commune("bien", "Xã Biển", new, valid_from=MERGED_ON)
    elsewhere = commune("khac", "Xã Khác", other)
    for before, after in (
        (east.unit, hill.unit),
        (west.unit, hill.unit),
        (marsh.unit, hill.unit),
        (marsh.unit, coast.unit),
        (old, new),
    ):
        session.add(UnitSuccession(predecessor_id=before, successor_id=after, on=MERGED_ON, kind="merged"))
    installation.change(session, unit_id=new)
    for one in (new, hill.unit, coast.unit, elsewhere.unit):
        plans.ensure(session, unit_id=one, year=2025)
    return Province(new, hill, east, west, marsh, coast, elsewhere)

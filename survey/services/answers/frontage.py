"""What citizens' pages say of the office: its name, its desks, where to call and where to complain."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Desk, Unit
from survey.services.office import installation


@dataclass(frozen=True, slots=True)
class Place:
    """One desk as a page names it; an office without a desk is a place too."""

    unit: str
    desk: str
    hotline: str
    petition_address: str
    demo: bool

    @property
    def unit_inside(self) -> str:
        """The unit's name as it stands inside a sentence: "xã Ea Drăng"."""
        return self.unit[:1].lower() + self.unit[1:]


@dataclass(frozen=True, slots=True)
class OpenDesk:
    id: int
    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class Frontage:
    """The office and its desks that are open."""

    office: Place
    wifi_note: str
    desks: tuple[OpenDesk, ...]

    def place_of(self, desk_id: int) -> Place:
        return next((desk.place for desk in self.desks if desk.id == desk_id), self.office)

    def desk_by_code(self, code: str) -> OpenDesk | None:
        """Find a desk as an address names it: the QR of a poster is upper case."""
        return next((desk for desk in self.desks if desk.code.upper() == code.upper()), None)


def read(session: Session) -> Frontage:
    current = installation.read(session)
    rows = session.execute(
        select(Desk.id, Desk.code, Desk.name, Unit.name.label("unit"))
        .join(Unit, Unit.id == Desk.unit_id)
        .where(Desk.active)
        .order_by(Desk.id)
    ).all()
    unit = session.get(Unit, current.unit_id) if current.unit_id is not None else None

    def place(unit_name: str, desk_name: str) -> Place:
        return Place(unit_name, desk_name, current.hotline, current.petition_address, current.demo)

    return Frontage(
        office=place(unit.name if unit else "", rows[0].name if len(rows) == 1 else ""),
        wifi_note=current.wifi_note,
        desks=tuple(OpenDesk(row.id, row.code, place(row.unit, row.name)) for row in rows),
    )

"""What this installation is: its unit, plan year, contact lines; first run and what is still unconfirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.db import asked_once
from survey.models import Setting, Unit


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings an office makes on its pages; every field has a default that works."""

    unit_id: int | None = None
    plan_year: int | None = None
    confirmed: bool = False
    demo: bool = False
    # Somebody has looked at what the seeds guessed.
    unit_reviewed: bool = False
    fields_reviewed: bool = False
    hotline: str = ""
    petition_address: str = ""
    wifi_note: str = ""
    setup_hash: str = ""  # keyed hash (hex) of the one-time link of the first administrator


def read(session: Session) -> Installation:
    return asked_once(session, Installation, lambda: _read(session))


def _read(session: Session) -> Installation:
    stored = {row.key: row.value for row in session.execute(select(Setting.key, Setting.value))}
    known = {one.name for one in fields(Installation)}
    return Installation(**{key: value for key, value in stored.items() if key in known})


def change(session: Session, **values: Any) -> Installation:
    """Set some settings; unknown names are a mistake of the caller."""
    known = {one.name for one in fields(Installation)}
    unknown = set(values) - known
    if unknown:
        raise TypeError(f"not settings of an installation: {sorted(unknown)}")
    for key, value in values.items():
        row = session.get(Setting, key)
        if row is None:
            session.add(Setting(key=key, value=value))
        else:
            row.value = value
    session.flush()
    return read(session)


def hold(session: Session, name: str) -> None:
    """Let nobody else change one setting until this unit of work ends."""
    session.execute(select(Setting.key).where(Setting.key == name).with_for_update())


def unit_names(session: Session, unit_id: int | None) -> Mapping[str, str]:
    """Give the names of a unit and of its parents by level, for heads of pages and slips."""
    names: dict[str, str] = {}
    while unit_id is not None:
        unit = session.get(Unit, unit_id)
        if unit is None:
            break
        names[unit.level.value] = unit.name
        unit_id = unit.parent_id
    return names

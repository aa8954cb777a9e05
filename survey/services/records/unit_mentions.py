"""Names of units in a text, held against the unit tree: a line copied from another commune shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Unit
from survey.services.sheets.table_files import fold

# A level, then words that begin with a capital letter: "xã Ea Hiao", "huyện Ea H'Leo".
_MENTION = re.compile(
    r"\b((?:[Xx]ã|[Pp]hường|[Tt]hị trấn|[Đđ]ặc khu|[Hh]uyện|[Qq]uận|[Tt]hị xã|[Tt]hành phố|[Tt]ỉnh)"
    r"(?:\s+[^\W\d_a-zà-ỹđ][\w’'-]*)+)"
)


class Doubt(StrEnum):
    OTHER = "other"  # a unit of the tree, but neither this one nor one above it
    UNKNOWN = "unknown"  # in no tree
    ENDED = "ended"  # this unit or one above it, on a day when it no longer stood or not yet


@dataclass(frozen=True, slots=True)
class Mention:
    name: str
    doubt: Doubt


def doubtful(session: Session, texts: Sequence[str], *, unit_id: int, on: date) -> tuple[Mention, ...]:
    """Name every unit in the texts that is not this one, one above it, or did not stand on the day."""
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    own = _line_of(units, unit_id)
    by_name: dict[str, list[Unit]] = {}
    for unit in units.values():
        by_name.setdefault(fold(unit.name), []).append(unit)
    found: dict[str, Mention] = {}
    for text in texts:
        for match in _MENTION.finditer(text):
            mention = _judge(match[1], by_name, own, on)
            if mention is not None:
                found.setdefault(mention.name, mention)
    return tuple(found.values())


def _line_of(units: dict[int, Unit], unit_id: int) -> set[int]:
    line: set[int] = set()
    above: int | None = unit_id
    while above is not None and above not in line and above in units:
        line.add(above)
        above = units[above].parent_id
    return line


def _judge(said: str, by_name: dict[str, list[Unit]], own: set[int], on: date) -> Mention | None:
    words = said.split()
    # A capital letter may belong to the next word: the longest name that the tree knows is meant.
    for length in range(len(words), 1, -1):
        name = " ".join(words[:length])
        known = by_name.get(fold(name))
        if known is None:
            continue
        standing = [unit for unit in known if _stands(unit, on)]
        if any(unit.id in own for unit in standing) or _same_name_above(known, own, standing):
            return None
        doubt = Doubt.ENDED if any(unit.id in own for unit in known) else Doubt.OTHER
        return Mention(name, doubt)
    return Mention(said, Doubt.UNKNOWN)


def _stands(unit: Unit, on: date) -> bool:
    started = unit.valid_from is None or unit.valid_from <= on
    return started and (unit.valid_to is None or on <= unit.valid_to)


def _same_name_above(known: list[Unit], own: set[int], standing: list[Unit]) -> bool:
    """Say whether a unit above kept its name when it was formed anew (tỉnh Đắk Lắk in 2025)."""
    return bool(standing) and any(unit.id in own for unit in known)

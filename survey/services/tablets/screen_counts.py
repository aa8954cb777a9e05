"""Where people stop and how long a screen takes: counts for a desk and day, never anybody's way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from survey.db import insert_if_absent
from survey.enums import Channel, Dimension
from survey.exceptions import InvalidInput
from survey.models import ScreenCount

# The whole of it, from the first question to the last.
VISIT = "visit"
# Screens whose visits are counted; on the tablet a dimension stands for its drawn item.
SCREENS = frozenset(
    {VISIT, "called", "slip", "stage", "field", "feedback", "reason", "use", "comment"}
    | {dimension.value for dimension in Dimension}
)
# Upper ends of the classes in seconds, with the columns that count them; one more class has no end.
TIME_CLASSES_S = (3, 6, 10, 20, 30, 60, 120)
TIME_COLUMNS = (*(f"under_{end}s" for end in TIME_CLASSES_S), "longer")
# One person sees a screen once. More than this in one message is a broken or a hostile tablet.
MOST_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of persons by screen; `times` has one number for each class."""

    seen: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    times: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def time_class(seconds: float) -> int:
    return next((place for place, end in enumerate(TIME_CLASSES_S) if seconds < end), len(TIME_CLASSES_S))


def read(message: object) -> Counts:
    """Read what a tablet counted; releases before the times send none.

    Raises
    ------
    InvalidInput
    """
    if not isinstance(message, Mapping):
        raise InvalidInput(field="screens")
    counts = Counts(_numbers(message, "seen"), _numbers(message, "left"), _times(message.get("times")))
    for screen, number in [*counts.seen.items(), *counts.left.items()]:
        if screen not in SCREENS or not 0 <= number <= MOST_COUNTED:
            raise InvalidInput(field="screen", value=screen)
    return counts


def _numbers(message: Mapping[str, Any], name: str) -> dict[str, int]:
    found = message.get(name, {})
    if not isinstance(found, dict) or not all(type(number) is int for number in found.values()):
        raise InvalidInput(field=name)
    return found


def _times(raw: object) -> dict[str, tuple[int, ...]]:
    """Read the classes of time; a tablet of another release may have others, which are not counted."""
    if not isinstance(raw, dict):
        return {}
    return {
        screen: tuple(numbers)
        for screen, numbers in raw.items()
        if screen in SCREENS
        and isinstance(numbers, list)
        and len(numbers) == len(TIME_COLUMNS)
        and all(type(number) is int and 0 <= number <= MOST_COUNTED for number in numbers)
    }


def add(
    session: Session, *, desk_id: int, day: date, counts: Counts, channel: Channel = Channel.KIOSK
) -> None:
    """Add to the counts of a day."""
    # One order for everybody, so that two tablets cannot wait for each other's rows.
    for screen in sorted({*counts.seen, *counts.left, *counts.times}):
        key = {"desk_id": desk_id, "day": day, "channel": channel.value, "screen": screen}
        added = {"seen": counts.seen.get(screen, 0), "left": counts.left.get(screen, 0)}
        added |= dict(zip(TIME_COLUMNS, counts.times.get(screen, ()), strict=False))
        if insert_if_absent(session, ScreenCount, {**dict.fromkeys(TIME_COLUMNS, 0), **key, **added}):
            continue
        grown = {name: getattr(ScreenCount, name) + number for name, number in added.items()}
        session.execute(
            update(ScreenCount).filter_by(**key).values(grown).execution_options(synchronize_session=False)
        )

"""Screens that tell what was answered: their counts wait sealed until the month is over.

A tablet asks why only after a low level, and about petitions only who sent one. Whoever looks at these
counts before and after one person, or reads those of a day with few, knows as much of the answer. So they are
counted by desk and month, and written when the month is over; what every visit shows is counted at once.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.db import insert_if_absent
from survey.models import ScreenWaiting
from survey.queries.coverage import TELLING
from survey.seal import Keyring, SealBroken
from survey.services.tablets import screen_counts
from survey.services.tablets.screen_counts import TIME_COLUMNS, Counts

logger = logging.getLogger(__name__)

# So many visits at least are written together; a month with fewer joins the next.
STEP: Final = 10
_VISITS: Final = "visits"
_NOTHING: Final = [0] * (2 + len(TIME_COLUMNS))
_PURPOSE: Final = "screen-counts"
_SIZE: Final = 1024

# Of each telling screen: seen, left, then the classes of time; the number of visits stands first of its own.
Held = dict[str, list[int]]


def add(session: Session, *, keyring: Keyring, desk_id: int, day: date, counts: Counts) -> None:
    """Count what a tablet sent: by day what every visit shows, the rest for the month's end."""
    plain = Counts(
        seen={screen: n for screen, n in counts.seen.items() if screen not in TELLING},
        left={screen: n for screen, n in counts.left.items() if screen not in TELLING},
        times={screen: n for screen, n in counts.times.items() if screen not in TELLING},
    )
    screen_counts.add(session, desk_id=desk_id, day=day, counts=plain)
    added = {
        screen: [
            counts.seen.get(screen, 0),
            counts.left.get(screen, 0),
            *counts.times.get(screen, _NOTHING[2:]),
        ]
        for screen in TELLING
    }
    # Releases before the whole visit was counted say how many saw the first screen.
    added[_VISITS] = [max(plain.seen.values(), default=0), *_NOTHING[1:]]
    _hold(session, keyring, desk_id, day.replace(day=1), added)


def release(session: Session, *, keyring: Keyring, today: date) -> None:
    """Write the counts of months that are over, dated by their last day."""
    month = today.replace(day=1)
    due = select(ScreenWaiting.desk_id, ScreenWaiting.month).where(ScreenWaiting.month < month)
    for desk_id, first in session.execute(due.order_by(ScreenWaiting.desk_id, ScreenWaiting.month)).all():
        held = held_of(session, keyring, desk_id, first)
        session.execute(
            delete(ScreenWaiting).where(ScreenWaiting.desk_id == desk_id, ScreenWaiting.month == first)
        )
        following = (first + timedelta(days=31)).replace(day=1)
        if held.get(_VISITS, _NOTHING)[0] >= STEP:
            _write(session, desk_id, following - timedelta(days=1), held)
        elif held:
            # A desk that stands still for months waits in the present one.
            _hold(session, keyring, desk_id, max(following, month), held)


def _write(session: Session, desk_id: int, day: date, held: Held) -> None:
    numbers = {screen: held[screen] for screen in sorted(TELLING) if any(held.get(screen, ()))}
    counts = Counts(
        seen={screen: of_screen[0] for screen, of_screen in numbers.items()},
        left={screen: of_screen[1] for screen, of_screen in numbers.items()},
        times={screen: tuple(of_screen[2:]) for screen, of_screen in numbers.items()},
    )
    screen_counts.add(session, desk_id=desk_id, day=day, counts=counts)


def _hold(session: Session, keyring: Keyring, desk_id: int, month: date, added: Held) -> None:
    key = {"desk_id": desk_id, "month": month}
    insert_if_absent(session, ScreenWaiting, {**key, "sealed": _seal(keyring, desk_id, month, {})})
    held = held_of(session, keyring, desk_id, month)
    for name, numbers in added.items():
        held[name] = [a + b for a, b in zip(held.get(name, _NOTHING), numbers, strict=True)]
    session.execute(
        update(ScreenWaiting)
        .filter_by(**key)
        .values(sealed=_seal(keyring, desk_id, month, held))
        .execution_options(synchronize_session=False)
    )


def held_of(session: Session, keyring: Keyring, desk_id: int, month: date) -> Held:
    """Open what waits of a desk's month."""
    # Held: two tablets of a desk may count at the same moment.
    sealed = session.scalar(
        select(ScreenWaiting.sealed)
        .where(ScreenWaiting.desk_id == desk_id, ScreenWaiting.month == month)
        .with_for_update()
    )
    if sealed is None:
        return {}
    try:
        plain: Held = keyring.unseal_json(_PURPOSE, sealed, bound_to=_bound(desk_id, month))
    except SealBroken:
        # Another key: counts of a month are lost, and counting must go on.
        logger.warning("counts of screens cannot be opened with this key; they are dropped")
        return {}
    return plain


def _seal(keyring: Keyring, desk_id: int, month: date, held: Held) -> bytes:
    return keyring.seal_json(_PURPOSE, held, bound_to=_bound(desk_id, month), size=_SIZE)


def _bound(desk_id: int, month: date) -> bytes:
    return f"{desk_id}/{month.isoformat()}".encode()

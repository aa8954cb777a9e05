"""Whether the days that the clock counts have really passed.

An office PC whose battery died may start in another decade until somebody sets its clock. What cannot be
taken back, closing periods and deleting what was kept long enough, must not follow such a clock: after a leap
the program waits for a week in which the clock goes on as it should.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from survey.models import Setting

# A PC that was off for longer waits as well: nothing is lost by a week.
LEAP: Final = timedelta(days=60)
SETTLES: Final = timedelta(days=7)
# The date may go back by one where a zone is put right.
_BACK: Final = timedelta(days=-1)
_KEY: Final = "clock-days"


def note(session: Session, *, today: date) -> bool:
    """Note that the program runs on a day; say whether what cannot be taken back may be done."""
    noted = session.get(Setting, _KEY)
    since = leapt_on(session)
    if noted is not None:
        last = date.fromisoformat(noted.value["last"])
        if not _BACK <= today - last <= LEAP:
            since = today
        if since is not None and today - since >= SETTLES:
            since = None
    value = {"last": today.isoformat(), "since": since and since.isoformat()}
    session.merge(Setting(key=_KEY, value=value))
    return since is None


def leapt_on(session: Session) -> date | None:
    """Give the day, by the clock after it, of a leap that has not settled yet."""
    noted = session.get(Setting, _KEY)
    return date.fromisoformat(noted.value["since"]) if noted is not None and noted.value["since"] else None

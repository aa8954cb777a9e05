"""Where people stop: of those who saw a screen how many left there, and how long the others took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.disclosure import MINIMUM_COUNTER
from analysis.intervals import wilson_t
from survey.enums import Channel, Dimension
from survey.models import ScreenCount
from survey.services.office import installation, scopes
from survey.services.office.periods import Period
from survey.services.office.scopes import Filters
from survey.services.tablets.screen_counts import TIME_CLASSES_S, TIME_COLUMNS, VISIT

# Counts are shown in tens: so no difference of two of them tells of a few.
ROUND_TO = 10
# Channels whose screens are counted, and their screens in the order in which people meet them.
CHANNELS = (Channel.KIOSK, Channel.PHONE)
_DIMENSIONS = tuple(dimension.value for dimension in Dimension)
ORDER = (
    "called", "slip", "stage", "field", *_DIMENSIONS[:4], "feedback", "petitions", "reason", "use", "comment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeClass:
    """From so many seconds to so many; the last class has no end."""

    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class ScreenFigure:
    """A screen of a channel. `seen` and `left` are in tens; None: fewer than may be shown."""

    screen: str
    seen: int | None
    left: int | None
    share: float | None
    lower: float | None
    upper: float | None
    median: TimeClass | None


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """The whole visit, then screen by screen."""

    channel: Channel
    visit: ScreenFigure | None
    screens: tuple[ScreenFigure, ...]


@dataclass(frozen=True, slots=True)
class Stopping:
    unit: str
    demo: bool
    period: Period
    channels: tuple[ChannelFigures, ...]


def build(session: Session, *, unit_id: int, period: Period, filters: Filters) -> Stopping:
    """Add up the counts of the unit's desks over a period."""
    desks = [desk.id for desk in scopes.desks_of(session, unit_id)]
    chosen = [one for one in desks if filters.desk_id in {None, one}]
    installed = installation.read(session)
    names = installation.unit_names(session, unit_id)
    return Stopping(
        unit=next(iter(names.values()), ""),
        demo=installed.demo,
        period=period,
        channels=tuple(
            found
            for channel in CHANNELS
            if filters.channel in {None, channel}
            and (found := _channel(session, channel, chosen, period)) is not None
        ),
    )


def _channel(
    session: Session, channel: Channel, desk_ids: Sequence[int], period: Period
) -> ChannelFigures | None:
    columns = ("seen", "left", *TIME_COLUMNS)
    rows = session.execute(
        select(ScreenCount.screen, *(func.sum(getattr(ScreenCount, name)).label(name) for name in columns))
        .where(
            ScreenCount.desk_id.in_(desk_ids),
            ScreenCount.channel == channel.value,
            ScreenCount.day >= period.start,
            ScreenCount.day < period.end,
        )
        .group_by(ScreenCount.screen)
    ).all()
    figures = {
        row.screen: _figure(row.screen, channel, int(row.seen), int(row.left), [int(n) for n in row[3:]])
        for row in rows
        if row.seen
    }
    screens = tuple(figures[screen] for screen in ORDER if screen in figures)
    return ChannelFigures(channel, figures.get(VISIT), screens) if screens else None


def _figure(screen: str, channel: Channel, seen: int, left: int, times: Sequence[int]) -> ScreenFigure:
    if seen < MINIMUM_COUNTER:
        return ScreenFigure(screen, None, None, None, None, None, None)
    if channel is Channel.PHONE or screen == VISIT:
        # A phone does not say that somebody goes away: who did not go on has left.
        left = max(0, seen - sum(times))
    shown = left if left == 0 or left >= MINIMUM_COUNTER else None
    share = min(1.0, left / seen) if shown is not None else None
    lower = upper = None
    if share is not None:
        lower, upper = map(float, wilson_t(share, seen, seen - 1))
    return ScreenFigure(
        screen,
        round(seen / ROUND_TO) * ROUND_TO,
        None if shown is None else round(shown / ROUND_TO) * ROUND_TO,
        share,
        lower,
        upper,
        median_class(times),
    )


def median_class(times: Sequence[int]) -> TimeClass | None:
    """Give the class in which the middle person lies; None where too few were timed."""
    total = sum(times)
    if total < MINIMUM_COUNTER:
        return None
    place = next(place for place, below in enumerate(accumulate(times)) if 2 * below >= total)
    ends = (0, *TIME_CLASSES_S)
    return TimeClass(ends[place], TIME_CLASSES_S[place] if place < len(TIME_CLASSES_S) else None)

"""The panel of quality: what asks for a second look, and what hangs on it. Reads sums; accuses nobody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.disclosure import MINIMUM_CELL
from survey.enums import Part
from survey.models import Dossier
from survey.queries import coverage, flagged
from survey.services.figures.strange_days import NOTEWORTHY
from survey.services.inviting import callbacks
from survey.services.office import installation, periods, scopes
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period, PeriodKind
from survey.services.pages.quality_sums import QualitySums
from survey.services.pages.signal_effects import BesideFigure, GapFigure, beside_figures, gap_figures
from survey.services.pages.signal_figures import (
    DayFigure,
    MonthFigure,
    SignalFigure,
    day_figures,
    month_figures,
    signal_figures,
)

RATE_IS_HIGH = 0.9


@dataclass(frozen=True, slots=True)
class RateFigure:
    """A month with nearly as many answers as dossiers, or more."""

    month: Period
    desk: str
    answers: int
    returned: int


@dataclass(frozen=True, slots=True)
class QualityPage:
    unit: str
    demo: bool
    period: Period
    several_desks: bool
    persons: int
    signals: tuple[SignalFigure, ...]
    months: tuple[MonthFigure, ...]
    days: tuple[DayFigure, ...]
    beside: tuple[BesideFigure, ...]
    rates: tuple[RateFigure, ...]
    gaps: tuple[GapFigure, ...]
    reprints: int
    slips: int
    callbacks: callbacks.Summary
    months_known: int


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    desk_id: int | None,
) -> QualityPage:
    sums = QualitySums.open(session, store, unit_id, period, desk_id)
    reprints, slips = _slips(session, sums)
    installed = installation.read(session)
    return QualityPage(
        unit=next(iter(installation.unit_names(session, unit_id).values()), ""),
        demo=installed.demo,
        period=period,
        several_desks=len(sums.names) > 1,
        persons=int(sums.of_period.days.n.sum()),
        signals=signal_figures(session, sums),
        months=month_figures(sums),
        days=day_figures(session, sums),
        beside=beside_figures(sums),
        rates=_rates(session, sums),
        gaps=gap_figures(sums),
        reprints=reprints,
        slips=slips,
        callbacks=callbacks.summary(session, unit_id=unit_id, period=period),
        months_known=len({mark.time for mark in sums.whole.months.marks}),
    )


def to_look_at(
    session: Session, *, store: InstrumentStore, unit_id: int, period: Period
) -> tuple[tuple[DayFigure, ...], tuple[BesideFigure, ...]]:
    """Give the days worth a second look and the goals that hang on them, for a page that points there."""
    desk_ids = [desk.id for desk in scopes.desks_of(session, unit_id)]
    if flagged.most_in_a_day(session, desk_ids=desk_ids, start=period.start, end=period.end) < NOTEWORTHY:
        return (), ()
    sums = QualitySums.open(session, store, unit_id, period, None, period_alone=True)
    days = day_figures(session, sums)
    return days, tuple(one for one in beside_figures(sums) if one.crosses) if days else ()


def _rates(session: Session, sums: QualitySums) -> tuple[RateFigure, ...]:
    """Give the desks and months with nearly as many answers as dossiers."""
    answers: Counter[tuple[int, date]] = Counter()
    months = sums.of_period.months
    for mark, n in zip(months.marks, months.n.tolist(), strict=True):
        if mark.part is Part.HEADLINE:
            answers[mark.desk_id, mark.time] += n
    returned: Counter[tuple[int, date]] = Counter()
    by_day = coverage.returned(session, desk_ids=sums.desk_ids, start=sums.period.start, end=sums.period.end)
    for (desk_id, day), n in by_day.items():
        returned[desk_id, day.replace(day=1)] += n
    return tuple(
        RateFigure(periods.containing(start, PeriodKind.MONTH), sums.names[desk_id], n, of)
        for (desk_id, start), n in sorted(answers.items(), key=lambda pair: (pair[0][1], pair[0][0]))
        if (of := returned[desk_id, start]) and n >= MINIMUM_CELL and n > RATE_IS_HIGH * of
    )


def _slips(session: Session, sums: QualitySums) -> tuple[int, int]:
    """Count slips that were printed again, and dossiers that got a slip, by the day of return."""
    row = session.execute(
        select(func.sum(Dossier.issued - 1), func.count()).where(
            Dossier.desk_id.in_(sums.desk_ids),
            Dossier.issued > 0,
            Dossier.returned_on >= sums.period.start,
            Dossier.returned_on < sums.period.end,
        )
    ).one()
    return int(row[0] or 0), int(row[1] or 0)

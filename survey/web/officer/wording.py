"""The words of the filters' choices."""

from __future__ import annotations

from collections.abc import Sequence

from survey.enums import Channel, Stage
from survey.forms.officer import ALL_STAGES, Wording
from survey.reports.words.names import channel_name, period_name, stage_name
from survey.services.office import periods
from survey.services.office.periods import Period, PeriodKind

_NUMBERS = {PeriodKind.YEAR: 1, PeriodKind.HALF: 2, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}


def filter_wording(years: Sequence[int], *, locale: str) -> Wording:
    return Wording(
        periods={
            str(year): [(period.code, period_name(period, locale=locale)) for period in _periods(year)]
            for year in years
        },
        channels=[(channel.value, channel_name(channel, locale=locale)) for channel in Channel],
        stages=[
            *((stage.value, stage_name(stage, locale=locale)) for stage in (Stage.FILING, Stage.OTHER)),
            (ALL_STAGES, stage_name(Stage.ANY, locale=locale)),
        ],
    )


def _periods(year: int) -> list[Period]:
    """List the year, its halves, quarters and months: fixed periods, so that nobody picks the moment."""
    return [
        periods.make(year, kind, number) for kind, last in _NUMBERS.items() for number in range(1, last + 1)
    ]

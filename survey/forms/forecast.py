"""Which year is forecast, and from the end of which month."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField

from survey.exceptions import InvalidInput
from survey.forms.base import N_, OfficerForm
from survey.forms.officer import EVERYTHING, Options
from survey.services.office import periods
from survey.services.office.periods import Period, PeriodKind


class ForecastForm(OfficerForm):
    """Both may be left out: the plan's year, seen from today."""

    year = SelectField(N_("Năm"))
    since = SelectField(N_("Nhìn từ cuối"), validate_choice=False)

    def offer(self, years: Sequence[int], current: int) -> None:
        self.year.choices = [(str(year), str(year)) for year in years]
        if not self.year.data:
            self.year.data = str(current)

    def offer_months(self, months: Options, chosen: str) -> None:
        self.since.choices = [(EVERYTHING, self.texts.gettext(N_("Hôm nay"))), *months]
        self.since.data = chosen

    def chosen_year(self) -> int:
        return int(self.year.data)

    def chosen_month(self) -> Period | None:
        """Read the month to look from; what is no month asks for today."""
        try:
            found = periods.parse(self.since.data or "")
        except InvalidInput:
            return None
        return found if found.kind is PeriodKind.MONTH else None

"""The page of trends: its filters with a grain of time, and the box for a note of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import ValidationError

from survey.enums import Dimension
from survey.exceptions import InvalidInput
from survey.forms.admin import ExplainingForm, at_most
from survey.forms.base import N_
from survey.forms.fields import DayField
from survey.forms.officer import FilterForm, Options
from survey.models.notes import LONGEST_NOTE
from survey.services.figures.time_slots import Grain
from survey.services.office import periods
from survey.services.office.periods import Period, PeriodKind
from survey.services.office.scopes import Place

WHOLE_UNIT = ""


class TrendForm(FilterForm):
    """Which stretch, in steps of what; `quarter` and `dimension` choose the map of hours."""

    grain = SelectField(N_("Mỗi điểm là"))
    quarter = HiddenField()
    dimension = HiddenField()

    def offer_grains(self, grains: Options) -> None:
        self.grain.choices = grains
        if not self.grain.data:
            self.grain.data = Grain.MONTH.value

    def chosen_grain(self) -> Grain:
        return Grain(self.grain.data)

    def chosen_dimension(self) -> Dimension:
        known = {one.value for one in Dimension}
        return Dimension(self.dimension.data) if self.dimension.data in known else Dimension.STAFF

    def chosen_quarter(self) -> Period | None:
        """Read the quarter of the map; what is no quarter asks for none."""
        try:
            found = periods.parse(self.quarter.data or "")
        except InvalidInput:
            return None
        return found if found.kind is PeriodKind.QUARTER else None


class DayNoteForm(ExplainingForm):
    """What happened on a day."""

    refusals: Mapping[tuple[str, str], tuple[str, str]] = {
        ("day", ""): ("day", N_("Ngày này chưa đến.")),
        ("text", ""): ("text", N_("Hãy ghi điều đã xảy ra.")),
        ("desk", ""): ("desk", N_("Giá trị này không có trong danh sách.")),
    }

    day = DayField(N_("Ngày"))
    desk = SelectField(N_("Ở đâu"))
    text = StringField(N_("Điều đã xảy ra"), validators=[at_most(LONGEST_NOTE)])

    def offer(self, desks: Sequence[Place]) -> None:
        self.desk.choices = [
            (WHOLE_UNIT, self.texts.gettext(N_("Cả đơn vị"))),
            *((str(one.id), one.name) for one in desks),
        ]
        if self.desk.data is None:
            self.desk.data = WHOLE_UNIT

    def validate_day(self, field: DayField) -> None:
        if field.data is None:
            raise ValidationError(N_("Hãy ghi một ngày, ví dụ 24/11/2026."))

    def chosen_day(self) -> date:
        """Give the day of a form that is valid."""
        found = self.day.data
        if not isinstance(found, date):
            raise InvalidInput(field="day", value="")
        return found

    def desk_id(self) -> int | None:
        return int(self.desk.data) if self.desk.data else None


class NoteWordsForm(ExplainingForm):
    """Other words for a note; none take it away."""

    text = StringField(N_("Điều đã xảy ra"), validators=[at_most(LONGEST_NOTE)])

"""The filters of the officer page: a form whose answers stand in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wtforms import SelectField
from wtforms.validators import ValidationError

from survey.enums import Channel, Stage
from survey.forms.base import N_, OfficerForm
from survey.services import periods
from survey.services.officer_page import Choices
from survey.services.periods import Period
from survey.services.scopes import Filters

ALL_STAGES = "all"
EVERYTHING = ""

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of what the filters offer, in the reader's language."""

    periods: Mapping[str, Options]  # by year
    channels: Options
    stages: Options


class FilterForm(OfficerForm):
    """Every field may be left out; what is there must be one of the choices."""

    period = SelectField(N_("Kỳ"))
    stage = SelectField(N_("Ai trả lời"))
    desk = SelectField(N_("Bộ phận"))
    counter = SelectField(N_("Quầy"))
    field = SelectField(N_("Lĩnh vực"))
    channel = SelectField(N_("Kênh trả lời"))

    def offer(self, choices: Choices, wording: Wording) -> None:
        """Fill the lists; a field that the address leaves out stands at "everything"."""
        several = len(choices.desks) > 1
        counters = [
            (str(counter.id), f"{counter.name} ({desk.name})" if several else counter.name)
            for desk, counter in choices.counters
        ]
        self.period.choices = wording.periods
        self._list(self.stage, N_("Người nhận kết quả"), wording.stages)
        self._list(self.desk, N_("Cả đơn vị"), [(str(desk.id), desk.name) for desk in choices.desks])
        self._list(self.counter, N_("Mọi quầy"), counters)
        self._list(self.field, N_("Mọi lĩnh vực"), [(str(one.id), one.name) for one in choices.fields])
        self._list(self.channel, N_("Mọi kênh"), wording.channels)
        if not self.period.data:
            self.period.data = choices.period.code
        for field in (self.stage, self.desk, self.counter, self.field, self.channel):
            if field.data is None:
                field.data = EVERYTHING
        self.desk_of_counter = {str(counter.id): str(desk.id) for desk, counter in choices.counters}

    def _list(self, field: SelectField, everything: str, options: Options) -> None:
        field.choices = [(EVERYTHING, self.texts.gettext(everything)), *options]

    def validate_counter(self, field: SelectField) -> None:
        if field.data and self.desk.data and self.desk_of_counter.get(field.data) != self.desk.data:
            raise ValidationError(N_("Quầy này không thuộc bộ phận đã chọn."))

    @property
    def is_filtered(self) -> bool:
        """True when something beside the period is chosen."""
        return any(one.data for one in (self.stage, self.desk, self.counter, self.field, self.channel))

    def chosen_period(self) -> Period:
        return periods.parse(self.period.data)

    def filters(self) -> Filters:
        return Filters(
            desk_id=_number(self.desk.data),
            counter_id=_number(self.counter.data),
            field_id=_number(self.field.data),
            channel=Channel(self.channel.data) if self.channel.data else None,
            stage=Stage(self.stage.data) if self.stage.data not in {EVERYTHING, ALL_STAGES} else None,
            all_stages=self.stage.data == ALL_STAGES,
        )


def _number(value: str) -> int | None:
    return int(value) if value else None

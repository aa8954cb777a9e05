"""The filters of the officer page: a form whose answers stand in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import SelectField
from wtforms.validators import ValidationError

from survey.enums import Channel, Stage
from survey.forms.base import N_, OfficerForm
from survey.services.office import periods
from survey.services.office.periods import Period
from survey.services.office.scopes import Filters
from survey.services.pages.officer_page import Choices

ALL_STAGES = "all"
EVERYTHING = ""
NO_PAST = "none"
_MOST_NAMED = 3
# What another unit may not have: its desks, its plan, its past.
_OF_A_UNIT = frozenset({"past", "period", "desk", "counter", "tag", "task", "since"})

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of what the filters offer, in the reader's language."""

    periods: Mapping[str, Options]  # by year
    channels: Options
    stages: Options


class UnitForm(OfficerForm):
    """Which unit, for who has units below; the filters of every page of figures begin with it."""

    unit = SelectField(N_("Đơn vị"))
    has_past = False
    left_out: Sequence[str] = ()  # labels of what the address asked for and this unit does not have

    def offer_units(self, choices: Choices) -> None:
        self.unit.choices = [(str(one.id), one.name) for one in choices.units]
        self.unit.data = self.unit.data or str(choices.unit_id)
        self.usual = {"period": choices.period.code}

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Leave out what another unit had chosen, where the address names the unit, and keep the rest."""
        if super().validate(extra_validators) or not self.unit.raw_data:
            return not self.errors
        strange = [one for one in self if one.short_name in _OF_A_UNIT and not _is_offered(one)]
        for one in strange:
            one.data = self.usual.get(one.short_name, EVERYTHING)
        self.left_out = [one.label.text for one in strange]
        return bool(strange) and super().validate(extra_validators)


class FilterForm(UnitForm):
    """Every field may be left out; what is there must be one of the choices."""

    past = SelectField(N_("Trước khi thành lập"))
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
        self.offer_units(choices)
        self._offer_past(choices)
        if not self.period.data:
            self.period.data = choices.period.code
        for field in (self.stage, self.desk, self.counter, self.field, self.channel):
            if field.data is None:
                field.data = EVERYTHING
        self.desk_of_counter = {str(counter.id): str(desk.id) for desk, counter in choices.counters}

    def _offer_past(self, choices: Choices) -> None:
        """Where a unit replaced others, offer how its past is read."""
        whole = self._named([one.name for one in choices.past.whole])
        summed = self.texts.gettext(N_("cộng %(units)s")) % {"units": whole}
        nothing = self.texts.gettext(N_("không so sánh được"))
        self.past.choices = [(EVERYTHING, summed if whole else nothing)]
        if whole:
            self.past.choices.append((NO_PAST, nothing))
        self.has_past = bool(choices.past.whole or choices.past.divided)
        self.past.data = self.past.data or EVERYTHING

    def _named(self, names: Sequence[str]) -> str:
        """Name a few units; of many the first, and how many more."""
        if len(names) <= _MOST_NAMED:
            return ", ".join(names)
        more = self.texts.gettext(N_("và %(number)s đơn vị khác")) % {"number": len(names) - _MOST_NAMED}
        return f"{', '.join(names[:_MOST_NAMED])} {more}"

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
            past=self.past.data != NO_PAST,
        )


def _is_offered(field: SelectField) -> bool:
    groups = field.choices.values() if isinstance(field.choices, Mapping) else [field.choices or ()]
    return field.data in {value for options in groups for value, _words in options}


def _number(value: str) -> int | None:
    return int(value) if value else None

"""Form of a new tablet: what it is called and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from survey.forms.base import N_, OfficerForm
from survey.services.tablets.devices import NAME_CHARACTERS, KioskPlace


class NewKioskForm(OfficerForm):
    name = StringField(
        N_("Tên máy"),
        validators=[InputRequired(N_("Hãy đặt tên cho máy.")), Length(max=NAME_CHARACTERS)],
    )
    place = SelectField(N_("Nơi đặt máy"), validators=[InputRequired(N_("Hãy chọn nơi đặt máy."))])

    def offer(self, places: Sequence[KioskPlace]) -> None:
        whole_desk = self.texts.gettext(N_("chung cả bộ phận"))
        self.place.choices = [
            (_value(place), f"{place.desk_name} – {place.counter_name or whole_desk}") for place in places
        ]

    def chosen(self, places: Sequence[KioskPlace]) -> KioskPlace:
        """Give the place that was chosen; the form is valid, so it is one of those offered."""
        return next(place for place in places if _value(place) == self.place.data)


def _value(place: KioskPlace) -> str:
    return f"{place.desk_id}-{place.counter_id or ''}"

"""Form of a new API token: for which program, for which desk."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from survey.forms.admin import ExplainingForm
from survey.forms.base import N_
from survey.services.office.scopes import Place
from survey.services.people.api_tokens import NAME_CHARACTERS


class NewApiTokenForm(ExplainingForm):
    name = StringField(
        N_("Tên phần mềm"),
        validators=[InputRequired(N_("Hãy ghi tên phần mềm dùng khóa này.")), Length(max=NAME_CHARACTERS)],
    )
    desk_id = SelectField(N_("Dùng cho"), coerce=int)

    refusals = {
        ("name", ""): ("name", N_("Hãy ghi tên phần mềm dùng khóa này.")),
        ("desk_id", ""): ("desk_id", N_("Hãy chọn bộ phận đang dùng.")),
    }

    def offer(self, desks: Sequence[Place]) -> None:
        whole = self.texts.gettext(N_("mọi bộ phận của đơn vị"))
        self.desk_id.choices = [(0, whole), *((desk.id, desk.name) for desk in desks)]

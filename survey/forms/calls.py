"""Form of a call: which tablet, what the person came for, which field."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from survey.enums import Stage
from survey.forms.base import N_, OfficerForm
from survey.services.tablets.calls import CalledTablet

STAGES = (Stage.RESULT, Stage.FILING, Stage.OTHER)


class CallForm(OfficerForm):
    kiosk = RadioField(N_("Máy tính bảng"), validators=[InputRequired(N_("Hãy chọn máy."))])
    stage = RadioField(N_("Người dân vừa làm gì"), validators=[InputRequired(N_("Hãy chọn một việc."))])
    field = SelectField(N_("Lĩnh vực"))

    def offer(
        self,
        tablets: Sequence[CalledTablet],
        stages: Sequence[tuple[str, str]],
        fields: Sequence[tuple[str, str]],
    ) -> None:
        self.kiosk.choices = [(str(tablet.id), _place(tablet)) for tablet in tablets]
        self.stage.choices = list(stages)
        self.field.choices = [("", self.texts.gettext(N_("Để người dân chọn"))), *fields]
        if not self.kiosk.data and len(tablets) == 1:
            self.kiosk.data = str(tablets[0].id)
        if not self.stage.data:
            self.stage.data = Stage.RESULT.value
        if self.field.data is None:
            self.field.data = ""


def _place(tablet: CalledTablet) -> str:
    return f"{tablet.counter_name or tablet.desk_name} ({tablet.name})"

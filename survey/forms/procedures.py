"""Forms of the catalogue: a field as a tile of the kiosk, a procedure in it."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from survey.forms.admin import ExplainingForm, at_most
from survey.forms.base import N_
from survey.services.office import procedures
from survey.services.office.procedures import FieldData, FieldView, ProcedureView


class FieldForm(ExplainingForm):
    name_vi = StringField(
        N_("Tên lĩnh vực"),
        validators=[InputRequired(N_("Hãy ghi tên.")), at_most(procedures.TILE_CHARACTERS)],
    )
    hint_vi = StringField(N_("Ví dụ ghi dưới tên"), validators=[at_most(procedures.HINT_CHARACTERS)])
    name_en = StringField(N_("Tên tiếng Anh"), validators=[at_most(procedures.TILE_CHARACTERS)])
    hint_en = StringField(N_("Ví dụ tiếng Anh"), validators=[at_most(procedures.HINT_CHARACTERS)])
    active = BooleanField(N_("Hiện trên máy tại quầy"), default=True)

    refusals = {
        ("names", "field"): ("name_vi", N_("Đã có lĩnh vực này.")),
        ("names", ""): ("name_vi", N_("Tên gồm 1–40 ký tự.")),
        ("active", "too-many-fields"): (
            "active",
            N_("Máy tại quầy chỉ hiện được 12 lĩnh vực. Hãy bỏ hiện một lĩnh vực khác trước."),
        ),
        ("active", "last-field"): ("active", N_("Cần ít nhất một lĩnh vực trên máy tại quầy.")),
    }

    @staticmethod
    def values(field: FieldView) -> dict[str, object]:
        return {
            "name_vi": field.names["vi"],
            "name_en": field.names.get("en", ""),
            "hint_vi": field.hints.get("vi", ""),
            "hint_en": field.hints.get("en", ""),
            "active": field.active,
        }

    def field_data(self, before: FieldView | None = None) -> FieldData:
        """Give what was typed; languages that the page does not show stay."""
        names = {"vi": self.name_vi.data or "", "en": self.name_en.data or ""}
        hints = {"vi": self.hint_vi.data or "", "en": self.hint_en.data or ""}
        kept_names = dict(before.names) if before else {}
        kept_hints = dict(before.hints) if before else {}
        return FieldData({**kept_names, **names}, {**kept_hints, **hints}, bool(self.active.data))


class ProcedureForm(ExplainingForm):
    name_vi = StringField(
        N_("Tên thủ tục"),
        validators=[InputRequired(N_("Hãy ghi tên.")), at_most(procedures.NAME_CHARACTERS)],
    )
    name_en = StringField(N_("Tên tiếng Anh"), validators=[at_most(procedures.NAME_CHARACTERS)])
    field_id = SelectField(N_("Lĩnh vực"), coerce=int)
    active = BooleanField(N_("Đang áp dụng"), default=True)

    refusals = {
        ("names", "procedure"): ("name_vi", N_("Đã có thủ tục này.")),
        ("names", ""): ("name_vi", N_("Hãy ghi tên thủ tục.")),
        ("field_id", ""): ("field_id", N_("Hãy chọn lĩnh vực.")),
    }

    @staticmethod
    def values(procedure: ProcedureView) -> dict[str, object]:
        return {
            "name_vi": procedure.names["vi"],
            "name_en": procedure.names.get("en", ""),
            "field_id": procedure.field_id,
            "active": procedure.active,
        }

    def offer(self, fields: Sequence[FieldView]) -> None:
        self.field_id.choices = [(field.id, field.names["vi"]) for field in fields]

    def names(self, before: ProcedureView | None = None) -> dict[str, str]:
        kept = dict(before.names) if before else {}
        return {**kept, "vi": self.name_vi.data or "", "en": self.name_en.data or ""}

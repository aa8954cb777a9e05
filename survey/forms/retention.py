"""The form of retention: how many months each kind of thing is kept."""

from __future__ import annotations

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from survey.forms.admin import ExplainingForm
from survey.forms.base import N_
from survey.services.upkeep.retention import BOUNDS, Retention

_NEEDED = InputRequired(N_("Hãy ghi số tháng."))


def _months(name: str, words: str) -> IntegerField:
    least, most = BOUNDS[name]
    # Named here: the field itself would say it in English.
    return IntegerField(words, validators=[_NEEDED, NumberRange(least, most)])


class RetentionForm(ExplainingForm):
    answers = _months("answers", N_("Câu trả lời từng người"))
    comments = _months("comments", N_("Lời góp ý"))
    callbacks = _months("callbacks", N_("Mã hồ sơ trong danh sách gọi lại"))
    invitations = _months("invitations", N_("Dấu của phiếu mời"))
    screens = _months("screens", N_("Số đếm màn hình"))
    audit = _months("audit", N_("Nhật ký hệ thống"))

    def retention(self) -> Retention:
        return Retention(**{name: int(self[name].data) for name in BOUNDS})

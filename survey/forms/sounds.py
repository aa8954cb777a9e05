"""The form of recordings: a language and files named after the texts they read."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import MultipleFileField
from wtforms import SelectField
from wtforms.validators import ValidationError

from survey.exceptions import InvalidInput
from survey.forms.base import N_, OfficerForm

_REFUSALS = {
    "no-code": N_("Tên tệp %(file)s không phải mã của câu nào ở bảng dưới (ví dụ A1.mp3, level-4.mp3)."),
    "no-sound": N_("Tệp %(file)s không phải âm thanh .opus, .mp3, .m4a hay .wav."),
    "too-large": N_("Tệp %(file)s lớn hơn 2 MB; một câu chỉ vài giây, hãy thu lại gọn hơn."),
}


class SoundsForm(OfficerForm):
    language = SelectField(N_("Ngôn ngữ"))
    files = MultipleFileField(N_("Tệp âm thanh (chọn được nhiều tệp)"))

    def offer(self, languages: Sequence[tuple[str, str]]) -> None:
        self.language.choices = list(languages)

    def validate_files(self, field: MultipleFileField) -> None:
        if not any(one and one.filename for one in field.data or []):
            raise ValidationError(N_("Hãy chọn ít nhất một tệp."))

    def explain(self, error: InvalidInput) -> None:
        words = self.texts.gettext(_REFUSALS[str(error.data.get("reason"))])
        self.files.errors = [*self.files.errors, words % {"file": error.data.get("value", "")}]

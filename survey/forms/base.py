"""The base of officers' forms: labels and messages in the reader's language.

Texts in forms are written in Vietnamese and marked with `N_`, because a form class is made before anybody
has asked for a page; the base translates them when a form is made for a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm

from survey.i18n import translations


def N_(text: str) -> str:  # noqa: N802 - the name by which Babel knows a marked text
    """Mark a text for the catalogues without translating it yet."""
    return text


# WTForms speaks no Vietnamese: what its fields and validators may say, in our words.
BUILT_IN: Mapping[str, str] = {
    "This field is required.": N_("Hãy điền mục này."),
    "Not a valid choice.": N_("Giá trị này không có trong danh sách."),
    "Invalid Choice: could not coerce.": N_("Giá trị này không có trong danh sách."),
    "Field must be at least %(min)d character long.": N_("Cần ít nhất %(min)d ký tự."),
    "Field must be at least %(min)d characters long.": N_("Cần ít nhất %(min)d ký tự."),
    "Field cannot be longer than %(max)d character.": N_("Nhiều nhất %(max)d ký tự."),
    "Field cannot be longer than %(max)d characters.": N_("Nhiều nhất %(max)d ký tự."),
    "Field must be between %(min)d and %(max)d characters long.": N_("Cần từ %(min)d đến %(max)d ký tự."),
    "Number must be at least %(min)s.": N_("Cần một số từ %(min)s trở lên."),
    "Number must be at most %(max)s.": N_("Cần một số không quá %(max)s."),
    "Number must be between %(min)s and %(max)s.": N_("Cần một số từ %(min)s đến %(max)s."),
    "Date must be at least %(min)s.": N_("Cần một ngày từ %(min)s trở đi."),
    "Date must be at most %(max)s.": N_("Cần một ngày không sau %(max)s."),
    "Date must be between %(min)s and %(max)s.": N_("Cần một ngày từ %(min)s đến %(max)s."),
    "Not a valid integer value.": N_("Hãy ghi một số nguyên."),
    "Not a valid decimal value.": N_("Hãy ghi một số, ví dụ 85,5."),
    "Not a valid float value.": N_("Hãy ghi một số, ví dụ 85,5."),
    "Not a valid date value.": N_("Hãy ghi một ngày, ví dụ 24/11/2026."),
    "Not a valid datetime value.": N_("Hãy ghi ngày và giờ."),
    "Not a valid time value.": N_("Hãy ghi giờ, ví dụ 07:30."),
    "Invalid input.": N_("Giá trị này không dùng được."),
    "Invalid URL.": N_("Địa chỉ này không dùng được."),
}


class FormTexts:
    """What WTForms asks for its own messages."""

    def __init__(self, locale: str) -> None:
        self._catalogue = translations(locale)

    def gettext(self, text: str) -> str:
        source = BUILT_IN.get(text, text)
        return self._catalogue.gettext(source) if source else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        # Vietnamese has no plural; the English of our catalogue avoids one here.
        return self.gettext(one if count == 1 else many)


class OfficerForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form whose labels and messages follow the language it is made for."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the library has no types
        csrf = False  # `web.security` asks for the form token before a view is called

        def get_translations(self, _form: object) -> FormTexts:
            return FormTexts(self.locales[0])

    def __init__(self, *args: Any, locale: str, **kwargs: Any) -> None:
        super().__init__(*args, meta={"locales": (locale,)}, **kwargs)
        self.texts = FormTexts(locale)
        for field in self:
            field.label.text = self.texts.gettext(field.label.text)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for field in self:
            field.errors = [self.texts.gettext(str(message)) for message in field.errors]
        return valid

    def refuse(self, field: Any, message: str) -> None:
        """Add what a service found wrong to a field, in words marked with `N_`."""
        field.errors = [*field.errors, self.texts.gettext(message)]

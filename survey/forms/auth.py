"""Forms of sign-in: the account, a new password, the first administrator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from survey.exceptions import Conflict, InvalidInput, SurveyError
from survey.forms.base import N_, OfficerForm
from survey.services.people import officers

# A limit on what is hashed; long passphrases stay possible.
LONGEST = 200


class SignInForm(OfficerForm):
    login = StringField(
        N_("Tên đăng nhập"), validators=[InputRequired(N_("Hãy điền tên đăng nhập.")), Length(max=LONGEST)]
    )
    password = PasswordField(
        N_("Mật khẩu"), validators=[InputRequired(N_("Hãy điền mật khẩu.")), Length(max=LONGEST)]
    )
    next = HiddenField()


class NewPasswordForm(OfficerForm):
    """Two fields that must agree; whether the password is good enough is the service's matter."""

    new = PasswordField(
        N_("Mật khẩu mới"),
        validators=[InputRequired(N_("Hãy điền mật khẩu mới.")), Length(max=LONGEST)],
    )
    again = PasswordField(
        N_("Mật khẩu mới, gõ lại"),
        validators=[
            InputRequired(N_("Hãy gõ lại mật khẩu mới.")),
            EqualTo("new", N_("Hai lần gõ chưa giống nhau.")),
        ],
    )

    def explain(self, error: SurveyError) -> None:
        """Say at its field what the service refused; raise what belongs to no field."""
        if not isinstance(error, InvalidInput) or error.data.get("field") != "password":
            raise error
        if error.data.get("reason") == "too-short":
            self.refuse(self.new, N_("Mật khẩu cần ít nhất 10 ký tự."))
        else:
            self.refuse(
                self.new, N_("Mật khẩu quá dễ đoán: không dùng tên đăng nhập, cần ít nhất 5 ký tự khác nhau.")
            )


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        N_("Mật khẩu đang dùng"),
        validators=[InputRequired(N_("Hãy điền mật khẩu đang dùng.")), Length(max=LONGEST)],
    )

    def validate_new(self, field: PasswordField) -> None:
        if field.data == self.current.data:
            raise ValidationError(N_("Mật khẩu mới phải khác mật khẩu đang dùng."))


class SetUpForm(NewPasswordForm):
    login = StringField(
        N_("Tên đăng nhập"), validators=[InputRequired(N_("Hãy điền tên đăng nhập.")), Length(max=LONGEST)]
    )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Find what is wrong in every field at once: a first account is made by whoever is in a hurry."""
        fits = super().validate(extra_validators)
        login, password = (self.login.data or "").strip().lower(), self.new.data or ""
        checks: list[Callable[[], object]] = [lambda: officers.check_login(login)] if login else []
        checks += [lambda: officers.check_password(password, login)] if login and password else []
        for check in checks:
            try:
                check()
            except InvalidInput as error:
                self.explain(error)
                fits = False
        return fits

    def explain(self, error: SurveyError) -> None:
        if isinstance(error, InvalidInput) and error.data.get("field") == "login":
            self.refuse(
                self.login,
                N_("Tên đăng nhập gồm 3–40 chữ thường không dấu, số, dấu chấm, gạch ngang hoặc gạch dưới."),
            )
        elif isinstance(error, Conflict):
            self.refuse(self.login, N_("Tên đăng nhập này đã có."))
        else:
            super().explain(error)

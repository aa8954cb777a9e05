"""Forms of setting up: unit and year, desks and counters, contact lines, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from survey.enums import Role, UnitLevel
from survey.exceptions import Conflict, InvalidInput, SurveyError
from survey.forms.base import N_, OfficerForm
from survey.forms.fields import DayField
from survey.services.office import desks, setup, units
from survey.services.office.plan_editing import FIRST_YEAR, LAST_YEAR
from survey.services.office.unit_tree import UnitName
from survey.services.office.units import UnitData, UnitView

_NEEDED = InputRequired(N_("Hãy điền mục này."))


def at_most(characters: int) -> Length:
    return Length(max=characters, message=N_("Nội dung dài quá mức cho phép."))


LEVELS: Mapping[UnitLevel, str] = {
    UnitLevel.COMMUNE: N_("Xã, phường, đặc khu"),
    UnitLevel.DISTRICT: N_("Huyện (trước 01/07/2025)"),
    UnitLevel.PROVINCE: N_("Tỉnh, thành phố"),
    UnitLevel.MINISTRY: N_("Bộ"),
}
ROLES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: N_("Quản trị: mọi việc, tài khoản, xuất dữ liệu"),
    Role.HEAD: N_("Lãnh đạo: mục tiêu, máy tại quầy"),
    Role.OFFICER: N_("Cán bộ: hồ sơ, phiếu mời"),
    Role.VIEWER: N_("Chỉ xem: xem và tải số liệu"),
}


class ExplainingForm(OfficerForm):
    """Says at its fields what a service refused."""

    # (field, reason or what) of an error → (field of the form, words)
    refusals: Mapping[tuple[str, str], tuple[str, str]] = {}

    def explain(self, error: SurveyError) -> None:
        """Put the words of a refusal at its field; raise what belongs to no field of this form."""
        if not isinstance(error, InvalidInput | Conflict):
            raise error
        name = str(error.data.get("field", ""))
        detail = str(error.data.get("reason") or error.data.get("what") or "")
        target = self.refusals.get((name, detail)) or self.refusals.get((name, ""))
        if target is None:
            raise error
        self.refuse(self[target[0]], target[1])


class UnitChoiceForm(ExplainingForm):
    """Which unit, which plan year."""

    unit_id = RadioField(N_("Đơn vị"), coerce=int, validators=[_NEEDED])
    year = IntegerField(
        N_("Năm kế hoạch"),
        validators=[
            InputRequired(N_("Hãy ghi năm kế hoạch.")),
            NumberRange(FIRST_YEAR, LAST_YEAR, N_("Hãy ghi một năm, ví dụ 2026.")),
        ],
    )

    def offer(self, found: Sequence[UnitView], labels: Mapping[int, str]) -> None:
        self.unit_id.choices = [(unit.id, labels[unit.id]) for unit in found]


class UnitForm(ExplainingForm):
    """A unit that the tree lacks, or one to be put right."""

    name = StringField(N_("Tên đầy đủ"), validators=[_NEEDED, at_most(units.NAME_CHARACTERS)])
    level = SelectField(N_("Cấp"), validators=[_NEEDED])
    parent_id = SelectField(N_("Thuộc"), coerce=int)
    code = StringField(N_("Mã đơn vị hành chính"), validators=[at_most(units.CODE_CHARACTERS)])
    valid_from = DayField(N_("Có từ ngày"))
    valid_to = DayField(N_("Đến hết ngày"))

    refusals = {
        ("name", "unit"): ("name", N_("Đã có đơn vị này.")),
        ("name", ""): ("name", N_("Hãy ghi tên đơn vị.")),
        ("valid_to", ""): ("valid_to", N_("Ngày cuối phải sau ngày đầu.")),
        ("parent_id", ""): ("parent_id", N_("Đơn vị không thể thuộc chính nó.")),
    }

    def offer(self, found: Sequence[UnitView], labels: Mapping[int, str]) -> None:
        above = [(unit.id, labels[unit.id]) for unit in found if unit.level is not UnitLevel.COMMUNE]
        self.parent_id.choices = [(0, self.texts.gettext(N_("không thuộc đơn vị nào"))), *above]
        self.level.choices = [(level.value, self.texts.gettext(text)) for level, text in LEVELS.items()]

    def unit_data(self) -> UnitData:
        return UnitData(
            self.name.data,
            UnitLevel(self.level.data),
            self.parent_id.data or None,
            self.code.data or "",
            self.valid_from.data,
            self.valid_to.data,
        )


class SuccessionForm(ExplainingForm):
    """From a day on another unit stands here."""

    successor_id = SelectField(N_("Đơn vị mới"), coerce=int, validators=[_NEEDED])
    on = DayField(N_("Từ ngày"), validators=[_NEEDED])

    refusals = {
        ("successor_id", "itself"): ("successor_id", N_("Hãy chọn một đơn vị khác.")),
        ("successor_id", "succession"): ("successor_id", N_("Đã ghi việc này rồi.")),
        ("on", ""): ("on", N_("Ngày này trước ngày đơn vị được lập.")),
    }

    def offer(self, found: Sequence[UnitView], labels: Mapping[int, str]) -> None:
        self.successor_id.choices = [(unit.id, labels[unit.id]) for unit in found]


class DeskForm(ExplainingForm):
    """A desk that exists: its code stays."""

    name = StringField(N_("Tên bộ phận"), validators=[_NEEDED, at_most(desks.NAME_CHARACTERS)])
    active = BooleanField(N_("Đang dùng"))

    refusals = {
        ("name", ""): ("name", N_("Hãy ghi tên bộ phận.")),
        ("active", ""): ("active", N_("Đây là bộ phận duy nhất đang dùng.")),
    }


_CODE_WORDS = N_("Mã gồm 1–16 chữ hoa không dấu, số hoặc gạch nối, ví dụ MC.")


class UnitBelowForm(ExplainingForm):
    """A form that may be about a unit below; it asks where there is one."""

    unit_id = SelectField(N_("Đơn vị"), coerce=int)

    def offer_units(self, units: Sequence[UnitName]) -> None:
        self.unit_id.choices = [(one.id, one.name) for one in units]
        if self.unit_id.data is None:
            self.unit_id.data = units[0].id


class NewDeskForm(UnitBelowForm):
    code = StringField(N_("Mã ngắn"), validators=[_NEEDED])
    name = StringField(N_("Tên bộ phận"), validators=[_NEEDED, at_most(desks.NAME_CHARACTERS)])

    refusals = {
        ("code", "desk"): ("code", N_("Mã này đã có.")),
        ("code", ""): ("code", _CODE_WORDS),
        ("name", ""): ("name", N_("Hãy ghi tên bộ phận.")),
    }


class CounterForm(ExplainingForm):
    name = StringField(N_("Tên quầy"), validators=[_NEEDED, at_most(desks.NAME_CHARACTERS)])
    active = BooleanField(N_("Đang dùng"))

    refusals = {("name", ""): ("name", N_("Hãy ghi tên quầy."))}


class NewCounterForm(ExplainingForm):
    code = StringField(N_("Mã ngắn"), validators=[_NEEDED])
    name = StringField(N_("Tên quầy"), validators=[_NEEDED, at_most(desks.NAME_CHARACTERS)])

    refusals = {
        ("code", "counter"): ("code", N_("Mã này đã có ở bộ phận.")),
        ("code", ""): ("code", _CODE_WORDS),
        ("name", ""): ("name", N_("Hãy ghi tên quầy.")),
    }


class ContactForm(ExplainingForm):
    """What pages and slips show besides; each may stay empty."""

    hotline = StringField(
        N_("Đường dây nóng"),
        validators=[
            Optional(),
            at_most(setup.HOTLINE_CHARACTERS),
            Regexp(r"(?:\D*\d){3}", message=N_("Hãy ghi số điện thoại mà người dân gọi được.")),
        ],
    )
    petition_address = StringField(
        N_("Nơi nhận phản ánh, kiến nghị"), validators=[Optional(), at_most(setup.LINE_CHARACTERS)]
    )
    wifi_note = StringField(
        N_("Ghi chú về Wi-Fi trên phiếu"), validators=[Optional(), at_most(setup.LINE_CHARACTERS)]
    )


class NewAccountForm(UnitBelowForm):
    login = StringField(N_("Tên đăng nhập"), validators=[InputRequired(N_("Hãy điền tên đăng nhập."))])
    role = SelectField(N_("Vai trò"), validators=[_NEEDED])

    refusals = {
        ("login", ""): (
            "login",
            N_("Tên đăng nhập gồm 3–40 chữ thường không dấu, số, dấu chấm, gạch ngang hoặc gạch dưới."),
        ),
        ("", "login"): ("login", N_("Tên đăng nhập này đã có.")),
    }

    def offer(self) -> None:
        # The lowest role first: nobody gets more than was chosen on purpose.
        self.role.choices = [
            (role.value, self.texts.gettext(text)) for role, text in reversed(list(ROLES.items()))
        ]


class AccountForm(ExplainingForm):
    role = SelectField(N_("Vai trò"), validators=[_NEEDED])
    active = BooleanField(N_("Được đăng nhập"))

    refusals = {
        ("", "last-administrator"): (
            "role",
            N_("Đây là quản trị viên cuối cùng. Hãy giao quyền quản trị cho người khác trước."),
        ),
    }

    def offer(self) -> None:
        self.role.choices = [(role.value, self.texts.gettext(text)) for role, text in ROLES.items()]

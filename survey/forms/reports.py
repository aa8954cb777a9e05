"""Forms of reports: the parts an officer writes, the signature, and what an office sets once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from survey.forms.admin import ExplainingForm, at_most
from survey.forms.base import N_, OfficerForm
from survey.forms.fields import DayField
from survey.services.office.periods import PeriodKind
from survey.services.records import period_reports, report_settings
from survey.services.records.period_reports import Part
from survey.services.records.report_settings import ReportSettings

PARTS: Mapping[Part, str] = {
    Part.GENERAL: N_("I. Thông tin chung: ghi thêm"),
    Part.RESULTS: N_("II. Kết quả: nhận xét"),
    Part.LIMITS: N_("III. Hạn chế: ghi thêm"),
    Part.CAUSES: N_("IV. Nguyên nhân"),
    Part.MEASURES: N_("V. Giải pháp, nhiệm vụ"),
}
KINDS: Mapping[PeriodKind, str] = {
    PeriodKind.MONTH: N_("Tháng"),
    PeriodKind.QUARTER: N_("Quý"),
    PeriodKind.HALF: N_("6 tháng"),
    PeriodKind.YEAR: N_("Năm"),
}
_LONG = [at_most(period_reports.TEXT_CHARACTERS)]
_LINES = [at_most(report_settings.LINES_CHARACTERS)]


class ReportTextForm(OfficerForm):
    """The words around the figures; emptying a part leaves it out of the report."""

    edition = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    general = TextAreaField(PARTS[Part.GENERAL], validators=_LONG)
    results = TextAreaField(PARTS[Part.RESULTS], validators=_LONG)
    limits = TextAreaField(PARTS[Part.LIMITS], validators=_LONG)
    causes = TextAreaField(PARTS[Part.CAUSES], validators=_LONG)
    measures = TextAreaField(PARTS[Part.MEASURES], validators=_LONG)

    def given(self) -> Mapping[Part, str]:
        return {part: _plain(self[part.value].data) for part in Part}

    def refuse_figures(self, strange: Mapping[Part, Sequence[str]]) -> None:
        """Say at each part which percentages are not among the report's figures."""
        words = self.texts.gettext(
            N_("Không có trong số liệu của báo cáo: %(figures)s. Số liệu không sửa được.")
        )
        for part, found in strange.items():
            self[part.value].errors = [words % {"figures": ", ".join(found)}]


def _plain(text: str | None) -> str:
    return "\n".join(line.rstrip() for line in (text or "").splitlines()).strip()


class SignForm(ExplainingForm):
    """What is written on the paper when it is signed."""

    edition = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    number = StringField(N_("Số văn bản"), validators=[InputRequired(N_("Hãy ghi số văn bản."))])
    signed_on = DayField(N_("Ngày ký"), validators=[InputRequired(N_("Hãy ghi ngày ký."))])
    checked = BooleanField(N_("Tôi đã xem các tên đơn vị được nhắc ở trên"))

    refusals = {
        ("number", ""): ("number", N_("Số văn bản dài quá mức cho phép.")),
        ("signed_on", ""): ("signed_on", N_("Ngày ký phải sau ngày cuối của kỳ.")),
    }

    def ask_for_check(self) -> None:
        self.refuse(self.checked, N_("Hãy xem các tên đơn vị rồi đánh dấu, hoặc sửa lời văn."))


class _Boxes(SelectMultipleField):  # type: ignore[misc]  # the library has no types
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ReportSettingsForm(ExplainingForm):
    superior = StringField(N_("Cơ quan chủ quản (nếu có)"), validators=_LINES)
    issuer = TextAreaField(N_("Tên cơ quan ban hành, mỗi dòng một dòng trên văn bản"), validators=_LINES)
    place = StringField(N_("Địa danh"), validators=_LINES)
    symbol = StringField(N_("Ký hiệu văn bản"), validators=_LINES)
    basis = TextAreaField(N_("Căn cứ, mỗi dòng một đoạn"), validators=_LINES)
    addressee = StringField(N_("Kính gửi"), validators=_LINES)
    recipients = TextAreaField(N_("Nơi nhận, mỗi dòng một nơi"), validators=_LINES)
    signer = TextAreaField(N_("Thẩm quyền và chức vụ người ký, mỗi dòng một dòng"), validators=_LINES)
    kinds = _Boxes(N_("Kỳ báo cáo"))

    def offer(self) -> None:
        self.kinds.choices = [(kind.value, self.texts.gettext(text)) for kind, text in KINDS.items()]

    def settings(self) -> ReportSettings:
        return ReportSettings(
            superior=(self.superior.data or "").strip(),
            issuer=_plain(self.issuer.data),
            place=(self.place.data or "").strip(),
            symbol=(self.symbol.data or "").strip(),
            basis=_plain(self.basis.data),
            addressee=(self.addressee.data or "").strip(),
            recipients=_plain(self.recipients.data),
            signer=_plain(self.signer.data),
            kinds=tuple(self.kinds.data or ()),
        )

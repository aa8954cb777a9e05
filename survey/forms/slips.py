"""Forms of paper: how many slips of which desk on what paper, a reprint, a poster, the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from survey.forms.admin import ExplainingForm
from survey.forms.base import N_
from survey.forms.fields import DayField
from survey.i18n import SOURCE
from survey.services.inviting import slips
from survey.services.inviting.slips import SlipDesk, SlipPage

Languages = Sequence[tuple[str, str]]

SLIP_PAPERS: Mapping[str, str] = {
    "a5": N_("A5, mỗi tờ một phiếu"),
    "a4-two-slips": N_("A4, mỗi tờ hai phiếu rồi cắt đôi"),
    "roll-80mm": N_("Giấy cuộn 80 mm của máy in nhiệt"),
    "roll-58mm": N_("Giấy cuộn 58 mm của máy in nhiệt (chữ nhỏ hơn)"),
}
POSTER_PAPERS: Mapping[str, str] = {
    "a4": N_("Áp phích A4"),
    "a3": N_("Áp phích A3"),
    "a4-folded": N_("Thẻ để bàn: A4 gấp đôi"),
}


class _DeskForm(ExplainingForm):
    desk_id = SelectField(N_("Bộ phận"), coerce=int, validators=[InputRequired(N_("Hãy chọn bộ phận."))])
    paper = SelectField(N_("Khổ giấy"))
    language = SelectField(N_("Ngôn ngữ trên giấy"), default=SOURCE)

    refusals = {("desk_id", ""): ("desk_id", N_("Hãy chọn bộ phận đang dùng."))}
    papers = SLIP_PAPERS

    def offer(self, desks: Sequence[SlipDesk], languages: Languages) -> None:
        self.desk_id.choices = [(desk.id, desk.name) for desk in desks]
        self.paper.choices = [(key, self.texts.gettext(text)) for key, text in self.papers.items()]
        self.language.choices = list(languages)


class RollForm(_DeskForm):
    count = IntegerField(
        N_("Số phiếu"),
        default=50,
        validators=[
            InputRequired(N_("Hãy ghi số phiếu.")),
            NumberRange(1, slips.MOST_AT_ONCE, N_("Mỗi lần in từ 1 đến 200 phiếu.")),
        ],
    )

    refusals = {**_DeskForm.refusals, ("count", ""): ("count", N_("Mỗi lần in từ 1 đến 200 phiếu."))}


class ReturnedForm(_DeskForm):
    start = DayField(N_("Trả kết quả từ ngày"), validators=[InputRequired(N_("Hãy ghi ngày đầu."))])
    end = DayField(N_("đến hết ngày"), validators=[InputRequired(N_("Hãy ghi ngày cuối."))])

    refusals = {
        **_DeskForm.refusals,
        ("start", ""): ("start", N_("Không có hồ sơ nào trả trong những ngày này mà chưa có phiếu.")),
        ("end", ""): ("end", N_("Ngày cuối phải từ ngày đầu trở đi, cách nhau không quá 400 ngày.")),
    }


class ReprintForm(ExplainingForm):
    dossier_code = StringField(N_("Mã hồ sơ"), validators=[InputRequired(N_("Hãy ghi mã hồ sơ."))])
    paper = SelectField(N_("Khổ giấy"))
    language = SelectField(N_("Ngôn ngữ trên giấy"), default=SOURCE)

    refusals = {("dossier_code", ""): ("dossier_code", N_("Không có hồ sơ mang mã này. Hãy xem lại mã."))}

    def offer(self, _desks: Sequence[SlipDesk], languages: Languages) -> None:
        self.paper.choices = [(key, self.texts.gettext(text)) for key, text in SLIP_PAPERS.items()]
        self.language.choices = list(languages)


class PosterForm(_DeskForm):
    papers = POSTER_PAPERS


class PaperForm(_DeskForm):
    """The questionnaire to be filled in by hand."""

    papers = {"a4-duplex": N_("A4, in hai mặt")}


FORMS: Mapping[str, type[RollForm | ReturnedForm | ReprintForm | PosterForm | PaperForm]] = {
    "roll": RollForm,
    "returned": ReturnedForm,
    "reprint": ReprintForm,
    "poster": PosterForm,
    "paper": PaperForm,
}
AnySlipForm = RollForm | ReturnedForm | ReprintForm | PosterForm | PaperForm


def fresh(page: SlipPage, languages: Languages, *, locale: str, today: date) -> dict[str, AnySlipForm]:
    """Make every form of the page, filled with what is likely wanted."""
    forms: dict[str, AnySlipForm] = {}
    for name, kind in FORMS.items():
        values = {"start": page.since, "end": today, "language": locale}
        forms[name] = kind(locale=locale, prefix=name, formdata=None, data=values)
        forms[name].offer(page.desks, languages)
    return forms

"""Forms of the pages of quality: period and desk, drawing a list, the result of a call."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from survey.enums import Reached, Said
from survey.forms.admin import ExplainingForm
from survey.forms.base import N_
from survey.forms.officer import Options, UnitForm
from survey.services.inviting.callbacks import Result
from survey.services.office import periods
from survey.services.office.periods import Period
from survey.services.pages.officer_page import Choices

REACHED_WORDS: Mapping[Reached, str] = {
    Reached.SPOKE: N_("Nói chuyện được"),
    Reached.DECLINED: N_("Gặp nhưng từ chối trả lời"),
    Reached.NOT_REACHED: N_("Không gặp được (sau ba lần gọi)"),
}
SAID_WORDS: Mapping[Said, str] = {
    Said.YES: N_("Có"),
    Said.NO: N_("Không"),
    Said.UNSAID: N_("Không hỏi hoặc không nói"),
}


class PeriodForm(UnitForm):
    """A unit, a period, and a desk where there are several."""

    period = SelectField(N_("Kỳ"))
    desk = SelectField(N_("Bộ phận"))

    def offer(self, choices: Choices, period_words: Mapping[str, Options]) -> None:
        self.offer_units(choices)
        self.period.choices = period_words
        self.desk.choices = [
            ("", self.texts.gettext(N_("Cả đơn vị"))),
            *((str(desk.id), desk.name) for desk in choices.desks),
        ]
        self.period.data = self.period.data or choices.period.code
        self.desk.data = self.desk.data or ""
        self.several_desks = len(choices.desks) > 1

    def chosen_period(self) -> Period:
        return periods.parse(self.period.data)

    def chosen_desk(self) -> int | None:
        return int(self.desk.data) if self.desk.data else None


class DrawForm(ExplainingForm):
    period = SelectField(N_("Kỳ đã kết thúc"), validators=[InputRequired(N_("Hãy chọn một mục."))])

    refusals = {
        ("period", "running"): ("period", N_("Kỳ này chưa kết thúc: chờ hết kỳ rồi rút.")),
        ("period", "no-dossiers"): ("period", N_("Kỳ này chưa có hồ sơ đã trả nào được nhập.")),
        ("period", "drawn-before"): (
            "period",
            N_("Kỳ này, hoặc một phần của kỳ, đã được rút. Mỗi kỳ chỉ rút một lần."),
        ),
    }


class CallForm(ExplainingForm):
    """What came of one call."""

    reached = RadioField(N_("Cuộc gọi"), validators=[InputRequired(N_("Hãy chọn một mục."))])
    served = RadioField(N_("Ông/bà có nhận kết quả hồ sơ này không?"))
    rated = RadioField(N_("Ông/bà có đánh giá lần đó không?"))
    same = RadioField(N_("Nếu đánh giá hôm nay, ông/bà có chọn như lần đó không?"))
    irregular = RadioField(
        N_("Có điều gì không đúng quy định (đòi thêm tiền, đánh giá hộ, ép chọn mức) không?")
    )

    refusals = {
        ("reached", "callback-done"): ("reached", N_("Cuộc gọi này đã có người ghi kết quả.")),
    }

    def offer(self) -> None:
        gettext = self.texts.gettext
        self.reached.choices = [(one.value, gettext(words)) for one, words in REACHED_WORDS.items()]
        for field in (self.served, self.rated, self.same, self.irregular):
            field.choices = [(one.value, gettext(words)) for one, words in SAID_WORDS.items()]
            field.data = field.data or Said.UNSAID.value

    def result(self) -> Result:
        return Result(
            Reached(self.reached.data),
            Said(self.served.data),
            Said(self.rated.data),
            Said(self.same.data),
            Said(self.irregular.data),
        )

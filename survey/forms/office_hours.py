"""Forms of the office's hours: a week of two parts a day, and days that are otherwise."""

from __future__ import annotations

from itertools import product

from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from survey.exceptions import InvalidInput
from survey.forms.admin import ExplainingForm, at_most
from survey.forms.base import N_, OfficerForm
from survey.forms.fields import ClockField, DayField
from survey.services.office.office_hours import MOST_SPANS, NAME_CHARACTERS, OfficeHours, Span

WEEKDAYS = (
    N_("Thứ Hai"),
    N_("Thứ Ba"),
    N_("Thứ Tư"),
    N_("Thứ Năm"),
    N_("Thứ Sáu"),
    N_("Thứ Bảy"),
    N_("Chủ nhật"),
)
_EDGES = ("opens", "closes")


class WeekForm(OfficerForm):
    """Fields `d0_0_opens` … `d6_1_closes`; a part that is left empty is no part."""

    @staticmethod
    def name(weekday: int, part: int, edge: str) -> str:
        return f"d{weekday}_{part}_{edge}"

    @classmethod
    def values(cls, hours: OfficeHours) -> dict[str, object]:
        return {
            cls.name(weekday, part, edge): getattr(span, edge)
            for weekday, spans in enumerate(hours.week)
            for part, span in enumerate(spans)
            for edge in _EDGES
        }

    def week(self) -> list[list[Span]] | None:
        """Give what was typed; None where a part has only one of its two times, said at its field."""
        week: list[list[Span]] = [[] for _ in WEEKDAYS]
        for weekday, part in product(range(len(WEEKDAYS)), range(MOST_SPANS)):
            opens, closes = (self[self.name(weekday, part, edge)] for edge in _EDGES)
            if opens.data is not None and closes.data is not None:
                week[weekday].append(Span(opens.data, closes.data))
            elif opens.data is not None or closes.data is not None:
                missing = closes if closes.data is None else opens
                self.refuse(missing, N_("Hãy ghi cả giờ mở và giờ đóng, hoặc để trống cả hai."))
        return None if self.errors else week

    def explain(self, error: InvalidInput) -> None:
        field = self[self.name(int(str(error.data["field"])), 0, "opens")]
        if error.data.get("reason") == "overlap":
            self.refuse(field, N_("Buổi thứ hai phải bắt đầu sau khi buổi thứ nhất kết thúc."))
        else:
            self.refuse(field, N_("Giờ đóng phải sau giờ mở."))


for _weekday, _part, _edge in product(range(len(WEEKDAYS)), range(MOST_SPANS), _EDGES):
    setattr(WeekForm, WeekForm.name(_weekday, _part, _edge), ClockField(WEEKDAYS[_weekday]))


class DaysForm(ExplainingForm):
    first = DayField(N_("Từ ngày"), validators=[InputRequired(N_("Hãy ghi một ngày, ví dụ 24/11/2026."))])
    last = DayField(N_("Đến hết ngày (một ngày thì để trống)"))
    name = StringField(
        N_("Tên ngày"),
        validators=[InputRequired(N_("Hãy ghi tên ngày, ví dụ Tết Nguyên đán.")), at_most(NAME_CHARACTERS)],
    )
    kind = RadioField(N_("Ngày này"), default="closed")

    refusals = {
        ("last", "too-long"): ("last", N_("Đợt nghỉ dài quá một tháng: hãy ghi thành nhiều đợt.")),
        ("last", ""): ("last", N_("Ngày cuối phải sau ngày đầu.")),
        ("name", ""): ("name", N_("Hãy ghi tên ngày, ví dụ Tết Nguyên đán.")),
    }

    def offer(self) -> None:
        self.kind.choices = [
            ("closed", self.texts.gettext(N_("Cơ quan nghỉ"))),
            ("open", self.texts.gettext(N_("Làm bù: mở cửa theo giờ của ngày thường"))),
        ]

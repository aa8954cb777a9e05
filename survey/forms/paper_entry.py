"""Typing paper forms in: how a pile begins, and one form as a sheet of one-key questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from survey import i18n
from survey.enums import TrustClass
from survey.forms.admin import ExplainingForm
from survey.forms.base import N_, FormTexts
from survey.forms.fields import DayField
from survey.instrument import Instrument, Question
from survey.services.answers import typed_forms
from survey.services.answers.typed_forms import Problem, TypedForm
from survey.services.office.scopes import Place
from survey.services.sheets.cell_dates import NotADay, day_of

SOURCES: Mapping[str, str] = {
    TrustClass.PAPER.value: N_("Phiếu giấy người dân đã điền"),
    TrustClass.ASSISTED.value: N_("Nhập hộ hôm nay: người dân nói, cán bộ gõ"),
}
PROBLEMS: Mapping[str, str] = {
    "range": N_("Chỉ gõ %(allowed)s, hoặc để trống."),
    "stage-needed": N_("Hãy gõ %(allowed)s."),
    "only-after-result": N_("Câu này chỉ hỏi người nhận kết quả. Hãy để trống, hoặc sửa việc đến làm."),
    "empty": N_("Phiếu chưa có câu nào được đánh giá. Phiếu trắng thì không nhập."),
    "day": N_("Hãy ghi một ngày đã qua, không quá 400 ngày."),
}
DAY_FORMAT = "%d/%m/%Y"


class StartForm(ExplainingForm):
    source = RadioField(N_("Nhập gì?"), default=TrustClass.PAPER.value)
    desk_id = SelectField(N_("Bộ phận"), coerce=int, validators=[InputRequired(N_("Hãy chọn bộ phận."))])
    day = DayField(N_("Ngày ghi trên phiếu"), validators=[InputRequired(N_("Hãy ghi một ngày."))])

    refusals = {
        ("desk_id", ""): ("desk_id", N_("Hãy chọn bộ phận đang dùng.")),
        ("day", ""): ("day", N_("Hãy ghi một ngày đã qua, không quá 400 ngày.")),
    }

    def offer(self, desks: Sequence[Place]) -> None:
        self.desk_id.choices = [(desk.id, desk.name) for desk in desks]
        self.source.choices = [(code, self.texts.gettext(words)) for code, words in SOURCES.items()]


@dataclass(frozen=True, slots=True)
class Cell:
    """One question as the page shows it: what was typed, what may be typed, what is wrong."""

    code: str
    label: str
    keys: str
    typed: str
    error: str

    @property
    def id(self) -> str:
        return f"q-{self.code}"


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form on the page. `day` is text as it was typed."""

    key: str
    day: str
    day_error: str
    field_code: str
    comment: str
    language: str
    sections: tuple[Section, ...]

    def typed(self, code: str) -> str:
        """Give what was typed for a question."""
        return next(cell.typed for one in self.sections for cell in one.cells if cell.code == code)

    @property
    def first(self) -> str:
        """Give the question to begin with: the first that is wrong, else the first of all."""
        cells = [cell for one in self.sections for cell in one.cells]
        return next((cell.code for cell in cells if cell.error), cells[0].code)

    @property
    def errors(self) -> Sequence[tuple[str, str, str]]:
        """Give anchor, name and words of everything that is wrong."""
        wrong = [
            (cell.id, cell.label, cell.error) for one in self.sections for cell in one.cells if cell.error
        ]
        return [("day", "", self.day_error), *wrong] if self.day_error else wrong


def read(
    form: Mapping[str, str], instrument: Instrument, *, languages: Collection[str]
) -> tuple[TypedForm | None, str]:
    """Read a form that was sent; give it with the day as it was typed, None where that is no day."""
    typed_day = form.get("day", "").strip()
    try:
        day = day_of(typed_day)
    except NotADay:
        day = None
    if day is None:
        return None, typed_day
    asked = [question for question, _ in typed_forms.questions(instrument)]
    marks = typed_forms.cleaned({question: form.get(f"q-{question}", "") for question in asked})
    key = form.get("key", "")
    kept = {"key": key} if is_key(key) else {}
    comment = form.get("comment", "").replace("\r\n", "\n")
    language = language_of(form, languages)
    return TypedForm(day, marks, form.get("field", ""), comment, language, **kept), typed_day


def language_of(form: Mapping[str, str], languages: Collection[str]) -> str:
    """Give the language that was chosen; one that was taken out meanwhile counts as Vietnamese."""
    chosen = form.get("language", "")
    return chosen if chosen in languages else i18n.SOURCE


def is_key(text: str) -> bool:
    return len(text) == 2 * typed_forms.KEY_BYTES and set(text) <= set("0123456789abcdef")


def heads(instrument: Instrument, *, locale: str) -> Mapping[str, str]:
    """Give what stands over the column of each question: its code on the paper, else a word or two."""
    words = FormTexts(locale).gettext
    named = dict(typed_forms.service_use_codes(instrument))
    named |= {typed_forms.STAGE: words(N_("Việc")), typed_forms.FEEDBACK: words(N_("Có góp ý"))}
    return {question: named.get(question, question) for question, _ in typed_forms.questions(instrument)}


class SheetMaker:
    """Lays a form out in the order of the paper, in the reader's language."""

    def __init__(self, instrument: Instrument, *, locale: str) -> None:
        self._instrument, self._locale = instrument, locale
        self._words = FormTexts(locale).gettext

    def sheet(self, form: TypedForm, *, problems: Sequence[Problem] = (), day: str | None = None) -> Sheet:
        wrong = {one.question: self._explained(one) for one in problems}
        return Sheet(
            key=form.key,
            day=f"{form.day:{DAY_FORMAT}}" if day is None else day,
            day_error=wrong.get(typed_forms.DAY, ""),
            field_code=form.field_code,
            comment=form.comment,
            language=form.language,
            sections=self._sections(form, wrong),
        )

    def unread(self, sent: Mapping[str, str], fallback: TypedForm) -> Sheet:
        """Lay out what was sent with a day that could not be read: nothing typed is lost."""
        asked = [question for question, _ in typed_forms.questions(self._instrument)]
        marks = typed_forms.cleaned({question: sent.get(f"q-{question}", "") for question in asked})
        key = sent.get("key", "")
        form = TypedForm(
            fallback.day,
            marks,
            sent.get("field", ""),
            sent.get("comment", ""),
            sent.get("language", ""),
            key if is_key(key) else fallback.key,
        )
        return self.sheet(form, problems=[Problem(typed_forms.DAY, "day")], day=sent.get("day", ""))

    def labels(self) -> Mapping[str, str]:
        """Give the words of every question."""
        blank = self._sections(TypedForm(date.min, {}), {})
        return {cell.code: cell.label for one in blank for cell in one.cells}

    def _sections(self, form: TypedForm, wrong: Mapping[str, str]) -> tuple[Section, ...]:
        instrument, texts = self._instrument, self._text
        labels = {item.code: f"{item.code}. {texts(item.text)}" for item in instrument.items}
        places = typed_forms.service_use_codes(instrument)
        labels |= {q.code: f"{places[q.code]}. {texts(q.text)}" for q in instrument.service_use}
        labels[typed_forms.STAGE] = texts(instrument.stage.text)
        labels[typed_forms.FEEDBACK] = texts(instrument.feedback.text)
        asked = {q.code: q for q in (instrument.stage, instrument.feedback, *instrument.service_use)}
        keys = {code: self._places(question) for code, question in asked.items()}
        cells = {
            question: Cell(
                question,
                labels[question],
                keys.get(question, ""),
                form.marks.get(question, ""),
                wrong.get(question, ""),
            )
            for question, _ in typed_forms.questions(instrument)
        }
        return self._grouped(cells)

    def _grouped(self, cells: Mapping[str, Cell]) -> tuple[Section, ...]:
        instrument = self._instrument
        dimension_of = {item.code: item.dimension for item in instrument.items}
        dimension_of[typed_forms.FEEDBACK] = next(
            item.dimension for item in instrument.items if item.only_with_feedback
        )
        by_dimension = [
            Section(
                self._text(dimension.name),
                tuple(cell for code, cell in cells.items() if dimension_of.get(code) == dimension.code),
            )
            for dimension in instrument.dimensions
        ]
        use = {question.code for question in instrument.service_use}
        return (
            Section(self._words(N_("Việc đến làm")), (cells[typed_forms.STAGE],)),
            *by_dimension,
            Section(
                self._words(N_("Về lần làm thủ tục này")),
                tuple(cell for code, cell in cells.items() if code in use),
            ),
        )

    def _places(self, question: Question) -> str:
        return " · ".join(
            f"{place}: {self._text(option.text)}" for place, option in enumerate(question.options, start=1)
        )

    def _explained(self, problem: Problem) -> str:
        return self._words(PROBLEMS[problem.reason]) % {"allowed": ", ".join(problem.allowed)}

    def _text(self, texts: Mapping[str, str]) -> str:
        return texts.get(self._locale) or texts["vi"]

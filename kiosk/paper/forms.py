"""The questionnaire on paper: every item with five levels and "không áp dụng", on two sides of A4.

It carries no number, so that a form is nobody's, and the version of the questionnaire, so that what was
ticked is typed in against the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.paper.office import Gettext, OfficeHead, contact_lines
from kiosk.paper.typesetting import typeset
from survey import i18n
from survey.instrument import Dimension, Instrument, Item, Question
from survey.services.answers.typed_forms import service_use_codes

NOT_APPLICABLE_MARK = "n"
COMMENT_LINES = 4


def render_paper_form(
    instrument: Instrument,
    *,
    office: OfficeHead,
    fields: Sequence[str] = (),
    locale: str = i18n.SOURCE,
    gettext: Gettext | None = None,
) -> bytes:
    """Set the form as a PDF of two pages; `fields` are the kinds of procedures to choose from."""
    _ = gettext or i18n.translations(locale).gettext
    texts = _Texts(locale)
    levels = [texts(level.text) for level in instrument.levels]
    not_applicable = _("Không áp dụng")
    content = {
        "locale": locale,
        "document": _("Phiếu đánh giá sự phục vụ"),
        "unit": office.unit_name,
        "desk": office.desk_name,
        "how": [
            _("Xin ông/bà đánh dấu ✓ vào một ô ở mỗi dòng. Đánh nhầm thì khoanh tròn ô sai rồi đánh ô khác."),
            _("Câu nào không muốn trả lời thì bỏ trống. Không cần ghi tên."),
        ],
        "day": _("Ngày"),
        "stage": _question(instrument.stage, texts),
        "fields": {
            "text": _("Việc đó thuộc lĩnh vực nào?"),
            "note": _("không bắt buộc"),
            "options": list(fields),
        },
        "levels": levels,
        "na": not_applicable,
        "level_width": _level_width((*levels, not_applicable)),
        "na_mark": NOT_APPLICABLE_MARK,
        "dimensions": [_dimension(one, instrument, texts, _) for one in instrument.dimensions],
        "use": f"F. {_('Về lần làm thủ tục này')}",
        "service_use": [
            {**_question(question, texts), "code": code, "note": _note(question, _)}
            for question in instrument.service_use
            for code in [service_use_codes(instrument)[question.code]]
        ],
        "comment": _("Ông/bà muốn góp ý thêm điều gì? (xin đừng ghi tên, số điện thoại)"),
        "comment_lines": COMMENT_LINES,
        "privacy": _(
            "Phiếu không ghi tên và không có số thứ tự. Câu trả lời được gộp chung với nhiều người khác để "
            "sửa việc chưa tốt, không ảnh hưởng đến kết quả hồ sơ. Xin bỏ phiếu vào hòm phiếu, không đưa "
            "cho người vừa phục vụ ông/bà."
        ),
        "contact": contact_lines(office, _),
        "turn": _("Xin xem tiếp mặt sau"),
        "version": _("Mẫu {code}, bản {version}").format(code=instrument.code, version=instrument.version),
    }
    return typeset("form.typ", content)


class _Texts:
    def __init__(self, locale: str) -> None:
        self._locale = locale

    def __call__(self, texts: Mapping[str, str]) -> str:
        return texts.get(self._locale) or texts["vi"]


def _level_width(heads: Sequence[str]) -> float:
    """Give the width of a column of boxes in millimetres; long words over it take room from the questions."""
    longest = max(len(word) for head in heads for word in head.split())
    return min(max(14.5, 1.4 * longest + 1), 18)


def _question(question: Question, texts: _Texts) -> dict[str, object]:
    return {"text": texts(question.text), "options": [texts(option.text) for option in question.options]}


def _dimension(dimension: Dimension, instrument: Instrument, texts: _Texts, _: Gettext) -> dict[str, object]:
    first = next((item for item in dimension.items if item.only_with_feedback), None)
    letter = dimension.items[0].code[0]
    after_result = all(item.only_after_result for item in dimension.items)
    return {
        "head": f"{letter}. {texts(dimension.name)}",
        "note": _("chỉ khi đã nhận kết quả") if after_result else "",
        "rows": [
            {
                "code": item.code,
                "text": texts(item.text),
                "note": "" if after_result else _item_note(item, _),
                "filter": _question(instrument.feedback, texts) if item is first else None,
            }
            for item in dimension.items
        ],
    }


def _item_note(item: Item, _: Gettext) -> str:
    if item.only_with_feedback:
        return _("chỉ khi có gửi")
    return _("chỉ khi đã nhận kết quả") if item.only_after_result else ""


def _note(question: Question, _: Gettext) -> str:
    if question.ask_if is not None:
        return _("chỉ khi bị trễ hẹn")
    return _("chỉ khi đã nhận kết quả") if question.only_after_result else ""

"""What is wrong with a file of translations, in words: the same on the page and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey.exceptions import ImportRejected
from survey.forms.base import N_
from survey.services.spoken.language_files import Problem

Gettext = Callable[[str], str]

_REFUSALS: Mapping[str, str] = {
    "too-large": N_("Tệp quá lớn, không phải tệp chữ của SIPAS."),
    "not-utf8": N_("Tệp không phải UTF-8%(where)s. Trong phần mềm dịch, hãy lưu lại với bảng mã UTF-8."),
    "not-po": N_("Đây không phải tệp PO, hoặc tệp bị hỏng. Hãy tải lại tệp mẫu ở trang này rồi dịch vào đó."),
    "no-language": N_(
        "Tệp không ghi ngôn ngữ nào thêm được (%(value)s). Dòng “Language” ở đầu tệp cần mã hai hoặc ba chữ, "
        "ví dụ rad (Êđê), jra (Jrai); tiếng Việt và tiếng Anh có sẵn, không thay được."
    ),
}
_LINE = N_(", bắt đầu từ dòng %(row)s")
_PROBLEMS: Mapping[str, str] = {
    "placeholders": N_("phải giữ nguyên các chỗ điền sẵn của câu gốc: %(detail)s"),
    "percent": N_("dấu %% đứng một mình: hãy viết hai dấu %%%%"),
    "markup": N_("không dùng dấu < và >"),
    "old-font": N_(
        "có “%(detail)s”: chữ gõ bằng phông cũ; hãy gõ lại bằng Unicode (Ƀ, ƀ, Č, č, Ĕ, ĕ, Ê̆, ê̆ …)"
    ),
    "strange-letters": N_(
        "có chữ lạ “%(detail)s”, không thuộc bảng chữ cái: có thể do phông cũ; hãy gõ lại bằng Unicode"
    ),
}


def refusal(error: ImportRejected, gettext: Gettext) -> str:
    """Say why nothing of a file was read, and what to do."""
    data = error.data
    where = gettext(_LINE) % {"row": data["row"]} if "row" in data else ""
    words = gettext(_REFUSALS.get(str(data.get("reason")), _REFUSALS["not-po"]))
    return words % {"where": where, "value": data.get("value") or "–"}


def problem(found: Problem, gettext: Gettext) -> str:
    """Say what is wrong with one text."""
    return gettext(_PROBLEMS[found.code]) % {"detail": found.detail}

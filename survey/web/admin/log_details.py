"""What stands beside an event of the audit log, in the reader's words: no role codes, no True."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from survey.enums import Role
from survey.exceptions import SurveyError
from survey.forms.base import N_
from survey.i18n import format_date, format_number, format_percent
from survey.reports.words.names import period_name, role_name
from survey.services.office import periods

# What is told of an event, as its detail names it.
DETAILS = {
    "period": N_("kỳ"),
    "periods": N_("các kỳ"),
    "format": N_("loại tệp"),
    "unit": N_("đơn vị"),
    "digest": N_("mã kiểm"),
    "officer": N_("tài khoản"),
    "role": N_("vai trò"),
    "active": N_("đang dùng"),
    "name": N_("tên"),
    "year": N_("năm"),
    "desk": N_("bộ phận"),
    "counter": N_("quầy"),
    "field": N_("lĩnh vực"),
    "procedure": N_("thủ tục"),
    "count": N_("số lượng"),
    "rows": N_("số dòng"),
    "from": N_("từ"),
    "to": N_("đến"),
    "first": N_("từ ngày"),
    "last": N_("đến ngày"),
    "open": N_("mở cửa"),
    "before": N_("trước"),
    "after": N_("sau"),
    "on": N_("từ ngày"),
    "day": N_("ngày"),
    "month": N_("tháng"),
    "note": N_("ghi chú số"),
    "comment": N_("góp ý"),
    "list": N_("danh sách"),
    "number": N_("số"),
    "edition": N_("lần sửa"),
    "parts": N_("phần"),
    "dossiers": N_("số hồ sơ"),
    "added": N_("thêm"),
    "updated": N_("cập nhật"),
    "left_out": N_("bỏ qua"),
    "seed": N_("hạt giống"),
    "tag": N_("thẻ"),
    "reason": N_("lý do"),
    "dimension": N_("nội dung"),
    "threshold": N_("ngưỡng"),
    "operator": N_("phép so"),
    "method": N_("cách tính"),
    "language": N_("ngôn ngữ"),
    "code": N_("mã"),
    "translated": N_("đã dịch"),
    "missing": N_("chưa dịch"),
    "answers": N_("câu trả lời từng người"),
    "comments": N_("lời góp ý"),
    "callbacks": N_("mã hồ sơ gọi lại"),
    "invitations": N_("dấu của phiếu mời"),
    "screens": N_("số đếm màn hình"),
    "audit": N_("nhật ký"),
}
MAY_SIGN_IN = N_("được đăng nhập")
YES, NO = N_("có"), N_("không")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHOWN_OF_DIGEST = 12  # as on the page of the report


def detail_words(
    action: str,
    detail: Mapping[str, Any],
    *,
    words: Mapping[str, str],
    dimensions: Mapping[str, str],
    locale: str,
) -> str:
    """Say what an event was about; `words` are the marked texts of this module in the reader's language."""
    said = []
    for name, value in detail.items():
        named = MAY_SIGN_IN if name == "active" and action.startswith("officer-") else DETAILS.get(name, name)
        told = _value_words(name, value, words=words, dimensions=dimensions, locale=locale)
        said.append(f"{words.get(named, named)}: {told}")
    return "; ".join(said)


def _value_words(
    name: str,
    value: Any,
    *,
    words: Mapping[str, str],
    dimensions: Mapping[str, str],
    locale: str,
) -> str:
    if isinstance(value, bool):
        return words[YES if value else NO]
    if isinstance(value, Mapping):  # a setting: what it was and what it is
        return f"{value.get('from', '–')} → {value.get('to', '–')}"
    if isinstance(value, int) and name != "year":
        return format_number(value, locale=locale)
    text = str(value)
    if _DAY.fullmatch(text):
        return format_date(date.fromisoformat(text), locale=locale)
    reading: Mapping[str, Callable[[], str]] = {
        "role": lambda: role_name(Role(text), locale=locale) if text in set(Role) else text,
        "dimension": lambda: dimensions.get(text, text),
        "threshold": lambda: format_percent(float(text), locale=locale),
        "digest": lambda: text[:_SHOWN_OF_DIGEST],
        "period": lambda: _period_words(text, locale),
        "format": text.upper,
    }
    return reading[name]() if name in reading else text


def _period_words(code: str, locale: str) -> str:
    try:
        return period_name(periods.parse(code), locale=locale)
    except SurveyError:
        return code


def marked() -> tuple[str, ...]:
    """Every text of this module that a reader may see."""
    return (*DETAILS.values(), MAY_SIGN_IN, YES, NO)

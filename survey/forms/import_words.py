"""What is wrong with an imported file or a row of it, in words: the same on the page and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from survey import i18n
from survey.exceptions import ImportRejected
from survey.forms.base import N_
from survey.services.sheets.table_files import RowError

Gettext = Callable[[str], str]

_ROW_PROBLEMS: Mapping[str, str] = {
    "code-missing": N_("thiếu mã hồ sơ; cần mã dạng H15.46.12-260311-0012"),
    "code-form": N_("không phải mã hồ sơ; cần dạng H15.46.12-260311-0012 (mã đơn vị, ngày nhận, số thứ tự)"),
    "code-day": N_("sáu số giữa của mã không phải ngày có thật; cần năm, tháng, ngày: 260311 là 11/03/2026"),
    "code-future": N_("ngày trong mã ở tương lai; cần muộn nhất là %(latest)s"),
    "repeated": N_("đã có ở dòng %(row)s của tệp này; mỗi thứ chỉ được có một dòng"),
    "not-a-day": N_("không phải ngày; cần ngày/tháng/năm như 24/11/2026, có giờ hay không đều được"),
    "day-outside": N_("ngày nằm ngoài khoảng cho phép; cần từ %(earliest)s đến %(latest)s"),
    "before-received": N_("trước ngày tiếp nhận; cần từ %(latest)s trở đi"),
    "channel-unknown": N_("không rõ hình thức nộp; cần một trong: trực tiếp, trực tuyến, bưu chính"),
    "dimension-unknown": N_(
        "không phải yếu tố nào; cần một trong: %(choices)s, hoặc tên tiếng Việt của yếu tố"
    ),
    "not-a-share": N_("không phải tỷ lệ; cần từ 0 đến 100 như 83,9 hoặc 83,9%%"),
    "value-missing": N_("thiếu giá trị; cần tỷ lệ như 83,9%%; chưa có số thì bỏ cả dòng"),
    "not-a-count": N_("không phải số người; cần số nguyên từ 1, hoặc để trống"),
    "other-unit": N_("hồ sơ này đã có ở đơn vị khác; mỗi mã hồ sơ chỉ thuộc một đơn vị"),
    "method-unknown": N_("không rõ cách tính; cần một trong: %(choices)s, hoặc để trống"),
}

_REFUSALS: Mapping[str, str] = {
    "empty": N_("Tệp trống. Hãy xuất lại từ phần mềm một cửa."),
    "too-large": N_("Tệp lớn hơn 5 MB. Hãy xuất từng quý rồi nhập từng tệp."),
    "old-excel": N_(
        "Đây là tệp Excel kiểu cũ (.xls) hoặc có mật khẩu. Hãy mở bằng Excel, chọn “Lưu thành” .xlsx "
        "không đặt mật khẩu, rồi nhập lại."
    ),
    "web-page": N_(
        "Đây là trang web mang đuôi tệp bảng tính. Hãy mở bằng Excel, chọn “Lưu thành” .xlsx rồi nhập lại."
    ),
    "wrong-kind": N_("Không dùng được loại tệp này. Cần tệp .xlsx hoặc .csv."),
    "encoding": N_("Không đọc được chữ trong tệp. Hãy lưu lại thành .xlsx, hoặc CSV với mã UTF-8."),
    "not-a-table": N_("Tệp bị hỏng hoặc không phải bảng tính. Hãy xuất lại từ phần mềm một cửa."),
    "archive": N_("Tệp .xlsx này khi mở ra lớn bất thường nên không được nhận. Hãy xuất lại, hoặc dùng CSV."),
    "too-many-rows": N_("Bảng có quá nhiều dòng. Hãy xuất từng quý rồi nhập từng tệp."),
    "no-headings": N_(
        "Không thấy dòng tiêu đề trong 15 dòng đầu: cần ít nhất cột “Mã hồ sơ” và một cột nữa như "
        "“Ngày tiếp nhận”, “Ngày trả kết quả”."
    ),
    "rows-with-errors": N_("Có dòng sai nên chưa ghi gì. Hãy sửa các dòng đã nêu rồi nhập lại."),
}
_NO_BASELINE_HEADINGS = N_(
    "Không thấy dòng tiêu đề trong 15 dòng đầu: cần ít nhất cột “Yếu tố” và cột “Giá trị”."
)


def refusal(error: ImportRejected, gettext: Gettext, *, baseline: bool = False) -> str:
    """Say why nothing of a file was read, and what to do."""
    reason = str(error.data.get("reason", "not-a-table"))
    if baseline and reason == "no-headings":
        return gettext(_NO_BASELINE_HEADINGS)
    return gettext(_REFUSALS.get(reason, _REFUSALS["not-a-table"]))


def row_problem(error: RowError, gettext: Gettext, locale: str = i18n.SOURCE) -> str:
    """Say what is wrong with a value and what could stand there."""
    allowed = error.allowed
    last = allowed[-1] if allowed else ""
    return gettext(_ROW_PROBLEMS[error.problem]) % {
        "row": last,
        "earliest": _day(allowed[0], locale) if allowed else "",
        "latest": _day(last, locale) if allowed else "",
        "choices": ", ".join(allowed),
    }


def _day(text: str, locale: str) -> str:
    try:
        return i18n.format_date(date.fromisoformat(text), locale=locale)
    except ValueError:
        return text

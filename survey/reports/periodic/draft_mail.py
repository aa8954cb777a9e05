"""The message that a draft is there: unit, periods and where to read, as the report's cover names them."""

from __future__ import annotations

from collections.abc import Sequence

from survey.i18n import SOURCE
from survey.reports.words.names import period_name
from survey.services.office.periods import Period


def compose(unit: str, drafts: Sequence[Period], *, public_url: str | None, demo: bool) -> tuple[str, str]:
    """Give subject and text. No figure stands in them: mail is read by more than those it is for."""
    names = [period_name(period, locale=SOURCE) for period in drafts]
    subject = f"Dự thảo báo cáo hài lòng đã sẵn sàng: {', '.join(names)}"
    where = f"{public_url}/can-bo/bao-cao" if public_url else "trang Báo cáo của SIPAS, trên máy của cơ quan"
    lines = [
        "Kính gửi ông/bà,",
        "",
        f"{unit or 'Đơn vị'} có dự thảo báo cáo kết quả khảo sát mức độ hài lòng:",
        *(f"- {name}" for name in names),
        "",
        "Số liệu còn tạm tính cho đến khi kỳ được chốt, 10 ngày sau ngày cuối kỳ.",
        f"Xem và sửa lời văn tại: {where}",
        "",
        *(["Dữ liệu mô phỏng: không phải ý kiến của người thật.", ""] if demo else []),
        "Thư này do SIPAS tự gửi và không kèm số liệu nào.",
    ]
    return subject, "\n".join(lines) + "\n"

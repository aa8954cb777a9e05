"""What every figure has to be read with."""

from __future__ import annotations

from survey.i18n import translations


def sampling_caution(*, locale: str) -> str:
    _ = translations(locale).gettext
    return _(
        "Khảo sát tại quầy, không phải mẫu ngẫu nhiên: khoảng tin cậy chỉ nói về dao động ngẫu nhiên, "
        "không nói về người không trả lời."
    )


def hidden_note(least: int, *, locale: str) -> str:
    """Say from how many persons on a figure is shown."""
    _ = translations(locale).gettext
    return _("Số người dưới %(least)s được ẩn, ghi “< %(least)s”.") % {"least": least}


def simulated(demo: bool, *, locale: str) -> list[str]:
    """Give the line that stands over simulated figures, and none over real ones."""
    _ = translations(locale).gettext
    return [_("Dữ liệu mô phỏng")] if demo else []

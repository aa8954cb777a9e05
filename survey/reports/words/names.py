"""Names as a heading reads them: of periods, channels, stages, and of what the questionnaire names."""

from __future__ import annotations

from survey.enums import Channel, Part, Role, Stage
from survey.i18n import translations
from survey.instrument import Texts
from survey.services.office.periods import Period, PeriodKind

_ROMAN = ("I", "II", "III", "IV")


def text_of(texts: Texts, locale: str) -> str:
    """Choose the reader's language of a text that the questionnaire or the plan gives; else Vietnamese."""
    return texts.get(locale) or texts["vi"]


def period_name(period: Period, *, locale: str) -> str:
    _ = translations(locale).gettext
    year, number = period.year, period.number
    if period.kind is PeriodKind.YEAR:
        return _("Năm %(year)s") % {"year": year}
    if period.kind is PeriodKind.HALF:
        text = _("6 tháng đầu năm %(year)s") if number == 1 else _("6 tháng cuối năm %(year)s")
        return text % {"year": year}
    if period.kind is PeriodKind.QUARTER:
        return _("Quý %(quarter)s năm %(year)s") % {"quarter": _ROMAN[number - 1], "year": year}
    return _("Tháng %(month)s/%(year)s") % {"month": number, "year": year}


def role_name(role: Role, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        Role.ADMINISTRATOR: _("quản trị"),
        Role.HEAD: _("lãnh đạo"),
        Role.OFFICER: _("cán bộ"),
        Role.VIEWER: _("chỉ xem"),
    }[role]


def channel_name(channel: Channel, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        Channel.PHONE: _("Điện thoại"),
        Channel.KIOSK: _("Máy tính bảng tại quầy"),
        Channel.ASSISTED: _("Cán bộ nhập giúp"),
        Channel.PAPER: _("Phiếu giấy"),
    }[channel]


def stage_name(stage: Stage, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        Stage.FILING: _("Người nộp hồ sơ"),
        Stage.RESULT: _("Người nhận kết quả"),
        Stage.OTHER: _("Người đến việc khác"),
        Stage.ANY: _("Mọi giai đoạn"),
    }[stage]


def part_name(part: Part, stage: Stage | None, *, locale: str) -> str:
    _ = translations(locale).gettext
    if part is Part.APART:
        return _("Áp phích, nhập giúp, phiếu giấy")
    if stage is None:
        return _("Người nộp hồ sơ hoặc làm việc khác")
    return stage_name(stage, locale=locale)

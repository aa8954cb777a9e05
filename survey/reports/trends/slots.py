"""Names of stretches of time: short under a point, whole in tables and sentences."""

from __future__ import annotations

from datetime import timedelta

from survey.i18n import format_date, format_month, translations
from survey.reports.words.names import period_name
from survey.services.figures.time_slots import Grain, Slot
from survey.services.office import periods

_ROMAN = ("I", "II", "III", "IV")


def grain_name(grain: Grain, *, locale: str) -> str:
    """Name a grain as a choice: "Tháng"."""
    _ = translations(locale).gettext
    return {
        Grain.DAY: _("Ngày"),
        Grain.WEEK: _("Tuần"),
        Grain.MONTH: _("Tháng"),
        Grain.QUARTER: _("Quý"),
        Grain.YEAR: _("Năm"),
    }[grain]


def unit_word(grain: Grain, *, locale: str) -> str:
    """Name one point of a chart within a sentence: "tháng"."""
    _ = translations(locale).gettext
    return {
        Grain.DAY: _("ngày"),
        Grain.WEEK: _("tuần"),
        Grain.MONTH: _("tháng"),
        Grain.QUARTER: _("quý"),
        Grain.YEAR: _("năm"),
    }[grain]


def slot_label(slot: Slot) -> str:
    """Write a slot under its point: figures alone, the same in every language."""
    start = slot.start
    if slot.grain is Grain.DAY:
        return f"{start.day}/{start.month}"
    if slot.grain is Grain.WEEK:
        return f"{start.day}–{(slot.end - timedelta(days=1)).day}/{start.month}"
    if slot.grain is Grain.MONTH:
        return f"{start.month}/{start.year % 100}"
    if slot.grain is Grain.QUARTER:
        return f"{_ROMAN[(start.month - 1) // 3]}/{start.year % 100}"
    return str(start.year)


def slot_name(slot: Slot, *, locale: str) -> str:
    _ = translations(locale).gettext
    if slot.grain is Grain.DAY:
        return format_date(slot.start, locale=locale)
    if slot.grain is Grain.WEEK:
        last = format_date(slot.end - timedelta(days=1), locale=locale)
        return _("%(first)s–%(last)s") % {"first": slot.start.day, "last": last}
    if slot.grain is Grain.MONTH:
        return format_month(slot.start, locale=locale)
    return period_name(periods.parse(slot.code), locale=locale)

"""The tables of the page as a file, with the same words above them."""

from __future__ import annotations

from collections.abc import Sequence

from survey.i18n import translations
from survey.reports.overview.view import OverviewView
from survey.reports.xlsx_report import Workbook


def notes(view: OverviewView, *, locale: str) -> list[str]:
    """Say what every figure of the page has to be read with."""
    _ = translations(locale).gettext
    found = [_("Ai trả lời: %(filters)s") % {"filters": ", ".join(view.filters)}]
    if view.demo:
        found.append(_("Dữ liệu mô phỏng"))
    if view.is_open:
        found.append(_("Tạm tính: kỳ chưa khép"))
    found.append(label(locale=locale))
    found.append(_("Số người dưới %(least)s được ẩn, ghi “< %(least)s”.") % {"least": view.least})
    return found


def label(*, locale: str) -> str:
    _ = translations(locale).gettext
    return _(
        "Khảo sát tại quầy, không phải mẫu ngẫu nhiên: khoảng tin cậy chỉ nói về dao động ngẫu nhiên, "
        "không nói về người không trả lời."
    )


def workbook(view: OverviewView, codes: Sequence[str], *, locale: str) -> Workbook:
    _ = translations(locale).gettext
    names = {
        "goals": _("Mục tiêu"),
        "trend": _("Theo tháng"),
        "beside": _("Bên cạnh"),
        "attention": _("Cần làm"),
    }
    return Workbook(
        title=view.unit,
        notes=notes(view, locale=locale),
        tables=[view.tables[code] for code in codes],
        sheet_names=[names[code] for code in codes],
    )

"""The tables of the page as a file, with the same words above them."""

from __future__ import annotations

from collections.abc import Sequence

from survey.i18n import translations
from survey.reports.overview.view import OverviewView
from survey.reports.words.cautions import hidden_note, sampling_caution, simulated
from survey.reports.xlsx_report import Workbook


def _notes(view: OverviewView, *, locale: str) -> list[str]:
    """Say what every figure of the page has to be read with."""
    _ = translations(locale).gettext
    found = [_("Ai trả lời: %(filters)s") % {"filters": ", ".join(view.filters)}]
    found += simulated(view.demo, locale=locale)
    if view.is_open:
        found.append(_("Tạm tính: kỳ chưa khép"))
    found.append(sampling_caution(locale=locale))
    found.append(hidden_note(view.least, locale=locale))
    return found


def workbook(view: OverviewView, codes: Sequence[str], *, locale: str) -> Workbook:
    _ = translations(locale).gettext
    names = {
        "goals": translations(locale).pgettext("several", "Mục tiêu"),
        "trend": _("Theo tháng"),
        "beside": _("Bên cạnh"),
        "attention": _("Cần làm"),
    }
    return Workbook(
        title=view.unit,
        notes=_notes(view, locale=locale),
        tables=[view.tables[code] for code in codes],
        sheet_names=[names[code] for code in codes],
    )

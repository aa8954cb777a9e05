"""What changed in the latest month beyond chance, as one sentence."""

from __future__ import annotations

from analysis.latest_change import LatestChange
from survey.i18n import format_month, format_number, translations
from survey.reports.words.names import text_of
from survey.services.figures.satisfaction import Overview
from survey.services.pages import changes


def change_sentence(found: Overview, *, locale: str) -> str:
    """Name each dimension that changed, with its interval; say it where none did."""
    _ = translations(locale).gettext
    latest = changes.latest(found)
    if latest is None:
        return ""
    names = {row.dimension: text_of(row.short, locale) for row in found.rows}
    changed = [
        _one(names[dimension], change, locale)
        for dimension, change in latest.changes.items()
        if change.differs and dimension in names
    ]
    month = format_month(latest.month.start, locale=locale)
    start = _("Tháng %(month)s so với các tháng trước trong năm:") % {"month": month}
    nothing = _("chưa thấy thay đổi nào vượt ngẫu nhiên")
    if not changed:
        return f"{start} {nothing}."
    if len(changed) < len(latest.changes):
        changed.append(_("các nội dung khác chưa thấy thay đổi vượt ngẫu nhiên"))
    return f"{start} {'; '.join(changed)}."


def _one(name: str, change: LatestChange, locale: str) -> str:
    _ = translations(locale).gettext
    higher = change.difference > 0
    low, high = sorted((abs(change.lower), abs(change.upper)))
    text = _("%(name)s cao hơn %(points)s điểm (từ %(low)s đến %(high)s; n = %(n)s)")
    if not higher:
        text = _("%(name)s thấp hơn %(points)s điểm (từ %(low)s đến %(high)s; n = %(n)s)")
    return text % {
        "name": name,
        "points": format_number(abs(change.difference) * 100, 1, locale=locale),
        "low": format_number(low * 100, 1, locale=locale),
        "high": format_number(high * 100, 1, locale=locale),
        "n": format_number(change.n, locale=locale),
    }

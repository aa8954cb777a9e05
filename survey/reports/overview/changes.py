"""What changed beyond chance: in the latest month, and to another level within the year."""

from __future__ import annotations

from analysis.latest_change import LatestChange
from survey.i18n import format_month, format_number, translations
from survey.reports.words.names import text_of
from survey.services.figures.level_changes import level_changes
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


def level_sentence(found: Overview, *, locale: str) -> str:
    """Name each dimension that moved to another level in the year of the page and stayed there."""
    if not found.filters.is_plain:
        return ""
    _ = translations(locale).gettext
    inside = {
        dimension: [point for point in points if point.month.end <= found.period.end]
        for dimension, points in found.trend.items()
    }
    names = {row.dimension: text_of(row.short, locale) for row in found.rows}
    higher, lower = (
        _("%(name)s lên mức cao hơn từ khoảng %(month)s"),
        _("%(name)s xuống mức thấp hơn từ khoảng %(month)s"),
    )
    said = [
        (higher if change.rises else lower)
        % {"name": names[dimension], "month": format_month(change.since.start, locale=locale)}
        for dimension, change in level_changes(inside).items()
        if dimension in names
    ]
    return _("Trong năm: %(changes)s.") % {"changes": "; ".join(said)} if said else ""


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

"""What the goals row says, as one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from survey.i18n import translations
from survey.reports.words.names import text_of
from survey.services.figures.goal_figures import GoalRow


def sentence(rows: Sequence[GoalRow], *, locale: str) -> str:
    """Say which goals are safe, open and lost, by name: "Chắc chắn đạt: Tiếp cận. Còn để ngỏ: …"."""
    _ = translations(locale).gettext
    if rows and all(row.estimate is None for row in rows):
        return _("Chưa có số liệu để so với mục tiêu.")
    groups = {
        _("Chắc chắn đạt"): _names(rows, "met_with_confidence", None, locale),
        _("Đạt về điểm số nhưng chưa chắc chắn"): _names(rows, "not_shown", "reached", locale),
        _("Chưa đạt về điểm số nhưng chưa chắc chắn"): _names(rows, "not_shown", "not_reached", locale),
        _("Chưa kết luận được"): _names(rows, "not_shown", "unknown", locale),
        _("Chắc chắn chưa đạt"): _names(rows, "missed", None, locale),
        _("Chưa đủ phiếu để kết luận"): _names(rows, "refused", None, locale),
        _("Chưa có số liệu hoặc mục tiêu"): [
            text_of(row.short, locale) for row in rows if row.assessment is None
        ],
    }
    return " ".join(f"{said}: {listed(names, locale=locale)}." for said, names in groups.items() if names)


def listed(names: Sequence[str], *, locale: str) -> str:
    """List names with commas; one that holds a comma itself comes after "and", so that it reads as one."""
    _ = translations(locale).gettext
    if len(names) < 2 or not any("," in name for name in names):
        return ", ".join(names)
    return _("%(first)s và %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def _names(rows: Sequence[GoalRow], verdict: str, point: str | None, locale: str) -> list[str]:
    return [
        text_of(row.short, locale)
        for row in rows
        if row.assessment is not None
        and row.assessment.verdict == verdict
        and point in {None, row.assessment.point}
    ]

"""What a comparison says: names of groups, what is surely different, one sentence for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.group_differences import GroupDifference
from survey.enums import Channel, Dimension, Stage, TrustClass
from survey.i18n import format_month, format_percent, format_points, translations
from survey.reports.dimension.words import trust_class_name
from survey.reports.words.names import channel_name, stage_name, text_of
from survey.reports.words.needs import span
from survey.services.office.scopes import Place
from survey.services.pages.comparison import REST, By, Comparison, Figure, Group, Span, Weighting
from survey.services.pages.pointers import GroupPointer


def by_name(by: By, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        By.DESK: _("Bộ phận"),
        By.COUNTER: _("Quầy"),
        By.FIELD: _("Lĩnh vực"),
        By.CHANNEL: _("Kênh trả lời"),
        By.STAGE: _("Ai trả lời"),
        By.TRUST_CLASS: _("Hạng tin cậy"),
        By.SPAN: _("Thời gian"),
        By.WEIGHTING: _("Cách tính"),
    }[by]


def group_name(group: Group, by: By, *, locale: str) -> str:
    _ = translations(locale).gettext
    value = group.value
    if isinstance(value, Place):
        return value.name
    if isinstance(value, Channel):
        return channel_name(value, locale=locale)
    if isinstance(value, Stage):
        return stage_name(value, locale=locale)
    if isinstance(value, TrustClass):
        return trust_class_name(value, locale=locale)
    if isinstance(value, Span):
        return _span_name(value, locale)
    if isinstance(value, Weighting):
        return _("Theo phiếu trả lời") if value is Weighting.ANSWERS else _("Theo cơ cấu hồ sơ đã trả")
    return {
        By.COUNTER: _("Không rõ quầy"),
        By.FIELD: _("Không rõ lĩnh vực"),
        By.CHANNEL: _("Không rõ kênh"),
        By.STAGE: _("Nộp hồ sơ hoặc việc khác (đã gộp)"),
    }.get(by, _("Gộp nhiều hạng"))


def _span_name(value: Span, locale: str) -> str:
    _ = translations(locale).gettext
    first, last = (format_month(one.start, locale=locale) for one in (value.first, value.last))
    months = first if first == last else f"{first}–{last}"
    text = _("Sau (%(months)s)") if value.is_after else _("Trước (%(months)s)")
    return text % {"months": months}


def against_name(found: Comparison, *, locale: str) -> str:
    """Name what each group is held against."""
    _ = translations(locale).gettext
    if found.against == REST:
        return _("các nhóm còn lại")
    chosen = next(group for group in found.groups if group.key == found.against)
    return group_name(chosen, found.by, locale=locale)


def difference_words(difference: GroupDifference | None, *, locale: str) -> str:
    _ = translations(locale).gettext
    if difference is None:
        return ""
    if not difference.certain:
        return _("chưa chắc chắn khác")
    return _("chắc chắn thấp hơn") if difference.estimate < 0 else _("chắc chắn cao hơn")


def difference_span(difference: GroupDifference | None, *, locale: str) -> str:
    """Write a difference in points with its limits: −8,1 điểm (−12,4 đến −3,9)."""
    _ = translations(locale).gettext
    if difference is None:
        return ""
    limits = (difference.lower, difference.upper)
    # The unit is written once: every number ends in it.
    low, high = (format_points(value, locale=locale).partition(" ")[0] for value in limits)
    estimate = format_points(difference.estimate, locale=locale)
    return _("%(difference)s (%(low)s đến %(high)s)") % {"difference": estimate, "low": low, "high": high}


def sentence(found: Comparison, *, locale: str) -> str:
    """Say which groups are surely different, or that none is."""
    _ = translations(locale).gettext
    if not any(figure.persons for group in found.groups for figure in group.figures.values()):
        return _("Chưa có phiếu nào trong kỳ này để so sánh.")
    if not found.compared:
        return _("Chưa đủ nhóm có đủ phiếu để so sánh với nhau.")
    sure = [
        _claim(group, dimension, figure, found, locale)
        for dimension in found.dimensions
        for group in found.groups
        if (figure := group.figures[dimension]).difference is not None and figure.difference.certain
    ]
    if not sure:
        return _(
            "Chưa thấy khác biệt chắc chắn nào giữa các nhóm: chênh lệch nhìn thấy có thể do ngẫu nhiên."
        )
    others = _("Các so sánh khác chưa chắc chắn.") if found.compared > len(sure) else ""
    said = _("Khác biệt chắc chắn: %(claims)s.") % {"claims": "; ".join(sure)}
    return f"{said} {others}".strip()


def _claim(group: Group, dimension: Dimension, figure: Figure, found: Comparison, locale: str) -> str:
    _ = translations(locale).gettext
    estimate, difference = figure.estimate, figure.difference
    if estimate is None or difference is None:
        return ""
    text = (
        _("%(group)s thấp hơn %(against)s về %(dimension)s (%(index)s, khoảng %(span)s)")
        if difference.estimate < 0
        else _("%(group)s cao hơn %(against)s về %(dimension)s (%(index)s, khoảng %(span)s)")
    )
    return text % {
        "group": group_name(group, found.by, locale=locale),
        "against": against_name(found, locale=locale),
        "dimension": text_of(found.names[dimension], locale).lower(),
        "index": format_percent(estimate.index, locale=locale),
        "span": span(estimate.lower, estimate.upper, locale=locale),
    }


@dataclass(frozen=True, slots=True)
class PointerLine:
    """One sentence of where to look, and what its comparison is."""

    words: str
    by: str
    dimension: str


def pointer_lines(found: Sequence[GroupPointer], *, locale: str) -> tuple[PointerLine, ...]:
    return tuple(
        PointerLine(
            _claim(one.group, one.dimension, one.group.figures[one.dimension], one.comparison, locale),
            one.comparison.by.value,
            one.dimension.value,
        )
        for one in found
    )

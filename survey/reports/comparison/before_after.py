"""Before and after a measure, as the page and its file read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from survey.enums import Channel, Dimension
from survey.i18n import format_month, format_points, translations
from survey.reports.comparison import view as views
from survey.reports.comparison.view import ComparisonView
from survey.reports.tables import Column, Kind, Table, words
from survey.reports.words.names import channel_name, text_of
from survey.reports.words.signals import signal_words
from survey.services.pages.before_after import BeforeAfter


@dataclass(frozen=True, slots=True)
class Remark:
    """What stands beside the difference of one dimension: the mix of channels, the control chart."""

    name: str
    mix: str
    chart: str


@dataclass(frozen=True, slots=True)
class BeforeAfterView:
    view: ComparisonView
    remarks: tuple[Remark, ...]


def build(found: BeforeAfter, *, locale: str) -> BeforeAfterView:
    names = found.comparison.names
    remarks = tuple(
        Remark(text_of(names[one], locale), _mix(found, one, locale), _chart(found, one, locale))
        for one in found.comparison.dimensions
    )
    view = views.build(found.comparison, locale=locale)
    tables = {**view.tables, "remarks": _remarks_table(remarks, locale)}
    return BeforeAfterView(replace(view, tables=tables), remarks)


def _remarks_table(remarks: Sequence[Remark], locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Nội dung"), Kind.PROSE),
        Column(_("Cách trả lời có đổi không"), Kind.PROSE),
        Column(_("Có vượt dao động ngẫu nhiên không"), Kind.PROSE),
    ]
    rows = [[words(one.name), words(one.mix), words(one.chart)] for one in remarks]
    return Table("remarks", _("Có phải do giải pháp không?"), columns, rows)


def _mix(found: BeforeAfter, dimension: Dimension, locale: str) -> str:
    """Say whether the way people answer changed, and what is left of the change at one mix."""
    _ = translations(locale).gettext
    shift = found.shifts.get(dimension)
    if shift is None:
        return _("Chưa đủ phiếu từng kênh để tách cách trả lời.")
    parts = []
    if "mode-mix-shifted" in shift.flags:
        parts.append(
            _("Cơ cấu kênh trả lời đã đổi %(shift)s.")
            % {"shift": format_points(shift.shift, locale=locale).lstrip("+")}
        )
    else:
        parts.append(_("Cơ cấu kênh trả lời gần như không đổi."))
    if shift.diff_same_mix == shift.diff_same_mix:
        low, high = (
            format_points(value, locale=locale).partition(" ")[0] for value in (shift.lower, shift.upper)
        )
        parts.append(
            _("Giữ nguyên cơ cấu kênh: %(difference)s (%(low)s đến %(high)s).")
            % {"difference": format_points(shift.diff_same_mix, locale=locale), "low": low, "high": high}
        )
    if "direction-differs-at-same-mix" in shift.flags:
        parts.append(_("Chiều thay đổi khác đi khi giữ nguyên cơ cấu kênh: chưa nên tin vào chênh lệch."))
    few = [flag.partition(":")[2] for flag in shift.flags if flag.startswith("mode-not-comparable:")]
    if few:
        named = ", ".join(channel_name(Channel(one), locale=locale) for one in few)
        parts.append(_("Không so được riêng: %(channels)s (dưới 30 người).") % {"channels": named})
    return " ".join(parts)


def _chart(found: BeforeAfter, dimension: Dimension, locale: str) -> str:
    _ = translations(locale).gettext
    chart = found.charts[dimension]
    if not chart.enough:
        return _("Mới có %(months)s tháng đủ phiếu; từ 12 tháng mới vẽ được giới hạn dao động.") % {
            "months": chart.months
        }
    if not chart.signals:
        return _("Biểu đồ kiểm soát: không tháng nào sau mốc vượt khỏi dao động ngẫu nhiên.")
    months = "; ".join(
        f"{format_month(month.start, locale=locale)}: {signal_words(signal, locale=locale)}"
        for month, signal in chart.signals
    )
    return _("Biểu đồ kiểm soát: %(months)s.") % {"months": months}

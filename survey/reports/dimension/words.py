"""What the page of one dimension says in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from analysis.chart_signals import Signal
from analysis.results import IndexEstimate
from analysis.trend import Assurance, ChartedPoint, Standing, Trend
from survey.enums import Channel, Part, Stage, TrustClass
from survey.i18n import format_month, format_percent, translations
from survey.reports.words.names import channel_name, part_name, stage_name, text_of
from survey.reports.words.needs import span
from survey.reports.words.points import season_words
from survey.reports.words.signals import signal_words
from survey.services.pages.dimension_page import DimensionPage, GroupFigure, GroupKind, ItemsShown

# So many runs of signals are named in a sentence, the latest ones; the table has all.
_MOST_RUNS = 4


def items_sentence(page: DimensionPage, *, locale: str) -> str:
    """Name the lowest and the highest question, each with its interval."""
    _ = translations(locale).gettext
    shown = [
        (text_of(one.item.label, locale), one.estimate) for one in page.items if one.estimate is not None
    ]
    if len(shown) < 2:
        return _("Chưa đủ phiếu để so các câu hỏi với nhau.")
    low, high = min(shown, key=_index), max(shown, key=_index)
    text = _("Thấp nhất: %(low)s; cao nhất: %(high)s.")
    if low[1].upper >= high[1].lower:
        text = _("Thấp nhất: %(low)s; cao nhất: %(high)s. Hai khoảng chồng nhau, nên thứ tự chưa chắc chắn.")
    return text % {"low": _item_words(*low, locale), "high": _item_words(*high, locale)}


def items_note(shown: ItemsShown, *, locale: str) -> str:
    """Say of which answers the questions are shown, where it is not all of them."""
    _ = translations(locale).gettext
    if shown is ItemsShown.WHOLE_GROUPS:
        return _(
            "Có câu chỉ hỏi người đã gửi phản ánh, kiến nghị. Để không lộ ý kiến của riêng ai, các câu dưới "
            "đây chỉ tính những tháng đã qua, gộp lại đến khi mỗi câu đủ 5 người trả lời."
        )
    if shown is ItemsShown.NONE_BY_FILTER:
        return _(
            "Có câu chỉ hỏi người đã gửi phản ánh, kiến nghị: ít người, nên không tách từng câu theo bộ lọc. "
            "Bỏ bộ lọc để xem từng câu."
        )
    return ""


def _index(shown: tuple[str, IndexEstimate]) -> float:
    return shown[1].index


def _item_words(name: str, estimate: IndexEstimate, locale: str) -> str:
    limits = span(estimate.lower, estimate.upper, locale=locale)
    return f"{name} {format_percent(estimate.index, locale=locale)} ({limits})"


def trend_sentence(page: DimensionPage, *, locale: str) -> str:
    """Say which months chance does not explain, and whether the goal is met by habit."""
    labels = [format_month(month.month.start, locale=locale) for month in page.months]
    said = series_sentence(page.trend, labels, locale=locale)
    pair = page.season.get(page.months[-1].month.code) if page.months else None
    return f"{said} {season_words(pair, locale=locale)}" if pair else said


def series_sentence(trend: Trend, labels: Sequence[str], *, locale: str, unit: str = "") -> str:
    """Say which points of a series chance does not explain; `unit` names what a point is (a month)."""
    _ = translations(locale).gettext
    unit = unit or _("tháng")
    answered = [point for point in trend.points if point.n]
    if not answered:
        return _("Chưa có %(unit)s nào đủ phiếu để hiển thị.") % {"unit": unit}
    if trend.phases[-1].standing is Standing.TOO_FEW:
        return _("Mới có %(count)s %(unit)s đủ phiếu; từ 12 %(unit)s mới vẽ được giới hạn dao động.") % {
            "count": len(answered),
            "unit": unit,
        }
    said = _runs(trend, labels, unit, locale)
    steady = not said
    if steady:
        said = [
            _(
                "Không %(unit)s nào vượt khỏi dao động ngẫu nhiên: "
                "chênh lệch giữa các %(unit)s chưa nói lên gì."
            )
            % {"unit": unit}
        ]
    if len(said) > _MOST_RUNS:
        earlier = _("Trước đó còn %(count)s đợt khác (xem bảng).") % {"count": len(said) - _MOST_RUNS + 1}
        said = [*said[1 - _MOST_RUNS :], earlier]
    return " ".join(
        [*said, assurance_words(trend.assurance, unit=unit, locale=locale, steady=steady)]
    ).strip()


def _runs(trend: Trend, labels: Sequence[str], unit: str, locale: str) -> list[str]:
    """Name each signal once for the neighbouring points that it holds in."""
    said = []
    for signal, run in groupby(zip(trend.points, labels, strict=True), key=_signal_of):
        named = [label for _point, label in run]
        if signal is not Signal.NONE:
            span_of = named[0] if len(named) == 1 else f"{named[0]} – {named[-1]}"
            said.append(f"{span_of}: {signal_words(signal, locale=locale, unit=unit)}.")
    return said


def _signal_of(pair: tuple[ChartedPoint, str]) -> Signal:
    return pair[0].signal


def assurance_words(assurance: Assurance, *, locale: str, unit: str = "", steady: bool = True) -> str:
    """Say where the goal lies; only of a series without signals that its ups and downs are chance."""
    _ = translations(locale).gettext
    points = {"unit": unit or _("tháng")}
    return {
        Assurance.CONSISTENTLY_MET: _(
            "Mục tiêu nằm dưới dải dao động: %(unit)s nào cũng đạt nếu không có gì thay đổi."
        )
        % points,
        Assurance.CONSISTENTLY_MISSED: _(
            "Mục tiêu nằm trên dải dao động: sẽ không đạt nếu không có gì thay đổi."
        ),
        Assurance.INCONSISTENT: (
            _("Mục tiêu nằm trong dải dao động: %(unit)s đạt, %(unit)s không, phần lớn do ngẫu nhiên.")
            if steady
            else _("Mục tiêu nằm trong dải dao động: có %(unit)s đạt, có %(unit)s không.")
        )
        % points,
        Assurance.UNKNOWN: "",
    }[assurance]


def group_name(one: GroupFigure, *, locale: str) -> str:
    """Name a group as the table reads."""
    if isinstance(one.value, Channel):
        return channel_name(one.value, locale=locale)
    if isinstance(one.value, Part):
        return _part(one.value, locale)
    return trust_class_name(one.value, locale=locale)


def _part(part: Part, locale: str) -> str:
    if part is Part.HEADLINE:
        return stage_name(Stage.RESULT, locale=locale)
    return part_name(part, None, locale=locale)


def group_kind(kind: GroupKind, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        GroupKind.CHANNEL: _("Kênh trả lời"),
        GroupKind.PART: _("Ai trả lời"),
        GroupKind.TRUST_CLASS: _("Hạng tin cậy"),
    }[kind]


def trust_class_name(value: TrustClass, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        TrustClass.PHONE_TOKEN: _("A – điện thoại, có mã phiếu"),
        TrustClass.KIOSK_TOKEN: _("B – máy tại quầy, có mã phiếu"),
        TrustClass.KIOSK: _("C – máy tại quầy"),
        TrustClass.POSTER: _("P – mã trên áp phích"),
        TrustClass.ASSISTED: _("D – cán bộ nhập giúp"),
        TrustClass.PAPER: _("E – phiếu giấy"),
    }.get(value, _("Gộp nhiều hạng"))

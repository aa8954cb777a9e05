"""The share of dossiers that were answered, by days, weeks or months: a chart and what it says."""

from __future__ import annotations

from statistics import median

from markupsafe import Markup

from survey.i18n import format_date, format_month, format_number, format_percent, translations
from survey.reports.charts.axis import Axis
from survey.reports.charts.trend import Month, TrendChart, trend_chart
from survey.services.pages.coverage import CoveragePage, Grain, Line, Span

_WIDTH = 960.0
_LEAST_POINTS = 3


def rate(line: Line) -> float | None:
    """Give the share of returned dossiers whose persons answered; None where it is unknown or hidden."""
    return line.with_result / line.returned if line.returned and line.with_result is not None else None


def span_words(span: Span, grain: Grain, *, locale: str) -> str:
    if grain is Grain.MONTH:
        return format_month(span.first, locale=locale)
    if span.first == span.last:
        return format_date(span.first, locale=locale)
    return f"{span.first:%d/%m} – {span.last:%d/%m}"


def _known(page: CoveragePage) -> list[tuple[Span, float]]:
    return [(span, share) for span, line in page.by_time if (share := rate(line)) is not None]


def time_sentence(page: CoveragePage, *, locale: str) -> str:
    """Say the middle of the shares and where they were lowest and highest; nothing where few are known."""
    known = _known(page)
    if len(known) < _LEAST_POINTS:
        return ""
    _ = translations(locale).gettext
    low, high = min(known, key=lambda pair: pair[1]), max(known, key=lambda pair: pair[1])
    text = {
        Grain.DAY: _(
            "Thường mỗi ngày %(middle)s số hồ sơ có phiếu trả lời; thấp nhất %(low)s (%(low_at)s), cao nhất "
            "%(high)s (%(high_at)s)."
        ),
        Grain.WEEK: _(
            "Thường mỗi tuần %(middle)s số hồ sơ có phiếu trả lời; thấp nhất %(low)s (%(low_at)s), cao nhất "
            "%(high)s (%(high_at)s)."
        ),
        Grain.MONTH: _(
            "Thường mỗi tháng %(middle)s số hồ sơ có phiếu trả lời; thấp nhất %(low)s (%(low_at)s), cao nhất "
            "%(high)s (%(high_at)s)."
        ),
    }[page.grain]
    return text % {
        "middle": format_percent(median(share for _span, share in known), locale=locale),
        "low": format_percent(low[1], locale=locale),
        "low_at": span_words(low[0], page.grain, locale=locale),
        "high": format_percent(high[1], locale=locale),
        "high_at": span_words(high[0], page.grain, locale=locale),
    }


def time_chart(page: CoveragePage, *, locale: str) -> Markup | None:
    """Draw the shares over time; None where there are too few to see a course."""
    if len(_known(page)) < _LEAST_POINTS:
        return None
    _ = translations(locale).gettext
    return trend_chart(
        TrendChart(
            name="coverage-time",
            title=_("Tỷ lệ hồ sơ được trả lời theo thời gian"),
            description=time_sentence(page, locale=locale),
            months=[_place(span, line, page.grain, locale) for span, line in page.by_time],
            threshold=None,
            persons_word=_("n"),
            width=_WIDTH,
        ),
        Axis(0.0, 0.0, 1.0),
        locale=locale,
    )


def _place(span: Span, line: Line, grain: Grain, locale: str) -> Month:
    _ = translations(locale).gettext
    share, when = rate(line), span_words(span, grain, locale=locale)
    if line.with_result is None:
        persons, says = _("ẩn"), _("%(when)s: ẩn vì ít người trả lời") % {"when": when}
    else:
        persons = format_number(line.with_result, locale=locale)
        says = _("%(when)s: %(result)s người trả lời trên %(returned)s hồ sơ đã trả") % {
            "when": when,
            "result": persons,
            "returned": format_number(line.returned or 0, locale=locale),
        }
    return Month(
        label=f"{span.first:%m/%y}" if grain is Grain.MONTH else f"{span.first:%d/%m}",
        persons=persons,
        share=None if share is None else min(share, 1.0),
        says=says if share is None else f"{says} ({format_percent(share, locale=locale)})",
    )

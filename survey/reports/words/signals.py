"""The rules of a control chart in words."""

from __future__ import annotations

from analysis.chart_signals import Signal
from survey.i18n import translations


def signal_words(signal: Signal, *, locale: str, unit: str = "") -> str:
    """Say what a rule of the chart found, a dash where nothing; `unit` names its points."""
    _ = translations(locale).gettext
    points = {"unit": unit or _("tháng")}
    return {
        Signal.NONE: "–",
        Signal.ABOVE_UPPER_LIMIT: _("cao hơn giới hạn trên"),
        Signal.BELOW_LOWER_LIMIT: _("thấp hơn giới hạn dưới"),
        Signal.RISING: _("tăng bảy %(unit)s liền") % points,
        Signal.FALLING: _("giảm bảy %(unit)s liền") % points,
        Signal.TWO_OF_THREE_HIGH: _("hai trong ba %(unit)s sát giới hạn trên") % points,
        Signal.TWO_OF_THREE_LOW: _("hai trong ba %(unit)s sát giới hạn dưới") % points,
        Signal.SEVEN_ABOVE: _("ít nhất bảy %(unit)s liền ở trên mức giữa") % points,
        Signal.SEVEN_BELOW: _("ít nhất bảy %(unit)s liền ở dưới mức giữa") % points,
    }[signal]
